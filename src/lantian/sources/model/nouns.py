"""The nouns of the registers of emission sources: each is one report, as of its day, of one thing (columns of the datasets of the same name)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise, by its unified social credit code (GB 32100-2015)."""

    enterprise: str
    name: str
    name_en: str
    place: str
    longitude: float | None
    latitude: float | None
    sector: str
    address: str
    contact: str
    simulated: bool
    day: date


@dataclass(frozen=True, slots=True)
class Plant:
    """A site of an enterprise."""

    plant: str
    enterprise: str
    name: str
    place: str
    longitude: float | None
    latitude: float | None
    day: date


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """A process line of a plant; ``removed`` is the first day on which it no longer stands."""

    line: str
    plant: str
    name: str
    sector: str
    capacity: float | None
    capacity_unit: str
    installed: date | None
    removed: date | None
    day: date


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet and the unit behind it: which standard binds it, as what, how large, on which fuel, since when, where.

    ``retired`` and ``ultra_low`` are the first days on which it no longer runs, or must keep the ultra-low limits; ``area`` is in m², ``height`` in m.
    """

    outlet: str
    enterprise: str
    plant: str
    line: str
    name: str
    name_en: str
    place: str
    longitude: float | None
    latitude: float | None
    kind: str
    area: float | None
    height: float | None
    standard: str
    unit_type: str
    fuel: str
    capacity: float | None
    capacity_unit: str
    approved: date | None
    commissioned: date | None
    retired: date | None
    urban_core: bool | None
    ultra_low: date | None
    simulated: bool
    day: date


@dataclass(frozen=True, slots=True)
class Analyser:
    """An analyser of one factor at an outlet; ``removed`` is the first day on which it no longer measures."""

    analyser: str
    outlet: str
    factor: str
    method: str
    serial: str
    range_top: float | None
    basis: str
    nox_basis: str
    installed: date | None
    removed: date | None
    day: date


@dataclass(frozen=True, slots=True)
class Logger:
    """A data logger (its MN is ``device``): whose outlet it serves, whether its times mark the start or the end of a period, units that differ."""

    device: str
    outlet: str
    st: str
    label: str
    interval: int | None
    units: str
    installed: date | None
    removed: date | None
    day: date


@dataclass(frozen=True, slots=True)
class Permit:
    """What a discharge permit allows: a concentration [mg/m³] and tonnes a year; an empty outlet means the whole enterprise."""

    permit: str
    enterprise: str
    outlet: str
    pollutant: str
    limit: float | None
    quota: float | None
    valid_from: date | None
    valid_to: date | None
    day: date


POLLUTANTS = ("SO2", "NOx", "PM")
"""What stacks are judged on; PM is what the standards call smoke and dust."""
FACTORS = {"SO2": "a21026", "NOx": "a21002", "PM": "a34013"}
"""The factor of HJ 212-2017 by which a device sends each."""
