"""The shipped sample data, loaded once for the whole test run, whichever worker comes first."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path

from lantian.app.house import House
from lantian.app.loading import load
from lantian.app.sample import samples
from lantian.lake.store import Lake

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 3, 1)
DAY = date(2015, 12, 8)
"""The first red alert of Beijing."""
PATIENCE = 600


def sample_home(tmp_path_factory) -> Path:
    """Give an installation with all sample data and its computed tables."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if base.name.startswith("popen-") else base) / "sample"
    done, failed = shared / "done", shared / "failed"
    try:
        shared.mkdir()
    except FileExistsError:
        limit = time.monotonic() + PATIENCE
        while not done.exists():
            assert not failed.exists(), "the worker that loads the sample data failed"
            assert time.monotonic() < limit, "the worker that loads the sample data has not finished"
            time.sleep(0.2)
        return shared / "home"
    try:
        fill(shared / "home")
    except BaseException:
        failed.touch()
        raise
    done.touch()
    return shared / "home"


def fill(home: Path) -> None:
    """Load every sample; no row may be refused, and a second load adds nothing."""
    for sample in samples(ROOT / "data"):
        reports = load(Lake(home), sample.dataset, sample.layout, list(sample.paths), NOW)
        assert sum(report.added for report in reports) > 0
        assert not [fault for report in reports for fault in report.faults]
        again = load(Lake(home), sample.dataset, sample.layout, list(sample.paths[:1]), NOW)
        assert again[0].nothing_new
    assert House.open(home).derived.shelf.names
