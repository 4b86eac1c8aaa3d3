"""Loading: broken, empty, wrong-encoded, doubled, shuffled and future files; quarantine; kill -9."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.air.readers import FORMATS, PARSERS, read_rows
from lantian.air.service.load import load_files
from lantian.kernel.errors import FaultsError, InputError
from lantian.kernel.period import NOW
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.lake.shelf import Shelf, write_shelf
from lantian.lake.store import Lake
from lantian.places import atlas

HEAD = "place,date,pm25,pm10,so2,no2,co,o3\n"
GOOD = HEAD + "北京,2015-01-01,10,20,3,4,0.5,60\n天津,2015-01-01,11,21,3,4,0.6,61\n"
AT = datetime(2026, 3, 1)


def load(home, text, name="a.csv", *, now=AT, strict=False, encoding="utf-8"):
    path = home / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return load_files(Lake(home), atlas(), "air_city_daily", "tidy", [path], now, strict=strict)[0]


def stored(home, moment=NOW):
    with open_engine() as engine:
        open_dataset(engine, Lake(home), "air_city_daily", moment)
        return engine.fetch("SELECT * FROM air_city_daily ORDER BY place, day").to_pylist()


def test_the_same_file_adds_nothing_and_a_new_value_is_a_revision(tmp_path):
    assert load(tmp_path, GOOD).added == 2
    again = load(tmp_path, GOOD)
    assert (again.added, again.revised, again.unchanged, again.nothing_new) == (0, 0, 2, True)
    assert load(tmp_path, GOOD.replace(",10,20", ",12,20")).revised == 1
    rows = stored(tmp_path)
    assert [(row["place"], float(row["pm25"]), row["revision"]) for row in rows] == [("110000", 12.0, 1), ("120000", 11.0, 0)]


def test_history_is_known_from_its_own_day(tmp_path):
    load(tmp_path, GOOD)
    assert stored(tmp_path)[0]["known_at"] == datetime(2015, 1, 2, 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_other_encodings_are_read(tmp_path, encoding):
    assert load(tmp_path, GOOD, encoding=encoding).added == 2


def test_shuffled_columns_and_rows_say_the_same(tmp_path):
    text = "o3,co,no2,so2,pm10,pm25,date,place\n61,0.6,4,3,21,11,2015-01-01,天津\n60,0.5,4,3,20,10,2015-01-01,北京\n"
    load(tmp_path, GOOD)
    assert load(tmp_path, text, "b.csv").unchanged == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("北平,2015-01-01,1,2,3,4,5,6", "no place '北平'"),
        ("北京,2015-02-30,1,2,3,4,5,6", "date '2015-02-30' is no day; write it as 2015-12-08"),
        ("北京,2015-01-01,abc,2,3,4,5,6", "pm25 'abc' is no number"),
        ("北京,2015-01-01,1e9,2,3,4,5,6", "pm25 '1e9' is beyond anything measured (the store ends at 100000)"),
        ("北京,2015-01-01,1.23456,2,3,4,5,6", "pm25 '1.23456' has more than 4 decimals"),
        ("北京,2015-01-01,inf,2,3,4,5,6", "pm25 'inf' is no finite number"),
        ("北京,2030-01-01,1,2,3,4,5,6", "published only at 2030-01-02 01:00:00, after this load"),
    ],
)
def test_a_row_that_cannot_be_understood_is_kept_apart_with_its_line_and_reason(tmp_path, row, reason):
    report = load(tmp_path, GOOD + row + "\n")
    assert (report.added, report.quarantined, report.faults[0].line) == (2, 1, 4)
    assert reason in report.faults[0].reason
    assert load(tmp_path, GOOD + row + "\n").quarantined == 0  # once for each content
    with pytest.raises(FaultsError, match="is refused"):
        load(tmp_path / "other", GOOD + row + "\n", strict=True) if (tmp_path / "other").mkdir() is None else None
    assert not Lake(tmp_path / "other").exists("air_city_daily")


def test_a_negative_value_is_kept(tmp_path):
    load(tmp_path, HEAD + "北京,2015-01-01,-3,20,3,4,0.5,60\n")
    assert float(stored(tmp_path)[0]["pm25"]) == -3


def test_rows_that_contradict_each_other_keep_the_first(tmp_path):
    report = load(tmp_path, GOOD + "北京,2015-01-01,99,20,3,4,0.5,60\n北京,2015-01-01,10,20,3,4,0.5,60\n")
    assert (report.added, report.repeated, len(report.faults)) == (2, 2, 1)
    assert "says something else than line 2" in report.faults[0].reason


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; nothing was loaded"),
        (b"place,date\n", "no column pm25, pm10, so2, no2, co, o3; the format needs"),
        (b"\xff\xfe\x00\x00", "neither UTF-8 nor GBK text; save it as UTF-8"),
        (HEAD.encode() + b"a\x00b\n", "a NUL byte"),
        (HEAD.encode() + b'"open\n', "not CSV"),
        (b"place,place,date,pm25,pm10,so2,no2,co,o3\n", "column place stands twice; keep one"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        load(tmp_path, content)


def test_a_cut_gzip_file_says_so(tmp_path):
    with pytest.raises(InputError, match="damaged|cannot be read"):
        load(tmp_path, gzip.compress(GOOD.encode() * 100)[:-30], "a.csv.gz")


def test_an_unknown_format_or_dataset_is_named(tmp_path):
    with pytest.raises(InputError, match="no format 'uci-bejing' of air_hourly; did you mean 'uci-beijing'?"):
        load_files(Lake(tmp_path), atlas(), "air_hourly", "uci-bejing", [], AT)
    with pytest.raises(InputError, match="no dataset 'air_hourli'; did you mean 'air_hourly'?"):
        load_files(Lake(tmp_path), atlas(), "air_hourli", "tidy", [], AT)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.binary(max_size=400), st.booleans())
def test_no_bytes_crash_a_reader(tmp_path_factory, layout, content, headed):
    path = tmp_path_factory.mktemp("fuzz") / "x.csv"
    head = (",".join(FORMATS[layout]) + "\n").encode() if headed else b""
    path.write_bytes(head + content)
    try:
        for _ in PARSERS[layout](read_rows(path, FORMATS[layout]), atlas()):
            pass
    except InputError as error:
        assert str(error)


LOADER = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from lantian.air.service.load import load_files
from lantian.lake.shelf import Shelf, write_shelf
from lantian.lake.store import Lake
from lantian.places import atlas
home = Path(sys.argv[1])
load_files(Lake(home), atlas(), "air_city_daily", "tidy", [Path(p) for p in sys.argv[2:]], datetime(2026, 3, 1))
"""


@pytest.mark.slow
def test_a_killed_loader_leaves_the_lake_whole(tmp_path):
    """kill -9 at random moments, then once more: the lake equals one that was never disturbed."""
    rng = random.Random(7)
    paths = []
    for month in range(1, 5):
        path = tmp_path / f"m{month}.csv"
        rows = [f"{code},2015-{month:02}-{day:02},{rng.randint(1, 300)},50,3,4,0.5,60" for code in atlas().group("key74").members for day in range(1, 29)]
        path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
        paths.append(str(path))
    killed, calm = tmp_path / "killed", tmp_path / "calm"
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", LOADER, str(killed), *paths])
        time.sleep(0.6 + rng.random() * 1.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
    for home in (killed, calm):
        subprocess.run([sys.executable, "-c", LOADER, str(home), *paths], check=True)
    assert stored(killed) == stored(calm)
    assert len(stored(calm)) == 4 * 28 * 74
    assert isinstance(Path(killed), Path)


def test_a_hundred_megabytes_of_csv_need_less_than_one_gigabyte(tmp_path):
    """Measured on the real command in a process of its own."""
    listed = [station.id for station in atlas().stations()][:300]
    path = tmp_path / "big.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("station,time,pm25,pm10,so2,no2,co,o3\n")
        at = datetime(2014, 1, 1, 1)
        while file.tell() < 100_000_000:
            tail = f",{at:%Y-%m-%d %H:%M},{at.hour * 7 + 12},{at.day * 9 + 190},{at.month + 11},{at.hour + 30},1.{at.hour % 10},{at.hour * 4 + 3}.5\n"
            file.write("".join(station + tail for station in listed))
            at += timedelta(hours=1)
    script = (
        "import re, sys; from lantian.cli.main import app; app(sys.argv[1:], standalone_mode=False);"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    words = [sys.executable, "-c", script, "load", "air_hourly", "--format", "tidy", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"LANTIAN_HOME": str(tmp_path / "home")}, check=True)
    assert int(done.stdout.split()[-1]) < 1000
    assert len(Lake(tmp_path / "home").files("air_hourly")) > 0


def test_two_writers_of_a_shelf_leave_one_whole_shelf(tmp_path):
    """Both have drafts of their own; the first to finish stays, and nothing half-written is seen."""
    table = pa.table({"day": [1, 2, 3]})
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: write_shelf(tmp_path / "shelf", {"one": table, "two": table}), range(8)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shelf"]
    assert Shelf(tmp_path / "shelf").names == {"one", "two"}
