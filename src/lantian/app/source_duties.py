"""What online monitoring shows of the plan's duties: outlets as units of the plan, their controls running or not, who is connected; simulated outlets stay out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lantian.app.duties import run_indicators
from lantian.app.settings import counts_simulated
from lantian.kernel.period import DAY, parse_period
from lantian.lake.declaration import dataset
from lantian.lake.engine import open_engine
from lantian.law import LawBook
from lantian.places import Atlas
from lantian.plan.model import Plan
from lantian.plan.rules.observed import Observed, month_before
from lantian.sources.model import Outlet, Registry
from lantian.sources.rules.equipment import RUNNING, UNKNOWN
from lantian.sources.service.equipment import ControlState, control_states, newest_told
from lantian.sources.service.totals import over_quota, quotas

if TYPE_CHECKING:
    from lantian.app.house import House
    from lantian.app.stacks import SourceRoom

Rows = list[dict[str, Any]]
Seen = dict[tuple[str, str], Observed]
HELD = 32
"""How many days' looks are held at once."""
MONTHS_BACK = 3
"""How many months back a control's newest telling month may lie (our choice)."""


@dataclass(frozen=True)
class Watched:
    """What is looked at: outlets standing on a day, the month, the states of their controls, the rates of their transmission, which are above their quota."""

    outlets: tuple[Outlet, ...]
    month: str
    states: Mapping[tuple[str, str], ControlState]
    effective: Mapping[str, float | None]
    target: float
    above: Mapping[str, Mapping[str, bool | None]] = field(default_factory=dict)


def watched_outlets(registry: Registry, on: date, *, with_simulated: bool) -> tuple[Outlet, ...]:
    """List the stacks that run on a day; simulated ones only where they are asked for, so that they never speak for a real place by accident."""
    return tuple(
        each
        for each in registry.outlets(on=on, kinds=("main", "general"))
        if (with_simulated or not each.simulated) and (each.commissioned is None or each.commissioned <= on) and (each.retired is None or each.retired > on)
    )


def observed(law: LawBook, plan: Plan, atlas: Atlas, watched: Watched, on: date) -> Seen:
    """Give by indicator and place how many outlets are seen to keep a duty, not to, or cannot be told."""
    looked = {str(each.key["indicator"]): str(each.value) for each in law.values("law_plan_observed", on=on)}
    found = _controls(law, plan, atlas, watched, on)
    keep = {name for name, way in looked.items() if way == "controls"}
    seen = {key: value for key, value in found.items() if key[0] in keep}
    ways: dict[str, Callable[[Outlet], bool | None]] = {"transmission": partial(_connected, watched), "quota": partial(_within_quota, watched)}
    for way, keeps in ways.items():
        counted = _counted(atlas, watched, keeps)
        seen |= {(name, place): value for name, looks in looked.items() if looks == way for place, value in counted.items()}
    return seen


def _connected(watched: Watched, outlet: Outlet) -> bool:
    """Tell whether an outlet's hours arrive as the national target asks; one that sends nothing is not connected."""
    rate = watched.effective.get(outlet.outlet)
    return rate is not None and rate >= watched.target


def _within_quota(watched: Watched, outlet: Outlet) -> bool | None:
    """Tell whether an outlet keeps within the quotas of its permit so far; unknown without a quota, or while hours are missing."""
    flags = watched.above.get(outlet.outlet, {}).values()
    if any(flags):
        return False
    return True if flags and all(flag is False for flag in flags) else None


def _counted(atlas: Atlas, watched: Watched, keeps: Callable[[Outlet], bool | None]) -> dict[str, Observed]:
    """Count by place, and by each place it lies in, the outlets that keep something, do not, cannot be told, and are not real."""
    found: dict[str, Counter[str]] = {}
    for outlet in watched.outlets:
        kept = keeps(outlet)
        for place in _up(atlas, outlet.place):
            held = found.setdefault(place, Counter())
            held["unseen" if kept is None else "kept" if kept else "broken"] += 1
            held["simulated"] += outlet.simulated
    return {place: Observed(held["kept"], held["broken"], held["unseen"], held["simulated"], watched.month) for place, held in found.items()}


def _up(atlas: Atlas, place: str) -> Iterable[str]:
    code: str | None = place
    while code is not None:
        yield code
        code = atlas.place(code).parent


def _controls(law: LawBook, plan: Plan, atlas: Atlas, watched: Watched, on: date) -> Seen:
    """Count by the plan's own SQL rules, twice: with the controls that are seen to run, then also with those that cannot be told."""
    units = units_of(law, watched, on)
    if not units:
        return {}
    unreal = [each.outlet for each in watched.outlets if each.simulated]
    told = _equipped(units, watched, {RUNNING}, on), _equipped(units, watched, {RUNNING, UNKNOWN}, on)
    counted: list[dict[tuple[str, str], dict[str, Any]]] = []
    with open_engine("duckdb") as engine:
        engine.table("units", pa.Table.from_pylist(units, schema=dataset("units").schema))
        for controls in told:
            engine.table("controls", pa.Table.from_pylist(controls, schema=dataset("controls").schema))
            run_indicators(engine, plan, atlas, on, unreal)
            counted.append({(row["indicator"], row["place"]): row for row in engine.fetch("SELECT * FROM indicator_place").to_pylist()})
    least, most = counted
    return {
        key: Observed(
            int(least[key]["covered"]),
            int(row["running"]) - int(row["covered"]),
            int(row["covered"]) - int(least[key]["covered"]),
            int(row["simulated"]),
            watched.month,
        )
        for key, row in most.items()
    }


def units_of(law: LawBook, watched: Watched, on: date) -> Rows:
    """Give the outlets as rows of the plan's register of units; those whose kind the plan does not name are left out."""
    kinds = {(each.key["standard_of"], each.key["unit_type"]): each.value for each in law.values("law_plan_unit", on=on)}
    blank = dict.fromkeys(dataset("units").schema.names)
    rows = []
    for outlet in watched.outlets:
        kind = kinds.get((outlet.standard, outlet.unit_type))
        if kind is not None:
            own = {name: getattr(outlet, name) for name in ("place", "name", "capacity", "capacity_unit", "approved", "commissioned", "retired")}
            rows.append(blank | own | {"unit": outlet.outlet, "facility": outlet.enterprise, "kind": kind["kind"], "attributes": kind["attributes"], "day": on})
    return rows


def _equipped(units: Rows, watched: Watched, states: set[str], on: date) -> Rows:
    """Give a row of the register of controls for each control of a unit whose state is one of those asked for; without a state it cannot be told."""
    blank = dict.fromkeys(dataset("controls").schema.names)
    controls = sorted({control for _, control in watched.states} | {"fgd", "denox", "dedust"})
    return [
        blank | {"unit": unit["unit"], "control": control, "installed": unit["commissioned"] or on, "day": on}
        for unit in units
        for control in controls
        if _state(watched, unit["unit"], control) in states
    ]


def _state(watched: Watched, outlet: str, control: str) -> str:
    found = watched.states.get((outlet, control))
    return UNKNOWN if found is None else found.state


@dataclass
class SourceWatch:
    """What is monitored, looked at once for each day and state of the stores; simulated outlets count only where the settings say so."""

    house: House
    _held: dict[tuple[date, str], Seen] = field(default_factory=dict)

    def __call__(self, plan: Plan, on: date) -> Seen:
        """Look at what is monitored as known at the close of a day; nothing where no outlet is registered, or an earlier lake is asked for."""
        if self.house.moment.as_loaded is not None or not self.house.lake.exists("outlets"):
            return {}
        known = self.house.sources.known
        key = (on, f"{self.house.source_tables.snapshot().state} {known.key} {known.until} {counts_simulated()}")
        if key not in self._held:
            if len(self._held) >= HELD:
                self._held.clear()
            self._held[key] = self._look(plan, on)
        return self._held[key]

    def _look(self, plan: Plan, on: date) -> Seen:
        room = self.house.sources
        outlets = watched_outlets(room.known.registry, on, with_simulated=counts_simulated())
        if not outlets:
            return {}
        month = month_before(on)
        period = parse_period(month)
        first = _back(period.start)
        rows = room.quarter_rows("equipment", first, period.end, first=f"{first:%Y-%m}", last=month)
        sent = room.quarter_rows("effective", period.start, period.end, month=month)
        states = newest_told(control_states(self.house.law, rows), month)
        target = float(self.house.law.value("law_hour_rule", on=period.end, item="transmission_target").value)
        effective = {row["outlet"]: row["effective"] for row in sent}
        begun = period.start.replace(month=1)
        held = quotas(room.known.registry, room.quarter_rows("months", begun, period.end, first=f"{begun:%Y-%m}", last=month), begun.year, period.end)
        above = {each.outlet: over_quota(held, each) for each in outlets}
        return observed(self.house.law, plan, self.house.atlas, Watched(outlets, month, states, effective, target, above), on)


def equipment_of(room: SourceRoom, outlet: str, first: date, last: date) -> Rows:
    """Give the months of an outlet's controls: whether they ran and why that is said, hours, removal, load and electricity."""
    rows = [row for row in room.quarter_rows("equipment", first, last, first=f"{first:%Y-%m}", last=f"{last:%Y-%m}") if row["outlet"] == outlet]
    told = {(each.control, each.month): each for each in control_states(room.house.law, rows)}
    names = ("control", "month", "working_hours", "running_hours", "idle_hours", "bypass_hours", "removal", "load", "production", "treatment")
    return [
        {name: row[name] for name in names} | {"state": found.state, "because": [{"key": each.key, "values": dict(each.values)} for each in found.because]}
        for row in rows
        if (found := told[row["control"], row["month"]])
    ]


def _back(first: date) -> date:
    for _ in range(MONTHS_BACK - 1):
        first = (first - DAY).replace(day=1)
    return first
