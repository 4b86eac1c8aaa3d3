"""The registers opened: who emits where, which device and analysers stand there, what the permit allows; each answer as it was reported for a day."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from lantian.kernel.errors import unknown
from lantian.sources.model.nouns import Analyser, Enterprise, Logger, Outlet, Permit, Plant, ProcessLine


class Report(Protocol):
    """Anything that was reported for a day."""

    @property
    def day(self) -> date:
        """Give the day for which it was reported."""
        ...


Noun = TypeVar("Noun", bound=Report)


class Reports(Generic[Noun]):
    """All reports of one register by key: what was told for a day is the newest report up to it, and before the first report the first."""

    def __init__(self, rows: Iterable[Noun], key: Callable[[Noun], str]) -> None:
        """Sort the reports of each key by their day."""
        self._of: dict[str, list[Noun]] = defaultdict(list)
        for row in sorted(rows, key=lambda each: (key(each), each.day)):
            self._of[key(row)].append(row)

    def names(self) -> tuple[str, ...]:
        """Give the keys in order."""
        return tuple(self._of)

    def history(self, key: str) -> tuple[Noun, ...]:
        """Give every report of a key, the oldest first."""
        return tuple(self._of.get(key, ()))

    def get(self, key: str, on: date | None = None) -> Noun | None:
        """Give what was told of a key for a day, or newest; None for an unknown key."""
        told = self._of.get(key)
        if not told:
            return None
        return told[-1] if on is None else told[max(0, bisect_right(told, on, key=lambda each: each.day) - 1)]

    def find(self, kind: str, key: str, on: date | None = None) -> Noun:
        """Give what was told of a key; an unknown key raises ``InputError``."""
        found = self.get(key, on)
        if found is None:
            raise unknown(kind, key, self._of)
        return found

    def all(self, on: date | None = None) -> tuple[Noun, ...]:
        """Give each key's report for a day, or newest."""
        return tuple(found for key in self._of if (found := self.get(key, on)) is not None)


def stands(start: date | None, removed: date | None, on: date | None) -> bool:
    """Tell whether something stands on a day: from the day it was installed (unknown: always) to the day before it was removed."""
    return on is None or ((start is None or start <= on) and (removed is None or on < removed))


def grouped(rows: Iterable[Noun], key: Callable[[Noun], str]) -> dict[str, tuple[Noun, ...]]:
    """Gather rows by a key."""
    found: dict[str, list[Noun]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return {name: tuple(each) for name, each in found.items()}


def _permit_key(row: Permit) -> str:
    return f"{row.permit} {row.outlet} {row.pollutant}"


@dataclass(frozen=True)
class Registry:
    """The registers of an installation at one clock; ``on`` asks for the facts of a day, without it the newest are given."""

    enterprise_rows: tuple[Enterprise, ...] = ()
    plant_rows: tuple[Plant, ...] = ()
    line_rows: tuple[ProcessLine, ...] = ()
    outlet_rows: tuple[Outlet, ...] = ()
    analyser_rows: tuple[Analyser, ...] = ()
    logger_rows: tuple[Logger, ...] = ()
    permit_rows: tuple[Permit, ...] = ()
    within: Callable[[str, str], bool] = field(default=lambda code, place: code == place, compare=False)
    """Tells whether the place of a code lies in another."""

    @cached_property
    def enterprise_reports(self) -> Reports[Enterprise]:
        """Give the reports on enterprises."""
        return Reports(self.enterprise_rows, lambda row: row.enterprise)

    @cached_property
    def plant_reports(self) -> Reports[Plant]:
        """Give the reports on plants."""
        return Reports(self.plant_rows, lambda row: row.plant)

    @cached_property
    def line_reports(self) -> Reports[ProcessLine]:
        """Give the reports on process lines."""
        return Reports(self.line_rows, lambda row: row.line)

    @cached_property
    def outlet_reports(self) -> Reports[Outlet]:
        """Give the reports on outlets."""
        return Reports(self.outlet_rows, lambda row: row.outlet)

    @cached_property
    def analyser_reports(self) -> Reports[Analyser]:
        """Give the reports on analysers."""
        return Reports(self.analyser_rows, lambda row: row.analyser)

    @cached_property
    def logger_reports(self) -> Reports[Logger]:
        """Give the reports on data loggers."""
        return Reports(self.logger_rows, lambda row: row.device)

    @cached_property
    def permit_reports(self) -> Reports[Permit]:
        """Give the reports on permits, each pollutant of each outlet for itself."""
        return Reports(self.permit_rows, _permit_key)

    def enterprise(self, code: str, on: date | None = None) -> Enterprise:
        """Give an enterprise by its credit code; an unknown one raises ``InputError``."""
        return self.enterprise_reports.find("enterprise", code, on)

    def plant(self, plant: str, on: date | None = None) -> Plant:
        """Give a plant; an unknown one raises ``InputError``."""
        return self.plant_reports.find("plant", plant, on)

    def line(self, line: str, on: date | None = None) -> ProcessLine:
        """Give a process line; an unknown one raises ``InputError``."""
        return self.line_reports.find("process line", line, on)

    def outlet(self, outlet: str, on: date | None = None) -> Outlet:
        """Give an outlet; an unknown one raises ``InputError``."""
        return self.outlet_reports.find("outlet", outlet, on)

    def enterprises(self, place: str | None = None, on: date | None = None) -> tuple[Enterprise, ...]:
        """Give the enterprises, of a place and what lies in it where one is named."""
        return tuple(each for each in self.enterprise_reports.all(on) if self._in(each.place, place))

    def plants(self, enterprise: str, on: date | None = None) -> tuple[Plant, ...]:
        """Give the plants of an enterprise."""
        return tuple(each for each in self.plant_reports.all(on) if each.enterprise == enterprise)

    def outlets(
        self, place: str | None = None, enterprise: str | None = None, on: date | None = None, kinds: Iterable[str] | None = None
    ) -> tuple[Outlet, ...]:
        """Give the outlets, of a place and what lies in it, of an enterprise, of some kinds, where these are named; retired ones are among them."""
        asked = None if kinds is None else frozenset(kinds)
        return tuple(
            each
            for each in self.outlet_reports.all(on)
            if self._in(each.place, place) and (enterprise is None or each.enterprise == enterprise) and (asked is None or each.kind in asked)
        )

    def analysers(self, outlet: str, on: date | None = None) -> tuple[Analyser, ...]:
        """Give the analysers of an outlet that stand on a day."""
        told = (self.analyser_reports.get(key, on) for key in dict.fromkeys(each.analyser for each in self.analysers_of(outlet)))
        return tuple(each for each in told if each is not None and each.outlet == outlet and stands(each.installed, each.removed, on))

    def analysers_of(self, outlet: str) -> tuple[Analyser, ...]:
        """Give every report of an analyser that ever named an outlet."""
        return self._analysers.get(outlet, ())

    @cached_property
    def _analysers(self) -> dict[str, tuple[Analyser, ...]]:
        return grouped(self.analyser_rows, lambda each: each.outlet)

    def logger(self, device: str, on: date | None = None) -> Logger | None:
        """Give the data logger of an MN as it stands on a day; None where none is registered."""
        found = self.logger_reports.get(device, on)
        return found if found is not None and stands(found.installed, found.removed, on) else None

    def loggers(self, outlet: str | None = None, on: date | None = None) -> tuple[Logger, ...]:
        """Give the data loggers, of one outlet where it is named, that stand on a day."""
        return tuple(each for each in self.logger_reports.all(on) if outlet in (None, each.outlet) and stands(each.installed, each.removed, on))

    def device_of(self, outlet: str, on: date | None = None) -> str | None:
        """Give the MN that serves an outlet, the one installed last where there are several; None where there is none."""
        found = sorted(self.loggers(outlet, on), key=lambda each: (each.installed or date.min, each.device))
        return found[-1].device if found else None

    def outlet_of(self, device: str, on: date | None = None) -> Outlet | None:
        """Give the outlet that a device serves; None where the device or its outlet is not registered."""
        found = self.logger(device, on)
        return None if found is None else self.outlet_reports.get(found.outlet, on)

    def permits(self, outlet: Outlet, pollutant: str | None = None, on: date | None = None) -> tuple[Permit, ...]:
        """Give what permits say of an outlet, and of its whole enterprise (their ``outlet`` is empty), in force on a day."""
        keys = dict.fromkeys(_permit_key(each) for each in self.permits_of(outlet))
        told = (self.permit_reports.get(key, on) for key in keys)
        return tuple(
            each
            for each in told
            if each is not None
            and pollutant in (None, each.pollutant)
            and (on is None or ((each.valid_from is None or each.valid_from <= on) and (each.valid_to is None or on <= each.valid_to)))
        )

    def permits_of(self, outlet: Outlet) -> tuple[Permit, ...]:
        """Give every report of a permit that names an outlet or its whole enterprise."""
        return tuple(each for each in self._permits.get(outlet.enterprise, ()) if each.outlet in (outlet.outlet, ""))

    @cached_property
    def _permits(self) -> dict[str, tuple[Permit, ...]]:
        return grouped(self.permit_rows, lambda each: each.enterprise)

    def _in(self, code: str, place: str | None) -> bool:
        return place is None or (bool(code) and self.within(code, place))
