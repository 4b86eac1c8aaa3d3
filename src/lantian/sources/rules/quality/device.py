"""What devices say of themselves: their clocks, their silence, whose they are, how their frames deviate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise

from lantian.sources.rules.quality.model import HOUR, POLLUTANT_OF, Candidate, Parameters


@dataclass(frozen=True, slots=True)
class Receipt:
    """A value's own time and the moment it was received; ``cn`` is 2011 for an instant."""

    device: str
    cn: str
    time: datetime
    received: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """What a device sent on a day: a factor, or (with ``serial``) an analyser's serial number."""

    device: str
    day: date
    factor: str
    readings: int = 1
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Something registered for an outlet over a span of days: a device, an analyser's factor and serial, a permitted pollutant."""

    outlet: str
    name: str
    valid_from: date
    valid_to: date | None = None
    serial: str = ""

    def holds(self, day: date) -> bool:
        """Tell whether it is registered for a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Deviating:
    """How many frames of a device deviated in one way on a day."""

    device: str
    code: str
    day: date
    count: int
    frames: int


def clock_off(receipts: Iterable[Receipt], p: Parameters) -> list[Candidate]:
    """CLOCK-A: a device's time stands off the moment of receipt by a steady amount; what was loaded later says nothing."""
    grouped: dict[tuple[str, datetime, str], dict[datetime, list[float]]] = defaultdict(lambda: defaultdict(list))
    for each in receipts:
        delay = (each.received - each.time).total_seconds()
        if delay != p["clock_a_deemed"]:
            hour = each.received.replace(minute=0, second=0, microsecond=0) + HOUR
            grouped[each.device, hour, each.cn][each.time].append(delay)
    found: dict[tuple[str, datetime], list[tuple[float, int]]] = defaultdict(list)
    for (device, hour, cn), moments in grouped.items():
        delays = [delay for own in moments.values() for delay in own]
        least, steady = min(delays), max(delays) - min(delays) <= p["clock_a_steady"]
        off = least <= -p["clock_a_seconds"] or (cn == "2011" and least >= p["clock_a_seconds"])
        if steady and off and len(moments) >= p["clock_a_moments"]:
            found[device, hour].append((least, len(moments)))
    return [
        Candidate("CLOCK-A", "", hour, hour, 1, min(least for least, _ in own), p["clock_a_seconds"], None, sum(n for _, n in own), device)
        for (device, hour), own in found.items()
    ]


def silent(hours: Iterable[datetime], last: datetime, p: Parameters) -> list[Candidate]:
    """SILENT-A: no reading came for a stretch of hours, within the span or up to its end."""
    known = sorted(set(hours))
    found = []
    for before, after in pairwise([*known, last + HOUR] if known else []):
        missing = (after - before) // HOUR - 1
        if missing >= p["silent_a_least_hours"]:
            found.append(Candidate("SILENT-A", "", before + HOUR, after - HOUR, missing, float(missing), float(p["silent_a_least_hours"]), None, 0))
    return found


def unfitting(sent: Iterable[Sent], devices: Sequence[Span], analysers: Sequence[Span], permits: Sequence[Span]) -> dict[str, list[Candidate]]:
    """IDENT-A to IDENT-E, by outlet: a device of no outlet or of two, a pollutant without analyser or permit, another serial number than registered."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    of_day: dict[tuple[str, date], list[Sent]] = defaultdict(list)
    for each in sent:
        of_day[each.device, each.day].append(each)
    for (device, day), own in of_day.items():
        outlets = sorted({span.outlet for span in devices if span.name == device and span.holds(day)})
        total = sum(each.readings for each in own if each.serial is None)
        values = [each for each in own if each.serial is None]
        if not outlets and values:
            found[""].append(_day("IDENT-A", device, "", day, total))
        if len(outlets) > 1 and values:
            found[outlets[0]].append(_day("IDENT-E", device, "", day, total * len(outlets)))
        for outlet in outlets:
            here = [span for span in analysers if span.outlet == outlet and span.holds(day)]
            allowed = [span for span in permits if span.outlet == outlet]
            found[outlet] += [made for each in own for made in _parts(each, here, allowed)]
    return {outlet: own for outlet, own in found.items() if own}


def _parts(each: Sent, analysers: Sequence[Span], permits: Sequence[Span]) -> list[Candidate]:
    same = [span for span in analysers if span.name == each.factor]
    if each.serial is not None:
        known = [span.serial for span in same if span.serial]
        return [_day("IDENT-C", each.device, each.factor, each.day, len(known))] if known and each.serial not in known else []
    pollutant = POLLUTANT_OF.get(each.factor)
    if pollutant is None:
        return []
    found = [] if same else [_day("IDENT-B", each.device, each.factor, each.day, each.readings)]
    if permits and not any(span.name == pollutant and span.holds(each.day) for span in permits):
        found.append(_day("IDENT-D", each.device, each.factor, each.day, each.readings))
    return found


def deviating_more(days: Iterable[Deviating], p: Parameters) -> list[Candidate]:
    """DEVIATE-A: a deviation of a device's frames became several times as frequent as on its seven reported days before."""
    grouped: dict[tuple[str, str], dict[date, tuple[int, int]]] = defaultdict(dict)
    for each in days:
        count, frames = grouped[each.device, each.code].get(each.day, (0, 0))
        grouped[each.device, each.code][each.day] = (count + each.count, frames + each.frames)
    found = []
    for (device, code), own in grouped.items():
        shares = [(day, count / frames, frames) for day, (count, frames) in sorted(own.items()) if frames]
        for place, (day, share, frames) in enumerate(shares):
            earlier = [each for _, each, _ in shares[max(0, place - 7) : place]]
            before = sum(earlier) / len(earlier) if earlier else None
            if device and before is not None and share >= p["deviate_a_share"] and share > p["deviate_a_times"] * before:
                made = _day("DEVIATE-A", device, code, day, frames)
                found.append(Candidate(made.code, code, made.first_hour, made.last_hour, 24, share, before, share / before if before else None, frames, device))
    return found


def _day(code: str, device: str, factor: str, day: date, readings: int) -> Candidate:
    first = datetime.combine(day, time()) + HOUR
    return Candidate(code, factor, first, first + 23 * HOUR, 24, None, None, None, readings, device)
