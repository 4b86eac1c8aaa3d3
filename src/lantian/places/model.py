"""The nouns of places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lantian.kernel.finding import Confidence


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative division by its GB/T 2260 code; the four municipalities are province and city at once."""

    code: str
    name: str
    short: str
    name_en: str
    level: str
    parent: str | None
    longitude: float | None
    latitude: float | None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A monitoring station: national code, name, pinyin, city, coordinates [degrees], and whether it is a control point (清洁对照点)."""

    id: str
    name: str
    name_en: str
    city: str
    longitude: float | None
    latitude: float | None
    control: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A set of cities that is reported or ranked together, such as 京津冀."""

    key: str
    zh: str
    en: str
    members: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    source: str
    confidence: Confidence
    note: str
