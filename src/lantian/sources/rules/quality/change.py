"""Levels that change: several factors at once without the load, or at a visit; parameters that change without one."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lantian.sources.rules.quality.model import FLOW, HOUR, LOAD, STEPS, Candidate, Hour, Parameters, Usual

BEFORE, AFTER = 3, 3
"""Hours whose means are compared on both sides of a step."""
AROUND = 12
"""Hours on both sides of any hour that say how an outlet's level ordinarily changes."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody was at the outlet, from arrival to departure."""

    arrived: datetime
    left: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """A parameter or state as a device sent it."""

    device: str
    name: str
    time: datetime
    text: str


def steps(hours: Iterable[Hour], usual: Mapping[str, Usual], p: Parameters) -> list[Candidate]:
    """STEP-A: several factors change level at one hour, each far more than it usually changes, while load or flow does not."""
    at: dict[datetime, dict[str, float]] = defaultdict(dict)
    big: dict[datetime, int] = defaultdict(int)
    readings: dict[datetime, int] = defaultdict(int)
    for factor, own in _by_factor(hours).items():
        if factor not in usual:
            continue
        known = usual[factor]
        for place in range(BEFORE, len(own) - AFTER + 1):
            window = own[place - BEFORE : place + AFTER]
            when = own[place].time
            if window[0].time != when - BEFORE * HOUR or window[-1].time != when + (AFTER - 1) * HOUR:
                continue
            size = abs(_mean(window[BEFORE:]) - _mean(window[:BEFORE]))
            readings[when] += own[place].n
            if known.level:
                at[when][factor] = size / abs(known.level)
                enough = known.change is not None and size >= p["step_a_times"] * known.change
                big[when] += factor in STEPS and size > 0 and enough and at[when][factor] >= p["step_a_share"]
    found = []
    for when, relative in at.items():
        load = relative.get(LOAD, relative.get(FLOW))
        if big[when] >= p["step_a_factors"] and load is not None and load < p["step_a_load"]:
            share = max(each for factor, each in relative.items() if factor in STEPS)
            found.append(Candidate("STEP-A", "", when, when, 1, float(big[when]), float(p["step_a_factors"]), share, readings[when]))
    return found


def after_visits(hours: Iterable[Hour], visits: Iterable[Visit], p: Parameters) -> list[Candidate]:
    """VISIT-A: after a visit a pollutant's level differs from that before it as it seldom does at any other hour of the outlet."""
    found = []
    series = {factor: own for factor, own in _by_factor(hours).items() if own and own[0].pollutant}
    window = p["visit_a_window"] * HOUR
    for visit in visits:
        left = visit.left or visit.arrived
        hour = left.replace(minute=0, second=0, microsecond=0) + HOUR
        for factor, own in series.items():
            before = [each for each in own if visit.arrived - window < each.time <= visit.arrived]
            after = [each for each in own if left <= each.time - HOUR < left + window]
            if min(len(before), len(after)) < p["visit_a_hours"]:
                continue
            old, new = _mean(before), _mean(after)
            sizes = ordinary_changes(own)
            if abs(new - old) < p["visit_a_share"] * old or len(sizes) < p["all_usual_hours"]:
                continue
            rarity = (len(sizes) - bisect_left(sizes, abs(new - old))) / len(sizes)
            if rarity <= p["visit_a_rare"]:
                found.append(Candidate("VISIT-A", factor, hour, hour, 1, new, old, rarity, sum(each.n for each in after)))
    return found


def ordinary_changes(own: Sequence[Hour]) -> list[float]:
    """Give, sorted, how far the mean of the hours from each hour on lies from that of the hours before it."""
    return sorted(abs(_mean(own[k : k + AROUND]) - _mean(own[max(0, k - AROUND) : k])) for k in range(1, len(own)))


def parameters_changed(notes: Iterable[Note], names: Sequence[str], visits: Sequence[Visit], p: Parameters) -> list[Candidate]:
    """PARAM-A: an instrument's parameter was sent otherwise than before, and no visit is recorded around it; PolId names the factor of a frame's parameters."""
    last: dict[tuple[str, str], Note] = {}
    found = []
    window = p["param_a_window"] * HOUR
    told = sorted(notes, key=lambda each: each.time)
    polled = {(each.device, each.time): f"{each.text}-" for each in told if each.name == "PolId"}
    for note in told:
        if not any(name in note.name for name in names):
            continue
        own = polled.get((note.device, note.time), "") + note.name
        before = last.get((note.device, own))
        last[note.device, own] = note
        visited = any(visit.arrived <= note.time + window and (visit.left or visit.arrived) >= note.time - window for visit in visits)
        if before is not None and before.text != note.text and not visited:
            hour = note.time.replace(minute=0, second=0, microsecond=0) + HOUR
            found.append(Candidate("PARAM-A", own, hour, hour, 1, number(note.text), number(before.text), None, 2, note.device))
    return found


def number(text: str) -> float | None:
    """Read a parameter's number; text that is none gives None.

    >>> number("1.02"), number("off")
    (1.02, None)
    """
    try:
        return float(text)
    except ValueError:
        return None


def _by_factor(hours: Iterable[Hour]) -> dict[str, list[Hour]]:
    grouped: dict[str, list[Hour]] = defaultdict(list)
    for each in sorted(hours, key=lambda hour: hour.time):
        if each.usable:
            grouped[each.factor].append(each)
    return grouped


def _mean(own: Sequence[Hour]) -> float:
    return math.fsum(each.mean for each in own) / len(own)
