"""``lantian source`` over the registers of the sample: lists, facts, limits with reasons, and a list laid beside them that a person decides."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lantian.app.acting import now
from lantian.app.loading import load
from lantian.cli.main import app
from lantian.lake.store import Lake
from lantian.ledger import open_ledger
from lantian.ledger.accounts import Accounts
from lantian.sources.readers.forms import REGISTERED
from tests.sources.registry.test_readers import example

NOW = datetime(2026, 1, 1)
PASSWORD = "correct horse battery"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Give a command line over an installation with one example of each register."""
    monkeypatch.setenv("LANTIAN_HOME", str(tmp_path))
    monkeypatch.setenv("LANTIAN_PASSWORD", PASSWORD)
    monkeypatch.setenv("COLUMNS", "200")
    for name in REGISTERED:
        path = tmp_path / f"{name}.csv"
        row = example(name)
        path.write_text("\n".join(",".join(each) for each in (row, row.values())), encoding="utf-8")
        load(Lake(tmp_path), name, "tidy", [path], NOW)

    def ask(*words):
        answer = CliRunner().invoke(app, ["source", *words])
        return answer.exit_code, answer.output, str(answer.exception)

    return ask


def told(answer):
    code, text, error = answer
    assert code == 0, error
    return json.loads(text)


def test_outlets_are_listed_by_place(run):
    assert [each["outlet"] for each in told(run("list", "--json"))] == ["130200-001-1"]
    (line,) = told(run("list", "--place", "河北", "--json"))
    assert (line["enterprise_name"], line["place_name"], line["device"]) == ("某热电有限公司", "唐山", "010000A8900016F000169DC0")
    assert told(run("list", "--place", "北京", "--json")) == []
    assert "某热电有" in run("list", "--lang", "zh")[1]  # as much of the name as the table's column holds
    assert "no place 'nowhere'" in run("list", "--place", "nowhere")[2]


def test_an_outlet_and_an_enterprise_are_shown_whole(run):
    found = told(run("show", "130200-001-1", "--json"))
    assert found["outlet"]["unit_type"] == "coal_boiler"
    assert [each["analyser"] for each in found["analysers"]] == ["130200-001-1-SO2"]
    for key in ("91350100M000100Y43", "某热电有限公司"):
        assert [each["outlet"]["outlet"] for each in told(run("show", key, "--json"))["outlets"]] == ["130200-001-1"]
    assert "gb_13223" in run("show", "某热电有限公司", "--lang", "en")[1]
    assert "no outlet or enterprise '某热电有限'; did you mean '某热电有限公司'" in run("show", "某热电有限")[2]


def test_limits_are_told_with_their_reasons(run):
    found = told(run("limits", "130200-001-1", "--on", "2015-12-01", "--json", "--lang", "en"))
    sulphur = found["limits"]["SO2"]
    assert (sulphur["value"], sulphur["item"], sulphur["reference_oxygen"], sulphur["confidence"]) == (35, "permit:91350100M000100Y43001P", 6, "secondary")
    assert sulphur["because"][0]["text"] == "permit 91350100M000100Y43001P allows 35 mg/m³"
    text = run("limits", "130200-001-1", "--on", "2015-12-01", "--lang", "zh", "--explain")[1]
    for part in ("GB 13223-2011 table 1：燃煤锅炉（现有）100 mg/m³", "未登记超低排放改造完成日期", "不在唐山主城区"):
        assert part in text
    before = told(run("limits", "130200-001-1", "--on", "2014-06-30", "--json"))["limits"]["NOx"]
    assert before["value"] is None
    assert before["because"]
    assert "no outlet 'x'" in run("limits", "x")[2]
    assert "no day 'soon'" in run("limits", "130200-001-1", "--on", "soon")[2]


def test_as_of_shows_only_what_was_reported_by_then(run):
    assert told(run("list", "--as-of", "2015-06-01", "--json")) == []
    assert len(told(run("list", "--as-of", "2016-01-02", "--json"))) == 1


def test_a_list_is_laid_beside_the_register_and_a_person_decides(run, tmp_path):
    with open_ledger(tmp_path) as ledger:
        accounts = Accounts(ledger)
        accounts.accept(accounts.add("唐", "city", "130200", None, "t", "t", now()), PASSWORD, "t", now())
    path = tmp_path / "list.csv"
    path.write_text("企业名称,统一社会信用代码,地区\n某热电有限责任公司,,唐山\n别名,91350100M000100Y43,唐山\n唐山港陆钢铁有限公司,,唐山\n", encoding="utf-8")
    asked = ("match", str(path), "--list", "减排清单")
    found = told(run(*asked, "--json"))
    assert [(each["how"], each["enterprise"]) for each in found["entries"]] == [
        ("proposed", "91350100M000100Y43"),
        ("code", "91350100M000100Y43"),
        ("none", None),
    ]
    assert found["made"] == []
    (made,) = told(run(*asked, "--as", "唐", "--json"))["made"]
    assert told(run(*asked, "--as", "唐", "--json"))["made"] == []  # asked once
    assert told(run(*asked, "--json"))["entries"][0]["how"] == "proposed"
    moved = CliRunner().invoke(app, ["act", "move", made, "same", "--as", "唐", "--ground", "营业执照"])
    assert moved.exit_code == 0, moved.exception
    assert told(run(*asked, "--json"))["entries"][0]["how"] == "decided"


def test_a_list_without_names_is_told(run, tmp_path):
    path = Path(tmp_path / "list.csv")
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert "no column name" in run("match", str(path), "--list", "x")[2]
