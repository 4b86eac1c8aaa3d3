"""``lantian load`` and ``lantian lake``: files in, quarantine shown, tables kept in shape."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from lantian.app import loading
from lantian.app.settings import settings
from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.lake.declaration import DATASETS
from lantian.lake.load import LoadReport, reasons
from lantian.lake.store import Lake

app = typer.Typer(no_args_is_help=True, help="The lake: tables, quarantine, upkeep.")
SHOWN = 20


def load(
    dataset: str,
    paths: list[Path],
    layout: Annotated[str, typer.Option("--format", help="uci-beijing, cnemc, tidy or aqistudy.")],
    strict: Annotated[bool, typer.Option("--strict", help="Refuse a file with any fault.")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Load monitoring files; loading the same file again adds nothing, a corrected value becomes a revision."""
    words = common.language(lang)
    reports = run_load(settings().home, dataset, layout, paths, strict=strict)
    if json:
        common.print_json([as_row(report) for report in reports], words)
        return
    head = ("file", "added", "revised", "unchanged", "repeated", "quarantined")
    common.table(dataset, head, [(r.file, r.added, r.revised, r.unchanged, r.repeated, r.quarantined) for r in reports])
    for report in reports:
        if report.nothing_new and not report.faults:
            common.console.print(f"{report.file}: " + ("已载入过，没有变化" if words == "zh" else "loaded before, nothing changed"), highlight=False)
        for fault in report.faults[:SHOWN]:
            common.console.print(f"{report.file}:{fault.line}: {fault.reason}: {fault.text}", highlight=False, markup=False)
        if len(report.faults) > SHOWN:
            common.console.print(f"{report.file}: … {len(report.faults) - SHOWN} more", highlight=False)


def run_load(home: Path, dataset: str, layout: str, paths: list[Path], *, strict: bool = False) -> list[LoadReport]:
    """Load files with a progress line."""
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=common.errors, transient=True) as progress:
        task = progress.add_task(f"{dataset} …")

        def said(path: Path, line: int) -> None:
            progress.update(task, description=f"{dataset} {path.name} {line:,}")

        now = datetime.now().replace(microsecond=0)
        return loading.load(Lake(home), dataset, layout, paths, now, strict=strict, progress=said)


def as_row(report: LoadReport) -> dict[str, object]:
    """Give a report as JSON."""
    counts = {name: getattr(report, name) for name in ("file", "dataset", "added", "revised", "unchanged", "repeated", "quarantined")}
    listed = [{"line": fault.line, "reason": fault.reason, "text": fault.text} for fault in report.faults[:SHOWN]]
    return counts | {"faults": len(report.faults), "first_faults": listed, "reasons": dict(reasons(report.faults)[:SHOWN])}


@app.command()
def tables(lang: Lang = None, json: Json = False) -> None:
    """List the declared datasets and what is stored of each."""
    lake = Lake(settings().home)
    versions = lake.versions()
    rows = [
        {"dataset": d.name, "zh": d.zh, "en": d.en, "key": list(d.key), "declared": d.version, "table_version": versions.get(d.name)} for d in DATASETS.values()
    ]
    if json:
        common.print_json(rows, "en")
        return
    common.table(
        "",
        common.heads(common.language(lang), "dataset", "zh", "en", "key", "version"),
        [(r["dataset"], r["zh"], r["en"], r["key"], r["table_version"]) for r in rows],
    )


@app.command()
def quarantine(dataset: Annotated[str | None, typer.Option("--dataset")] = None, lang: Lang = None, json: Json = False) -> None:
    """Show the rows that could not be understood, with file, line and reason."""
    words = common.language(lang)
    rows = Lake(settings().home).quarantined(dataset)
    if json:
        common.print_json(rows, words)
        return
    head = common.heads(words, "dataset", "file", "line", "reason", "text")
    common.table("隔离区" if words == "zh" else "Quarantine", head, [(r["dataset"], r["file"], r["line"], r["reason"], r["text"][:80]) for r in rows])


@app.command()
def migrate() -> None:
    """Bring older tables up to their declarations."""
    for name, done in Lake(settings().home).migrate().items():
        common.console.print(f"{name}: {done}", highlight=False)


@app.command()
def compact() -> None:
    """Join small files."""
    for name, count in Lake(settings().home).compact().items():
        common.console.print(f"{name}: {count} files joined", highlight=False)


@app.command()
def vacuum(hours: Annotated[int, typer.Option("--hours", help="Keep what versions of these hours need.")] = 168) -> None:
    """Delete files that no recent version needs."""
    for name, count in Lake(settings().home).vacuum(hours).items():
        common.console.print(f"{name}: {count} files deleted", highlight=False)
