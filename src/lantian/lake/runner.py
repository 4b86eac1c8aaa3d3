"""Runs the SQL rules of a room, one statement a file, each result under the name of its file."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

from lantian.lake.engine import Engine


def statement(package: str, name: str) -> str:
    """Read one rule."""
    return resources.files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def run_steps(engine: Engine, package: str, names: Iterable[str]) -> None:
    """Run rules in order."""
    for name in names:
        engine.run(name, statement(package, name))
