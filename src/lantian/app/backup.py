"""Backup and restore of an installation: lake, evidence and marks as files, the ledger as rows that either store takes back."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lantian.kernel.errors import CheckFailedError, InputError
from lantian.ledger import Ledger, open_ledger

KEPT = ("lake", "evidence", "contacts", "loaded", "quarantine")
"""Folders of an installation that cannot be worked out again; what is derived is. Contacts of open complaints are private: keep a backup as such."""
LEDGER, CONTENTS = "ledger.jsonl", "contents.json"
FORMAT = 1


def make_backup(home: Path, out: Path) -> tuple[int, int]:
    """Write a backup and give the number of files and bytes in it; an installation that is not there raises ``InputError``."""
    if not home.is_dir():
        raise InputError(f"no installation at {home}; set LANTIAN_HOME")
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(out.name + ".draft")
    hashes: dict[str, str] = {}
    size = 0
    with tarfile.open(draft, "w:gz", compresslevel=1) as archive:
        with open_ledger(home) as ledger:
            rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ledger.dump()).encode()
        for name, content in ((LEDGER, rows), *_files(home)):
            hashes[name] = hashlib.sha256(content).hexdigest()
            size += len(content)
            _add(archive, name, content)
        _add(archive, CONTENTS, json.dumps({"format": FORMAT, "files": hashes}).encode())
    draft.replace(out)
    return len(hashes), size


def restore_backup(source: Path, home: Path) -> int:
    """Bring a backup into an empty installation and give the number of files; a damaged one, or a home in use, raises ``InputError`` and leaves nothing."""
    if home.exists() and any(home.iterdir()):
        raise InputError(f"{home} is not empty; restore into a new LANTIAN_HOME")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        part = Path(folder) / "home"
        hashes = _unpack(source, part)
        rows = [json.loads(line) for line in (part / LEDGER).read_text(encoding="utf-8").splitlines()]
        (part / LEDGER).unlink()
        if home.exists():
            home.rmdir()
        part.rename(home)
    with open_ledger(home) as ledger:
        _fill(ledger, rows)
        faults = ledger.verify()
    if faults:
        raise CheckFailedError(f"the audit chain of {source} is broken at row {faults[0].number}: {faults[0].reason}")
    return len(hashes)


def _fill(ledger: Ledger, rows: list[dict[str, object]]) -> None:
    try:
        ledger.undump(rows)
    except ValueError as error:
        raise InputError(f"the ledger is not empty ({error}); point LANTIAN_LEDGER_URL at an empty database") from None


def _take_out(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Take out one plain file under the folder; a link, a device or a path that leads elsewhere raises ``tarfile.TarError``."""
    goal = (folder / member.name).resolve()
    if not goal.is_relative_to(folder.resolve()) or not (member.isfile() or member.isdir()):
        raise tarfile.TarError(f"{member.name!r} is no plain file of a backup")
    if member.isdir():
        goal.mkdir(parents=True, exist_ok=True)
        return
    goal.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    with goal.open("wb") as out:
        shutil.copyfileobj(content, out)  # type: ignore[arg-type]


def _unpack(source: Path, folder: Path) -> dict[str, str]:
    """Unpack a backup, every file checked against its hash."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                _take_out(archive, member, folder)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise InputError(f"{source} is no whole backup ({error}); take another copy") from None
    contents = folder / CONTENTS
    if not contents.is_file():
        raise InputError(f"{source} was not written by lantian backup: it holds no {CONTENTS}")
    told = json.loads(contents.read_text(encoding="utf-8"))
    if told.get("format") != FORMAT:
        raise InputError(f"{source} has format {told.get('format')!r}; this program reads {FORMAT}")
    contents.unlink()
    hashes: dict[str, str] = told["files"]
    wrong = [name for name, wanted in hashes.items() if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != wanted]
    more = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and str(path.relative_to(folder)) not in hashes]
    if wrong or more:
        raise InputError(
            f"{source} is damaged: {len(wrong)} files differ from their hash, {len(more)} are not listed, e.g. {(wrong + more)[0]}; take another copy"
        )
    return hashes


def _files(home: Path) -> Iterator[tuple[str, bytes]]:
    for name in KEPT:
        for path in sorted((home / name).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(home)), path.read_bytes()
    if (home / "secret").is_file():
        yield "secret", (home / "secret").read_bytes()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o600
    archive.addfile(entry, io.BytesIO(content))
