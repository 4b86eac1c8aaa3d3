"""Use case of the registers: open them at a clock; ``registry_tables`` gives them as rows for the SQL rules."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache, partial
from typing import Any

from lantian.kernel.period import NOW, Moment
from lantian.lake.engine import Engine, open_engine
from lantian.lake.read import open_dataset
from lantian.lake.store import Lake
from lantian.places import Atlas, atlas
from lantian.sources.model import Analyser, Enterprise, Logger, Outlet, Permit, Plant, ProcessLine, Registry
from lantian.sources.service.registry_rows import SCHEMAS, as_arrow, monitored, registry_tables, site_of

__all__ = ["NOUNS", "SCHEMAS", "as_arrow", "monitored", "open_registry", "read_registry", "registry_tables", "site_of"]

NOUNS: dict[str, Any] = {
    "enterprises": Enterprise,
    "plants": Plant,
    "process_lines": ProcessLine,
    "outlets": Outlet,
    "analysers": Analyser,
    "loggers": Logger,
    "permits": Permit,
}
"""The registers and what one report of each is."""


def open_registry(lake: Lake, moment: Moment = NOW, places: Atlas | None = None) -> Registry:
    """Open the registers with an engine of their own."""
    with open_engine("duckdb") as engine:
        return read_registry(engine, lake, moment, places)


def read_registry(engine: Engine, lake: Lake, moment: Moment = NOW, places: Atlas | None = None) -> Registry:
    """Open the registers as they were known at a moment; a report for a later day than the clock's is left out."""
    told: dict[str, tuple[Any, ...]] = {}
    until = "" if moment.as_of is None else f" WHERE day <= DATE '{moment.as_of:%Y-%m-%d}'"
    for name, noun in NOUNS.items():
        open_dataset(engine, lake, name, moment)
        columns = ", ".join(f"told.{each.name}" for each in fields(noun))
        told[name] = tuple(noun(**row) for row in engine.fetch(f"SELECT {columns} FROM {name} AS told{until}").to_pylist())
    of = {"enterprise_rows": "enterprises", "plant_rows": "plants", "line_rows": "process_lines", "outlet_rows": "outlets"}
    of |= {"analyser_rows": "analysers", "logger_rows": "loggers", "permit_rows": "permits"}
    return Registry(within=partial(_within, places or atlas()), **{name: told[table] for name, table in of.items()})


@lru_cache(maxsize=1 << 14)
def _within(places: Atlas, code: str, place: str) -> bool:
    return places.is_within(code, place)
