"""A row of text becomes a row of a dataset, or a fault that says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lantian.air.readers.fields import FieldError
from lantian.kernel.errors import InputError
from lantian.lake.load import Fault

Numbered = Iterable[tuple[int, Mapping[str, str | None]]]
Parsed = Iterator[dict[str, Any] | Fault]


def guard(line: int, row: Mapping[str, str | None], make: Callable[[], dict[str, Any]]) -> dict[str, Any] | Fault:
    """Give the row, or the fault that says why it cannot be understood."""
    try:
        return make() | {"line": line}
    except (FieldError, InputError) as error:
        text = ",".join("" if value is None else str(value) for value in row.values())
        return Fault(line, str(error), text[:500])
