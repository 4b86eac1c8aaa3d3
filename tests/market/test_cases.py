"""Levy, tax and tariffs by cases that an inspector can read: a sentence, what was emitted, what it comes to."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from lantian.app.speech import say
from lantian.kernel.quantity import exact, round_half_even
from lantian.law import book
from lantian.market.model import Bill, Charged, Discharge, Generated
from lantian.market.rules.levy import levy_lines, tax_lines
from lantian.market.service import bill_json, tariff, tariff_json

LAW = book()
CASES = Path(__file__).parent / "cases"


def cases(name):
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def number(value):
    return None if value is None else exact(value)


def told(case):
    for item, (kg, *rest) in case["emitted"].items():
        mean, limit, exceeding = [*rest, None, None, None][:3]
        yield Discharge("o", item, case["month"], number(kg), number(mean), number(limit), exceeding)
    for each in case.get("other", ()):
        yield Discharge("o", each["item"], case["month"], number(each["kg"]), Fraction(90), Fraction(100), 0, method=each["method"])


@pytest.mark.parametrize(
    ("kind", "case"), [(kind, case) for kind in ("levy", "tax") for case in cases(kind)], ids=lambda each: each["says"] if isinstance(each, dict) else each
)
def test_a_month_comes_to(kind, case):
    outlet = Charged(
        "o",
        place=case["place"],
        sector=case.get("sector", ""),
        over_quota=case.get("over_quota", {}),
        eliminated=case.get("eliminated"),
        generated_ground=case.get("generated", ""),
    )
    reckon = levy_lines if kind == "levy" else tax_lines
    lines = reckon(LAW, outlet, told(case), date.fromisoformat(case["month"] + "-01"))
    found = {line.item: "left" if not line.counts else "unknown" if line.amount is None else round_half_even(line.amount, 4) for line in lines}
    wanted = {item: word if isinstance(word, str) else round_half_even(word, 4) for item, word in case["expect"].items()}
    assert found == wanted
    bill = Bill(kind, "", lines)
    if "total" in case:
        assert str(bill.total) == case["total"]
    if "at_least" in case:
        assert bill.at_least is case["at_least"]
    assert {reason.key for line in lines for reason in line.because} >= set(case.get("because", ()))
    assert {reason.key for reason in bill.provisional} >= set(case.get("provisional", ()))
    for each in [reason for line in lines for reason in (*line.because, *line.provisional)]:
        assert say(each, "zh")
        assert say(each, "en")
    assert bill_json(bill)["total"] == str(bill.total)


@pytest.mark.parametrize("case", cases("tariff"), ids=lambda each: each["says"])
def test_a_premium_comes_to(case):
    power = [Generated(day, name, exact(mwh) * 1000, number(multiple), bool(excused)) for name, day, mwh, multiple, *excused in case["power"]]
    found = tariff(LAW, power)
    assert {name: str(getattr(found, name)) for name in ("earned", "taken_back", "fine_most")} == {
        name: case[name] for name in ("earned", "taken_back", "fine_most")
    }
    assert found.at_least is case.get("at_least", False)
    for each in tariff_json(found)["premiums"]:
        for reason in each["because"]:
            assert say(reason, "zh")
            assert say(reason, "en")
