"""The decision at a moment: which level the rules propose, from when to when, what it changes, and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from lantian.alerts.model import DayAir, Episode, Level, Prompt, Proposal, Rules
from lantian.alerts.rules.chance import level_chances
from lantian.alerts.rules.episodes import episodes, improved_on, timeline
from lantian.alerts.rules.spells import clean_days
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.period import DAY, HOUR

FORECAST, UPPER = "forecast", "upper"


def decide(
    rules: Rules,
    place: str,
    days: Sequence[DayAir],
    now: datetime,
    *,
    upper_bound: int,
    draws: int,
    current: Level | None = None,
    prompt: Prompt | None = None,
    shift: int = 0,
) -> Proposal:
    """Propose a level for a place at a moment from the days measured so far and those forecast; days before the spell at hand do not count.

    The first episode that is not over decides. ``upper_bound`` [percent] is the percentile that stands for the forecast's upper bound, ``draws`` how many
    futures are simulated from quantiles, ``current`` the level in force, ``prompt`` a region's request, ``shift`` the hour at which the days begin.
    """
    if now.tzinfo is not None:
        raise InputError(f"the moment {now} names a time zone; all times are Beijing time (UTC+8), give it without")
    line = timeline(days, rules.top)
    valued = by_value(line, upper_bound, rules.top)
    used = valued[UPPER if rules.upper else FORECAST]
    today = (now - HOUR * shift).date()
    at_hand = _first(rules, used, rules.readings[0], today)
    since = (today - line[0].day).days
    because: list[Message] = [] if at_hand is None else list(at_hand.because)
    found = Proposal(
        rules=rules.name,
        place=place,
        now=now,
        action="none",
        level=None if at_hand is None else at_hand.level,
        possible=None if at_hand is None else at_hand.possible,
        start=None,
        end=None,
        open_end=False,
        days=() if at_hand is None else tuple(at_hand.first + DAY * at for at in range((at_hand.last - at_hand.first).days + 1)),
        because=(),
        readings={reading: _level(_first(rules, used, reading, today)) for reading in rules.readings},
        by_value={name: _level(_first(rules, each, rules.readings[0], today)) for name, each in valued.items()} if _spread(line) else {},
        chances=level_chances(rules, line, rules.readings[0], max(since, 0), draws),
        worst_aqi=max((each.aqi for each in used if each.aqi is not None and (at_hand is None or at_hand.first <= each.day <= at_hand.last)), default=None),
        shift=shift,
    )
    if at_hand is not None and at_hand.level is not None:
        found, because = _timed(found, at_hand, rules, because)
    else:
        because.append(Message("alert.none", {"rule": {"key": "plan.text", "values": dict(rules.title)}}))
    found, because = _prompted(found, prompt, because)
    found, because = _acted(found, current, rules, (used, since), because)
    return replace(found, because=tuple(because + _doubts(found, rules)))


def by_value(line: Sequence[DayAir], upper_bound: int, top: int) -> dict[str, tuple[DayAir, ...]]:
    """Give the timeline by the forecast as told and by its upper bound; measured days are the same in both."""
    upper = (each if each.draws is None else DayAir(each.day, min(math.ceil(each.at(upper_bound)), top)) for each in line)
    return {FORECAST: tuple(line), UPPER: tuple(upper)}


def _spread(line: Sequence[DayAir]) -> bool:
    return any(each.draws is not None for each in line)


def _level(episode: Episode | None) -> Level | None:
    return None if episode is None else episode.level


def _first(rules: Rules, line: Sequence[DayAir], reading: str, today: date) -> Episode | None:
    """Give the first episode that is not over: one with a sure level where there is one, else one that may have a level."""
    ahead = [each for each in episodes(rules, line, reading) if (each.until or each.last) >= today]
    return next((each for each in ahead if each.level), next(iter(ahead), None))


def begin_of(day: date, shift: int) -> datetime:
    """Give the moment at which a day begins; days of a shifted timeline begin ``shift`` hours after midnight.

    >>> begin_of(date(2015, 12, 8), 7)
    datetime.datetime(2015, 12, 8, 7, 0)
    """
    return datetime.combine(day, time()) + HOUR * shift


def full_hour(moment: datetime) -> datetime:
    """Give the next full hour, or the moment itself where it is one.

    >>> full_hour(datetime(2015, 12, 7, 16, 20)), full_hour(datetime(2015, 12, 7, 16))
    (datetime.datetime(2015, 12, 7, 17, 0), datetime.datetime(2015, 12, 7, 16, 0))
    """
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + HOUR


def _timed(found: Proposal, episode: Episode, rules: Rules, because: list[Message]) -> tuple[Proposal, list[Message]]:
    """Give the proposal its start (the earliest day of the spell, or now where that is past) and its end, open where no improvement is seen."""
    first = begin_of(episode.first, found.shift)
    end = begin_of((episode.until or episode.last) + DAY, found.shift)
    if episode.until is None:
        because = [*because, Message("alert.open_end", {"day": f"{episode.last}"})]
    if rules.lead is not None and found.now > first - timedelta(hours=rules.lead):
        because = [*because, Message("alert.short_lead", {"hours": rules.lead, "start": f"{first:%Y-%m-%d %H:%M}"})]
    return replace(found, start=max(first, full_hour(found.now)), end=end, open_end=episode.until is None), because


def _prompted(found: Proposal, prompt: Prompt | None, because: list[Message]) -> tuple[Proposal, list[Message]]:
    """Raise the proposal to what a region asks for; a prompt never lowers a level, and one that has ended asks for nothing."""
    if prompt is None or prompt.end <= found.now:
        return found, because
    if prompt.end <= prompt.start:
        raise InputError(f"the prompt of {prompt.by} ends {prompt.end:%Y-%m-%d %H:%M}, not after its start {prompt.start:%Y-%m-%d %H:%M}; mend one of them")
    told = Message("alert.prompted", {"by": prompt.by, "level": prompt.level.said})
    if found.level is not None and prompt.level <= found.level:
        return found, [*because, told]
    start = max(prompt.start, full_hour(found.now))
    start, end = min(start, found.start or start), max(prompt.end, found.end or prompt.end)
    return replace(found, level=prompt.level, start=start, end=end), [*because, told, *prompt.because]


def _acted(found: Proposal, current: Level | None, rules: Rules, seen: tuple[Sequence[DayAir], int], because: list[Message]) -> tuple[Proposal, list[Message]]:
    """Name what the proposal does to the level in force; unknown days and an improvement too short keep it."""
    if current is None:
        return replace(found, action="none" if found.level is None else "issue"), because
    if found.level is not None and found.level >= current:
        return replace(found, action="upgrade" if found.level > current else "keep"), because
    if (found.possible or 0) >= current:
        return _kept(found, current, rules, [*because, Message("alert.keep_unknown", {"level": current.said})])
    if found.level is not None:
        return replace(found, action="downgrade"), because
    (bound, days), (line, since) = clean_days(rules), seen
    if improved_on(line, rules, since):
        return replace(found, action="lift", end=full_hour(found.now)), [*because, Message("alert.lift", {"days": days, "bound": bound})]
    ahead = line[max(since, 0) : max(since + days, 0)]
    unknown = len(ahead) < days or any(each.aqi is None for each in ahead)
    key = "alert.keep_not_known" if unknown else "alert.keep_not_improved"
    return _kept(found, current, rules, [*because, Message(key, {"level": current.said, "days": days, "bound": bound})])


def _kept(found: Proposal, current: Level, rules: Rules, because: list[Message]) -> tuple[Proposal, list[Message]]:
    """Leave the level in force, with an end that is open until an improvement is seen."""
    _, days = clean_days(rules)
    end = max(found.end or full_hour(found.now), full_hour(found.now) + DAY * days)
    return replace(found, action="keep", level=current, start=found.start or full_hour(found.now), end=end, open_end=True), because


def _doubts(found: Proposal, rules: Rules) -> list[Message]:
    """Say which value of the forecast and which reading of the text another level would come from."""
    because = []
    if len(set(found.by_value.values())) > 1:
        used, other = (UPPER, FORECAST) if rules.upper else (FORECAST, UPPER)
        said = {name: level.said if level else {"key": "alert.level.none", "values": {}} for name, level in found.by_value.items()}
        because.append(Message(f"alert.by_{used}", {"level": said[used], "other": said[other]}))
    if len(set(found.readings.values())) > 1:
        for reading, level in found.readings.items():
            shown = level.said if level else {"key": "alert.level.none", "values": {}}
            because.append(Message("alert.reading", {"reading": {"key": f"alert.reading.{reading}", "values": {}}, "level": shown}))
    return because
