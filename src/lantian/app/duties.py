"""The articles of the plan at one clock: registers read from the lake, findings by place, kept on disk under what they rest on (DESIGN §16)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from lantian.air.service.tables import arrow
from lantian.app.settings import counts_simulated
from lantian.kernel.errors import unknown
from lantian.kernel.period import Moment, close_of
from lantian.lake.engine import Engine, open_engine
from lantian.lake.read import open_dataset
from lantian.lake.runner import run_steps
from lantian.lake.store import Lake
from lantian.places import Atlas
from lantian.plan.model import Duty, Plan
from lantian.plan.readers.registers import COMPLETE
from lantian.plan.rules.duty import Count, Done
from lantian.plan.rules.observed import Observed
from lantian.plan.service.duties import NATION, Registers, duty_findings, duty_json, finding_json, indicator_tables, place_within, provinces

STEPS = ("unit_state", "control_state", "indicator_unit", "indicator_place", "register_place")
SOURCES = ("units", "controls", "statistics", "acts")
FORMAT = 5
"""Raised when findings change their shape."""


@dataclass(frozen=True)
class DutyRoom:
    """The findings of the articles; ``loaded`` is the moment of loading that is looked at, if not now.

    ``observe`` tells what online monitoring shows of the indicators on a day, where any source is monitored.
    """

    plan: Plan
    lake: Lake
    atlas: Atlas
    loaded: Moment
    observe: Callable[[Plan, date], Mapping[tuple[str, str], Observed]] | None = None

    @cached_property
    def by_id(self) -> dict[str, Duty]:
        """Index the duties by every id they hold."""
        return {key: duty for duty in self.plan.duties for key in duty.ids}

    def duty(self, key: str) -> dict[str, Any]:
        """Give one provision of an article; an unknown id raises ``InputError``."""
        if key not in self.by_id:
            raise unknown("provision", key, self.by_id)
        return duty_json(self.by_id[key])

    def registers(self, on: date, engine: str = "duckdb") -> Registers:
        """Read what the registers say as known at the close of a day."""
        moment = Moment(close_of(on), self.loaded.as_loaded)
        with open_engine(engine) as opened:
            for name in SOURCES:
                open_dataset(opened, self.lake, name, moment)
            run_indicators(opened, self.plan, self.atlas, on, self._simulated(opened, moment))
            counted = opened.fetch("SELECT * FROM indicator_place").to_pylist()
            filled = opened.fetch("SELECT * FROM register_place").to_pylist()
            statistics = opened.fetch("SELECT place, year, indicator, value FROM statistics ORDER BY source").to_pylist()
            acts = opened.fetch("SELECT act, place, day, title, document, source FROM acts ORDER BY day, title").to_pylist()
        newest = {row["place"]: row["newest"] for row in filled}
        numbers = ("known", "running", "covered", "added", "without_capacity", "simulated")
        counts = {
            (row["indicator"], row["place"]): Count(
                **{name: int(row[name]) for name in numbers},
                capacity=float(row["capacity"]),
                covered_capacity=float(row["covered_capacity"]),
                newest=newest[row["place"]],
            )
            for row in counted
        }
        yearly: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        for row in statistics:
            yearly[row["place"], row["indicator"]][row["year"]] = row["value"]
        done: dict[str, list[Done]] = defaultdict(list)
        for row in acts:
            done[row["act"]].append(Done(row["place"], row["day"], row["title"], row["document"], row["source"]))
        within = {row["place"] for row in acts if row["act"] == COMPLETE}
        recorded = {place for code in within for place in (code, self.atlas.province_of(code).code if code != NATION else NATION)}
        return Registers(counts, newest, yearly, done, frozenset(recorded))

    def _simulated(self, engine: Engine, moment: Moment) -> list[str]:
        """List the outlets that their own register calls simulated: units of the same id are not real either."""
        open_dataset(engine, self.lake, "outlets", moment)
        return [row["outlet"] for row in engine.fetch("SELECT DISTINCT outlet FROM outlets WHERE simulated").to_pylist()]

    def findings(self, on: date, place: str = NATION) -> list[dict[str, Any]]:
        """Give the findings of the nation or a place; those of the nation and the provinces are kept on disk."""
        if place == NATION or place in provinces(self.atlas):
            return self.everywhere(on)[place]
        return self._judge(replace(self.registers(on), observed=self._observed(on)), on, place)

    def everywhere(self, on: date) -> dict[str, list[dict[str, Any]]]:
        """Give the findings of the nation and of the 31 provinces at the close of a day."""
        shown = self._observed(on)
        kept = self._folder / f"{self._key(on, shown)}.json"
        if kept.is_file():
            found: dict[str, list[dict[str, Any]]] = json.loads(kept.read_bytes())
            return found
        registers = replace(self.registers(on), observed=shown)
        found = {place: self._judge(registers, on, place) for place in (NATION, *provinces(self.atlas))}
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{secrets.token_hex(4)}.draft")
        draft.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        draft.replace(kept)
        return found

    def _judge(self, registers: Registers, on: date, place: str) -> list[dict[str, Any]]:
        return [finding_json(each, self.by_id[each.provision]) for each in duty_findings(self.plan, registers, self.atlas, on, place)]

    @property
    def _folder(self) -> Path:
        return self.lake.home / "derived" / "findings"

    def _observed(self, on: date) -> Mapping[tuple[str, str], Observed]:
        return {} if self.observe is None else self.observe(self.plan, on)

    def _key(self, on: date, shown: Mapping[tuple[str, str], Observed]) -> str:
        """Hash what findings rest on: table versions, plan, day, the moment of loading, what monitoring shows, the shape of a finding."""
        versions = {name: version for name, version in self.lake.versions().items() if name in (*SOURCES, "stations", "outlets")}
        ground = [versions, self.plan.hash, on.isoformat(), str(self.loaded.as_loaded), sorted(map(str, shown.items())), counts_simulated(), FORMAT]
        return hashlib.sha256(json.dumps(ground, sort_keys=True).encode()).hexdigest()[:16]


def run_indicators(engine: Engine, plan: Plan, atlas: Atlas, on: date, simulated: Iterable[str] = ()) -> None:
    """Run the SQL rules of the registers from the views ``units`` and ``controls``; leaves ``indicator_place`` and ``register_place``.

    Units that are ``simulated``, or say so of themselves, count only where the settings let them, and are counted apart.
    """
    for name, rows in indicator_tables(plan).items():
        engine.table(name, arrow(rows))
    engine.table("place_within", arrow(place_within(atlas)))
    engine.table("asked_day", arrow([{"asked": on, "with_simulated": int(counts_simulated())}]))
    engine.table("simulated_unit", pa.table({"unit": pa.array(simulated, pa.string())}))
    run_steps(engine, "lantian.plan", STEPS)
