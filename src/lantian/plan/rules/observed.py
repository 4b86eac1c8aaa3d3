"""What online monitoring says of a duty: how many units are seen to keep it, seen not to, or not seen; never more than was seen (DESIGN §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lantian.kernel.finding import Confidence, Evidence, LawUsed, Message
from lantian.plan.model import Duty
from lantian.plan.rules import words
from lantian.plan.rules.duty import Reading

PERCENT = 100.0
DATASET = "device_values"


@dataclass(frozen=True, slots=True)
class Observed:
    """The units of a place that an indicator speaks of, as their monitoring shows them; ``simulated`` of them are not real. ``month`` is the last one looked at."""

    kept: int
    broken: int
    unseen: int
    simulated: int
    month: str

    @property
    def total(self) -> int:
        """Count the units."""
        return self.kept + self.broken + self.unseen


def read_observed(duty: Duty, place: words.Word, found: Observed) -> Reading:
    """Read a coverage [%] from what is seen; units that are not seen leave it open unless the answer is the same whatever they do.

    A control that does not run is read as not installed, which is our own reading and makes the finding provisional.
    """
    if not found.total:
        return Reading(None, (Message("duty.nothing_observed", {"place": place}),))
    low, high = PERCENT * found.kept / found.total, PERCENT * (found.kept + found.unseen) / found.total
    tolerance = float(duty.tolerance.value) if duty.tolerance is not None and duty.tolerance.value is not None else 0.0
    asked = duty.indicator.need.value - tolerance
    said = (told(found),)
    if low >= duty.indicator.need.value or low == high:
        return Reading(low, said, (_evidence(found),))
    if high < asked:
        return Reading(high, (*said, Message("duty.at_most", {"share": words.shown(high)})), (_evidence(found),))
    return Reading(None, said, (_evidence(found),))


def read_seen(found: Observed) -> Reading:
    """Read whether something is done everywhere: 1 where every outlet is seen to do it, 0 where one is seen not to, unknown while some are unseen.

    >>> [read_seen(Observed(*counts, 0, "2015-11")).value for counts in ((3, 0, 0), (2, 1, 0), (2, 0, 1), (0, 0, 0))]
    [1.0, 0.0, None, None]
    """
    said = (told(found),)
    if found.broken:
        return Reading(0.0, said, (_evidence(found),))
    return Reading(1.0 if found.total and not found.unseen else None, said, (_evidence(found),))


def told(found: Observed) -> Message:
    """Say what was seen.

    >>> told(Observed(3, 1, 0, 0, "2015-11")).key
    'duty.observed'
    """
    return Message("duty.observed", {"month": found.month, "kept": found.kept, "broken": found.broken, "unseen": found.unseen, "of": found.total})


def simulated(found: Observed) -> tuple[Message, ...]:
    """Say how many of the units are not real.

    >>> simulated(Observed(3, 1, 0, 0, "2015-11"))
    ()
    """
    return unreal_units(found.simulated, found.total)


def unreal_units(count: int, of: int) -> tuple[Message, ...]:
    """Say how many of some units are not real; nothing where all are.

    >>> unreal_units(0, 4), unreal_units(1, 4)[0].key
    ((), 'duty.simulated')
    """
    return (Message("duty.simulated", {"count": count, "of": of}),) if count else ()


def own_reading(duty: Duty, found: Observed) -> tuple[tuple[LawUsed, ...], tuple[Message, ...]]:
    """Give the citation and the doubt of reading what runs for what is installed, where something is seen not to run."""
    used = LawUsed("equipment", f"observed.{duty.indicator.key}", f"{found.kept}/{found.total}", "units", "docs/levies.md", "our own choice", Confidence.UNSURE)
    return (used,), (Message("duty.observed_reading", {}),)


def _evidence(found: Observed) -> Evidence:
    return Evidence(DATASET, "", found.month, found.kept + found.broken, found.total)


def month_before(on: date) -> str:
    """Give the last month that is over on a day, as its own last day counts.

    >>> month_before(date(2015, 11, 30)), month_before(date(2015, 11, 29)), month_before(date(2016, 1, 5))
    ('2015-11', '2015-10', '2015-12')
    """
    following = date.fromordinal(on.toordinal() + 1)
    year, month = (following.year, following.month - 1) if following.month > 1 else (following.year - 1, 12)
    return f"{year:04}-{month:02}"
