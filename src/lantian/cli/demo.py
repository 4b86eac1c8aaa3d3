"""``lantian demo`` and ``lantian template``: an example province to play with, blank registers to fill in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lantian.app.settings import settings
from lantian.cli import common

app = typer.Typer(no_args_is_help=True, help="Made-up data, for an installation of its own.")


@app.command()
def example() -> None:
    """Load an example province into an empty installation; every figure is tagged 模拟."""
    from lantian.app.example import make_example

    home = settings().home
    for report in make_example(home, home / "example-files", datetime.now().replace(microsecond=0)):
        common.console.print(f"{report.file}: {report.added} rows, {report.quarantined} in quarantine", highlight=False)


@app.command()
def about() -> None:
    """Say whether this installation holds made-up data."""
    from lantian.app.example import is_example

    common.console.print("模拟数据 simulated" if is_example(settings().home) else "没有模拟数据 nothing simulated")


def template(name: str, out: Annotated[Path, typer.Option("--out", help="The folder to write into.")] = Path()) -> None:
    """Write a blank register as a workbook and as CSV, with Chinese titles, drop-downs and examples."""
    from lantian.app.templates import write_templates

    for path in write_templates(name, out):
        common.console.print(str(path), highlight=False)
