"""Reading a plan from its folder of YAML: the head in plan.yaml, one file a provision; all faults together (DESIGN §13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from lantian.kernel.errors import FaultsError, InputError, unknown
from lantian.plan.model import Plan, Section
from lantian.plan.readers import build
from lantian.plan.readers.articles import parse_articles
from lantian.plan.readers.lines import Lined, parse_lined
from lantian.plan.readers.sense import senseless, senseless_paths
from lantian.plan.readers.shape import HEAD, PROVISION, faults_of

HEAD_FILE = "plan.yaml"
ARTICLES = "articles"


def parse_plan(files: Mapping[str, str], articles: Mapping[str, str] | None = None) -> Plan:
    """Read a plan from the texts of its files, and of its articles, by name; every fault of every file raises one ``FaultsError``."""
    if HEAD_FILE not in files:
        raise InputError(f"a plan without {HEAD_FILE}; add the head with id, title, number and paths")
    faults: list[str] = []
    found: dict[str, Lined] = {}
    for name in sorted(files):
        try:
            found[name] = parse_lined(files[name], name)
        except FaultsError as error:
            faults += error.faults
            continue
        faults += faults_of(found[name], HEAD if name == HEAD_FILE else PROVISION, name)
    if not faults:
        faults += _contradictions(found)
    if faults:
        raise FaultsError("plan", faults)
    head = found.pop(HEAD_FILE)
    told = articles or {}
    digest = hashlib.sha256("".join([*(files[name] for name in sorted(files)), *(told[name] for name in sorted(told))]).encode()).hexdigest()
    provisions = tuple(build.provision(each, head) for _, each in sorted(found.items()))
    return Plan(
        id=head["id"],
        title=build.text(head["title"]),
        number=head["number"],
        issued=head["issued"],
        issuer=build.text(head["issuer"]),
        hash=digest,
        provisions=provisions,
        sections=tuple(Section(number, build.text(title)) for number, title in head.get("sections", {}).items()),
        articles=parse_articles(told),
    )


def _contradictions(found: Mapping[str, Lined]) -> list[str]:
    head = found[HEAD_FILE]
    faults = list(senseless_paths(head, HEAD_FILE))
    for name, each in found.items():
        if name != HEAD_FILE:
            faults += senseless(each, head, name)
    return faults


def read_plan(folder: Path) -> Plan:
    """Read a plan from a folder."""
    head, articles = ({path.name: path.read_text(encoding="utf-8") for path in sorted(each.glob("*.yaml"))} for each in (folder, folder / ARTICLES))
    return parse_plan(head, articles)


@cache
def plan(name: str = "cn_2013") -> Plan:
    """Give a packaged plan; it is read once. An unknown name raises ``InputError``.

    >>> plan().provision("C008").targets[0].cut
    Fraction(25, 1)
    """
    shelf = resources.files("lantian.plans")
    known = [each.name for each in shelf.iterdir() if each.joinpath(HEAD_FILE).is_file()]
    if name not in known:
        raise unknown("plan", name, known)
    head, articles = (_texts(each) for each in (shelf.joinpath(name), shelf.joinpath(name, ARTICLES)))
    return parse_plan(head, articles)


def _texts(folder: Traversable) -> dict[str, str]:
    """Give the YAML texts of a folder by name; a folder that is not there has none."""
    if not folder.is_dir():
        return {}
    return {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")}
