"""The articles against the plan's own text: every quotation word for word, every clause held, hardly a character left out, every number listed."""

from __future__ import annotations

import csv
import re
from importlib import resources
from pathlib import Path

import pytest

from lantian.kernel.errors import FaultsError
from lantian.places import atlas
from lantian.plan.model import Article
from lantian.plan.readers import plan
from lantian.plan.readers.articles import parse_articles

TEXT = resources.files("lantian.plans").joinpath("cn_2013", "text.zh.txt").read_text(encoding="utf-8")
CASES = Path(__file__).parent / "cases"
WORKING_LIST = list(csv.DictReader((CASES / "clauses.csv").read_text(encoding="utf-8").splitlines()))
ARTICLES = plan().articles
HAN = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
LEAST = 0.97
HEADS = re.compile(r"^[(（]([一二三四五六七八九十]+)[)）]", re.MULTILINE)
SECTION = re.compile(r"^[一二三四五六七八九十]+、", re.MULTILINE)
NUMERALS = {word: value for value, word in enumerate("零一二三四五六七八九")}


def bare(text: str) -> str:
    """Give a text without white space."""
    return re.sub(r"\s", "", text)


def numeral(text: str) -> int:
    """Read 二十七 as 27."""
    tens, ten, ones = text.rpartition("十")
    return (NUMERALS[tens] if tens else 1) * 10 + (NUMERALS[ones] if ones else 0) if ten else NUMERALS[text]


def texts() -> dict[int, str]:
    """Cut the plan into its articles; what stands before the first section and in the last paragraph is article 0."""
    starts = [(found.start(), numeral(found[1])) for found in HEADS.finditer(TEXT)]
    sections = [found.start() for found in SECTION.finditer(TEXT)]
    closing = TEXT.rindex("我国仍然处于")
    cuts = sorted([start for start, _ in starts] + sections + [closing])
    found = {number: bare(TEXT[start : min(cut for cut in cuts if cut > start)]) for start, number in starts}
    return found | {0: bare(TEXT[: sections[0]] + TEXT[closing:])}


WHOLE = texts()
each_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda each: str(each.number))


def test_the_text_is_cut_into_all_articles():
    assert sorted(WHOLE) == list(range(36))


@each_article
def test_every_quotation_stands_in_its_article_word_for_word(article: Article):
    text = WHOLE[article.number]
    for duty in article.duties:
        assert bare(duty.quote) in text, duty.id
        assert bare(duty.lead) in bare(TEXT), duty.id
        assert bare(duty.scope.written) in bare(TEXT), duty.id
        assert bare(duty.scope.unless) in bare(TEXT), duty.id
        assert all(bare(word) in bare(duty.lead + duty.quote) for word in duty.words), duty.id


@each_article
def test_the_quotations_leave_hardly_a_character_out(article: Article):
    text = WHOLE[article.number]
    held = [False] * len(text)
    quotes = [duty.quote for duty in article.duties] + ([each.quote for each in plan().provisions] if article.number == 0 else [])
    for quote in map(bare, quotes):
        at = text.find(quote)
        while at >= 0:
            held[at : at + len(quote)] = [True] * len(quote)
            at = text.find(quote, at + 1)
    assert sum(held) / len(text) >= LEAST, "".join(" " if kept else letter for letter, kept in zip(text, held, strict=True))


@each_article
def test_every_number_of_an_article_is_listed_by_a_provision_that_quotes_it(article: Article):
    listed = set()
    for duty in article.duties:
        for number in duty.numbers:
            assert bare(number) in bare(duty.quote), duty.id
            listed |= set(NUMBER.findall(bare(number)))
    if article.number:
        assert set(NUMBER.findall(WHOLE[article.number])) <= listed


@each_article
def test_every_clause_of_the_working_list_is_held(article: Article):
    held = {key for duty in article.duties for key in duty.ids} | {each.id for each in plan().provisions}
    own = {0: ("P", "G", "Z")}.get(article.number, (str(article.number),))
    assert {row["id"] for row in WORKING_LIST if row["article"] in own} <= held


@each_article
def test_what_can_be_tested_is_computed(article: Article):
    testable = {row["id"] for row in WORKING_LIST if row["testable"] == "yes"}
    assert [duty.id for duty in article.duties if testable & set(duty.ids) and duty.indicator.how == "record"] == []


@each_article
def test_both_languages_are_complete(article: Article):
    for duty in article.duties:
        told = [duty.title, duty.accountable, duty.indicator.title, *(each for each in (duty.note, duty.scope.closed) if each)]
        for text in told:
            assert HAN.search(text.zh), (duty.id, text)
            assert text.en, duty.id
            assert not HAN.search(text.en), (duty.id, text.en)
        assert not HAN.search(duty.english), duty.id
    assert article.title.en
    assert not HAN.search(article.title.en)


@each_article
def test_every_scope_resolves_to_places(article: Article):
    groups = {group.key for group in atlas().groups()}
    for duty in article.duties:
        for key in duty.scope.keys:
            assert key in groups or atlas().place(key), (duty.id, key)


def test_faults_of_an_article_stand_together_with_their_lines():
    text = resources.files("lantian.plans").joinpath("cn_2013", "articles", "article_18.yaml").read_text(encoding="utf-8")
    broken = text.replace("how: record", "how: guess", 1).replace("kind: nation", "kind: planet", 1)
    with pytest.raises(FaultsError) as error:
        parse_articles({"a.yaml": broken})
    said = "\n".join(error.value.faults)
    assert re.search(r"a\.yaml:\d+: .*'guess'; choose coverage, remaining", said)
    assert re.search(r"a\.yaml:\d+: .*'planet'; choose nation, provinces", said)


def test_an_id_or_a_meaning_that_stands_twice_is_a_fault():
    text = resources.files("lantian.plans").joinpath("cn_2013", "articles", "article_18.yaml").read_text(encoding="utf-8")
    with pytest.raises(FaultsError, match="C184 stands in articles 18 and 18"):
        parse_articles({"a.yaml": text, "b.yaml": text})


def test_every_clause_of_the_working_list_is_held_somewhere_and_all_articles_are_there():
    held = {key for duty in plan().duties for key in duty.ids} | {each.id for each in plan().provisions}
    assert {row["id"] for row in WORKING_LIST} <= held
    assert [article.number for article in ARTICLES] == list(range(36))


def test_the_quotations_of_the_whole_plan_hold_its_articles():
    """Over all 35 articles together at least 97 in 100 characters stand in some quotation."""
    whole = held = 0
    for article in ARTICLES:
        if not article.number:
            continue
        text = WHOLE[article.number]
        marks = bytearray(len(text))
        for duty in article.duties:
            at = text.find(bare(duty.quote))
            marks[at : at + len(bare(duty.quote))] = b"\1" * len(bare(duty.quote))
        whole += len(text)
        held += sum(marks)
    assert held / whole >= LEAST
