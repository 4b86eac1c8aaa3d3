"""What raises or lowers a charge: the differential of the levy (发改价格〔2014〕2008号 and local rules), the relief of the tax (tax law art. 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lantian.kernel.finding import LawUsed, Message
from lantian.kernel.quantity import exact
from lantian.law import LawBook
from lantian.market.model import Charged, Discharge
from lantian.market.rules.rates import chain, row_of
from lantian.market.rules.words import cited, item_word, shown

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor with its reasons; ``least`` when more may be owed, ``doubts`` what makes it provisional."""

    value: Fraction
    because: tuple[Message, ...] = ()
    law: tuple[LawUsed, ...] = ()
    least: bool = False
    doubts: tuple[Message, ...] = ()


PLAIN = Factor(Fraction(1))


def on_step(step: Mapping[str, Any], ratio: Fraction) -> bool:
    """Tell whether a share of the limit lies on a step of a ladder; ``above`` and ``below`` leave their edge out, ``from`` and ``at_most`` take it in.

    >>> [on_step({"above": 0.5, "at_most": 0.6}, Fraction(tenths, 10)) for tenths in (5, 6, 7)]
    [False, True, False]
    """
    return (
        ("above" not in step or ratio > exact(step["above"]))
        and ("from" not in step or ratio >= exact(step["from"]))
        and ("below" not in step or ratio < exact(step["below"]))
        and ("at_most" not in step or ratio <= exact(step["at_most"]))
    )


def levy_factor(law: LawBook, emitted: Discharge, outlet: Charged, on: date) -> Factor:
    """Give the factor of the levy for a month.

    Above the limit, above the quota, or with equipment that must be given up, the rate is raised by once for each ground; without any such ground the step of the
    ladder on which the mean lies gives the factor. Where neither is in force the rate stands as it is; an unknown mean proves neither.
    """
    ladder = row_of(law, "law_levy_ladder_of", outlet.place, on, emitted.item)
    if emitted.mean is None or not emitted.limit:
        ratio, unproven = None, ladder is not None
    else:
        ratio, unproven = emitted.mean / emitted.limit, False
    grounds = {
        "over_limit": ratio is not None and ratio > 1,
        "over_quota": bool(outlet.over_quota.get(emitted.item)),
        "eliminated": bool(outlet.eliminated),
    }
    raised = [(ground, found) for ground, holds in grounds.items() if holds and (found := surcharge(law, outlet.place, ground, on)) is not None]
    told: tuple[Message, ...] = () if not unproven else (Message("market.no_mean", {"item": item_word(law, emitted.item)}),)
    unjudged = outlet.over_quota.get(emitted.item, False) is None and surcharge(law, outlet.place, "over_quota", on) is not None
    told += (Message("market.quota_unknown", {"item": item_word(law, emitted.item)}),) if unjudged else ()
    if raised:
        value = 1 + sum((times for _, (times, _) in raised), Fraction(0))
        said = tuple(Message(f"market.raised_{ground}", _compared(law, emitted, ratio)) for ground, _ in raised)
        return Factor(value, (*said, *told), tuple(used for _, (_, used) in raised), unproven or unjudged)
    if ratio is None or ladder is None or ratio > 1:
        return Factor(Fraction(1), told, (), unproven or unjudged)
    step = next(each for each in law.values("law_levy_ladder", on=on, ladder=ladder.value) if on_step(each.value, ratio))
    value = exact(step.value["factor"])
    said = (Message("market.ladder", _compared(law, emitted, ratio) | {"factor": shown(value)}),)
    doubt = (Message("market.hours_above", {"hours": emitted.exceeding_hours}),) if emitted.exceeding_hours else ()
    reading = (cited(law.value("law_levy_reading", on=on, question="concentration")),) if doubt else ()
    return Factor(value, (*said, *told), (cited(ladder), cited(step, value), *reading), unjudged, doubt)


@lru_cache(maxsize=1 << 14)
def surcharge(law: LawBook, place: str, ground: str, on: date) -> tuple[Fraction, LawUsed] | None:
    """Give how many times the rate is added on a ground at a place on a day, with its citation; None where nothing is added.

    >>> from lantian.law import book
    >>> [surcharge(book(), "140000", "over_quota", day) is None for day in (date(2015, 6, 30), date(2015, 7, 1))]
    [True, False]
    """
    for code in chain(place):
        found = law.values("law_levy_surcharge", on=on, place=code, ground=ground)
        if found:
            return exact(found[0].value), cited(found[0])
    return None


def _compared(law: LawBook, emitted: Discharge, ratio: Fraction | None) -> dict[str, Any]:
    return {
        "mean": shown(emitted.mean),
        "limit": shown(emitted.limit),
        "percent": "—" if ratio is None else shown(ratio * PERCENT),
        "item": item_word(law, emitted.item),
    }


def tax_factor(law: LawBook, emitted: Discharge, outlet: Charged, on: date) -> Factor:
    """Give the factor of the tax: the relief for a month whose mean lies far below the limit, which one exceeding hour forfeits (tax law art. 13, regulations art. 10).

    Relief must be proven: without mean, limit or count of exceeding hours there is none, and the line says so.
    """
    if outlet.generated_ground:
        return PLAIN
    if emitted.mean is None or not emitted.limit or emitted.exceeding_hours is None:
        return Factor(Fraction(1), (), (), doubts=(Message("market.relief_unproven", {"item": item_word(law, emitted.item)}),))
    below = PERCENT * (1 - emitted.mean / emitted.limit)
    steps = sorted(law.values("law_tax_relief", on=on), key=lambda each: -int(each.key["below"]))
    step = next((each for each in steps if below >= int(each.key["below"])), None)
    told = _compared(law, emitted, emitted.mean / emitted.limit) | {"below": shown(below)}
    if step is None:
        return Factor(Fraction(1), (Message("market.no_relief", told),))
    if emitted.exceeding_hours:
        return Factor(Fraction(1), (Message("market.relief_lost", told | {"hours": emitted.exceeding_hours}),), (cited(step),))
    doubt = () if emitted.complete else (Message("market.relief_incomplete", {"item": item_word(law, emitted.item)}),)
    return Factor(exact(step.value) / PERCENT, (Message("market.relief", told | {"part": str(step.value)}),), (cited(step),), doubts=doubt)
