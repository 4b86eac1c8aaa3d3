"""A world told in a table, and projects told in a table: what cases of gates stand on."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any

import yaml

from lantian.app.project_form import read_project
from lantian.approvals.model import Application, Freeze, MissedTask

CASES = Path(__file__).parent / "cases"


class World:
    """Facts as a table tells them; what it does not tell is unknown."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told

    def groups(self, place):
        return frozenset(self.told["groups"])

    def city(self, place):
        return self.told["city"]

    def key47(self, place, on):
        return self.told["key47"]

    def attained(self, place, pollutant, year):
        return self.told["attained"].get(pollutant)

    def quota_left(self, place, pollutant, on):
        return self.told["quota"].get(pollutant)

    def credit_held(self, offset, project, on):
        return inf if self.told["held"] == "all" else self.told["held"]

    def missed_tasks(self, place, on):
        return None if self.told["missed"] is None else tuple(MissedTask(**each) for each in self.told["missed"])

    def freezes(self, place, on):
        if self.told["freezes"] is None:
            return None
        sets = ("pollutants", "industries")
        return tuple(Freeze(**{name: frozenset(each) if name in sets else each for name, each in one.items()}) for one in self.told["freezes"])

    def access_listed(self, applicant, industry, on):
        return self.told["listed"]


def usual() -> dict[str, Any]:
    return yaml.safe_load((CASES / "usual.yaml").read_text(encoding="utf-8"))


def cases() -> list[tuple[str, dict[str, Any]]]:
    """Give every case with the gate it is about."""
    return [(path.parent.name, each) for path in sorted(CASES.glob("*/*.yaml")) for each in yaml.safe_load(path.read_text(encoding="utf-8"))]


def world_of(case: Mapping[str, Any]) -> World:
    return World(usual()["world"] | case.get("world", {}))


def project_of(case: Mapping[str, Any]) -> Application:
    raw = usual()["project"] | case["project"]
    place, industry = raw.pop("place"), raw["industry"]
    raw["offsets"] = [{"place": place, "industry": industry} | each for each in raw.get("offsets", [])]
    return read_project(raw, title="case", place=place, applicant="91130100000000000X")
