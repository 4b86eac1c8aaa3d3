"""Use case: assess the provinces in a year, from the air as measured, the letters and the rules in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.air.service.desk import as_json, law_of, provisional_of
from lantian.assessment.model import AirCase, Rules, Score
from lantian.assessment.rules import air_score, outcome
from lantian.assessment.tasks import task_score
from lantian.kernel.errors import unknown
from lantian.kernel.period import Period, year
from lantian.kernel.quantity import exact, round_half_even
from lantian.law import LawBook, LawValue
from lantian.places import Atlas, Place

Means = Callable[[str, str, Period], float | None]
"""Give the annual mean of a province and pollutant, or None: (place code, pollutant, year)."""


def rules_of(book: LawBook, pollutant: str, number: int, province: str) -> tuple[Rules, list[LawValue]]:
    """Give the rules of a year for a province, with the law values they are; a year that is not assessed raises ``InputError``."""
    on = year(number).end
    shares = {int(v.key["year"]): v for v in book.values("law_assessment_share", on=on, pollutant=pollutant)}
    if number not in shares:
        raise unknown("year of assessment", str(number), (str(each) for each in shares))
    points = {v.key["anchor"]: v for v in book.values("law_assessment_point", on=on)}
    grades = book.values("law_assessment_grade", on=on)
    lower = book.value("law_assessment_rule", on=on, rule="lower_of_two")
    final = book.value("law_assessment_rule", on=on, rule="final_year")
    last = max(shares)
    step = shares[last].value - shares[last - 1].value
    following = shares[number + 1] if number + 1 in shares else shares[last]
    rules = Rules(
        year=number,
        share=exact(shares[number].value),
        next_share=exact(following.value) if number < last else exact(shares[last].value + step),
        points_required=exact(points["required"].value),
        points_full=exact(points["full"].value),
        points_risen=exact(points["risen"].value),
        grades={v.key["grade"]: exact(v.value) for v in grades},
        lower_of_two=province in lower.value and number < final.value,
    )
    return rules, [shares[number], following, *points.values(), lower]


@dataclass(frozen=True, slots=True)
class Reported:
    """What people found in a year of a province: the points of the ten tasks by item, and whether data were falsified."""

    tasks: Mapping[str, Fraction] | None = None
    falsified: bool = False


NOTHING = Reported()


def task_weights(book: LawBook, on: date) -> dict[str, LawValue]:
    """Give the points of each item of the ten tasks in force on a day, by task.item."""
    return {f"{v.key['task']}.{v.key['item']}": v for v in book.values("law_assessment_task_item", on=on)}


def assess(book: LawBook, atlas: Atlas, means: Means, number: int, reported: Mapping[str, Reported] | None = None) -> list[dict[str, Any]]:
    """Assess every province that signed a letter, in the order of the letters; ``reported`` is what people found, by place."""
    answers = []
    for target in book.values("law_letter_target", on=year(number).end):
        province = atlas.find(str(target.key["place"]), level="province")
        answers.append(_one(book, means, number, target, province, (reported or {}).get(province.code, NOTHING)))
    return answers


def _one(book: LawBook, means: Means, number: int, target: LawValue, province: Place, reported: Reported) -> dict[str, Any]:
    """Assess one province."""
    pollutant = str(target.key["pollutant"])
    rules, law = rules_of(book, pollutant, number, str(target.key["place"]))
    on = year(number).end
    bases = {v.key["form"]: v for v in book.values("law_assessment_base", on=on, place=target.key["place"], pollutant=pollutant)}
    base = bases.get("mean")
    now, before = (means(province.code, pollutant, year(each)) for each in (number, number - 1))
    raw = AirCase(
        exact(target.value), None if base is None else exact(base.value), None if now is None else exact(now), None if before is None else exact(before)
    )
    air = air_score(raw, rules)
    figures = [None if each is None else Fraction(round_half_even(each, 0)) for each in (raw.base, raw.now, raw.before)]
    if "figure" in bases:
        figures[0] = exact(bases["figure"].value)
    rounded = air_score(AirCase(raw.cut, *figures), rules)
    weights = task_weights(book, on)
    tasks = task_score(reported.tasks, {item: exact(v.value) for item, v in weights.items()})
    result = outcome(air, tasks, rules, falsified=reported.falsified)
    published = book.values("law_published_fall", on=on, place=target.key["place"], pollutant=pollutant, year=number)
    used = [target, *law, *([base] if base is not None else [])]
    if reported.tasks is not None and rules.lower_of_two:
        used += weights.values()
    return {
        "place": province.code,
        "name": province.short,
        "name_en": province.name_en,
        "year": number,
        "pollutant": pollutant,
        "target": float(target.value),
        "base": None if base is None else float(base.value),
        "now": now,
        "before": before,
        "air": _score_json(air),
        "air_rounded": _score_json(rounded),
        "tasks": _score_json(tasks),
        "items": None if reported.tasks is None else {item: float(points) for item, points in reported.tasks.items()},
        "published": {"fall": float(published[0].value), "source": published[0].source} if published else None,
        "full": {item: float(v.value) for item, v in weights.items()},
        "falsified": reported.falsified,
        "lower_of_two": rules.lower_of_two,
        "result": {"points": _number(result.points), "grade": result.grade, "because": [as_json(each) for each in result.because]},
        "law": law_of(used),
        "rests_on": sorted({f"{v.standard}:{v.edition} {v.name}" for v in used}),
        "provisional": provisional_of(used) if air.points is not None else [],
    }


def _score_json(score: Score) -> dict[str, Any]:
    """Give a score as plain data."""
    found = asdict(score)
    return {name: _number(found[name]) for name in ("points", "fall", "required")} | {"because": [as_json(each) for each in score.because]}


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def consequences(book: LawBook, number: int, grade: str) -> list[LawValue]:
    """Give the measures that follow a grade by rule; they are drafts until people sign them."""
    return book.values("law_assessment_consequence", on=year(number).end, grade=grade)
