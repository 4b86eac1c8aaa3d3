"""``lantian project`` as people use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from lantian.cli.main import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(sample, monkeypatch):
    monkeypatch.setenv("LANTIAN_HOME", str(sample.home))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, list(words), catch_exceptions=True)


def test_the_example_is_what_the_command_prints(run):
    assert run("project", "example").stdout.strip() == (ROOT / "docs" / "examples" / "project.yaml").read_text(encoding="utf-8").strip()


def test_a_project_is_checked_with_the_air_of_its_city(run):
    done = run("project", "check", str(ROOT / "docs" / "examples" / "project.yaml"), "--place", "石家庄", "--json", "--lang", "en")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["result"] == "fail"
    answers = {each["gate"]: each for each in told["answers"]}
    assert answers["offset"]["result"] == "fail"
    assert answers["eia"]["result"] == "pass"
    assert answers["capacity"]["missing"] == ["capacity"]


def test_many_projects_are_counted_and_faults_are_told_by_their_number(run, tmp_path):
    one = yaml.safe_load((ROOT / "docs" / "examples" / "project.yaml").read_text(encoding="utf-8")) | {"title": "x", "place": "130100"}
    path = tmp_path / "many.yaml"
    path.write_text(yaml.safe_dump([one, one | {"documents": []}]), encoding="utf-8")
    told = json.loads(run("project", "what-if", str(path), "--json").stdout)
    assert told["projects"] == 2
    assert told["gates"]["eia"] == {"pass": 1, "fail": 1}
    path.write_text(yaml.safe_dump([one, {"title": "y", "place": "130100", "nature": "old"}]), encoding="utf-8")
    wrong = run("project", "what-if", str(path))
    assert wrong.exit_code != 0
    assert "2: " in str(wrong.exception)


def test_the_gates_are_listed(run):
    listed = json.loads(run("project", "gates", "--json").stdout)
    assert len(listed) == 17
    assert listed["boiler"]["provisions"] == ["C015", "C016"]
