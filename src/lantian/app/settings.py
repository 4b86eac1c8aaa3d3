"""Where an installation keeps its things; everything comes from a few environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """An installation: its home folder (lake, computed tables), its engine, the language of its command line."""

    home: Path
    engine: str = "duckdb"
    language: str = "zh"


def settings() -> Settings:
    """Read ``LANTIAN_HOME`` (default ./lantian-home), ``LANTIAN_ENGINE`` (duckdb) and ``LANTIAN_LANG`` (zh)."""
    return Settings(
        home=Path(os.environ.get("LANTIAN_HOME", "lantian-home")),
        engine=os.environ.get("LANTIAN_ENGINE", "duckdb"),
        language=os.environ.get("LANTIAN_LANG", "zh"),
    )
