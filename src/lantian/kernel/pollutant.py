"""The six pollutants of the ambient standard (GB 3095 table 1) and the names they go by."""

from __future__ import annotations

from dataclasses import dataclass

from lantian.kernel.errors import unknown


@dataclass(frozen=True, slots=True)
class Pollutant:
    """One pollutant: its key on pages and in JSON, its column in tables, its unit in ambient air (DESIGN §11)."""

    key: str
    column: str
    zh: str
    en: str
    unit: str


PM25 = Pollutant("PM2.5", "pm25", "细颗粒物", "fine particulate matter", "µg/m³")
PM10 = Pollutant("PM10", "pm10", "可吸入颗粒物", "inhalable particulate matter", "µg/m³")
SO2 = Pollutant("SO2", "so2", "二氧化硫", "sulphur dioxide", "µg/m³")
NO2 = Pollutant("NO2", "no2", "二氧化氮", "nitrogen dioxide", "µg/m³")
CO = Pollutant("CO", "co", "一氧化碳", "carbon monoxide", "mg/m³")
O3 = Pollutant("O3", "o3", "臭氧", "ozone", "µg/m³")
POLLUTANTS = (PM25, PM10, SO2, NO2, CO, O3)
_BY_NAME = {name: p for p in POLLUTANTS for name in (p.key, p.column)}


def pollutant(name: str) -> Pollutant:
    """Find a pollutant by its key or its column name; an unknown name raises ``InputError``.

    >>> pollutant("pm25").key
    'PM2.5'
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise unknown("pollutant", name, (p.key for p in POLLUTANTS)) from None
