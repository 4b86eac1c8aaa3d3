"""The published figures and hand-written facts that the cases of the plan stand on."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from lantian.kernel.finding import Confidence
from lantian.plan.model import Measured, Plan, TableFacts
from lantian.plan.readers import plan

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[dict[str, Any]]:
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


def table(rows: dict[str, Any]) -> TableFacts:
    numbers = {(scope, indicator, period): value for scope, parts in rows.items() for indicator, years in parts.items() for period, value in years.items()}
    return TableFacts(numbers)


@pytest.fixture(scope="session")
def told() -> Plan:
    return plan()


@pytest.fixture(scope="session")
def published() -> TableFacts:
    with (CASES / "published.csv").open(encoding="utf-8") as file:
        numbers = {(row["scope"], row["indicator"], row["year"]): _measured(row) for row in csv.DictReader(file)}
    with (CASES / "yearbook_pm10_2012.csv").open(encoding="utf-8") as file:
        statistics = {(row["place"], "PM10_annual", row["year"]): float(row["value"]) for row in csv.DictReader(file)}
    groups = {"bth13": ["110000", "120000", "130100"], "yrd25": ["310000"], "prd9": ["440100"], "cities": [place for place, _, _ in statistics]}
    return TableFacts(numbers, statistics, groups)


def _measured(row: dict[str, str]) -> Measured:
    count = int(row["count"]) if row["count"] else None
    confidence = Confidence(row["confidence"])
    return Measured(
        float(row["value"]), row["unit"], "published", row["scope"], row["year"], 365, 365, count=count, source=row["source"], confidence=confidence
    )
