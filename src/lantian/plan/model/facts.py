"""What the rules of a plan ask of the world: a small port, and the port backed by a table written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from lantian.kernel.finding import Confidence, Message
from lantian.kernel.period import Period


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured or stated number and what stands behind it; ``value`` is None when unknown, and ``because`` says why (DESIGN §4).

    ``days`` of ``expected`` days are valid; for more than one city ``cities`` of ``cities_of`` have a value. ``count`` is the number of
    days behind a share. ``source`` and ``confidence`` speak of statistics that somebody else published.
    """

    value: float | None
    unit: str
    dataset: str
    place: str
    period: str
    days: int = 0
    expected: int | None = None
    cities: int | None = None
    cities_of: int | None = None
    count: int | None = None
    source: str = ""
    confidence: Confidence = Confidence.CONFIRMED
    because: tuple[Message, ...] = ()


class Facts(Protocol):
    """Everything the rules may ask, as known at the caller's clock.

    A ``scope`` is a GB/T 2260 code, a group key (bth13, yrd25, prd9, key74), or 'cities' for all cities at prefecture level and above.
    Values of more than one city are plain means of the cities' unrounded values. A period is whole days; a calendar year carries its
    number as label. Nothing raises for absent data: the answer then has no value and says why.
    """

    def annual_mean(self, scope: str, pollutant: str, period: Period) -> Measured:
        """Give the mean concentration of a pollutant over twelve months, in its ambient unit."""
        ...

    def good_day_share(self, scope: str, period: Period) -> Measured:
        """Give the share [%] of valid days on which the AQI was at level 1 or 2."""
        ...

    def heavy_day_share(self, scope: str, period: Period) -> Measured:
        """Give the share [%] of valid days on which the AQI was at level 5 or 6."""
        ...

    def statistic(self, place: str, year: int, indicator: str) -> Measured:
        """Give a published statistic of a place and year, such as 'PM10_annual'."""
        ...

    def members(self, scope: str) -> Sequence[str]:
        """Give the codes of the cities in a scope; a city gives itself."""
        ...


Row = tuple[str, str, str]


@dataclass(frozen=True)
class TableFacts:
    """Facts from a table: ``numbers`` by (scope, indicator, period label), ``statistics`` likewise with the year, ``groups`` by key.

    An indicator is the pollutant's key for an annual mean, 'good_day_share' or 'heavy_day_share'.

    >>> facts = TableFacts({("bth13", "PM2.5", "2014"): 93})
    >>> from lantian.kernel.period import year
    >>> facts.annual_mean("bth13", "PM2.5", year(2014)).value, facts.annual_mean("bth13", "PM2.5", year(2015)).because[0].key
    (93.0, 'plan.table_silent')
    """

    numbers: Mapping[Row, float | Measured] = field(default_factory=dict)
    statistics: Mapping[Row, float | Measured] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def annual_mean(self, scope: str, pollutant: str, period: Period) -> Measured:
        """Look up an annual mean."""
        return self._number(scope, pollutant, period, "µg/m³")

    def good_day_share(self, scope: str, period: Period) -> Measured:
        """Look up a share of good days."""
        return self._number(scope, "good_day_share", period, "%")

    def heavy_day_share(self, scope: str, period: Period) -> Measured:
        """Look up a share of heavily polluted days."""
        return self._number(scope, "heavy_day_share", period, "%")

    def statistic(self, place: str, year: int, indicator: str) -> Measured:
        """Look up a statistic."""
        blank = Measured(None, "µg/m³", "statistics", place, str(year), source="table", confidence=Confidence.SECONDARY)
        return _filled(blank, self.statistics.get((place, indicator, str(year))))

    def members(self, scope: str) -> Sequence[str]:
        """Look up the cities of a group."""
        return self.groups.get(scope, (scope,))

    def _number(self, scope: str, indicator: str, period: Period, unit: str) -> Measured:
        blank = Measured(None, unit, "table", scope, period.label, expected=period.days)
        return _filled(blank, self.numbers.get((scope, indicator, period.label)))


def _filled(blank: Measured, found: float | Measured | None) -> Measured:
    """Fill a blank answer with what the table holds, or with the reason that it holds nothing."""
    if found is None:
        return replace(blank, because=(Message("plan.table_silent", {"place": blank.place, "period": blank.period}),))
    if isinstance(found, Measured):
        return found
    return replace(blank, value=float(found), days=blank.expected or 0)
