"""The provisions as a set: each has both languages, an exact quotation, a unit, a citation, a case; every message can be said."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import lantian.plan
from lantian.app.speech import catalogue, say
from lantian.kernel.finding import Confidence
from lantian.places import atlas
from lantian.plan.model import Plan, Provision, Stated, TableFacts
from lantian.plan.readers import plan
from lantian.plan.service import as_json, findings, provision_json

from .conftest import CASES, cases

PROVISIONS = plan().provisions
HAN = re.compile(r"[\u4e00-\u9fff]")
each_provision = pytest.mark.parametrize("provision", PROVISIONS, ids=lambda provision: provision.id)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def stated_of(provision: Provision) -> Iterator[Stated]:
    yield provision.scope.closed
    yield provision.coverage
    yield provision.rounding
    yield from (target.stated for target in provision.targets)
    yield from (part for target in provision.targets for part in (target.path.stated, target.path.between))
    yield from (value for measure in provision.measures for base in measure.bases for value in base.values.values())
    if provision.strictness.tolerance:
        yield provision.strictness.tolerance


def test_the_nine_goals_are_there() -> None:
    assert [provision.id for provision in PROVISIONS] == [f"C{number:03}" for number in range(3, 12)]


@each_provision
def test_the_quotation_is_the_plan_word_for_word(provision: Provision) -> None:
    text = bare((CASES / "plan_text.txt").read_text(encoding="utf-8"))
    assert bare(provision.quote) in text
    assert all(word in provision.quote for word in (*provision.marked, *provision.strictness.words))


@each_provision
def test_both_languages_are_complete_and_english_has_no_chinese(provision: Provision) -> None:
    texts = [provision.title, provision.says, provision.starts_note, *(measure.title for measure in provision.measures)]
    texts += [target.title for target in provision.targets] + [target.path.title for target in provision.targets]
    texts += [base.missing for measure in provision.measures for base in measure.bases]
    texts += [base.note for measure in provision.measures for base in measure.bases if base.note]
    texts += [stated.note for stated in stated_of(provision)]
    for text in texts:
        assert HAN.search(text.zh), text
        assert text.en, text
        assert not HAN.search(text.en), text
    assert provision.english
    assert not HAN.search(provision.english)


@each_provision
def test_every_number_has_unit_source_clause_and_confidence(provision: Provision) -> None:
    for stated in stated_of(provision):
        assert stated.unit, stated
        assert stated.source, stated
        assert not stated.source.endswith((".csv", ".md", ".txt")), stated
        assert stated.clause, stated
        assert stated.confidence in Confidence


@each_provision
def test_every_scope_is_a_known_place_or_group(provision: Provision) -> None:
    groups = {group.key for group in atlas().groups()} | {"cities"}
    for key in (*provision.scope.keys, *(measure.scope for measure in provision.measures)):
        assert key in groups or atlas().place(key)


def test_every_provision_has_cases() -> None:
    judged = {case["provision"] for name in ("nine_goals.yaml", "edges.yaml") for case in cases(name)}
    assert judged == {provision.id for provision in PROVISIONS}


def test_our_own_readings_are_unsure_and_nothing_else_of_ours() -> None:
    for provision in PROVISIONS:
        for stated in stated_of(provision):
            assert (stated.source == "lantian") == (stated.confidence is Confidence.UNSURE), stated


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_messages_say_the_same_in_both_languages_and_all_are_used() -> None:
    ours = {key: texts for key, texts in catalogue().items() if key.startswith("plan.")}
    source = "".join(path.read_text(encoding="utf-8") for path in Path(lantian.plan.__file__).parent.rglob("*.py"))
    for key, texts in ours.items():
        assert set(texts) == {"zh", "en"}, key
        if key != "plan.text":
            assert placeholders(texts["zh"]) == placeholders(texts["en"]), key
            assert not HAN.search(texts["en"]), key
        family = key.rpartition(".")[0]
        assert f'"{key}"' in source or f'f"{family}.{{' in source or key.startswith(("plan.path.", "plan.due.")), key


def said(found: dict[str, Any]) -> Iterator[str]:
    parts = [found, *found["details"].get("readings", [])]
    for part in parts:
        for message in [*part["because"], *part["provisional"]]:
            for language in ("zh", "en"):
                yield say(message, language)
    for row in found["details"].get("readings", []):
        yield say(row["title"], "en")


@pytest.mark.parametrize("day", [date(2013, 12, 31), date(2014, 12, 31), date(2015, 6, 30), date(2015, 12, 31), date(2017, 12, 31), date(2023, 1, 1)])
@pytest.mark.parametrize("place", [None, "110000", "130000", "310000", "650100"])
def test_every_finding_can_be_said_and_sent(day: date, place: str | None, told: Plan, published: TableFacts) -> None:
    found = findings(told, published, day, place)
    assert found
    for each in found:
        plain = as_json(each, told.provision(each.provision))
        assert json.loads(json.dumps(plain)) == plain
        assert each.because[-1].key == "plan.rule"
        for words in said(plain):
            assert words
            assert "{" not in words


@each_provision
def test_a_provision_can_be_sent(provision: Provision) -> None:
    plain = provision_json(provision)
    assert json.loads(json.dumps(plain)) == plain
