"""Reading a plan from its folder of YAML: the head in plan.yaml, one file a provision; all faults together (DESIGN §13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from lantian.kernel.errors import FaultsError, InputError, unknown
from lantian.plan.model import Plan
from lantian.plan.readers import build
from lantian.plan.readers.lines import Lined, parse_lined
from lantian.plan.readers.sense import senseless, senseless_paths
from lantian.plan.readers.shape import HEAD, PROVISION, faults_of

HEAD_FILE = "plan.yaml"


def parse_plan(files: Mapping[str, str]) -> Plan:
    """Read a plan from the texts of its files by name; every fault of every file raises one ``FaultsError``."""
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
    digest = hashlib.sha256("".join(files[name] for name in sorted(files)).encode()).hexdigest()
    provisions = tuple(build.provision(each, head) for _, each in sorted(found.items()))
    return Plan(head["id"], build.text(head["title"]), head["number"], head["issued"], build.text(head["issuer"]), digest, provisions)


def _contradictions(found: Mapping[str, Lined]) -> list[str]:
    head = found[HEAD_FILE]
    faults = list(senseless_paths(head, HEAD_FILE))
    for name, each in found.items():
        if name != HEAD_FILE:
            faults += senseless(each, head, name)
    return faults


def read_plan(folder: Path) -> Plan:
    """Read a plan from a folder."""
    return parse_plan({path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))})


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
    return parse_plan({each.name: each.read_text(encoding="utf-8") for each in shelf.joinpath(name).iterdir() if each.name.endswith(".yaml")})
