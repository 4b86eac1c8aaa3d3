"""``lantian backup`` and ``lantian restore``: lake, ledger and evidence in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lantian.app.backup import make_backup, restore_backup
from lantian.app.settings import settings
from lantian.cli import common


def backup(out: Annotated[Path, typer.Option("--out", help="The file to write, ending in .tar.gz.")]) -> None:
    """Write lake, ledger and evidence into one file, each part with its hash."""
    count, size = make_backup(settings().home, out)
    common.console.print(f"{out}: {count} files, {size:,} bytes", highlight=False)


def restore(source: Annotated[Path, typer.Argument(help="A file that lantian backup wrote.")]) -> None:
    """Bring a backup back into an empty installation; every file is checked against its hash, and the audit chain verified."""
    count = restore_backup(source, settings().home)
    common.console.print(f"{settings().home}: {count} files, 审计链完整 the audit chain is whole", highlight=False)
