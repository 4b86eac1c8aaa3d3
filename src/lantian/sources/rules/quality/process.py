"""Factors of one gas that do not fit each other: air in it under load, emission in a stop, no flow, dry gas after water, an open bypass beside low SO2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lantian.sources.rules.quality.model import FLOW, LOAD, MOISTURE, NOX, OXYGEN, SO2, TEMPERATURE, Candidate, Gas, Hour, Parameters, Usual

Levels = Mapping[str, Usual]
KILOGRAMS = 0.0036
"""What mg/m³ times m³/s makes in an hour [kg]."""


def _made(code: str, factor: str, gas: Gas, value: float | None, expected: float | None, share: float | None) -> Candidate:
    return Candidate(code, factor, gas.time, gas.time, 1, value, expected, share, gas.n)


def _level(usual: Levels, factor: str) -> float | None:
    return usual[factor].level if factor in usual else None


def _over(value: float | None, usual: float | None) -> float | None:
    return value / usual if value is not None and usual is not None and usual > 0 else None


def _below(value: float | None, bound: float | None) -> bool:
    return value is not None and bound is not None and value <= bound


def air_in_gas(oxygen: float | None, usual: float | None, air: float) -> float | None:
    """Give the share of air in a gas whose oxygen rose from its usual level towards that of air.

    >>> round(air_in_gas(9.0, 6.0, 20.9), 3)
    0.201
    """
    return None if oxygen is None or usual is None or usual == air else (oxygen - usual) / (air - usual)


def running_share(gas: Gas, usual: Levels) -> float | None:
    """Give the load as a share of the usual load, or the flow of the usual flow where the outlet sends no load; None where neither is known."""
    load = _level(usual, LOAD)
    return _over(gas.load, load) if load is not None and load > 0 else _over(gas.flow, _level(usual, FLOW))


def diluted(hours: Iterable[Gas], usual: Levels, p: Parameters) -> list[Candidate]:
    """DILUTE-A: oxygen says that air came in, moisture, temperature or gases agree, and the unit runs as usual."""
    found = []
    for gas in hours:
        air, running = air_in_gas(gas.oxygen, _level(usual, OXYGEN), p["all_air_oxygen"]), running_share(gas, usual)
        if not gas.usable or air is None or running is None or air < p["dilute_a_fraction"] or running < p["dilute_a_load"]:
            continue
        if _signs_of_air(gas, usual, air, p) >= p["dilute_a_signs"]:
            found.append(_made("DILUTE-A", OXYGEN, gas, gas.oxygen, _level(usual, OXYGEN), air))
    return found


def _signs_of_air(gas: Gas, usual: Levels, air: float, p: Parameters) -> int:
    least, ambient = p["dilute_a_agreement"] * air, p["dilute_a_ambient"]
    moisture, warm, so2, nox = (_level(usual, factor) for factor in (MOISTURE, TEMPERATURE, SO2, NOX))
    drier = moisture is not None and _below(gas.moisture, moisture * (1 - least))
    cooler = warm is not None and warm > ambient and _below(gas.temperature, warm - least * (warm - ambient))
    thinner = so2 is not None and nox is not None and _below(gas.so2, so2 * (1 - least)) and _below(gas.nox, nox * (1 - least))
    return drier + cooler + thinner


def emitting_in_stop(hours: Iterable[Gas], usual: Levels, p: Parameters) -> list[Candidate]:
    """STOP-A: the hour is reported as a stop while oxygen, flow or concentrations say that fuel burns."""
    found = []
    flow = _level(usual, FLOW)
    for gas in hours:
        moving = _over(gas.flow, flow)
        gases = [_over(gas.so2, _level(usual, SO2)), _over(gas.nox, _level(usual, NOX))]
        signs = _below(gas.oxygen, p["stop_a_oxygen"]) + (moving is not None and moving >= p["stop_a_flow"])
        signs += any(each is not None and each >= p["stop_a_level"] for each in gases)
        if gas.halted and signs >= p["stop_a_signs"]:
            share = gas.flow / flow if gas.flow is not None and flow else None
            found.append(_made("STOP-A", "", gas, gas.flow, flow, share))
    return found


def without_flow(hours: Iterable[Gas], usual: Levels, p: Parameters) -> list[Candidate]:
    """MASS-C: no flow is sent while oxygen and concentrations say that fuel burns, so that no mass arises."""
    return [
        _made("MASS-C", FLOW, gas, gas.flow, _level(usual, FLOW), gas.oxygen)
        for gas in hours
        if gas.usable and _below(gas.flow, 0) and _below(gas.oxygen, p["mass_c_oxygen"]) and ((gas.so2 or 0) > 0 or (gas.nox or 0) > 0)
    ]


def dry_after_scrubber(hours: Iterable[Gas], p: Parameters) -> list[Candidate]:
    """WET-A: warm gas behind a wet scrubber holds far less water than saturation."""
    return [
        _made("WET-A", MOISTURE, gas, gas.moisture, p["wet_a_moisture"], gas.moisture / p["wet_a_moisture"])
        for gas in hours
        if gas.usable
        and gas.moisture is not None
        and gas.moisture < p["wet_a_moisture"]
        and gas.temperature is not None
        and gas.temperature >= p["wet_a_temperature"]
        and (gas.oxygen is None or gas.oxygen <= p["stop_a_oxygen"])
    ]


def past_scrubber(hours: Iterable[Gas], usual: Levels, p: Parameters) -> list[Candidate]:
    """FGD-A: the bypass stands open while SO2 is no higher than usual."""
    so2 = _level(usual, SO2)
    return [
        _made("FGD-A", SO2, gas, gas.so2, so2, gas.bypass)
        for gas in hours
        if gas.usable and gas.bypass is not None and gas.bypass > p["fgd_a_opening"] and so2 is not None and _below(gas.so2, p["fgd_a_level"] * so2)
    ]


def _low_so2(gas: Gas, usual: Levels, level: float, flowing: float) -> bool:
    so2, flow = _level(usual, SO2), _level(usual, FLOW)
    low = so2 is not None and _below(gas.so2, level * so2)
    return gas.usable and low and flow is not None and gas.flow is not None and gas.flow >= flowing * flow


def sour_slurry(hours: Iterable[Gas], usual: Levels, p: Parameters) -> list[Candidate]:
    """FGD-B: the slurry is too sour to take up SO2, gas flows, and SO2 is no higher than usual."""
    return [
        _made("FGD-B", SO2, gas, gas.so2, _level(usual, SO2), gas.acidity)
        for gas in hours
        if gas.acidity is not None and gas.acidity < p["fgd_b_acidity"] and _low_so2(gas, usual, p["fgd_b_level"], p["fgd_b_flow"])
    ]


def pumps_standing(hours: Iterable[Gas], usual: Levels, p: Parameters) -> list[Candidate]:
    """FGD-C: every slurry pump stands, gas flows, and SO2 is no higher than usual."""
    return [
        _made("FGD-C", SO2, gas, gas.so2, _level(usual, SO2), gas.pump)
        for gas in hours
        if gas.pump is not None and gas.pump <= p["fgd_c_running"] and _low_so2(gas, usual, p["fgd_c_level"], p["fgd_c_flow"])
    ]


def without_mass(hours: Iterable[Hour], gases: Iterable[Gas], p: Parameters) -> list[Candidate]:
    """MASS-A and MASS-B: the total that was sent lacks most of concentration times flow, or stands without any concentration."""
    flows = {gas.time: gas.flow for gas in gases}
    found = []
    for each in hours:
        if not each.usable or not each.pollutant or each.total is None:
            continue
        flow = flows.get(each.time)
        mass = None if flow is None else each.mean * flow * KILOGRAMS
        if each.mean > 0 and mass is not None and mass >= p["mass_a_least"] and each.total < p["mass_a_ratio"] * mass:
            found.append(Candidate("MASS-A", each.factor, each.time, each.time, 1, each.total, mass, each.total / mass, each.n))
        if each.mean <= 0 and each.total >= p["mass_b_least"]:
            found.append(Candidate("MASS-B", each.factor, each.time, each.time, 1, each.total, 0.0, None, each.n))
    return found
