"""Use case: load monitoring files into the lake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from lantian.air.readers.files import FORMATS, digest_of, read_rows
from lantian.air.readers.formats import PARSERS, Parser
from lantian.kernel.errors import unknown
from lantian.lake.declaration import dataset
from lantian.lake.load import LoadReport, load_file
from lantian.lake.store import Lake
from lantian.places import Atlas

Layouts = Mapping[tuple[str, str], tuple[tuple[str, ...], Parser]]
LAYOUTS: Layouts = {key: (columns, PARSERS[key]) for key, columns in FORMATS.items()}
"""Every format of this room: its columns and its parser; other rooms bring their own."""


def load_files(
    lake: Lake,
    atlas: Atlas,
    name: str,
    layout: str,
    paths: Sequence[Path],
    now: datetime,
    *,
    strict: bool = False,
    progress: Callable[[Path, int], None] | None = None,
    layouts: Layouts = LAYOUTS,
    called: Mapping[str, str] | None = None,
) -> list[LoadReport]:
    """Load files one after another, each in one commit; an unknown dataset or format raises ``InputError`` before anything is loaded."""
    declared = dataset(name)
    known = {each for dataset_name, each in layouts if dataset_name == name}
    if layout not in known:
        raise unknown("format", layout, known, where=f" of {name}")
    columns, parse = layouts[name, layout]
    reports = []
    for path in paths:
        rows = read_rows(path, columns, called)
        said = None if progress is None else lambda line, path=path: progress(path, line)
        reports.append(load_file(lake, declared, path.name, digest_of(path), parse(rows, atlas), layout, now, strict=strict, progress=said))
    return reports
