"""From a checked mapping to a provision."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lantian.kernel.finding import Confidence
from lantian.kernel.quantity import exact
from lantian.plan.model import Base, Measure, Path, Provision, Scope, Stated, Strictness, Target, Text
from lantian.plan.readers.lines import Lined


def text(found: Any) -> Text:
    """Make a text in both languages."""
    return Text(found["zh"], found["en"])


def maybe_text(found: Any) -> Text | None:
    """Make a text where there is one."""
    return None if found is None else text(found)


def stated(found: Lined, unit: str = "", clause: str = "") -> Stated:
    """Make a stated value; a count of days becomes a share [%]."""
    value = None
    if "value" in found:
        value = exact(found["value"])
    elif "count" in found:
        value = Fraction(100 * found["count"], found["of"])
    return Stated(
        value,
        found.get("unit", unit),
        found["source"],
        found.get("clause", clause),
        Confidence(found["confidence"]),
        text(found["note"]),
        found.get("count"),
        exact(found["rounded"]) if "rounded" in found else None,
    )


def path(key: str, head: Lined) -> Path:
    """Make one of the paths that the plan's head names; without shares it is straight."""
    found = head["paths"][key]
    shares = {year: exact(share) for year, share in found.get("shares", {}).items()}
    return Path(key, text(found["title"]), shares, stated(found, "%"), stated(head["between"]))


def _base(found: Lined, unit: str, clause: str) -> Base:
    values = {scope: stated(each, unit, clause) for scope, each in found.get("values", {}).items()}
    missing = text(found.get("missing", {"zh": "没有载入", "en": "not loaded"}))
    return Base(
        found["year"],
        found["role"],
        found.get("judged", False),
        values,
        found.get("statistic"),
        found.get("measured", False),
        missing,
        maybe_text(found.get("note")),
    )


def _measure(found: Lined, clause: str) -> Measure:
    return Measure(
        found["key"],
        text(found["title"]),
        found["indicator"],
        found.get("pollutant"),
        found["unit"],
        found["digits"],
        found["better"],
        found["scope"],
        tuple(_base(each, found["unit"], clause) for each in found["base"]),
    )


def _target(found: Lined, head: Lined, clause: str) -> Target:
    ground = stated(found, clause=clause)
    cut, level = (exact(found[key]) if key in found else None for key in ("cut", "level"))
    number = Stated(cut if cut is not None else level, ground.unit, ground.source, ground.clause, ground.confidence, ground.note)
    return Target(found["key"], text(found["title"]), cut, level, number, path(found["path"], head), found.get("judged", False))


def _scope(found: Lined) -> Scope:
    return Scope(found["kind"], tuple(found["keys"]), found["written"], found.get("open", False), stated(found["closed"]))


def provision(found: Lined, head: Lined) -> Provision:
    """Make a provision from a mapping whose shape and sense were checked."""
    strictness, clause = found["strictness"], found["clause"]
    tolerance = stated(strictness["tolerance"]) if "tolerance" in strictness else None
    return Provision(
        id=found["id"],
        plan=head["id"],
        kind=found["kind"],
        clause=clause,
        title=text(found["title"]),
        quote=found["quote"],
        english=found["english"],
        marked=tuple(found["marked"]),
        says=text(found["says"]),
        source=head["source"],
        confidence=Confidence(head["confidence"]),
        strictness=Strictness(tuple(strictness["words"]), strictness["meaning"], tolerance),
        scope=_scope(found["scope"]),
        starts=found["starts"],
        starts_note=text(found["starts_note"]),
        due=found["due"],
        open_end=found.get("open_end", False),
        rule=found["rule"],
        measures=tuple(_measure(each, clause) for each in found["measures"]),
        targets=tuple(_target(each, head, clause) for each in found.get("targets", [])),
        readings=tuple(found.get("readings", ["mean"])),
        coverage=stated(head["coverage"]),
        rounding=stated(head["rounding"]),
        risen=stated(head["risen"]) if found["measures"][0]["indicator"] == "annual_mean" else None,
        unjudged=maybe_text(found.get("unjudged")),
    )
