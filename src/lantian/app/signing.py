"""Sign-offs: an officer compared a law value with the official text and says so; it overrides the shipped confidence here (DESIGN §3)."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from lantian.kernel.errors import InputError, unknown
from lantian.kernel.finding import Confidence
from lantian.law import LawBook, LawValue
from lantian.law.book import book
from lantian.ledger import Act, Ledger, Recorded, open_ledger

KIND = "law.sign_off"
NATION = "000000"


def subject_of(value: LawValue) -> str:
    """Name a law value in the ledger: standard, edition, table and key."""
    return f"{value.standard}:{value.edition} {value.name}"


def find_values(told: LawBook, table: str, words: list[str]) -> list[LawValue]:
    """Find the values of a table by words such as anchor=required or edition=2014; none raises ``InputError``."""
    asked: dict[str, str] = {}
    for word in words:
        name, sign, part = word.partition("=")
        if not sign:
            raise InputError(f"{word!r} is no name=value; write it as pollutant=PM2.5")
        asked[name] = part
    found = [v for v in told.values(table) if all(str(v.key.get(name, getattr(v, name, None))) == part for name, part in asked.items())]
    if not found:
        raise unknown("law value", " ".join(words), {" ".join(f"{k}={p}" for k, p in v.key.items()) for v in told.values(table)}, where=f" in {table}")
    return found


def sign(home: Path, value: LawValue, by: str, ground: str, at: datetime) -> Recorded:
    """Record that somebody compared a value with the official text; a sign-off without name or ground raises ``InputError``."""
    if not by.strip() or not ground.strip():
        raise InputError("a sign-off needs who compared it (--by) and with what text, page or clause (--ground)")
    with open_ledger(home) as ledger:
        return sign_as(ledger, value, by.strip(), f"{getpass.getuser()}@{socket.gethostname()} lantian law sign", ground, at)


def signed_book(home: Path) -> LawBook:
    """Give the law with the confidence that this installation's sign-offs give it; a value that has changed since is not covered."""
    if not (home / "ledger.sqlite").is_file() and not _elsewhere():
        return book()
    with open_ledger(home) as ledger:
        signed = {each.act.subject: each.act.after for each in ledger.acts(KIND)}
    if not signed:
        return book()
    return book().with_confidence(
        lambda value: Confidence.CONFIRMED if signed.get(subject_of(value), {}).get("value", KIND) == _plain(value.value) else value.confidence
    )


def sign_as(ledger: Ledger, value: LawValue, actor: str, origin: str, ground: str, at: datetime) -> Recorded:
    """Record the sign-off of somebody who is signed in; one without a ground raises ``InputError``."""
    if not ground.strip():
        raise InputError("a sign-off needs with what text, page or clause the value was compared")
    stated = {"value": _plain(value.value), "unit": value.unit}
    before, after = ({"confidence": str(each)} | stated for each in (value.confidence, Confidence.CONFIRMED))
    return ledger.append(Act(actor, origin, NATION, KIND, subject_of(value), before, after, ground.strip()), at)


def doubtful(told: LawBook) -> list[LawValue]:
    """Give the law values that nobody has compared with the official text yet: recalled and unsure ones."""
    return [value for table in told.tables for value in told.values(table) if value.confidence in (Confidence.RECALLED, Confidence.UNSURE)]


def unsigned(told: LawBook, rests_on: Iterable[str]) -> tuple[str, ...]:
    """Give those law values of a record that may not carry an official act yet."""
    asked = set(rests_on)
    return tuple(sorted(subject for subject in map(subject_of, doubtful(told)) if subject in asked)) if asked else ()


def _elsewhere() -> bool:
    """Tell whether the ledger stands in a database of its own."""
    import os

    return bool(os.environ.get("LANTIAN_LEDGER_URL"))


def _plain(value: Any) -> Any:
    """Give a value as JSON holds it."""
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
