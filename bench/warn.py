"""The benchmark of forecast and response: training a lead, running all cities, choosing measures; each in a fresh process on one thread.

    python bench/warn.py            prints a table
    python bench/warn.py train|run|choose   does one task and reports it as JSON
Needs an installation with the sample data (lantian up --no-serve).
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import date, datetime

from measure import fresh, markdown, report

ENTERPRISES, MEASURES = 5000, 6
ONE = {"OMP_NUM_THREADS": "1", "LANTIAN_HOME": os.environ.get("LANTIAN_HOME", "lantian-home")}
TASKS = (
    ("train", "one lead of all seven targets on two years of Beijing's hours", "300 CPU-s"),
    ("train-cities", "one lead of all seven targets on the days of all cities", "300 CPU-s"),
    ("run", "366 cities × 7 days", "20 s"),
    ("choose", f"{ENTERPRISES:,} enterprises × {MEASURES} measures, four pollutants at 30 %, gap ≤ 0.5 %", "10 s"),
)


def train(started: float) -> None:
    """Train one lead group of Beijing."""
    from lantian.app.forecast_data import city_hours
    from lantian.app.forecasts import VALID_SHARE
    from lantian.app.house import House
    from lantian.app.settings import settings
    from lantian.forecast.model import Methods
    from lantian.forecast.readers import methods
    from lantian.forecast.service.hourly import train_hourly

    house = House.open(settings().home)
    own = Methods({**methods().told, "lead_groups": {"hourly": [[1]]}})
    hours = city_hours(house, "110000")
    last = 24 * ((date(2015, 2, 28) - hours.start.date()).days + 1) - 1
    train_hourly(hours, last, own, house.forecasts.table(), "none", VALID_SHARE)
    report(started)


def train_cities(started: float) -> None:
    """Train one lead group of all cities."""
    from lantian.app.forecast_data import city_days
    from lantian.app.house import House
    from lantian.app.settings import settings
    from lantian.forecast.model import Methods
    from lantian.forecast.readers import methods
    from lantian.forecast.service.daily import train_daily

    house = House.open(settings().home)
    own = Methods({**methods().told, "lead_groups": {"daily": [[1]]}})
    days = city_days(house, house.forecasts.table())
    train_daily(days, (date(2015, 8, 31) - days.start).days, own, house.forecasts.table())
    report(started)


def run(started: float) -> None:
    """Forecast all cities at one issue."""
    from lantian.app.house import House
    from lantian.app.settings import settings
    from lantian.kernel.period import Moment

    house = House.open(settings().home, moment=Moment(datetime(2015, 12, 8, 1, 30)))
    told = house.forecasts.cities()
    report(started, cities=len(told))


def choose_measures(started: float) -> None:
    """Choose measures of a made-up city."""
    from lantian.response.model import POLLUTANTS, EmergencyPlan, Line, Measure
    from lantian.response.rules.choose import choose

    chance = random.Random(5)
    lines = []
    for number in range(ENTERPRISES):
        name = f"{number}"
        size = chance.lognormvariate(3, 1.2)
        emits = {each: size * chance.lognormvariate(0, 0.6) for each in POLLUTANTS}
        price = chance.lognormvariate(4, 0.8)
        own = tuple(Measure(name, "red", "x", "x", cut, price * size * cut**1.3) for cut in (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)[:MEASURES])
        lines.append(Line(name, name, name, name, f"{number % 39}", chance.choice(["B", "B-", "C", "D"]), emits, measures=own))
    totals = {each: 1.3 * sum(line.emissions[each] for line in lines) for each in POLLUTANTS}
    plan = EmergencyPlan("110000", "x", "1", totals, lines=tuple(lines))
    began = time.monotonic()
    found = choose(plan, dict.fromkeys(POLLUTANTS, 0.3), [], {"D": 1, "C": 2, "B-": 3, "B": 4}, 0.005)
    report(started, alone=time.monotonic() - began, gap=found.gap, lines=len(found.told))


def main() -> None:
    """Do one task, or all in fresh processes."""
    started = time.monotonic()
    tasks = {"train": train, "train-cities": train_cities, "run": run, "choose": choose_measures}
    if len(sys.argv) > 1:
        tasks[sys.argv[1]](started)
        return
    rows = []
    for word, what, aim in TASKS:
        found = fresh(sys.executable, "warn.py", word, **ONE)
        more = ", ".join(f"{name} {value:.3g}" for name, value in found.items() if name not in ("cpu", "peak", "wall"))
        rows.append((what, f"{found['cpu']:.1f}", f"{found['wall']:.1f}", f"{found['peak']:.2f}", aim, more))
    print(markdown(("task", "CPU s", "wall s", "peak GiB", "aim", "also"), rows))


if __name__ == "__main__":
    main()
