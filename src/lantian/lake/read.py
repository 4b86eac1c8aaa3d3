"""Reading facts as of a moment: the newest revision that was known and loaded by then (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Sequence

from lantian.kernel.period import Moment
from lantian.lake.declaration import dataset
from lantian.lake.engine import Engine
from lantian.lake.store import Lake


def open_dataset(engine: Engine, lake: Lake, name: str, moment: Moment, months: Sequence[str] | None = None) -> None:
    """Make the view ``name``: every key once, in its newest revision as of the moment.

    When no row of the table is a correction the newest revision is the only one, and nothing is sorted.
    """
    declared = dataset(name)
    engine.files(f"{name}_raw", lake.files(name, months), declared.schema)
    conditions = []
    if moment.as_of is not None:
        conditions.append(f"known_at <= TIMESTAMP '{moment.as_of:%Y-%m-%d %H:%M:%S}'")
    if moment.as_loaded is not None:
        conditions.append(f"loaded_at <= TIMESTAMP '{moment.as_loaded:%Y-%m-%d %H:%M:%S}'")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    # A qualified name may be a word of SQL, such as limit, on both engines.
    columns = ", ".join(f"told.{column.name}" for column in declared.columns)
    if not lake.revised(name):
        engine.view(name, f"SELECT {columns} FROM {name}_raw AS told{where}")
        return
    key = ", ".join(f"told.{column}" for column in declared.key)
    newest = f"SELECT told.*, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY revision DESC) AS newest FROM {name}_raw AS told{where}"
    engine.view(name, f"SELECT {columns} FROM ({newest}) AS told WHERE newest = 1")
