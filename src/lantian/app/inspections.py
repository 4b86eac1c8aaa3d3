"""Double-random inspection: lists frozen by hash, a seed named by somebody else, a draw that anybody can repeat, findings on a form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from lantian.app.acting import NotAllowedError
from lantian.app.signing import subject_of
from lantian.enforcement.model import Drawn, Firm
from lantian.enforcement.rules.draw import draw_firms, draw_inspectors
from lantian.kernel.decision import Actor, Role
from lantian.kernel.errors import FaultsError, InputError
from lantian.kernel.finding import Message
from lantian.kernel.place_id import within
from lantian.law import LawBook
from lantian.ledger import By, Follows, Record, Turn, make_in
from lantian.ledger.accounts import Accounts

if TYPE_CHECKING:
    from lantian.app.house import House

ROUND, VISIT = "inspection", "visit"
RULE = "lantian 规则"
Stated = tuple[dict[str, Any], Follows | None]
INSPECT = (Role.COUNTY, Role.CITY, Role.PROVINCE)
LONGEST_LIST = 5_000
"""Lines of a list at most (our choice)."""


def parse_firms(text: str, kinds: Sequence[str]) -> list[tuple[str, str]]:
    r"""Read a list of firms, one a line: credit code and class; all faults together raise ``FaultsError``.

    >>> parse_firms("91130100000000001X key\n91130100000000002Y", ["key", "ordinary"])
    [('91130100000000001X', 'key'), ('91130100000000002Y', 'ordinary')]
    """
    found, wrong = [], []
    for number, line in enumerate(_lines(text), 1):
        words = line.split()
        kind = words[1] if len(words) > 1 else "ordinary"
        if len(words) > 2 or kind not in kinds:  # noqa: PLR2004 - a code and a class
            wrong.append(f"line {number}: {line[:60]!r}; write a credit code and one of {', '.join(kinds)}")
        found.append((words[0], kind))
    wrong += [f"{code} stands twice; give it once" for code in sorted({code for code, _ in found if sum(code == other for other, _ in found) > 1})]
    if wrong or not found:
        raise FaultsError("the firms", wrong or ["no firm was given"])
    return found


def parse_inspectors(text: str) -> dict[str, list[str]]:
    r"""Read a list of inspectors, one a line: account, then the codes of firms they keep apart from (回避).

    >>> parse_inspectors("li 91130100000000001X\nwang")
    {'li': ['91130100000000001X'], 'wang': []}
    """
    found: dict[str, list[str]] = {}
    for line in _lines(text):
        name, *apart = line.split()
        if name in found:
            raise InputError(f"inspector {name} stands twice; give each once")
        found[name] = apart
    if not found:
        raise InputError("no inspector was given")
    return found


def list_hash(firms: Sequence[Sequence[str]], inspectors: Mapping[str, Sequence[str]], count: int) -> str:
    """Hash what is drawn from, before any seed is known: nobody can fit the list to a seed."""
    text = json.dumps([sorted(map(list, firms)), {name: sorted(inspectors[name]) for name in sorted(inspectors)}, count], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def drawn_from(law: LawBook, on: date, seed: str, firms: Sequence[Sequence[str]], inspectors: Mapping[str, Sequence[str]], count: int) -> tuple[Drawn, ...]:
    """Draw firms by the weights of their classes and a team for each; the same seed and lists always give the same."""
    if not seed.strip():
        raise InputError("a draw needs a seed that is published with it; name one, such as the close of a stock index of the day")
    weights = {str(value.key["class"]): float(value.value) for value in law.values("law_inspection_weight", on=on)}
    team = int(law.value("law_inspection_team", on=on, item="inspectors").value)
    chosen = draw_firms(seed.strip(), [Firm(code, kind, weights[kind]) for code, kind in firms], count)
    apart: dict[str, list[str]] = {}
    for name, codes in inspectors.items():
        for code in codes:
            apart.setdefault(code, []).append(name)
    return draw_inspectors(seed.strip(), chosen, sorted(inspectors), team, apart)


def made_round(house: House, place: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Give what a round states when its lists are announced: the lists as read, and their hash; an inspector who cannot act there raises ``FaultsError``."""
    kinds = [str(value.key["class"]) for value in house.law.values("law_inspection_weight")]
    firms, inspectors = parse_firms(given.get("firms", ""), kinds), parse_inspectors(given.get("inspectors", ""))
    accounts = {each.name: each for each in Accounts(house.desk.ledger).every() if each.active and each.role in INSPECT}
    absent = [name for name in inspectors if name not in accounts or not within(place, accounts[name].place)]
    if absent:
        raise FaultsError(
            "the inspectors", [f"{name} has no account of an officer who may act in {place}; leave it out or make the round there" for name in absent]
        )
    text = given.get("count", "").strip()
    if not text.isdigit() or not 0 < int(text) <= len(firms) <= LONGEST_LIST:
        raise InputError(f"{text!r} of {len(firms)} firms cannot be drawn; draw 1 to {len(firms)}, of {LONGEST_LIST} listed at most")
    return {"listed": {"firms": firms, "inspectors": inspectors}, "list_hash": list_hash(firms, inspectors, int(text))}


def moved_round(house: House, actor: Actor, record: Record, move: str, given: Mapping[str, str], by: By) -> Stated:
    """Give what a move of a round or a visit states, and what follows in the same turn."""
    if record.flow == ROUND:
        return _draw(house, record, given, by) if move == "draw" else ({}, None)
    return _visit(house, actor, record, move, given, by)


def repeated(house: House, record: Record) -> bool:
    """Draw a round again from its published seed and lists, and tell whether it gives what was published."""
    listed, law_day = record.body["listed"], record.body["drawn_on"]
    again = drawn_from(house.law, date.fromisoformat(law_day), record.body["seed"], listed["firms"], listed["inspectors"], int(record.body["count"]))
    same_list = list_hash(listed["firms"], listed["inspectors"], int(record.body["count"])) == record.body["list_hash"]
    return same_list and bool([plain_drawn(each) for each in again] == record.body["drawn"])


def plain_drawn(drawn: Drawn) -> dict[str, Any]:
    """Give one firm drawn as a record keeps it."""
    return {"firm": drawn.firm, "inspectors": list(drawn.inspectors)}


def _draw(house: House, record: Record, given: Mapping[str, str], by: By) -> Stated:
    """Draw, and make a visit of each firm in the same turn."""
    listed, on = record.body["listed"], by.at.date()
    found = drawn_from(house.law, on, str(given.get("seed") or ""), listed["firms"], listed["inspectors"], int(record.body["count"]))
    weights = house.law.values("law_inspection_weight", on=on)
    told: dict[str, Any] = {"seed": str(given["seed"]).strip(), "drawn_on": on.isoformat(), "drawn": [plain_drawn(each) for each in found]}
    told |= {"weights": {str(each.key["class"]): each.value for each in weights}, "weights_rest_on": [subject_of(each) for each in weights]}
    names = {each.firm: _name(house, each.firm) for each in found}

    def follows(turn: Turn, after: Record) -> None:
        for each in found:
            body = {"title": names[each.firm], "inspection": after.id, "inspectors": list(each.inspectors), "due": record.body.get("due")}
            make_in(turn, VISIT, after.place, each.firm, "assigned", body, By(RULE, by.origin, after.id, by.at))

    return told, follows


def _visit(house: House, actor: Actor, record: Record, move: str, given: Mapping[str, str], by: By) -> Stated:
    """Record findings, by those who were drawn and nobody else; a suspected violation may become a case."""
    inspectors = record.body["inspectors"]
    if move in ("record", "refer") and actor.name not in inspectors:
        raise NotAllowedError(Message("enforcement.not_drawn", {"inspectors": "、".join(inspectors)}))
    if move == "record":
        if given.get("result") == "suspected" and not given.get("violation"):
            raise InputError("a suspected violation needs its kind; choose one")
        return {"recorded_by": actor.name, "recorded_at": by.at.isoformat()}, None
    if move == "refer":
        if record.body.get("result") != "suspected":
            raise InputError(f"{record.id} found no suspected violation; close it instead")
        return {}, house.cases.open_in(record, by)
    return {}, None


def _name(house: House, code: str) -> str:
    told = house.sources.known.registry.enterprise_reports.get(code)
    return told.name if told is not None else code


def _lines(text: str) -> list[str]:
    found = [line.strip() for line in text.replace("，", " ").replace(",", " ").splitlines() if line.strip()]
    if len(found) > LONGEST_LIST:
        raise InputError(f"{len(found)} lines; give {LONGEST_LIST} at most")
    return found
