"""The command: a bill from the hours of three stacks, as a table and as JSON, and its faults."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from lantian.app.house import House
from lantian.cli.common import guarded
from lantian.cli.main import app
from lantian.kernel.period import Moment
from tests.sources.equipment.test_plan import SENT, home_of, stack

RUN = CliRunner()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return home_of(tmp_path_factory.mktemp("levy"), [stack("a"), stack("b", simulated=True)], {"a": SENT, "b": SENT})


def asked(home, *words):
    return RUN.invoke(app, ["levy", *words], env={"LANTIAN_HOME": str(home), "COLUMNS": "200"})


def test_a_bill_is_the_sum_of_its_lines_and_says_what_is_missing(home):
    """November alone has hours: October and December of both stacks are unknown, so the total is the least."""
    done = asked(home, "E", "--quarter", "2015Q4", "--json", "--as-of", "2015-12-31", "--lang", "en")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert (found["kind"], found["quarter"], found["at_least"], found["simulated"]) == ("levy", "2015Q4", True, True)
    lines = [line for line in found["lines"] if line["counts"]]
    assert Decimal(found["total"]) == pytest.approx(sum(Decimal(line["amount"]) for line in lines if line["amount"]), abs=Decimal("0.05"))
    november = [line for line in lines if line["month"] == "2015-11" and line["item"] == "SO2"]
    assert [line["rate"] for line in november] == [2.4, 2.4]
    assert {line["month"] for line in lines if line["amount"] is None} == {"2015-10", "2015-12"}
    assert all(line["because"][0]["text"] for line in lines)


def test_the_mass_and_the_money_of_a_month_agree_with_a_reckoning_by_hand(home):
    """300 m³/s at 50 °C, −0.1 kPa and 8 % moisture are 233.0 m³/s dry; 40 mg/m³ of it for 720 hours are 24,162 kg; a fifth of the limit: half of 2.4."""
    found = json.loads(asked(home, "E", "--quarter", "2015Q4", "--json", "--as-of", "2016-01-31").output)
    line = next(each for each in found["lines"] if each["month"] == "2015-11" and each["item"] == "SO2" and each["outlet"] == "a")
    dry = 300 * 273 / (273 + 50) * (101.325 - 0.1) / 101.325 * (1 - 0.08)
    assert line["kg"] == pytest.approx(dry * 40e-6 * 3600 * 720, rel=1e-6)
    assert float(line["amount"]) == pytest.approx(line["kg"] / 0.95 * 2.4 * 0.5, abs=0.01)


def test_the_table_says_at_least_and_that_nobody_owes_a_simulation(home):
    for lang, words in (("zh", ("合计 至少", "含模拟数据")), ("en", ("total at least", "rests on simulated outlets"))):
        done = asked(home, "E", "--quarter", "2015Q4", "--as-of", "2015-12-31", "--lang", lang)
        assert done.exit_code == 0, done.output
        assert all(word in done.output for word in words)


@pytest.mark.parametrize(("words", "text"), [(("X", "--quarter", "2015Q4"), "no enterprise 'X'"), (("E", "--quarter", "2015"), "no quarter '2015'")])
def test_a_fault_is_said_and_leaves_with_two(home, words, text, monkeypatch, capsys):
    monkeypatch.setenv("LANTIAN_HOME", str(home))
    code = guarded(lambda: app(["levy", *words, "--as-of", "2015-12-31"], standalone_mode=False))
    assert code == 2
    assert text in capsys.readouterr().err


def test_the_premiums_of_a_unit_follow_from_its_load_and_its_hours(tmp_path):
    """A unit of 600 MW at 80 % for 720 hours of November 2015 sends out 345.6 GWh: 2.7 fen of them, and no hour exceeded anything."""
    unit = stack("a") | {"capacity": 600.0, "capacity_unit": "MW"}
    house = House.open(home_of(tmp_path, [unit], {"a": SENT | {"i33400": 80.0}}), moment=Moment(datetime(2015, 12, 31)))
    found = house.sources.tariff("a", datetime(2015, 11, 1), datetime(2015, 12, 1))
    assert (found["earned"], found["taken_back"], found["at_least"], found["basis"]) == ("9331200.00", "0.00", False, "load")
