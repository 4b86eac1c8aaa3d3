"""Errors that a person can act on: what is wrong, the values, the cure (DESIGN §13)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class LantianError(Exception):
    """Something went wrong that the text explains; shown as it is, never as a traceback."""


class InputError(LantianError):
    """What was asked or handed in cannot be used; the command line leaves with code 2."""


class CheckFailedError(LantianError):
    """A check or verify command found the answer to be no; the command line leaves with code 1."""


class FaultsError(InputError):
    """All faults of one thing together, so that they can be mended in one go (DESIGN §13)."""

    def __init__(self, what: str, faults: Sequence[str], shown: int = 20) -> None:
        """Keep every fault; the text shows the first ``shown`` and counts the rest."""
        self.faults = tuple(faults)
        lines = [f"{what}: {len(faults)} fault{'s' if len(faults) != 1 else ''}", *(f"  {fault}" for fault in faults[:shown])]
        if len(faults) > shown:
            lines.append(f"  … and {len(faults) - shown} more")
        super().__init__("\n".join(lines))


def unknown(kind: str, word: str, known: Iterable[str], where: str = "") -> InputError:
    """Say that a name is not known, and which known name was probably meant.

    >>> str(unknown("station", "1001B", ["1001A", "1002A"], where=" in 北京"))
    "no station '1001B' in 北京; did you mean '1001A'? (2 known)"
    """
    names = sorted(set(known))
    close = difflib.get_close_matches(word, names, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return InputError(f"no {kind} {word!r}{where}{hint} ({len(names)} known)")
