"""What a plan's files may hold, written as data, and the check that names every fault with its line and cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.kernel.finding import Confidence
from lantian.plan.readers.lines import Lined

Shape = Mapping[str, "Slot"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One entry of a mapping: its kind or nested shape, whether it is needed, is a list of such, is keyed by names, and its choices."""

    kind: str | Shape
    needed: bool = True
    many: bool = False
    keyed: bool = False
    choices: tuple[str, ...] = ()


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "words": (lambda v: isinstance(v, str) and bool(v.strip()), "write words, in quotes where they look like a number"),
    "number": (_is_number, "write a number"),
    "date": (lambda v: isinstance(v, date), "write a date as 2017-12-31"),
    "flag": (lambda v: isinstance(v, bool), "write true or false"),
    "text": (lambda v: isinstance(v, str), "write words, or leave it out"),
    "list": (lambda v: isinstance(v, list), "write a list, [] when there is none"),
    "mapping": (lambda v: isinstance(v, dict) and bool(v), "write a mapping"),
    "both": (lambda v: isinstance(v, dict) and set(v) == {"zh", "en"} and all(v.values()), "write it in both languages, {zh: …, en: …}"),
}

CONFIDENCE = Slot("words", choices=tuple(Confidence))
STATED: Shape = {
    "value": Slot("number", needed=False),
    "count": Slot("number", needed=False),
    "of": Slot("number", needed=False),
    "rounded": Slot("number", needed=False),
    "unit": Slot("words", needed=False),
    "source": Slot("words"),
    "clause": Slot("words", needed=False),
    "confidence": CONFIDENCE,
    "note": Slot("both"),
}
PATH: Shape = {
    "title": Slot("both"),
    "shares": Slot("number", needed=False, keyed=True),
    "source": Slot("words"),
    "clause": Slot("words"),
    "confidence": CONFIDENCE,
    "note": Slot("both"),
}
HEAD: Shape = {
    "id": Slot("words"),
    "title": Slot("both"),
    "number": Slot("words"),
    "issued": Slot("date"),
    "issuer": Slot("both"),
    "source": Slot("words"),
    "confidence": CONFIDENCE,
    "coverage": Slot(STATED),
    "rounding": Slot(STATED),
    "risen": Slot(STATED),
    "between": Slot(STATED),
    "paths": Slot(PATH, keyed=True),
    "sections": Slot("both", needed=False, keyed=True),
}
BASE: Shape = {
    "year": Slot("number"),
    "role": Slot("words", choices=("written", "implied", "assessed", "path")),
    "judged": Slot("flag", needed=False),
    "measured": Slot("flag", needed=False),
    "statistic": Slot("words", needed=False),
    "values": Slot(STATED, needed=False, keyed=True),
    "missing": Slot("both", needed=False),
    "note": Slot("both", needed=False),
}
MEASURE: Shape = {
    "key": Slot("words"),
    "title": Slot("both"),
    "indicator": Slot("words", choices=("annual_mean", "good_day_share", "heavy_day_share")),
    "pollutant": Slot("words", needed=False, choices=("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")),
    "unit": Slot("words"),
    "digits": Slot("number"),
    "better": Slot("words", choices=("lower", "higher")),
    "scope": Slot("words"),
    "base": Slot(BASE, many=True),
}
TARGET: Shape = {
    "key": Slot("words"),
    "title": Slot("both"),
    "cut": Slot("number", needed=False),
    "level": Slot("number", needed=False),
    "unit": Slot("words"),
    "path": Slot("words"),
    "judged": Slot("flag", needed=False),
    "source": Slot("words"),
    "clause": Slot("words", needed=False),
    "confidence": CONFIDENCE,
    "note": Slot("both"),
}
SCOPE: Shape = {
    "kind": Slot("words", choices=("nation", "cities", "groups", "place")),
    "keys": Slot("words", many=True),
    "written": Slot("words"),
    "open": Slot("flag", needed=False),
    "closed": Slot(STATED),
}
STRICTNESS: Shape = {
    "words": Slot("words", many=True),
    "meaning": Slot("words", choices=("about", "at_least", "direction", "strive", "each_year")),
    "tolerance": Slot(STATED, needed=False),
}
PROVISION: Shape = {
    "id": Slot("words"),
    "kind": Slot("words", choices=("target",)),
    "clause": Slot("words"),
    "title": Slot("both"),
    "quote": Slot("words"),
    "english": Slot("words"),
    "marked": Slot("words", many=True),
    "says": Slot("both"),
    "strictness": Slot(STRICTNESS),
    "scope": Slot(SCOPE),
    "starts": Slot("date"),
    "starts_note": Slot("both"),
    "due": Slot("date"),
    "open_end": Slot("flag", needed=False),
    "rule": Slot("words", choices=("path", "improve", "yearly")),
    "readings": Slot("words", needed=False, many=True, choices=("mean", "each")),
    "measures": Slot(MEASURE, many=True),
    "targets": Slot(TARGET, needed=False, many=True),
    "unjudged": Slot("both", needed=False),
}


def faults_of(found: Lined, shape: Shape, name: str, where: str = "") -> Iterator[str]:
    """Name every way in which a mapping does not fit its shape: file, line, what is wrong, the cure."""
    for key in found:
        if key not in shape:
            yield f"{name}:{found.at(key)}: unknown word {where}{key}; known are {', '.join(shape)}"
    for key, slot in shape.items():
        if key not in found:
            if slot.needed:
                yield f"{name}:{found.line}: {where}{key} is missing; add it"
            continue
        yield from _slot_faults(found[key], slot, name, found.at(key), f"{where}{key}")


def _slot_faults(value: Any, slot: Slot, name: str, line: int, what: str) -> Iterator[str]:
    """Check one entry: a list, a keyed mapping, or one thing."""
    if slot.many:
        if not isinstance(value, list) or not value:
            yield f"{name}:{line}: {what} is {value!r}; write a list"
            return
        each = [(f"{what}[{n}]", part) for n, part in enumerate(value, start=1)]
    elif slot.keyed:
        if not isinstance(value, Lined) or not value:
            yield f"{name}:{line}: {what} is {value!r}; write a mapping by name"
            return
        each = [(f"{what}.{key}", part) for key, part in value.items()]
    else:
        each = [(what, value)]
    for label, part in each:
        yield from _one_fault(part, slot, name, line, label)


def _one_fault(value: Any, slot: Slot, name: str, line: int, what: str) -> Iterator[str]:
    """Check one thing against its kind, choices or nested shape."""
    if not isinstance(slot.kind, str):
        if isinstance(value, Lined):
            yield from faults_of(value, slot.kind, name, f"{what}.")
        else:
            yield f"{name}:{line}: {what} is {value!r}; write a mapping with {', '.join(slot.kind)}"
        return
    fits, cure = _KINDS[slot.kind]
    if not fits(value):
        yield f"{name}:{line}: {what} is {value!r}; {cure}"
    elif slot.choices and value not in slot.choices:
        yield f"{name}:{line}: {what} is {value!r}; choose {', '.join(slot.choices)}"
