"""Ways in which what a stack says can be wrong, by fraud or by neglect, laid over honest minutes.

Each kind is one function of a minute table and numbers that say how strongly; what cannot stand in a table (a clock, a parameter, an identity) is told beside it.
A detector is to know none of these numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from lantian.gateway.devices.model import FLOW, MOISTURE, OXYGEN, POLLUTANTS, TEMPERATURE, VELOCITY, Fault, Stack
from lantian.gateway.devices.noise import Minutes, Reals, Truths, key_of, normal, unrest
from lantian.gateway.devices.physics import AIR, CORRECTION, EPOCH, KG
from lantian.kernel.errors import unknown

ALL = tuple(POLLUTANTS.values())
SLOPE, OFFSET = "i13008", "i13007"
"""Codes of site information (HJ 212-2017 annex B) under which a logger tells an analyser's slope and offset."""
NAMES = {code: pollutant for pollutant, code in POLLUTANTS.items()}


@dataclass(frozen=True, slots=True)
class Note:
    """A parameter or state that a logger sends beside its values."""

    time: datetime
    factor: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Tampered:
    """What a stack says after a fault: its table, and what is wrong beyond the table."""

    table: pa.Table
    truth: tuple[tuple[str, datetime, datetime], ...]
    """Factor, first and last moment of each stretch that is false; factor '' is the whole device."""
    notes: tuple[Note, ...] = ()
    visits: tuple[tuple[datetime, datetime], ...] = ()
    clock_error: float = 0.0
    """Seconds by which the clock of its logger is ahead."""
    identity: Mapping[str, str] = field(default_factory=dict)
    """What it says of itself instead of what is registered: device, or the serial number of an analyser by factor."""


@dataclass(slots=True)
class Scene:
    """The minutes that a fault works on: columns as arrays, and which of them lie in its time."""

    stack: Stack
    fault: Fault
    columns: dict[str, Reals]
    inside: Truths
    minutes: Minutes
    seed: int
    factors: tuple[str, ...]
    told: dict[str, object] = field(default_factory=dict)

    def setting(self, name: str, default: float) -> float:
        """Give a strength of the fault, or what it is by default."""
        return float(self.fault.settings.get(name, default))

    def put(self, name: str, value: Reals) -> None:
        """Write values into the minutes of the fault, never below zero nor beyond the range."""
        top = self.stack.ranges.get(name, np.inf)
        self.columns[name] = np.where(self.inside, np.clip(value, 0, top), self.columns[name])

    def noise(self, name: str, spread: float) -> Reals:
        """Draw white noise of the fault's own."""
        return spread * normal(key_of(self.seed, self.stack.outlet, self.fault.kind, name), self.minutes)

    def normal_flags(self, factor: str) -> Truths:
        """Tell in which minutes of the fault a factor is flagged as normal."""
        found: Truths = self.inside & (self.columns[f"{factor}-Flag"] == "N")
        return found


def _flat_line(scene: Scene) -> None:
    """Hold the reading: what stood there when it began, with hardly a tremble."""
    for factor in scene.factors:
        good = np.flatnonzero(scene.normal_flags(factor))
        held = scene.columns[factor][good[0]] if len(good) else 0.0
        scene.put(factor, held * (1 + scene.noise(factor, scene.setting("tremble", 0.0005))))


def _limit_plateau(scene: Scene) -> None:
    """Cap the corrected concentration a little under its limit, however much leaves the stack."""
    for factor in scene.factors:
        share = _to_reference(scene)
        cap = scene.stack.limits[NAMES[factor]] * (scene.setting("share", 0.965) + scene.noise(factor, scene.setting("tremble", 0.004)))
        scene.put(factor, np.minimum(scene.columns[factor] * scene.setting("gain", 2.5) * share, cap) / share)


def _range_plateau(scene: Scene) -> None:
    """Let a high emission run into the end of the range and flag it as normal."""
    for factor in scene.factors:
        scene.put(factor, scene.columns[factor] * scene.setting("gain", 30.0))


def _variance_collapse(scene: Scene) -> None:
    """Damp what moves: a long filter set in the logger."""
    keep = scene.setting("keep", 0.05)
    for factor in scene.factors:
        value, good = scene.columns[factor], scene.normal_flags(factor)
        middle = float(np.mean(value[good])) if good.any() else 0.0
        scene.put(factor, middle + keep * (value - middle))


def _digit_preference(scene: Scene) -> None:
    """Enter numbers by hand: one for each ten minutes, and they fall on round steps."""
    for factor in scene.factors:
        step, value = scene.setting("step", 0.005) * scene.stack.limits[NAMES[factor]], scene.columns[factor]
        _, block = np.unique((scene.minutes - 1) // int(scene.setting("minutes", 10)), return_inverse=True)
        mean = np.bincount(block, value) / np.bincount(block)
        scene.put(factor, np.where(scene.normal_flags(factor), (np.round(mean / step) * step)[block], value))


def _dilution(scene: Scene) -> None:
    """Let air into the sample line or the duct before the probe; ``hidden`` keeps the oxygen as it was."""
    air = scene.setting("air", 0.35)
    for factor in ALL:
        scene.put(factor, scene.columns[factor] * (1 - air))
    if not scene.setting("hidden", 0):
        scene.put(OXYGEN, scene.columns[OXYGEN] * (1 - air) + AIR * air)
    scene.put(MOISTURE, scene.columns[MOISTURE] * (1 - air) + 0.8 * air)
    cooler = scene.columns[TEMPERATURE] * (1 - air) + scene.setting("outside", 5.0) * air
    scene.columns[TEMPERATURE] = np.where(scene.inside, cooler, scene.columns[TEMPERATURE])


def _reported_stop(scene: Scene) -> None:
    """Flag the unit as stopped while it runs on."""
    for name in [each for each in scene.columns if each.endswith("-Flag")]:
        scene.columns[name] = np.where(scene.inside, "F", scene.columns[name])


def _no_mass(scene: Scene) -> None:
    """Send concentrations with a flow of nothing, so that no mass results."""
    left = scene.setting("left", 0.0)
    for name in (FLOW, VELOCITY):
        scene.put(name, scene.columns[name] * left)


def _visit_step(scene: Scene) -> None:
    """Send less than there is until an inspector comes, the truth while they are there, and less again."""
    length = int(scene.setting("hours", 3) * 60)
    whole = scene.fault.until - scene.fault.start
    arrival = scene.fault.start + timedelta(hours=scene.setting("after", whole / timedelta(hours=2)))
    begin = (arrival - EPOCH) // timedelta(minutes=1)
    visited = (scene.minutes > begin) & (scene.minutes <= begin + length)
    for factor in scene.factors:
        scene.put(factor, np.where(visited, 1.0, scene.setting("share", 0.55)) * scene.columns[factor])
    scene.told["visits"] = ((_moment(begin), _moment(begin + length)),)


def _clock_skew(scene: Scene) -> None:
    """Run the logger's clock ahead or behind."""
    scene.told["clock_error"] = scene.setting("seconds", 1500.0)


def _parameter_changed(scene: Scene) -> None:
    """Turn slope and offset of the analyser: every reading shrinks, and the logger's answer shows it."""
    slope, offset = scene.setting("slope", 0.6), scene.setting("offset", 0.0)
    for factor in scene.factors:
        scene.put(factor, slope * scene.columns[factor] + offset)
    span = [scene.fault.start, scene.fault.until]
    said = {SLOPE: (slope, 1.0), OFFSET: (offset, 0.0)}
    scene.told["notes"] = tuple(
        Note(at, factor, name, f"{values[index]:g}") for factor in scene.factors for name, values in said.items() for index, at in enumerate(span)
    )


def _identity_mismatch(scene: Scene) -> None:
    """Hang another analyser to the logger than the registered one."""
    scene.told["identity"] = {factor: f"X{key_of(scene.stack.outlet, factor) % 10**8:08d}" for factor in scene.factors}


def _slow_drift(scene: Scene) -> None:
    """Let the reading sink or rise steadily, as an analyser that nobody calibrates."""
    into = (scene.minutes - scene.minutes[0]) / 1440.0 - (np.flatnonzero(scene.inside)[0] / 1440.0 if scene.inside.any() else 0.0)
    for factor in scene.factors:
        scene.put(factor, scene.columns[factor] * np.clip(1 + scene.setting("per_day", -0.04) * into, 0, None))


def _overrun(scene: Scene) -> None:
    """Let the emission itself rise: no fault of what is said, but an exceedance that is honestly told."""
    for factor in scene.factors:
        wobble = 1 + unrest(key_of(scene.seed, scene.stack.outlet, factor, "overrun"), scene.minutes, {90: 0.08, 7: 0.03})
        scene.put(factor, scene.columns[factor] * scene.setting("gain", 1.9) * wobble)


KINDS: Mapping[str, tuple[Callable[[Scene], None], tuple[str, ...]]] = {
    "flat_line": (_flat_line, ALL[:1]),
    "limit_plateau": (_limit_plateau, ALL[:1]),
    "range_plateau": (_range_plateau, ALL[:1]),
    "variance_collapse": (_variance_collapse, ALL[:1]),
    "digit_preference": (_digit_preference, ALL[:1]),
    "dilution": (_dilution, (*ALL, OXYGEN, MOISTURE, TEMPERATURE)),
    "reported_stop": (_reported_stop, ("",)),
    "no_mass": (_no_mass, (FLOW, VELOCITY)),
    "visit_step": (_visit_step, ALL),
    "clock_skew": (_clock_skew, ("",)),
    "parameter_changed": (_parameter_changed, ALL[:1]),
    "identity_mismatch": (_identity_mismatch, ALL[:1]),
    "slow_drift": (_slow_drift, ALL[:1]),
    "overrun": (_overrun, ALL[:1]),
}
"""Each kind of fault, with the factors it works on where none are named."""
HONEST = frozenset({"overrun"})
"""Kinds that are no lie: the emission itself is such."""


def _to_reference(scene: Scene) -> Reals:
    factor: Reals = (CORRECTION - scene.stack.reference_oxygen) / (CORRECTION - np.minimum(scene.columns[OXYGEN], AIR - 0.5))
    return factor


def _moment(minute: int) -> datetime:
    return np.datetime64(minute, "m").astype(datetime)  # type: ignore[no-any-return]


def apply(table: pa.Table, fault: Fault, stack: Stack, seed: int = 0) -> Tampered:
    """Lay a fault over the honest minutes of a stack; an unknown kind raises ``InputError``.

    Totals follow the concentrations and the flow that are said. ``fault.settings`` gives strengths by the names that each kind reads.
    """
    if fault.kind not in KINDS:
        raise unknown("kind of fault", fault.kind, KINDS)
    work, usual = KINDS[fault.kind]
    minutes = table["time"].to_numpy().astype("datetime64[m]").astype(np.int64)
    first, last = (np.datetime64(at, "m").astype(np.int64) for at in (fault.start, fault.until))
    columns = {name: table[name].to_numpy() for name in table.column_names if name != "time"}
    scene = Scene(stack, fault, columns, (minutes > first) & (minutes <= last), minutes, seed, fault.factors or usual)
    work(scene)
    for factor in ALL:
        columns[f"{factor}-Cou"] = columns[factor] * columns[FLOW] * KG
    columns[f"{FLOW}-Cou"] = columns[FLOW] * 60
    made = pa.table({"time": table["time"], **columns})
    truth = () if fault.kind in HONEST else tuple((factor, fault.start, fault.until) for factor in scene.factors)
    return replace(Tampered(made, truth), **scene.told)  # type: ignore[arg-type]


def tamper(table: pa.Table, stack: Stack, seed: int = 0) -> Tampered:
    """Lay all faults of a stack's habit over its honest minutes, in their order."""
    whole = Tampered(table, ())
    for fault in stack.habit.faults:
        each = apply(whole.table, fault, stack, seed)
        whole = Tampered(
            each.table,
            whole.truth + each.truth,
            whole.notes + each.notes,
            whole.visits + each.visits,
            whole.clock_error + each.clock_error,
            {**whole.identity, **each.identity},
        )
    return whole
