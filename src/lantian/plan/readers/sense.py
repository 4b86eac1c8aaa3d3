"""What a provision's shape cannot say: words that must stand in the quotation, one judged base, paths that end at the goal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from lantian.plan.readers.lines import Lined

WHOLE = 100


def senseless(found: Lined, head: Lined, name: str) -> Iterator[str]:
    """Name every contradiction within a provision that has the right shape: file, line, what is wrong, the cure."""
    if name != f"{found['id']}.yaml":
        yield f"{name}:{found.at('id')}: id {found['id']!r} is not the file's name; rename one of them"
    if found["starts"] > found["due"]:
        yield f"{name}:{found.at('starts')}: starts {found['starts']} lies after due {found['due']}; swap them"
    strictness = found["strictness"]
    for line, words in ((found.at("marked"), found["marked"]), (strictness.at("words"), strictness["words"])):
        for word in words:
            if word not in found["quote"]:
                yield f"{name}:{line}: {word!r} does not stand in the quotation; copy it from there"
    for measure in found["measures"]:
        yield from _one_judged(measure["base"], name, measure.at("base"), f"base of {measure['key']}")
        for base in measure["base"]:
            yield from _base(base, name)
    if found["rule"] == "path":
        yield from _one_judged(found.get("targets", []), name, found.at("targets"), "target")
    for target in found.get("targets", []):
        yield from _target(target, head, name)


def _one_judged(rows: list[Any], name: str, line: int, what: str) -> Iterator[str]:
    judged = [row for row in rows if row.get("judged")]
    if len(judged) != 1:
        yield f"{name}:{line}: {len(judged)} of the {what} entries are judged; mark exactly one with 'judged: true'"


def _base(base: Lined, name: str) -> Iterator[str]:
    if not any(base.get(way) for way in ("values", "statistic", "measured", "missing")):
        yield f"{name}:{base.line}: the base of {base['year']} has no value and no reason; give values, statistic, measured or missing"
    for scope, stated in base.get("values", {}).items():
        if ("value" in stated) == ("count" in stated) or ("count" in stated) != ("of" in stated):
            yield f"{name}:{stated.line}: the base of {scope} needs either a value, or a count with 'of'; write one of the two"


def _target(target: Lined, head: Lined, name: str) -> Iterator[str]:
    if ("cut" in target) == ("level" in target):
        yield f"{name}:{target.line}: target {target['key']} needs either a cut or a level; write one of the two"
    if target["path"] not in head["paths"]:
        yield f"{name}:{target.at('path')}: path {target['path']!r} is unknown; choose {', '.join(head['paths'])} or add it to plan.yaml"


def senseless_paths(head: Lined, name: str) -> Iterator[str]:
    """Name every path that runs backwards or does not end at the whole goal."""
    for key, path in head["paths"].items():
        shares = list(path.get("shares", {}).values())
        if shares and (shares[-1] != WHOLE or any(a > b for a, b in pairwise(shares))):
            yield f"{name}:{path.at('shares')}: the shares of path {key} must never fall and end at 100; mend them"
