"""The tables of the README: every article has a row, in both languages, and every page they point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("name", "title"), [("README.md", "## The plan's 35 articles"), ("README.zh.md", "## 行动计划35条")])
def test_every_article_of_the_plan_has_a_row(name, title):
    text = (ROOT / name).read_text(encoding="utf-8").split(title, 1)[1]
    rows = [line.split("|")[1] for line in text.split("\n\n", 1)[0].splitlines() if line.startswith("|")][2:]
    assert sorted(int(each) for row in rows for each in re.findall(r"\d+", row)) == list(range(1, 36))


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_link_of_the_readme_leads_somewhere(name):
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert [each for each in links if "://" not in each and not (ROOT / each).exists()] == []
