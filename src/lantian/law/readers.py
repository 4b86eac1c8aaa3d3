"""Law files: YAML with heads whose dates, sources and confidence every row below inherits, and rows that may say otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from lantian.kernel.errors import FaultsError
from lantian.kernel.finding import Confidence
from lantian.law.model import LawValue

INHERITED = ("unit", "valid_from", "valid_to", "source", "clause", "confidence", "note")
NEEDED = ("unit", "valid_from", "source", "clause", "confidence")
_HEAD = {"standard", "edition", "title", "tables", *INHERITED}
_TABLE = {"keys", "rows", *INHERITED}


class _Lines(yaml.CSafeLoader):
    """A loader that remembers on which line each mapping and list starts."""


def _mapping(loader: _Lines, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {str(key): value for key, value in loader.construct_mapping(node, deep=True).items()}
    found["__line__"] = node.start_mark.line + 1
    return found


class _Row(list[Any]):
    """A list that knows its line."""

    line = 0


def _sequence(loader: _Lines, node: yaml.SequenceNode) -> _Row:
    row = _Row(loader.construct_sequence(node, deep=True))
    row.line = node.start_mark.line + 1
    return row


_Lines.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Lines.add_constructor(yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG, _sequence)


def parse_law(text: str, name: str) -> list[LawValue]:
    """Read one law file; all faults together, each with file, line and cure, raise ``FaultsError``.

    A file is a list of editions; a table of an edition names its ``keys``, and each row is a list of the keys' values, then the value, then
    optionally a mapping of what differs from the head.
    """
    faults: list[str] = []
    values: list[LawValue] = []
    try:
        editions = yaml.load(text, Loader=_Lines)  # noqa: S506 - a safe loader that also counts lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise FaultsError(name, [f"{name}:{line}: not YAML ({getattr(error, 'problem', error)}); mend the indentation or quotes there"]) from None
    if not isinstance(editions, list):
        raise FaultsError(name, [f"{name}:1: a law file is a list of editions; start it with '- standard: …'"])
    for edition in editions:
        for value, fault in _edition(edition, name):
            if value is not None:
                values.append(value)
            if fault:
                faults.append(fault)
    if faults:
        raise FaultsError(name, faults)
    return values


Found = Iterator[tuple[LawValue | None, str]]


def _edition(edition: Mapping[str, Any], name: str) -> Found:
    line = edition.get("__line__", 1)
    for word in sorted(set(edition) - _HEAD - {"__line__"}):
        yield None, f"{name}:{line}: unknown word {word!r} in the head of an edition; known are {', '.join(sorted(_HEAD))}"
    lacking = [word for word in ("standard", "edition", "title", "tables") if word not in edition]
    if lacking:
        yield None, f"{name}:{line}: an edition without {', '.join(lacking)}; add it"
        return
    title = edition["title"]
    torn = sorted(set(title) - {"zh", "en", "__line__"})
    if torn:
        yield None, f"{name}:{line}: the title has {torn[0]!r} beside zh and en; a text with a comma inside {{…}} needs quotes"
    head = {word: edition[word] for word in INHERITED if word in edition}
    about = {"standard": str(edition["standard"]), "edition": str(edition["edition"])}
    yield from _value("law_edition", about, {"title_zh": title["zh"], "title_en": title["en"]}, None, head | {"unit": "-"}, name, line)
    for table, content in edition["tables"].items():
        if table == "__line__":
            continue
        yield from _table(table, about, content, head, name)


def _table(table: str, about: Mapping[str, str], content: Mapping[str, Any], head: Mapping[str, Any], name: str) -> Found:
    line = content.get("__line__", 1)
    for word in sorted(set(content) - _TABLE - {"__line__"}):
        yield None, f"{name}:{line}: unknown word {word!r} in table {table}; known are {', '.join(sorted(_TABLE))}"
    keys = content.get("keys")
    if not keys or "rows" not in content:
        yield None, f"{name}:{line}: table {table} needs 'keys' and 'rows'; add them"
        return
    inherited = dict(head) | {word: content[word] for word in INHERITED if word in content}
    for row in content["rows"]:
        at = getattr(row, "line", line)
        if not isinstance(row, list) or not len(keys) + 1 <= len(row) <= len(keys) + 1 + 1:
            yield None, f"{name}:{at}: a row of {table} is [{', '.join(keys)}, value] and at most one mapping of exceptions; count its parts"
            continue
        own = row[len(keys) + 1] if len(row) > len(keys) + 1 else {}
        key = dict(zip(keys, row, strict=False))
        extra = {word: part for word, part in own.items() if word in INHERITED}
        yield from _value(table, about, key, row[len(keys)], inherited | extra, name, at)


def _value(table: str, about: Mapping[str, str], key: dict[str, Any], value: Any, said: Mapping[str, Any], name: str, line: int) -> Found:
    lacking = [word for word in NEEDED if said.get(word) in (None, "")]
    if lacking:
        yield None, f"{name}:{line}: {table} {list(key.values())} has no {', '.join(lacking)}; write it in the row, the table or the head"
        return
    for word in ("valid_from", "valid_to"):
        if said.get(word) is not None and not isinstance(said[word], date):
            yield None, f"{name}:{line}: {word} {said[word]!r} is no date; write it as 2012-02-29"
            return
    if said["confidence"] not in list(Confidence):
        yield None, f"{name}:{line}: confidence {said['confidence']!r} is unknown; choose {', '.join(Confidence)}"
        return
    if said.get("valid_to") is not None and said["valid_to"] < said["valid_from"]:
        yield None, f"{name}:{line}: valid_to {said['valid_to']} lies before valid_from {said['valid_from']}; swap them"
        return
    torn = [word for word, part in value.items() if part is None] if isinstance(value, dict) else []
    if torn:
        yield None, f"{name}:{line}: {torn[0]!r} stands without a value; a text with a comma inside {{…}} needs quotes"
        return
    plain = {word: list(part) if isinstance(part, list) else part for word, part in key.items()}
    held = _without_lines(value)
    yield (
        LawValue(
            table=table,
            standard=about["standard"],
            edition=about["edition"],
            key=plain,
            value=held,
            unit=said["unit"],
            valid_from=said["valid_from"],
            valid_to=said.get("valid_to"),
            source=said["source"],
            clause=str(said["clause"]),
            confidence=Confidence(said["confidence"]),
            note=said.get("note", ""),
        ),
        "",
    )


def _without_lines(value: Any) -> Any:
    """Give a value without the line numbers that the loader noted in it, however deep they stand."""
    if isinstance(value, dict):
        return {word: _without_lines(part) for word, part in value.items() if word != "__line__"}
    return [_without_lines(part) for part in value] if isinstance(value, list) else value


def read_law(path: Path) -> list[LawValue]:
    """Read a law file from a path."""
    return parse_law(path.read_text(encoding="utf-8"), path.name)


def packaged(country: str = "cn") -> Iterator[tuple[str, str]]:
    """Give name and text of every packaged law file."""
    folder = resources.files("lantian.law").joinpath(country)
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.endswith(".yaml"):
            yield path.name, path.read_text(encoding="utf-8")
