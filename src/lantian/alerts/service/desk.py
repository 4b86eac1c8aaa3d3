"""Use cases of warnings: a decision, a region's decision, as plain answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from lantian.air.service.desk import as_json, law_of, provisional_of
from lantian.alerts.model import Chance, DayAir, Level, Prompt, Proposal, Rules
from lantian.alerts.rules import decide, decide_any_day, episodes, prompt_of, timeline, unfold
from lantian.alerts.service.edition import Choices, Edition, rules_in_force, rules_named
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Confidence, Message
from lantian.law import LawBook, LawValue
from lantian.places import Atlas

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be decided: where, at what moment, from which days (and 24-hour values by the hour they end), under which level and prompt.

    ``rule`` asks for an edition by name; ``law_on`` is the day whose law counts, the moment's unless told.
    """

    place: str
    now: datetime
    days: Sequence[DayAir]
    hours: Mapping[datetime, int | None] | None = None
    current: Level | None = None
    prompt: Prompt | None = None
    rule: str | None = None
    law_on: date | None = None

    @property
    def day(self) -> date:
        """Give the day whose law counts."""
        return self.law_on or self.now.date()


def propose(book: LawBook, atlas: Atlas, asked: Question) -> tuple[Proposal, Edition]:
    """Decide one question by the rules in force or asked for; days begin at any hour where the rules say so and hours are told."""
    edition = rules_named(book, asked.rule, asked.day) if asked.rule else rules_in_force(book, atlas, asked.place, asked.day)
    own = Choices.of(book, asked.day)
    if asked.hours:
        proposal = decide_any_day(
            edition.rules, asked.place, asked.hours, asked.now, upper_bound=own.upper_bound, draws=own.draws, current=asked.current, prompt=asked.prompt
        )
    else:
        proposal = decide(
            edition.rules, asked.place, asked.days, asked.now, upper_bound=own.upper_bound, draws=own.draws, current=asked.current, prompt=asked.prompt
        )
    return proposal, edition


def answer(book: LawBook, atlas: Atlas, asked: Question) -> dict[str, Any]:
    """Decide one question and give everything that a page or a file shows of it."""
    proposal, edition = propose(book, atlas, asked)
    rules, place = edition.rules, atlas.place(asked.place)
    line = timeline(asked.days, rules.top)
    upper = Choices.of(book, asked.day).upper_bound
    return {
        "place": place.code,
        "name": place.name,
        "name_en": place.name_en,
        "rule": {"name": rules.name, **rules.title, "what_if": asked.rule is not None and rules.name != _in_force(book, atlas, asked)},
        **proposal_json(proposal),
        "because": [as_json(each) for each in (*proposal.because, *_remarks(book, atlas, asked, rules, proposal))],
        "advice": advice(book, proposal.worst_aqi, asked.day),
        "aqi": [{"date": each.day.isoformat(), "aqi": each.aqi, **range_of(each, upper)} for each in line],
        "episodes": [episode_json(rules, line, reading) for reading in rules.readings],
        "steps": steps_json(book, atlas, asked, line),
        "law": law_of(edition.law),
        "provisional": provisional_of(doubtful(edition, proposal)),
    }


def range_of(day: DayAir, upper: int) -> dict[str, int | None]:
    """Give the lower and upper bound [percentile] of a forecast day, rounded up as an AQI is; a measured day has none."""
    if day.draws is None:
        return {"low": None, "high": None}
    return {"low": math.ceil(day.at(WHOLE - upper)), "high": math.ceil(day.at(upper))}


def _in_force(book: LawBook, atlas: Atlas, asked: Question) -> str | None:
    """Name the rules in force where and when the question is asked, None where there are none."""
    try:
        return rules_in_force(book, atlas, asked.place, asked.day).rules.name
    except InputError:
        return None


def _remarks(book: LawBook, atlas: Atlas, asked: Question, rules: Rules, proposal: Proposal) -> list[Message]:
    """Say where the rules are not those in force, where they change among the days, and at which hour the days begin."""
    found = []
    if proposal.shift and proposal.start and proposal.days:
        told = {"start": f"{proposal.days[0]}", "end": f"{proposal.days[-1]}", "hour": proposal.shift}
        found.append(Message("alert.shifted", told))
    if asked.rule is not None:
        name = _in_force(book, atlas, asked)
        if name != rules.name:
            title = {"zh": "无", "en": "none"} if name is None else dict(rules_named(book, name, asked.day).rules.title)
            found.append(Message("alert.what_if", {"day": f"{asked.day}", "rule": {"key": "plan.text", "values": title}}))
        return found
    before = rules.name
    for each in timeline(asked.days, rules.top):
        if each.day <= asked.day:
            continue
        other = rules_in_force(book, atlas, asked.place, each.day).rules
        if other.name != before:
            found.append(Message("alert.rule_changes", {"day": f"{each.day}", "rule": {"key": "plan.text", "values": dict(other.title)}}))
            before = other.name
    return found


def doubtful(edition: Edition, proposal: Proposal) -> list[LawValue]:
    """Give the unsure values on which a proposal rests: those of a text with readings only where the readings disagree or the level is theirs."""
    split = len(set(proposal.readings.values())) > 1
    told = proposal.level.word if proposal.level else None
    floor = proposal.level or Level.BLUE
    found = []
    for value in edition.law:
        if value.confidence is not Confidence.UNSURE:
            continue
        level = value.key.get("level")
        if level is None:
            found += [value] if value.table != "law_warning_reading" else []
        elif split or level == told or (len(proposal.readings) == 1 and Level[level.upper()] >= floor):
            found.append(value)
    return found


def advice(book: LawBook, aqi: int | None, on: date) -> list[dict[str, str]]:
    """Give the health advice of HJ 633 for an AQI, group by group, in both languages; an unknown AQI has none."""
    if aqi is None:
        return []
    rows = [row for row in book.rows("law_level") if row["edition"] == book.edition("hj_633", on)]
    level = min((row["level"] for row in rows if aqi <= row["aqi_high"]), default=max(row["level"] for row in rows))
    found = []
    for value in book.values("law_advice_group", on=on, level=level):
        people = book.value("law_advice_people", on=on, group=value.key["group"], level=level).value
        found.append(
            {
                "group": value.key["group"],
                "people_zh": people["zh"],
                "people_en": people["en"],
                "measure_zh": value.value["zh"],
                "measure_en": value.value["en"],
            }
        )
    return found


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """Give a proposal as plain data."""
    return {
        "now": proposal.now.isoformat(),
        "action": proposal.action,
        "level": _word(proposal.level),
        "possible": _word(proposal.possible),
        "start": None if proposal.start is None else proposal.start.isoformat(),
        "end": None if proposal.end is None else proposal.end.isoformat(),
        "open_end": proposal.open_end,
        "days": [day.isoformat() for day in proposal.days],
        "day_begins": proposal.shift,
        "worst_aqi": proposal.worst_aqi,
        "readings": {reading: _word(level) for reading, level in proposal.readings.items()},
        "by_value": {name: _word(level) for name, level in proposal.by_value.items()},
        "chance": _chance(proposal.chance),
        "chances": {level.word: _chance(chance) for level, chance in proposal.chances.items()},
    }


def _chance(chance: Chance | None) -> dict[str, float] | None:
    return None if chance is None else {"probability": chance.probability, "low": chance.low, "high": chance.high}


def _word(level: Level | None) -> str | None:
    return None if level is None else level.word


def episode_json(rules: Rules, line: Sequence[DayAir], reading: str) -> dict[str, Any]:
    """Give the episodes of a run of days under one reading as plain data."""
    return {
        "reading": reading,
        "found": [
            {
                "first": each.first.isoformat(),
                "last": each.last.isoformat(),
                "until": None if each.until is None else each.until.isoformat(),
                "level": _word(each.level),
                "possible": _word(each.possible),
                "unknown": [day.isoformat() for day in each.unknown],
                "because": [as_json(message) for message in each.because],
            }
            for each in episodes(rules, line, reading)
        ],
    }


def steps_json(book: LawBook, atlas: Atlas, asked: Question, line: Sequence[DayAir]) -> list[dict[str, Any]]:
    """Give what became of the warning at the close of each day that was measured, under the rules in force on each day; forecast days have no steps."""
    measured = [each for each in line if each.draws is None]
    own = Choices.of(book, asked.day)

    def on(day: date) -> Rules:
        return (rules_named(book, asked.rule, day) if asked.rule else rules_in_force(book, atlas, asked.place, day)).rules

    if not measured:
        return []
    return [
        {
            "date": step.day.isoformat(),
            "action": step.action,
            "level": _word(step.level),
            "rule": step.rules,
            "because": [as_json(each) for each in step.because],
        }
        for step in unfold(on, asked.place, measured, upper_bound=own.upper_bound, draws=own.draws)
    ]


def region(book: LawBook, atlas: Atlas, key: str, questions: Sequence[Question], on: date) -> dict[str, Any]:
    """Decide every city of a group, make the region's prompt, and tell each city the level it is asked for."""
    group = atlas.group(key)
    own = {each.place: propose(book, atlas, each)[0] for each in questions}
    choices = Choices.of(book, on)
    prompt = prompt_of(own, choices.regional_cities, group.zh)
    cities = []
    for each in questions:
        raised = replace(each, prompt=prompt)
        cities.append({"own": _word(own[each.place].level), **answer(book, atlas, raised)})
    told = None
    if prompt is not None:
        told = {
            "level": prompt.level.word,
            "start": prompt.start.isoformat(),
            "end": prompt.end.isoformat(),
            "because": [as_json(each) for each in prompt.because],
        }
    none = Message("alert.regional_none", {"of": len(questions), "share": choices.regional_cities})
    law = law_of([book.value("law_warning_choice", on=on, choice="regional_cities")])
    why = [] if prompt is not None else [as_json(none)]
    return {"region": group.key, "name": group.zh, "name_en": group.en, "prompt": told, "because": why, "cities": cities, "law": law}
