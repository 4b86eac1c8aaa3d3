"""Faulty plans: every fault at once, each with file, line and cure."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.errors import FaultsError, InputError
from lantian.plan.readers import parse_plan, plan, read_plan
from lantian.plan.readers.lines import parse_lined


def shipped() -> dict[str, str]:
    folder = resources.files("lantian.plans").joinpath("cn_2013")
    return {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")}


def faults(**changed: tuple[str, str]) -> list[str]:
    files = shipped()
    for name, (old, new) in changed.items():
        key = f"{name}.yaml"
        assert old in files[key]
        files[key] = files[key].replace(old, new)
    with pytest.raises(FaultsError) as error:
        parse_plan(files)
    return list(error.value.faults)


def line(name: str, words: str) -> str:
    """Name a place as faults do: the first line of a shipped file that holds some words."""
    lines = shipped()[f"{name}.yaml"].splitlines()
    return f"{name}.yaml:{next(number for number, text in enumerate(lines, start=1) if words in text)}"


def test_all_faults_of_all_files_stand_together() -> None:
    assert faults(
        C008=("due: 2017-12-31", "due: soon"),
        C009=("confidence: unsure", "confidence: sure"),
        C010=("kind: target", "sort: target"),
        C011=("    digits: 0", "    digits: none"),
    ) == [
        f"{line('C008', 'due:')}: due is 'soon'; write a date as 2017-12-31",
        f"{line('C009', 'confidence: unsure')}: strictness.tolerance.confidence is 'sure'; choose confirmed, secondary, recalled, unsure",
        (
            "C010.yaml:2: unknown word sort; known are id, kind, clause, title, quote, english, marked, says, strictness, scope, starts, starts_note, due, "
            "open_end, rule, readings, measures, targets, unjudged"
        ),
        "C010.yaml:1: kind is missing; add it",
        f"{line('C011', 'digits:')}: measures[1].digits is 'none'; write a number",
    ]


def test_words_must_stand_in_the_quotation() -> None:
    assert faults(C008=("marked: [京津冀,", "marked: [津冀京,")) == ["C008.yaml:7: '津冀京' does not stand in the quotation; copy it from there"]


def test_exactly_one_base_is_judged() -> None:
    assert faults(C005=("        judged: true\n        measured", "        measured")) == [
        f"{line('C005', 'base:')}: 0 of the base of heavy_days entries are judged; mark exactly one with 'judged: true'"
    ]


def test_a_path_must_be_known_and_end_at_the_goal() -> None:
    assert faults(C008=("path: pm25_yearly", "path: pm25"), plan=("2017: 100", "2017: 90")) == [
        f"{line('plan', 'shares: {2013')}: the shares of path pm25_yearly must never fall and end at 100; mend them",
        f"{line('C008', 'path:')}: path 'pm25' is unknown; choose pm25_yearly, straight or add it to plan.yaml",
    ]


def test_dates_targets_and_names_must_make_sense() -> None:
    assert faults(C011=("starts: 2014-01-01", "starts: 2018-01-01"), C006=("    cut: 10\n", "    cut: 10\n    level: 70\n"), C010=("id: C010", "id: C100")) == [
        f"{line('C006', '- key: cut')}: target cut needs either a cut or a level; write one of the two",
        "C010.yaml:1: id 'C100' is not the file's name; rename one of them",
        f"{line('C011', 'starts:')}: starts 2018-01-01 lies after due 2017-12-31; swap them",
    ]


def test_what_is_not_yaml_says_where() -> None:
    assert faults(C003=("clause: 奋斗目标", "clause: [奋斗目标"))[0].startswith("C003.yaml:4: not YAML (")


def test_a_key_said_twice_is_refused() -> None:
    with pytest.raises(FaultsError) as error:
        parse_lined("id: C008\nid: C009\n", "C008.yaml")
    assert error.value.faults == ("C008.yaml:2: not YAML (the key 'id' stands twice); mend the indentation or quotes there",)


def test_a_plan_needs_its_head() -> None:
    with pytest.raises(InputError) as error:
        parse_plan({})
    assert str(error.value) == "a plan without plan.yaml; add the head with id, title, number and paths"


def test_an_unknown_plan_names_the_known() -> None:
    with pytest.raises(InputError) as error:
        plan("cn_2014")
    assert str(error.value) == "no plan 'cn_2014'; did you mean 'cn_2013'? (1 known)"


def test_a_folder_reads_like_the_package_and_its_hash_tells_a_change(tmp_path: Path) -> None:
    for name, text in shipped().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "articles").mkdir()
    for each in resources.files("lantian.plans").joinpath("cn_2013", "articles").iterdir():
        (tmp_path / "articles" / each.name).write_text(each.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_plan(tmp_path).hash == plan().hash
    (tmp_path / "C011.yaml").write_text(shipped()["C011.yaml"].replace("level: 60", "level: 61"), encoding="utf-8")
    assert read_plan(tmp_path).hash != plan().hash


@given(line=st.integers(0, 80), junk=st.text(st.characters(blacklist_categories=["Cs"]), max_size=12))
def test_a_mangled_line_is_read_or_named_and_never_crashes(line: int, junk: str) -> None:
    files = shipped()
    lines = files["C008.yaml"].splitlines()
    lines[line % len(lines)] = junk
    try:
        parse_plan(files | {"C008.yaml": "\n".join(lines)})
    except FaultsError as error:
        assert all(re.match(r"C008\.yaml:\d+: .+", fault, re.DOTALL) for fault in error.faults)
