"""Opening files: CSV (plain or gzip; UTF-8 with or without mark, or GBK) and Parquet, as numbered rows of text."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from lantian.kernel.errors import InputError

FORMATS = {
    ("air_hourly", "uci-beijing"): (
        "year",
        "month",
        "day",
        "hour",
        "PM2.5",
        "PM10",
        "SO2",
        "NO2",
        "CO",
        "O3",
        "TEMP",
        "PRES",
        "DEWP",
        "RAIN",
        "wd",
        "WSPM",
        "station",
    ),
    ("air_hourly", "cnemc"): ("date", "hour", "type"),
    ("air_hourly", "tidy"): ("station", "time", "pm25", "pm10", "so2", "no2", "co", "o3"),
    ("air_city_daily", "aqistudy"): ("city", "date", "aqi", "pm25", "pm10", "so2", "co", "no2", "o3"),
    ("air_city_daily", "tidy"): ("place", "date", "pm25", "pm10", "so2", "no2", "co", "o3"),
    ("stations", "tidy"): ("station", "name", "place", "longitude", "latitude", "control", "first_day"),
    ("statistics", "tidy"): ("place", "year", "indicator", "value", "unit", "source"),
    ("weather", "tidy"): ("place", "time", "temperature", "dew_point", "pressure", "wind_speed", "wind_direction", "rain"),
    ("weather_forecast", "tidy"): ("place", "issued_at", "valid_at", "temperature", "dew_point", "pressure", "wind_speed", "wind_direction", "rain"),
}
"""The columns that each format must have, in any order; more columns may stand beside them."""

PEEK = 1 << 20
Row = tuple[int, dict[str, str | None]]


def digest_of(path: Path) -> str:
    """Hash a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_rows(path: Path, needed: tuple[str, ...], called: Mapping[str, str] | None = None) -> Iterator[Row]:
    """Give the rows of a file with their line numbers; a file that cannot be read at all raises ``InputError`` with the cure.

    ``called`` gives the names of columns that a file may call otherwise, such as by their Chinese title.
    """
    if not path.is_file():
        raise InputError(f"no file {path}; check the path")
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty; nothing was loaded")
    if path.suffix == ".parquet":
        yield from _parquet(path, needed)
        return
    if path.suffix == ".xlsx":
        yield from _excel(path, needed, called or {})
        return
    encoding = _encoding(path)
    with _opened(path) as raw, io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="") as text:
        reader = csv.reader(_without_nul(text, path), strict=True)
        try:
            yield from _csv(reader, path, needed, called or {})
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: byte {error.object[error.start]:#x} near line {reader.line_num} is not {encoding}; save the file as UTF-8") from None
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num}: not CSV ({error}); mend the quotes on that line") from None
        except (EOFError, gzip.BadGzipFile) as error:
            raise InputError(f"{path}: the gzip file is cut or damaged ({error}); fetch it again") from None


def _csv(reader: Any, path: Path, needed: tuple[str, ...], called: Mapping[str, str]) -> Iterator[Row]:
    names = [called.get(name, name) for name in (name.strip().strip("\ufeff") for name in next(reader, []))]
    _check_names(names, path, needed)
    for cells in reader:
        line = reader.line_num
        if not cells or cells[0].startswith("#"):
            continue
        padded = cells + [None] * (len(names) - len(cells))
        row: dict[str, str | None] = dict(zip(names, padded, strict=False))
        if len(cells) > len(names):
            row["(more)"] = ",".join(cells[len(names) :])
        yield line, row


def _check_names(names: list[str], path: Path, needed: tuple[str, ...]) -> None:
    lacking = [name for name in needed if name not in names]
    if lacking:
        raise InputError(f"{path}: no column {', '.join(lacking)}; the format needs {', '.join(needed)}, the file has {', '.join(names[:20])}")
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise InputError(f"{path}: column {', '.join(doubled)} stands twice; keep one")


def _excel(path: Path, needed: tuple[str, ...], called: Mapping[str, str]) -> Iterator[Row]:
    """Give the rows of a workbook's first sheet; a date is written as 2015-12-08, a whole number without its point."""
    from openpyxl import load_workbook  # a large library that only workbooks need

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise InputError(f"{path}: no Excel workbook ({error}); save it as .xlsx") from None
    rows = book.worksheets[0].iter_rows(values_only=True)
    names = [called.get(text, text) for text in (_cell(value) or "" for value in next(rows, ()))]
    _check_names(names, path, needed)
    for line, cells in enumerate(rows, start=2):
        texts = [_cell(value) for value in cells]
        if any(texts) and not (texts[0] or "").startswith("#"):
            yield line, dict(zip(names, texts, strict=False))
    book.close()


def _cell(value: Any) -> str | None:
    """Give a cell as the text that a CSV file would hold."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _without_nul(lines: Iterator[str], path: Path) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if "\0" in line:
            raise InputError(f"{path}:{number}: a NUL byte; the file is no text or damaged, fetch it again")
        yield line


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _encoding(path: Path) -> str:
    """Tell UTF-8 (with or without mark) from GBK by the file's beginning."""
    try:
        with _opened(path) as raw:
            head = raw.read(PEEK)
    except (OSError, EOFError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            head[: len(head) - 8 if len(head) == PEEK else None].decode(encoding)
        except UnicodeDecodeError as error:
            if len(head) == PEEK and error.start > len(head) - 16:
                return encoding
            continue
        return encoding
    raise InputError(f"{path}: neither UTF-8 nor GBK text; save it as UTF-8")


def _parquet(path: Path, needed: tuple[str, ...]) -> Iterator[Row]:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path}: no Parquet file ({error})") from None
    with file:
        lacking = [name for name in needed if name not in file.schema_arrow.names]
        if lacking:
            raise InputError(f"{path}: no column {', '.join(lacking)}; the format needs {', '.join(needed)}")
        line = 0
        for batch in file.iter_batches(batch_size=10_000):
            for row in batch.to_pylist():
                line += 1
                yield line, {name: None if value is None else str(value) for name, value in row.items()}
