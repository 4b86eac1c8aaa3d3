"""Days handed in by a forecaster: CSV with day, AQI and, where there are, quantiles of the forecast."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from lantian.alerts.model import DayAir, Quantiles
from lantian.kernel.errors import FaultsError, InputError

QUANTILES = ("p10", "p50", "p90")
COLUMNS = ("day", "aqi", *QUANTILES)


def parse_days(text: str, name: str = "days") -> tuple[DayAir, ...]:
    r"""Read days from CSV text; empty is unknown; all faults together, each with its line, raise ``FaultsError``.

    >>> parse_days("day,aqi\n2015-12-08,291\n2015-12-09,\n")
    (DayAir(day=datetime.date(2015, 12, 8), aqi=291, draws=None), DayAir(day=datetime.date(2015, 12, 9), aqi=None, draws=None))
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    heads = rows.fieldnames or []
    odd = [head for head in heads if head not in COLUMNS]
    if "day" not in heads or "aqi" not in heads or odd:
        raise InputError(f"{name}: the columns are {', '.join(heads) or 'none'}; write day, aqi and, where known, p10, p50, p90")
    days, faults = [], []
    for row in rows:
        try:
            days.append(_day(row))
        except (InputError, ValueError) as error:
            faults.append(f"{name}:{rows.line_num}: {error}")
    if faults:
        raise FaultsError(name, faults)
    return tuple(days)


def _day(row: dict[str, str]) -> DayAir:
    """Read one row; what is wrong with it raises ``InputError``."""
    if None in row or None in row.values():
        raise InputError(f"not as many cells as columns; write one cell for each of {', '.join(COLUMNS[: len(row)])}")
    try:
        day = date.fromisoformat(row["day"].strip())
    except ValueError:
        raise InputError(f"no day {row['day']!r}; write it as 2015-12-08") from None
    given = [row.get(name, "").strip() for name in QUANTILES]
    if any(given) and not all(given):
        raise InputError(f"{day} has some of p10, p50, p90; give all three or none")
    return DayAir(day, _whole(row["aqi"].strip()), Quantiles(*map(_number, given)) if all(given) else None)


def _whole(text: str) -> int | None:
    if text and not text.isdecimal():
        raise InputError(f"no AQI {text!r}; write a whole number, or nothing where it is unknown")
    return int(text) if text else None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"no quantile {text!r}; write a number") from None


def read_days(path: Path) -> tuple[DayAir, ...]:
    """Read days from a CSV file; a file that cannot be read raises ``InputError``."""
    try:
        return parse_days(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}); give a CSV file in UTF-8") from None
