"""Compares what the peers made with what lantian made, on the part they share, and says so in words."""

from __future__ import annotations

import duckdb
from measure import RESULTS

TIE = 1e-6
NEAR = 3
NAMES = ("pm25", "pm10", "so2", "no2", "co", "o3")
KEYS = {"pm25": "PM2.5", "pm10": "PM10", "so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3"}


def table(name: str) -> str:
    """Name a kept result as a source of DuckDB."""
    return f"read_parquet('{RESULTS / name}.parquet')"


def tie(value: str, iaqi: str) -> str:
    """Ask whether a value that decides the AQI, or nearly does, lies on a rounding tie."""
    x = f"o.{value} * {10 if value == 'co' else 1}"
    return f"(o.{iaqi}_iaqi >= o.aqi - {NEAR} AND abs({x} - floor({x}) - 0.5) < {TIE})"


def city_days(peer: str, edition: str = "year") -> str:
    """Compare the AQI of every city day; where it differs, look whether a value lies on a rounding tie."""
    ties = " OR ".join(tie(value, iaqi) for value, iaqi in (*((p, p) for p in NAMES), ("o3_hour", "o3")))
    sql = f"""
        SELECT count(*), count(*) FILTER (WHERE o.aqi IS NOT DISTINCT FROM p.aqi), count(*) FILTER (WHERE o.aqi IS DISTINCT FROM p.aqi AND ({ties})),
          count(*) FILTER (WHERE o.place IS NULL OR p.city IS NULL)
        FROM {table(f"lantian-{edition}")} AS o FULL JOIN {table(f"{peer}-days")} AS p ON p.city = o.place AND CAST(p.day AS DATE) = o.day"""
    days, same, tied, alone = duckdb.sql(sql).fetchall()[0]
    rest = days - same - tied
    end = "" if days == same else f"; of the others {tied:,} stand on a rounding tie that doubles cannot hold, {rest:,} differ otherwise"
    return f"{peer}: AQI equal on {same:,} of {days:,} city days{end}" + (f"; {alone:,} stand on one side only" if alone else "")


def percentiles(peer: str) -> str:
    """Compare the percentiles of every city and pollutant."""
    worst, count = 0.0, 0
    for name, key in KEYS.items():
        sql = f"""
            SELECT max(abs(o.percentile - p.{name})), count(*) FROM {table("lantian-percentiles")} AS o
            JOIN {table(f"{peer}-percentiles")} AS p ON p.city = o.place AND o.pollutant = '{key}'"""
        top, rows = duckdb.sql(sql).fetchall()[0]
        worst, count = max(worst, top), count + rows
    return f"{peer}: {count:,} percentiles, largest difference {worst:.1e}"


def station_days() -> str:
    """Compare airqoair's daily PM2.5 means of the stations it was given."""
    sql = f"""
        SELECT count(*), count(*) FILTER (WHERE (o.pm25 IS NULL) = (p.pm25 IS NULL)), max(abs(o.pm25 - p.pm25))
        FROM {table("airqo-stations")} AS p JOIN {table("lantian-stations")} AS o ON o.station = p.station AND o.day = CAST(p.date AS DATE)"""
    days, known, worst = duckdb.sql(sql).fetchall()[0]
    return f"airqoair: PM2.5 known on the same {known:,} of {days:,} station days, largest difference {worst:.1e}"


def hub() -> str:
    """Compare aqi-hub's AQI of city days with HJ 633-2026, by what makes it differ."""
    unknown = "NOT (o.pm25 IS NOT NULL AND o.pm10 IS NOT NULL AND o.so2 IS NOT NULL AND o.no2 IS NOT NULL AND o.co IS NOT NULL AND o.o3 IS NOT NULL)"
    sql = f"""
        SELECT count(*), count(*) FILTER (WHERE o.aqi IS NOT DISTINCT FROM p.aqi), count(*) FILTER (WHERE o.aqi IS DISTINCT FROM p.aqi AND {unknown}),
          count(*) FILTER (WHERE o.aqi IS DISTINCT FROM p.aqi AND NOT ({unknown}) AND o.so2 > 50)
        FROM {table("lantian-year-2026")} AS o JOIN {table("hub-cities-days")} AS p ON p.city = o.place AND CAST(p.day AS DATE) = o.day"""
    days, same, missing, so2 = duckdb.sql(sql).fetchall()[0]
    rest = days - same - missing - so2
    return (
        f"aqi-hub (HJ 633-2026 only): AQI equal on {same:,} of {days:,} city days; {missing:,} lack a pollutant, where the standard gives no AQI and it does; "
        f"{so2:,} have SO2 above 50, where its table is another; {rest:,} differ otherwise"
    )


def all_words() -> list[str]:
    """Say how every peer agrees."""
    return [*(f(peer) for peer in ("pandas", "polars") for f in (city_days, percentiles)), hub(), station_days()]


if __name__ == "__main__":
    print("\n".join(all_words()))
