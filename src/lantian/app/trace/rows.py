"""Raw rows of the lake with the file they stand in, every revision known at the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from lantian.kernel.period import Moment
from lantian.lake.declaration import dataset
from lantian.lake.engine import open_engine
from lantian.lake.store import Lake


def raw_rows(lake: Lake, name: str, months: Iterable[str] | None, wanted: Mapping[str, Any], moment: Moment) -> list[dict[str, Any]]:
    """Give the rows of a dataset whose columns are (one of) what is wanted; of each key the newest revision known then is marked ``used``."""
    declared = dataset(name)
    conditions = " AND ".join(f'"{column}" IN ({", ".join(map(_literal, _listed(value)))})' for column, value in wanted.items())
    found: list[dict[str, Any]] = []
    with open_engine("duckdb") as engine:
        for number, file in enumerate(lake.files(name, None if months is None else sorted(set(months)))):
            engine.files(f"told{number}", [file], declared.schema)
            part = engine.fetch(f"SELECT * FROM told{number} WHERE {conditions}").to_pylist()
            found += [row | {"table": name, "file": "/".join(file.split("/")[-2:])} for row in part]
    known = [row for row in found if _known(row, moment)]
    known.sort(key=lambda row: (*(str(row[key]) for key in declared.key), -row["revision"]))
    used: set[tuple[Any, ...]] = set()
    for row in known:
        key = tuple(row[each] for each in declared.key)
        row["used"] = key not in used
        used.add(key)
    return known


def _known(row: Mapping[str, Any], moment: Moment) -> bool:
    return (moment.as_of is None or row["known_at"] <= moment.as_of) and (moment.as_loaded is None or row["loaded_at"] <= moment.as_loaded)


def _listed(value: Any) -> list[Any]:
    return sorted(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def _literal(value: Any) -> str:
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, date):
        return f"DATE '{value}'"
    return "'" + str(value).replace("'", "''") + "'"
