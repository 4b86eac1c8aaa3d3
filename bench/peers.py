"""The peers' tasks, in their own environment: pandas and Polars on the whole chain, aqi-hub and airqoair on their part of it.

The law's numbers stand here once more on purpose: a peer has no law book, its user writes them down.
"""

from __future__ import annotations

import sys
import time

import national
from measure import DATA, RESULTS, report

POLLUTANTS = list(national.POLLUTANTS)
SIMPLE = POLLUTANTS[:-1]
DAY_HOURS, WINDOW, WINDOW_HOURS, WINDOWS, O3_LIMIT, SHARE = 20, 8, 6, 14, 160, 0.75
PERCENTILE = {"pm25": 0.95, "pm10": 0.95, "so2": 0.98, "no2": 0.98, "co": 0.95, "o3": 0.90}
INDEX = [0, 50, 100, 150, 200, 300, 400, 500]
POINTS = {
    "pm25": [0, 35, 75, 115, 150, 250, 350, 500],
    "pm10": [0, 50, 150, 250, 350, 420, 500, 600],
    "so2": [0, 50, 150, 475, 800, 1600, 2100, 2620],
    "no2": [0, 40, 80, 180, 280, 565, 750, 940],
    "co": [0, 2, 4, 14, 24, 36, 48, 60],
    "o3": [0, 100, 160, 215, 265, 800],
    "o3_hour": [0, 160, 200, 300, 400, 800, 1000, 1200],
}
HUB_SHARE = 100  # aqi-hub's station-hours: one in a hundred
AIRQO_SHARE = 10  # airqoair's stations: one in ten


def pandas_chain() -> dict[str, object]:
    """Station days, MDA8, city days, AQI and percentiles in pandas, a month at a time: the days of a month lie in its file."""
    import numpy as np
    import pandas as pd

    def station_days(path: str) -> pd.DataFrame:
        hours = pd.read_parquet(path, columns=["station", "day", "hour", *POLLUTANTS]).astype({"station": "category"})
        grouped = hours.groupby(["station", "day"], observed=True)[SIMPLE]
        days = grouped.mean().where(grouped.count() >= DAY_HOURS)
        o3 = hours.pivot(index=["station", "day"], columns="hour", values="o3").reindex(columns=range(1, 25))  # noqa: PD010 - every hour stands once
        known = o3.notna().to_numpy().astype(np.int64)
        sums = np.nan_to_num(o3.to_numpy())
        windows = np.lib.stride_tricks.sliding_window_view
        count = windows(known, WINDOW, axis=1).sum(axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = np.where(count >= WINDOW_HOURS, windows(sums, WINDOW, axis=1).sum(axis=2) / count, -np.inf)
        valid = (count >= WINDOW_HOURS).sum(axis=1)
        best = means.max(axis=1)
        mda8 = pd.Series(np.where((valid >= WINDOWS) | (best > O3_LIMIT), best, np.nan), o3.index).replace(-np.inf, np.nan)
        top = o3.max(axis=1).where(known.sum(axis=1) >= DAY_HOURS)
        return days.assign(o3=mda8, o3_hour=top).reset_index().astype({"station": "str"})

    def iaqi(value: pd.Series, name: str) -> np.ndarray:
        scale = 10 if name == "co" else 1
        points = np.array(POINTS[name]) * scale
        x = np.rint(value.to_numpy() * scale)
        above = np.nan if name == "o3" else 500
        k = np.clip(np.searchsorted(points, x) - 1, 0, len(points) - 2)
        low, high, base, step = points[k], points[k + 1], np.array(INDEX)[k], np.diff(INDEX)[k]
        part = base + np.ceil(step * (x - low) / (high - low))
        return np.where(x > points[-1], above, np.where(np.isnan(x), np.nan, part))

    days = pd.concat([station_days(path) for path in national.files(DATA, "plain", national.YEAR)], ignore_index=True)
    stations = pd.DataFrame(national.network(), columns=["station", "city", "control"])
    days = days.merge(stations[~stations["control"]], on="station")
    size = days.groupby("city")["station"].nunique()
    names = [*POLLUTANTS, "o3_hour"]
    by_city = days.groupby(["city", "day"])[names]
    count = by_city.count()
    needed = SHARE * size.reindex(count.index.get_level_values("city")).to_numpy()[:, None]
    cities = by_city.mean().where(count.ge(needed))
    parts = pd.DataFrame({name: iaqi(cities[name], name) for name in names}, index=cities.index)
    top = parts.max(axis=1)
    cities["aqi"] = top.where((parts["pm25"].notna() & parts["pm10"].notna()) | (top > 100))
    percentiles = pd.DataFrame({name: cities.groupby("city")[name].quantile(share) for name, share in PERCENTILE.items()})
    return {"days": cities.reset_index(), "percentiles": percentiles.reset_index()}


def polars_chain() -> dict[str, object]:
    """Run the same in Polars: one lazy plan, hours as columns by filtered aggregates, streaming where Polars can."""
    import polars as pl

    hours = pl.scan_parquet(national.files(DATA, "plain", national.YEAR), hive_partitioning=False)
    simple = [pl.col(name).mean().alias(name) for name in SIMPLE]
    counts = [pl.col(name).count().alias(f"{name}_n") for name in POLLUTANTS]
    wide = [pl.when(pl.col("hour") == h).then(pl.col("o3")).max().alias(f"h{h}") for h in range(1, 25)]
    days = hours.group_by("station", "day").agg(*simple, *counts, pl.col("o3").max().alias("o3_hour"), *wide)
    means = []
    for end in range(WINDOW, 25):
        window = [f"h{h}" for h in range(end - WINDOW + 1, end + 1)]
        mean = pl.when(pl.sum_horizontal(pl.col(window).is_not_null()) >= WINDOW_HOURS).then(pl.mean_horizontal(window))
        means.append(mean.alias(f"m{end}"))
    ends = [f"m{end}" for end in range(WINDOW, 25)]
    enough = (pl.sum_horizontal(pl.col(ends).is_not_null()) >= WINDOWS) | (pl.max_horizontal(ends) > O3_LIMIT)
    days = days.with_columns(means).select(
        "station",
        "day",
        *[pl.when(pl.col(f"{name}_n") >= DAY_HOURS).then(pl.col(name)).alias(name) for name in SIMPLE],
        pl.when(enough).then(pl.max_horizontal(ends)).alias("o3"),
        pl.when(pl.col("o3_n") >= DAY_HOURS).then("o3_hour").alias("o3_hour"),
    )
    stations = pl.LazyFrame(national.network(), schema=["station", "city", "control"], orient="row").filter(~pl.col("control"))
    size = stations.group_by("city").agg(pl.len().alias("size"))
    names = [*POLLUTANTS, "o3_hour"]
    cities = (
        days.join(stations, on="station")
        .group_by("city", "day")
        .agg(*[pl.col(name).mean() for name in names], *[pl.col(name).count().alias(f"{name}_n") for name in names])
        .join(size, on="city")
        .select("city", "day", *[pl.when(pl.col(f"{name}_n") >= SHARE * pl.col("size")).then(name).alias(name) for name in names])
    )

    def iaqi(name: str) -> pl.Expr:
        scale = 10 if name == "co" else 1
        points = [point * scale for point in POINTS[name]]
        x = (pl.col(name) * scale).round()
        part = pl.lit(None if name == "o3" else 500, dtype=pl.Float64)
        for k in range(len(points) - 2, -1, -1):
            on = INDEX[k] + ((INDEX[k + 1] - INDEX[k]) * (x - points[k]) / (points[k + 1] - points[k])).ceil()
            part = pl.when(x <= points[k + 1]).then(on).otherwise(part)
        return pl.when(x.is_not_null()).then(part).alias(f"{name}_iaqi")

    parts = pl.max_horizontal([f"{name}_iaqi" for name in names])
    known = pl.col("pm25_iaqi").is_not_null() & pl.col("pm10_iaqi").is_not_null()
    done = cities.with_columns([iaqi(name) for name in names]).with_columns(pl.when(known | (parts > 100)).then(parts).alias("aqi"))
    done = done.select("city", "day", *names, "aqi").collect(engine="streaming")
    percentiles = done.group_by("city").agg([pl.col(name).quantile(share, interpolation="linear") for name, share in PERCENTILE.items()])
    return {"days": done.to_pandas(), "percentiles": percentiles.to_pandas()}


def hub_cities() -> dict[str, object]:
    """Give the AQI of every city day by aqi-hub, one value at a time as it is made; the city's values are lantian's."""
    import warnings

    import pandas as pd
    from aqi_hub.aqi_cn.aqi import cal_aqi_cn

    warnings.simplefilter("ignore")
    days = pd.read_parquet(RESULTS / "lantian-year-2026.parquet", columns=["place", "day", *POLLUTANTS])
    rounded = days[POLLUTANTS].round(dict.fromkeys(POLLUTANTS, 0) | {"co": 1})
    rows = rounded.astype(object).where(rounded.notna(), None).itertuples(index=False, name=None)
    aqi = [cal_aqi_cn(*row, data_type="daily")[0] for row in rows]
    return {"days": days[["place", "day"]].rename(columns={"place": "city"}).assign(aqi=pd.array(aqi, dtype="Float64"))}


def hub_hours() -> dict[str, object]:
    """Give the hourly AQI of every hundredth station-hour by aqi-hub."""
    import warnings

    import pandas as pd
    from aqi_hub.aqi_cn.aqi import cal_aqi_cn

    warnings.simplefilter("ignore")
    paths = national.files(DATA, "plain", national.YEAR)
    hours = pd.concat([pd.read_parquet(path, columns=POLLUTANTS).iloc[::HUB_SHARE] for path in paths])
    started = time.process_time()
    for row in hours.astype(object).where(hours.notna(), None).itertuples(index=False, name=None):
        cal_aqi_cn(*row, data_type="hourly")
    return {"scale": HUB_SHARE, "part": time.process_time() - started}


def airqo_days() -> dict[str, object]:
    """Average the days of every tenth station by airqoair, a station at a time as its function takes them."""
    import pandas as pd
    from airqoair import time_average

    wanted = [station for station, _, _ in national.network()][::AIRQO_SHARE]
    paths = national.files(DATA, "plain", national.YEAR)
    hours = pd.concat([pd.read_parquet(path, columns=["station", "time", *POLLUTANTS], filters=[("station", "in", wanted)]) for path in paths])
    hours["date"] = hours.pop("time") - pd.Timedelta(hours=1)
    started = time.process_time()
    days = [
        time_average(part, avg="D", pollutant_cols=POLLUTANTS, data_capture_threshold=DAY_HOURS / 24).assign(station=station)
        for station, part in hours.groupby("station")
    ]
    part = time.process_time() - started
    return {"scale": AIRQO_SHARE, "part": part, "stations": pd.concat(days, ignore_index=True)}


TASKS = {"pandas": pandas_chain, "polars": polars_chain, "hub-cities": hub_cities, "hub-hours": hub_hours, "airqo": airqo_days}


def main(task: str) -> None:
    """Run one task, report it, keep its tables for the comparison."""
    started = time.monotonic()
    made = TASKS[task]()
    report(started, **{name: value for name, value in made.items() if isinstance(value, (int, float))})
    for name, table in made.items():
        if not isinstance(table, (int, float)):
            table.to_parquet(RESULTS / f"{task}-{name}.parquet", index=False)


if __name__ == "__main__":
    main(sys.argv[1])
