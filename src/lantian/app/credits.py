"""Credits of an installation: sources verified into serial numbers, transfers, what a project may be offset by; each in the turn of the act it follows from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from lantian.app.acting import now
from lantian.app.speech import say
from lantian.approvals.model import Application, Offset
from lantian.approvals.rules.credit_use import UseLimits, credit_excluded
from lantian.kernel.decision import Actor
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.finding import Message
from lantian.kernel.place_id import NATION, within
from lantian.ledger import By, Credits, Follows, Record, Turn
from lantian.ledger.credit_books import usable_in
from lantian.ledger.credit_model import AVAILABLE, CAPACITY, COAL, EMISSIONS, PLEDGED, Credit, Key, Range, Source, parse_range, thousandths, unit_of
from lantian.ledger.credits import create_in, realise_in, reserve_in, transfer_in, void_in

if TYPE_CHECKING:
    from lantian.app.house import House

RULE = "lantian 规则"
FLOWS = ("credit_source", "credit_transfer", "capacity_task", "capacity_retirement")
"""Records whose moves touch the books of credits or rest on them."""
Stated = tuple[dict[str, Any], Follows | None]


@dataclass(frozen=True)
class CreditRoom:
    """The credits of an installation."""

    house: House

    @property
    def books(self) -> Credits:
        """Give the books."""
        return Credits(self.house.desk.ledger)

    def made(self, name: str, place: str, given: Mapping[str, str]) -> dict[str, Any]:
        """Check what a record about credits states when it is made, and write it as the books do."""
        if name == "credit_transfer":
            return self._transfer_stated(place, given)
        if name == "credit_source" and given.get("industry"):
            self._known_industry(given["industry"].strip())
        amount = given.get("capacity") if name == "capacity_retirement" else given.get("amount")
        if amount:
            thousandths(amount)
        return {"source": source_name(given["source"])} if given.get("source") else {}

    def moved(self, actor: Actor, record: Record, move: str, given: Mapping[str, str], by: By) -> Stated:
        """Give what a move states and what follows from it in the books, in the same turn."""
        body = record.body | {name: value for name, value in given.items() if value}
        if move == "edit":
            return self.made(record.flow, record.place, body), None
        found = getattr(self, f"_{record.flow}_{move}", None)
        return found(actor, record, body, by) if found is not None else ({}, None)

    def _credit_source_pledge(self, _: Actor, record: Record, body: Mapping[str, Any], by: By) -> Stated:
        source, law = self._source(record, body, by.at.date(), thousandths(body["amount"]))

        def follows(turn: Turn, after: Record) -> None:
            create_in(turn, source, None, following(by, after.id))

        return {"pledged_on": by.at.date().isoformat()} | law, follows

    def _credit_source_verify(self, _: Actor, record: Record, body: Mapping[str, Any], by: By) -> Stated:
        realised = past_day(body.get("realised_on"), by)
        amount = thousandths(body.get("verified_amount") or body["amount"])
        source, law = self._source(record, body, realised, amount)
        pledged = next(iter(self.books.find(evidence=record.id)), None)

        def follows(turn: Turn, after: Record) -> None:
            own = following(by, after.id)
            if pledged is None:
                create_in(turn, source, realised, own)
                return
            day = max(realised, date.fromisoformat(body["pledged_on"]))
            realise_in(turn, pledged.id, amount, after.id, day, own)

        return {"realised_on": realised.isoformat(), "verified_amount": float(unit_of(amount))} | ({} if pledged else law), follows

    def _credit_source_revoke(self, _: Actor, record: Record, __: Mapping[str, Any], by: By) -> Stated:
        lots = self.books.find(evidence=record.id)
        held = [str(each.range) for lot in lots for each in self.books.parts(credit_id=lot.id) if each.holder]
        free = [lot.id for lot in lots if self.books.parts(credit_id=lot.id, states=(PLEDGED, AVAILABLE))]

        def follows(turn: Turn, after: Record) -> None:
            for each in free:
                void_in(turn, each, by.at.date(), following(by, after.id))

        return {"still_held": held}, follows

    def _credit_transfer_approve(self, actor: Actor, record: Record, body: Mapping[str, Any], by: By) -> Stated:
        receiver = body["receiver_code"]
        if not within(receiver, actor.place):
            raise InputError(f"{self._named(receiver)} lies outside {self._named(actor.place)}; a transfer is approved by an office above both places")
        key, ranges = Key(record.place, body["item"], body["industry"]), [parse_range(each) for each in str(body.get("serials") or "").split()]

        def follows(turn: Turn, after: Record) -> None:
            transfer_in(turn, key, thousandths(body["amount"]), receiver, by.at.date(), following(by, after.id), ranges)

        return {"transferred_on": by.at.date().isoformat()}, follows

    def _capacity_retirement_verify(self, _: Actor, record: Record, body: Mapping[str, Any], by: By) -> Stated:
        demolished, verified = past_day(body.get("demolished_on"), by), past_day(body.get("verified_on"), by)
        if verified < demolished:
            raise InputError(f"verified on {verified}, before it was demolished on {demolished}; give the day of the acceptance on site")
        industry = body["industry"]
        key = Key(record.place, f"{CAPACITY}{industry}", industry)
        source = Source(key, thousandths(body["capacity"]), body["source"], record.id, None, body["nature"])

        def follows(turn: Turn, after: Record) -> None:
            create_in(turn, source, verified, following(by, after.id))

        return {"demolished_on": demolished.isoformat(), "verified_on": verified.isoformat()}, follows

    def _capacity_task_confirm(self, _: Actor, record: Record, __: Mapping[str, Any], by: By) -> Stated:
        from lantian.app.capacity import standing_of

        found = standing_of(self.house, record, by.at.date())
        if found.lacking:
            raise InputError(f"{record.id} is not done: {found.done} of {found.task.amount} verified, {found.lacking} lacking; verify the rest first")
        return {"met_on": by.at.date().isoformat()}, None

    def reserve(self, turn: Turn, project: Application, offset: Offset, by: By) -> None:
        """Reserve an offered amount for a project; what may not be used for it, or is not there, raises ``InputError``."""
        key = Key(offset.place, offset.item, offset.industry)
        fit, told = self._fit(project, offset, by.at.date(), turn)
        if told and not fit:
            raise InputError("; ".join(f"{each.credit.id}: {say(each.why, 'en')}" for each in told))
        named = [parse_range(each) for each in offset.serials]
        among = [shared for held in fit for each in named for shared in _shared(held, each)] if named else fit
        if named and not among:
            raise InputError(f"none of {' '.join(offset.serials)} can be used; {key} holds {', '.join(map(str, fit)) or 'nothing'} that can")
        reserve_in(turn, key, thousandths(offset.amount), project.id, by.at.date(), by, among)

    def held(self, offset: Offset, project: Application | str, on: date) -> float:
        """Give how much of an offered amount can be used for a project [the item's unit]: realised, unexpired, fit for it, free or reserved for it already.

        A day that is over is not asked again: what is used is used today, whatever day's law judges the project.
        """
        asked = self.house.applications.project(self.house.desk.records.get(project)) if isinstance(project, str) and project else project
        fit, _ = self._fit(asked if isinstance(asked, Application) else None, offset, max(on, now().date()))
        named = [parse_range(each) for each in offset.serials]
        amount = sum(shared.amount for each in fit for one in (named or [each]) for shared in _shared(each, one))
        return float(unit_of(amount)) if amount else 0.0

    def unfit(self, project: Application, offset: Offset, on: date) -> tuple[Message, ...]:
        """Say why what lies in an offered account may not be used for a project."""
        return tuple(dict.fromkeys(each.why for each in self._fit(project, offset, max(on, now().date()))[1]))

    def limits(self, on: date) -> UseLimits:
        """Give the limits of use in force on a day."""
        law = self.house.law
        own = {(str(v.key["item"]), str(v.key["industry"])): str(v.value) for v in law.values("law_credit_own_industry", on=on)}
        excluded = {(str(v.key["item"]), str(v.key["nature"])): str(v.value) for v in law.values("law_credit_excluded", on=on)}
        return UseLimits(own, excluded, {str(v.key["item"]): str(v.value) for v in law.values("law_credit_reach", on=on)})

    def expire(self, at: datetime, origin: str) -> int:
        """Take out what nobody reserved and whose last day is over; give in how many movements."""
        if not self.books.over(at.date()):
            return 0
        return len(self.books.expire(at.date(), By(RULE, origin, "替代量到期", at)))

    def _fit(self, project: Application | None, offset: Offset, on: date, turn: Turn | None = None) -> tuple[list[Range], list[Unfit]]:
        """Part what can be used of an account into what may be used for a project and what may not."""
        fit: list[Range] = []
        told: list[Unfit] = []
        limits = self.limits(project.applied) if project is not None else UseLimits()
        key, holder = Key(offset.place, offset.item, offset.industry), "" if project is None else project.id
        for lot, part in self.books.usable(key, on, holder) if turn is None else usable_in(turn.connection, key, on, holder):
            why = None
            if project is not None:
                reach = reach_of(self.house, offset.place, project.place)
                why = credit_excluded(limits, offset.item, lot.key.industry, lot.nature, project.industry, reach)
            if why is None:
                fit.append(part.range)
            else:
                told.append(Unfit(lot, why))
        return fit, told

    def _source(self, record: Record, body: Mapping[str, Any], realised: date, amount: int) -> tuple[Source, dict[str, Any]]:
        item = body["item"]
        if item not in (*EMISSIONS, COAL):
            raise unknown("item", item, (*EMISSIONS, COAL))
        expires, law = self._expiry(item, realised)
        return Source(Key(record.place, item, body["industry"]), amount, body["source"], record.id, expires, body["nature"]), law

    def _expiry(self, item: str, realised: date) -> tuple[date | None, dict[str, Any]]:
        """Give the last day of use of an emission quota: the end of the five-year plan in which it was realised."""
        if item not in EMISSIONS:
            return None, {}
        ends = [(date.fromisoformat(str(v.value)), v) for v in self.house.law.values("law_credit_period")]
        expires, value = next((each for each in sorted(ends, key=lambda each: each[0]) if each[0] >= realised), (None, None))
        if expires is None or value is None:
            raise InputError(f"no five-year plan is known that holds {realised}; add its last day to law_credit_period")
        return expires, {"expires_on": expires.isoformat(), "expires_law": f"{value.source} {value.clause}", "expires_confidence": str(value.confidence)}

    def _transfer_stated(self, place: str, given: Mapping[str, str]) -> dict[str, Any]:
        if given.get("amount"):
            thousandths(given["amount"])
        for each in str(given.get("serials") or "").split():
            parse_range(each)
        item = given.get("item", "")
        if item and item not in (*EMISSIONS, COAL) and not item.startswith(CAPACITY):
            raise unknown("item", item, (*EMISSIONS, COAL, f"{CAPACITY}cement"))
        word = given.get("receiver", "").strip()
        if not word:
            return {}
        atlas = self.house.atlas
        receiver = atlas.place(word).code if word.isdigit() else atlas.find(word).code
        if receiver == place:
            raise InputError(f"{self._named(place)} holds it already; name another place")
        return {"receiver_code": receiver}

    def _known_industry(self, key: str) -> None:
        """Check that gates know an industry by this key, so that a credit is not lost under a name that nobody asks for."""
        found = [v for v in self.house.law.values("law_industry_class") if "known" in v.key.values()]
        known = [str(each) for value in found for each in value.value]
        if key not in known:
            raise unknown("industry", key, known)

    def _named(self, code: str) -> str:
        return self.house.atlas.place(code).name


@dataclass(frozen=True, slots=True)
class Unfit:
    """A credit that may not be used for a project, and why."""

    credit: Credit
    why: Message


def _shared(held: Range, named: Range) -> tuple[Range, ...]:
    """Give the serials that two ranges share, none where they lie apart."""
    first, last = max(held.first, named.first), min(held.last, named.last)
    return (Range(held.credit, first, last),) if held.credit == named.credit and first <= last else ()


def place_of(house: House, text: str | None) -> str:
    """Read a place by code or name, by default the nation."""
    word = (text or "").strip()
    if word in ("", "全国", "national", NATION):
        return NATION
    return house.atlas.place(word).code if word.isdigit() else house.atlas.find(word).code


def reach_of(house: House, account: str, project: str) -> str:
    """Give the smallest of city, province and nation that holds an account and a project; an account of the province lies near all of it."""
    if within(project, account) or within(account, project) or _city(house, account) == _city(house, project):
        return "city"
    return "province" if house.atlas.province_of(account) == house.atlas.province_of(project) else "nation"


def _city(house: House, code: str) -> str:
    """Give the city that a place lies in, a municipality for its districts."""
    place = house.atlas.place(code)
    while place.level == "county" and place.parent is not None:
        place = house.atlas.place(place.parent)
    return place.code


def source_name(text: str) -> str:
    """Write what a credit came from in one way, so that the same unit is credited once however it is typed.

    >>> source_name("  9113 0100/kiln　2 ")
    '9113 0100/KILN 2'
    """
    return " ".join(text.split()).upper()


def past_day(text: Any, by: By) -> date:
    """Give a day that was stated, by default that of the act; one that has not come raises ``InputError``."""
    day = date.fromisoformat(str(text)) if text else by.at.date()
    if day > by.at.date():
        raise InputError(f"{day} has not come yet; what is not done is not verified")
    return day


def following(by: By, ground: str) -> By:
    """Say that a movement followed from somebody's move of a record."""
    return By(by.actor, by.origin, ground, by.at)
