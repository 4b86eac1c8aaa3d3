"""The sample data that the repository ships, as its provenance file lists them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from lantian.kernel.errors import InputError


@dataclass(frozen=True, slots=True)
class Sample:
    """One folder of sample files: the dataset and format they load as, and where they come from."""

    folder: str
    name: str
    origin: str
    licence: str
    dataset: str
    layout: str
    paths: tuple[Path, ...]


def samples(root: Path | None = None) -> list[Sample]:
    """List the sample data under ``LANTIAN_DATA`` (default ./data); no such folder raises ``InputError``."""
    root = root or Path(os.environ.get("LANTIAN_DATA", "data"))
    listing = root / "provenance.yaml"
    if not listing.is_file():
        raise InputError(f"no sample data in {root}; run from the repository, or set LANTIAN_DATA to its data folder")
    told = yaml.load(listing.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return [
        Sample(
            folder,
            about["name"],
            about["origin"],
            about["licence"],
            about["dataset"],
            about["format"],
            tuple(sorted(path for path in (root / folder).iterdir() if path.suffix in (".gz", ".csv", ".parquet"))),
        )
        for folder, about in told.items()
    ]
