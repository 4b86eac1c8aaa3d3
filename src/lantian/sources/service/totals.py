"""Tonnes: what outlets emitted by outlet, enterprise, sector, city and month, with what share is measured, substituted or missing; against the permit's quota."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lantian.kernel.finding import Message
from lantian.kernel.place_id import stem
from lantian.sources.model import Outlet, Registry

TONNE = 1000.0
BY = ("outlet", "enterprise", "sector", "city", "province", "all")
"""By what tonnes are gathered."""
CITY_DIGITS, PROVINCE_DIGITS = 4, 2


@dataclass(frozen=True, slots=True)
class Total:
    """What was emitted of a pollutant by one group in one span: tonnes known, the part of them that was measured and that was substituted, hours and their coverage.

    ``tonnes`` is None where no hour has a mass. ``coverage`` is the share of working hours that have a mass; below one the true amount is larger.
    """

    group: str
    pollutant: str
    span: str
    outlets: int
    tonnes: float | None
    measured: float
    substituted: float
    hours: int
    operating_hours: int
    missing_hours: int
    silent: int
    simulated: bool

    @property
    def coverage(self) -> float | None:
        """Give the share of working hours with a mass."""
        return None if not self.operating_hours else 1 - min(self.missing_hours, self.operating_hours) / self.operating_hours

    @property
    def substituted_share(self) -> float | None:
        """Give the share of the tonnes that was substituted."""
        return self.substituted / self.tonnes if self.tonnes else None

    @property
    def at_least(self) -> bool:
        """Tell whether the true amount must be larger: hours are missing, or an outlet sent nothing."""
        return bool(self.missing_hours or self.silent)


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of a year's quota is used: tonnes so far against tonnes permitted, as a share, and where the year ends if it goes on like this.

    ``over`` is True once the quota is exceeded, False when the year is over and it is not, None while it is open or cannot be told.
    """

    permit: str
    subject: str
    pollutant: str
    year: int
    quota: float
    used: float | None
    share: float | None
    projected: float | None
    over: bool | None
    at_least: bool
    because: tuple[Message, ...] = field(default=())


def group_of(by: str, outlet: Outlet, sectors: Mapping[str, str]) -> str:
    """Give the group of an outlet: itself, its enterprise, that one's sector, its city or province."""
    return {
        "outlet": outlet.outlet,
        "enterprise": outlet.enterprise,
        "sector": sectors.get(outlet.enterprise, ""),
        "city": _cut(outlet.place, CITY_DIGITS),
        "province": _cut(outlet.place, PROVINCE_DIGITS),
        "all": "",
    }[by]


def _cut(place: str, digits: int) -> str:
    return stem(place)[:digits].ljust(len(place), "0")


def totals(registry: Registry, months: Iterable[Mapping[str, Any]], by: str = "outlet", *, span: Callable[[str], str] = str) -> list[Total]:
    """Gather tonnes from rows of ``outlet_month``.

    Parameters
    ----------
    registry
        The registers; a row of an outlet that is not registered raises ``InputError``.
    months
        Rows of ``outlet_month``.
    by
        One of ``BY``.
    span
        What a month is gathered into: itself, or ``year_of``.
    """
    sectors = {each.enterprise: each.sector for each in registry.enterprises()}
    rows: dict[tuple[str, str, str], list[tuple[Outlet, Mapping[str, Any]]]] = {}
    for row in months:
        outlet = registry.outlet(row["outlet"], _last(row["month"]))
        rows.setdefault((group_of(by, outlet, sectors), row["pollutant"], span(row["month"])), []).append((outlet, row))
    return [_total(key, held) for key, held in sorted(rows.items())]


def year_of(month: str) -> str:
    """Give the year of a month.

    >>> year_of("2015-11")
    '2015'
    """
    return month[:4]


def _total(key: tuple[str, str, str], held: list[tuple[Outlet, Mapping[str, Any]]]) -> Total:
    known = [row for _, row in held if row["mass"] is not None]

    def summed(name: str) -> float:
        return sum(float(row[name] or 0) for row in known) / TONNE

    hours, operating, missing = (sum(int(row[name] or 0) for _, row in held) for name in ("hours", "operating_hours", "missing_hours"))
    silent = sum(1 for _, row in held if row["mass"] is None and (row["operating_hours"] or row["missing_hours"]))
    return Total(
        *key,
        len({outlet.outlet for outlet, _ in held}),
        summed("mass") if known else None,
        summed("measured_mass"),
        summed("substituted_mass"),
        hours,
        operating,
        missing,
        silent,
        any(outlet.simulated for outlet, _ in held),
    )


def _last(month: str) -> date:
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def quotas(registry: Registry, months: Iterable[Mapping[str, Any]], year: int, until: date) -> list[Quota]:
    """Set the tonnes of a year up to a day against every quota that permits hold: of an outlet, or of a whole enterprise where the permit names no outlet.

    Where the year ends is reckoned from the whole months that are over, in equal parts of a day; a month in which an outlet of the permit sent nothing makes it unknown.
    """
    rows = [row for row in months if row["month"].startswith(f"{year}-")]
    found = []
    for permit in registry.permit_reports.all(min(until, date(year, 12, 31))):
        valid = (permit.valid_from is None or permit.valid_from <= until) and (permit.valid_to is None or permit.valid_to >= date(year, 1, 1))
        if permit.quota is None or not valid:
            continue
        outlets = {permit.outlet} if permit.outlet else {each.outlet for each in registry.outlets(enterprise=permit.enterprise)}
        own = [row for row in rows if row["outlet"] in outlets and row["pollutant"] == permit.pollutant]
        found.append(_quota(permit.permit, permit.outlet or permit.enterprise, permit.pollutant, float(permit.quota), own, len(outlets), year, until))
    return sorted(found, key=lambda each: (each.subject, each.pollutant, each.permit))


def _quota(permit: str, subject: str, pollutant: str, quota: float, rows: list[Mapping[str, Any]], outlets: int, year: int, until: date) -> Quota:
    over_months = [f"{year}-{number:02}" for number in range(1, 13) if _last(f"{year}-{number:02}") <= until]
    known = [row for row in rows if row["mass"] is not None]
    used = sum(float(row["mass"]) for row in known) / TONNE if known else None
    held = {(row["outlet"], row["month"]) for row in known}
    missing = outlets * len(over_months) - sum(1 for _, month in held if month in over_months)
    at_least = bool(missing) or any(not row.get("complete", 1) for row in known)
    done = sum(float(row["mass"]) for row in known if row["month"] in over_months) / TONNE
    days = sum(_last(month).day for month in over_months)
    whole = 366 if calendar.isleap(year) else 365
    projected = done * whole / days if days and not missing else None
    exceeded = used is not None and used > quota
    over = True if exceeded else False if used is not None and not at_least and until >= date(year, 12, 31) else None
    told: dict[str, Any] = {"used": _shown(used), "quota": _shown(quota), "share": None if used is None or not quota else f"{100 * used / quota:.1f}"}
    because = [Message("source.quota.used", told | {"pollutant": pollutant, "year": year})]
    if missing:
        because.append(Message("source.quota.missing", {"missing": missing, "of": outlets * len(over_months)}))
    if projected is not None:
        because.append(Message("source.quota.projected", {"projected": _shown(projected), "months": len(over_months)}))
    share = used / quota if used is not None and quota else None
    return Quota(permit, subject, pollutant, year, quota, used, share, projected, over, at_least, tuple(because))


def over_quota(found: Iterable[Quota], outlet: Outlet) -> dict[str, bool | None]:
    """Say by pollutant whether an outlet, or its enterprise, is above its quota so far; unknown while hours are missing, absent where no quota is held."""
    answers: dict[str, bool | None] = {}
    for each in found:
        if each.subject not in (outlet.outlet, outlet.enterprise):
            continue
        own = True if each.used is not None and each.used > each.quota else None if each.at_least or each.used is None else False
        before = answers.get(each.pollutant, False)
        answers[each.pollutant] = True if own or before else None if own is None or before is None else False
    return answers


def _shown(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}".rstrip("0").rstrip(".")
