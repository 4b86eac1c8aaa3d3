"""``lantian up``: load the sample, evaluate it, say what it shows."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from pathlib import Path

from lantian.app.house import House
from lantian.app.sample import Sample, samples
from lantian.app.settings import settings
from lantian.cli import common
from lantian.cli.common import AsOf, Lang
from lantian.cli.lake import run_load
from lantian.kernel.errors import InputError
from lantian.kernel.period import close_of


def up(as_of: AsOf = None, lang: Lang = None) -> None:
    """Load the sample data, evaluate them and print a summary."""
    words = common.language(lang)
    home = settings().home
    for sample in samples():
        load_sample(home, sample)
    house = common.open_house(as_of)
    summary(house if as_of else house.at(sample_clock(house)), words)


def sample_clock(house: House) -> datetime:
    """Give the clock the site opens at: the close of the last day that most cities reported."""
    last = house.last_busy_day()
    return close_of(last)


def load_sample(home: Path, sample: Sample) -> None:
    """Load one folder of the sample once; a mark beside the lake remembers its content."""
    digest = hashlib.sha256()
    for path in sample.paths:
        digest.update(path.name.encode())
        digest.update(str(path.stat().st_size).encode())
    mark = home / "loaded" / f"{sample.folder}-{digest.hexdigest()[:16]}"
    if mark.exists():
        common.console.print(f"{sample.folder}: loaded before", highlight=False)
        return
    reports = run_load(home, sample.dataset, sample.layout, list(sample.paths))
    added, faults = sum(r.added for r in reports), sum(len(r.faults) for r in reports)
    common.console.print(f"{sample.folder}: {added:,} rows from {len(reports)} files, {faults} in quarantine — {sample.origin}", highlight=False)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def summary(house: House, lang: str) -> None:
    """Print Beijing's, the region's and the 74 cities' figures at the clock."""
    if house.moment.as_of is None:
        raise InputError("the summary needs a clock; give --as-of 2015-12-31")
    day: date = (house.moment.as_of - (close_of(date(1, 1, 1)) - datetime.combine(date(1, 1, 1), time()))).date()
    rows = []
    for name in ("北京", "京津冀", "74城"):
        answer = house.air.evaluate(name, f"{day.year}")
        pm = answer["pollutants"]["PM2.5"]["mean"]
        rows.append((answer["name"], answer["period"], pm, answer["pollutants"]["PM10"]["mean"], answer["good_share"], answer["heavy_share"]))
    title = f"{day}" + (" 收盘时" if lang == "zh" else ", at the close of the day")
    head = ("", "", "PM2.5", "PM10", "优良 %" if lang == "zh" else "good %", "重污染 %" if lang == "zh" else "heavy %")
    common.table(title, head, rows)
