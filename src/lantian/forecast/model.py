"""The nouns of the forecast: runs of hours and days, methods, trained models, a prediction and its scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from numpy.typing import NDArray

from lantian.kernel.finding import Message
from lantian.kernel.pollutant import POLLUTANTS

Array = NDArray[Any]
"""Numbers, most of them doubles; positions and truths are whole numbers and booleans."""
COLUMNS = tuple(each.column for each in POLLUTANTS)
TARGETS = (*COLUMNS, "aqi")
WEATHER = ("temperature", "dew_point", "pressure", "rain", "wind_u", "wind_v")
VARIANTS = ("none", "forecast", "perfect")
"""Without a weather forecast; with one, trained on forecast-like weather; with the weather as it came, a ceiling that is labelled so."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one city: element 0 is the hour ending at ``start``; missing is NaN.

    ``air`` holds the mean of the evaluation stations [µg/m³, CO mg/m³] as it was on time; ``shape`` how PM2.5 lies over the stations
    (spread, eastward and northward slope of its logarithm); ``weather`` the observed weather [°C, hPa, mm, m/s].
    """

    place: str
    start: datetime
    air: Mapping[str, Array]
    shape: Mapping[str, Array]
    weather: Mapping[str, Array]

    @property
    def count(self) -> int:
        """Count the hours."""
        return len(self.air["pm25"])


@dataclass(frozen=True, slots=True)
class Days:
    """The days of many cities: rows are days from ``start``, columns the cities ``places``; concentrations and AQI; missing is NaN."""

    places: tuple[str, ...]
    longitude: Array
    latitude: Array
    start: date
    values: Mapping[str, Array]

    @property
    def count(self) -> int:
        """Count the days."""
        return len(self.values["pm25"])


@dataclass(frozen=True, slots=True)
class Methods:
    """The choices of ``methods.yaml`` as they stand there."""

    told: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """Give one choice."""
        return self.told[name]


@dataclass(frozen=True, slots=True)
class Part:
    """What one lead group of one target learned: the median, the log of the spread, and the standardised residuals at equal steps."""

    leads: tuple[int, ...]
    median: str
    spread: str
    steps: tuple[float, ...]
    low: float
    high: float
    events: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trained:
    """One model file: a target of a family (hourly or daily) and weather variant, with its window, features, data, code and scores."""

    family: str
    variant: str
    target: str
    places: tuple[str, ...]
    first_day: date
    last_day: date
    features: tuple[str, ...]
    data: str
    code: str
    methods: str
    parts: tuple[Part, ...]
    scores: Mapping[str, Any] = field(default_factory=dict)

    def part(self, lead: int) -> Part:
        """Give the part that speaks for a lead [days]."""
        return next(each for each in self.parts if lead in each.leads)


Bundle = Mapping[str, Trained]
"""The seven models of a family and variant by target."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Forecasts of n cases at one lead: medians, quantiles (n × levels), 10–90 ranges by target, and probabilities of AQI above thresholds."""

    median: Mapping[str, Array]
    quantiles: Mapping[str, Array]
    low: Mapping[str, Array]
    high: Mapping[str, Array]
    probability: Mapping[int, Array]


@dataclass(frozen=True, slots=True)
class Range:
    """A median with the range in which the value lies in eight of ten cases."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class DayForecast:
    """A day ahead: concentrations [µg/m³, CO mg/m³] by column, AQI, levels, primary pollutant, probability of AQI above thresholds, whether to warn."""

    day: date
    lead: int
    values: Mapping[str, Range]
    aqi: Range
    level: tuple[int, int, int]
    primary: str | None
    probability: Mapping[int, float]
    quantiles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CityForecast:
    """What is forecast for a city at an issue, from which models, and what must be said about it; ``correlation`` ties the days together."""

    place: str
    issued_at: datetime
    family: str
    variant: str
    trained: tuple[date, date]
    days: tuple[DayForecast, ...]
    hours: tuple[tuple[datetime, Range], ...]
    correlation: tuple[tuple[float, ...], ...]
    because: tuple[Message, ...]
    warning_probability: float
