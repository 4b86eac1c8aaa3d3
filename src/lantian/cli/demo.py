"""``lantian demo`` and ``lantian template``: an example province to play with, blank registers to fill in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lantian.app.settings import settings
from lantian.cli import common

app = typer.Typer(no_args_is_help=True, help="Made-up data, for an installation of its own.")
END = datetime(2016, 1, 1, 1)
"""The clock of the chain: the last hours of December 2015 are published."""


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


@app.command()
def chain() -> None:
    """Run the chain of December 2015 in Beijing, from a warning to a project that passes at last; people and plants are simulated (模拟). Again goes on where it stopped."""
    from lantian.app.chain.run import run
    from lantian.app.house import House
    from lantian.app.loading import load
    from lantian.app.sample import samples
    from lantian.kernel.period import Moment

    house = House.open(settings().home, moment=Moment(END))
    if not house.lake.versions():
        common.console.print("载入样本数据 loading the sample", highlight=False)
        for sample in samples():
            load(house.lake, sample.dataset, sample.layout, list(sample.paths), datetime.now().replace(microsecond=0))
    run(house, lambda step, record: common.console.print(f"模拟 {step.zh} · {step.en} · {record}", highlight=False, soft_wrap=True))
    common.console.print("全链条见 told at /chain: lantian serve", highlight=False, soft_wrap=True)


def template(name: str, out: Annotated[Path, typer.Option("--out", help="The folder to write into.")] = Path()) -> None:
    """Write a blank register as a workbook and as CSV, with Chinese titles, drop-downs and examples."""
    from lantian.app.templates import write_templates

    for path in write_templates(name, out):
        common.console.print(str(path), highlight=False)
