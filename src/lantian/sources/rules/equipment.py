"""Whether the controls that article 1 asks for run, hour by hour and over a month: the slow twin of equipment_hour.sql, and the verdict of a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lantian.kernel.finding import Message

PERCENT = 100.0
RUNNING, IDLE, UNKNOWN = "running", "not_running", "unknown"


@dataclass(frozen=True, slots=True)
class EquipmentRules:
    """The numbers by which running is told: least removal by control [%], bypass [°], load [%], shares [%]."""

    least: Mapping[str, float]
    bypass_open: float
    load_least: float
    rate_most: float
    running_share: float
    known_share: float


@dataclass(frozen=True, slots=True)
class ProcessHour:
    """What the process of one outlet sent in an hour, by item (law_process_item), and the concentrations at the outlet [mg/m³] by pollutant; absent is unknown."""

    items: Mapping[str, float]
    outlet: Mapping[str, float]
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class ControlHour:
    """Whether a control ran in an hour: True, False, None where it cannot be told; ``working`` is False when the unit stood still. ``sign`` says by what it was told."""

    working: bool
    running: bool | None
    sign: str


def removal(control: str, hour: ProcessHour, rules: EquipmentRules) -> float | None:
    """Give the removal [%] of a control in an hour: as sent, else from inlet and outlet; None where neither is known.

    >>> rules = EquipmentRules({}, 5.0, 10.0, 100.0, 90.0, 50.0)
    >>> removal("fgd", ProcessHour({"rate_or_inlet": 94.0}, {}), rules), removal("fgd", ProcessHour({"rate_or_inlet": 2000.0}, {"SO2": 100.0}), rules)
    (94.0, 95.0)
    """
    items = hour.items
    if control == "fgd":
        sent = items.get("rate")
        twofold = items.get("rate_or_inlet")
        if sent is None and twofold is not None and twofold <= rules.rate_most:
            sent = twofold
        inlet = twofold if twofold is not None and twofold > rules.rate_most else None
        out = items.get("outlet_so2", hour.outlet.get("SO2"))
    elif control == "denox":
        sent, inlet, out = None, items.get("inlet_nox"), items.get("outlet_nox", hour.outlet.get("NOx"))
    else:
        sent, inlet, out = None, items.get("inlet_pm"), hour.outlet.get("PM")
    if sent is not None:
        return sent
    return None if inlet is None or out is None or inlet <= 0 else PERCENT * (1 - out / inlet)


def control_hour(control: str, hour: ProcessHour, rules: EquipmentRules) -> ControlHour:
    """Tell whether a control ran in an hour.

    An open bypass, an idle pump or idle ammonia, or no power for treatment under load say no; then the removal decides; without any sign nothing is known.

    >>> rules = EquipmentRules({"fgd": 50.0}, 5.0, 10.0, 100.0, 90.0, 50.0)
    >>> [control_hour("fgd", ProcessHour(items, {}), rules).running for items in ({"bypass": 60.0, "rate": 95.0}, {"rate": 95.0}, {})]
    [False, True, None]
    """
    items, load = hour.items, hour.items.get("load")
    if hour.stopped or (load is not None and load < rules.load_least):
        return ControlHour(False, None, "stopped")
    bypass = items.get("bypass" if control == "fgd" else "denox_bypass") if control != "dedust" else None
    if bypass is not None and bypass > rules.bypass_open:
        return ControlHour(True, False, "bypass")
    idle = items.get({"fgd": "pump", "denox": "ammonia"}.get(control, ""))
    if idle is not None and idle <= 0:
        return ControlHour(True, False, "idle")
    if items.get("treatment") is not None and items["treatment"] <= 0 and (load is not None or items.get("production", 0.0) > 0):
        return ControlHour(True, False, "electricity")
    removed = removal(control, hour, rules)
    if removed is None:
        return ControlHour(True, None, "unknown")
    return ControlHour(True, removed >= rules.least[control], "removal")


def month_state(working: int, running: int, idle: int, rules: EquipmentRules) -> tuple[str, tuple[Message, ...]]:
    """Say whether a control ran in a month from its working hours and from those in which it ran or did not.

    >>> rules = EquipmentRules({}, 5.0, 10.0, 100.0, 90.0, 50.0)
    >>> [month_state(720, ran, idle, rules)[0] for ran, idle in ((648, 72), (647, 73), (350, 0))]
    ['running', 'not_running', 'unknown']
    """
    told = running + idle
    if not working:
        return UNKNOWN, (Message("source.equipment.not_working", {}),)
    if PERCENT * told < rules.known_share * working:
        return UNKNOWN, (Message("source.equipment.untold", {"told": told, "of": working}),)
    share = PERCENT * running / told
    state = RUNNING if PERCENT * running >= rules.running_share * told else IDLE
    return state, (Message("source.equipment.share", {"running": running, "told": told, "of": working, "share": f"{share:.1f}"}),)
