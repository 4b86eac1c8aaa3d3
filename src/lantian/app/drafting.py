"""What the house itself states in a record: the score sheet frozen with its decision, a bulletin's numbers, the sum of promises, drafts by rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from lantian.app.accountability import FLOWS as ANSWERED
from lantian.app.accountability import Accountability
from lantian.app.acting import now, overdue
from lantian.app.complaints import ComplaintRoom
from lantian.app.credits import FLOWS as CREDITED
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.inspections import made_round, moved_round
from lantian.app.marking import made_mark
from lantian.assessment.service import Reported, consequences, task_weights
from lantian.assessment.tasks import parse_tasks
from lantian.kernel.decision import Actor
from lantian.kernel.errors import InputError
from lantian.kernel.period import parse_period
from lantian.kernel.period import year as year_of
from lantian.kernel.place_id import NATION
from lantian.kernel.quantity import exact
from lantian.ledger import By, Follows, Record
from lantian.ledger.accounts import Accounts
from lantian.plan.rules.decompose import Promise, sufficiency
from lantian.plan.service.duties import provinces

ENFORCED = ("case", "inspection", "visit", "exceedance")
RULE = "lantian 规则"
"""Who drafts by rule: no person, so that any person may sign."""
CURE_MONTHS = 3


class Drafts:
    """Makes and moves records of a house, adding what the house knows."""

    def __init__(self, house: House) -> None:
        """Hold the house."""
        self.house = house

    def make(self, actor: Actor, name: str, place: str, given: Mapping[str, str], by: By, *, owner: str | None = None) -> Record:
        """Make a record with what the house states in it; data or a year that are lacking raise ``InputError``."""
        code = self._code(place)
        more: dict[str, Any] = {}
        if name == "assessment":
            more = self.sheet(code, _whole_number(given.get("year", "")), {}, falsified=False)
        if name == "bulletin":
            more = self.bulletin(code, given.get("duty", ""), given.get("period", ""))
        if name == "promise":
            _percent(given.get("cut", ""))
        if name == "warning":
            more = self.house.alarm.made(code, given)
        if name in ("response_plan", "emergency_plan"):
            raise InputError("a response follows from a warning, a plan is read with lantian response adopt; neither is made by hand")
        if name == "region":
            more = self.house.alarm.check_region(given)
        if name == "mark" and actor.enterprise is not None:
            owner = actor.enterprise
            code, more = made_mark(self.house, actor, given)
        if name == "application":
            owner = actor.enterprise or owner
            more = self.house.applications.made(given.get("title", ""), code, given.get("project", ""), owner, by.at.date())
        if name in CREDITED:
            owner = actor.enterprise or owner
            more = self.house.credits.made(name, code, given)
        if name == "case":
            more = self.house.cases.made(given, code, actor)
        if name == "inspection":
            more = made_round(self.house, code, given)
        return self.house.desk.make(actor, name, code, given, by, owner=owner, more=more)

    def move(self, actor: Actor, id: str, version: int, move: str, given: Mapping[str, str], by: By) -> Record:  # noqa: A002 - the record's id
        """Move a record, and draft what follows from it by rule."""
        record = self.house.desk.read(id, actor)
        more: dict[str, Any] = {}
        if record.flow == "assessment" and move in ("self_check", "review", "falsified"):
            tasks = given.get("tasks") or str(record.body.get("tasks") or "")
            falsified = move == "falsified" or bool(record.body.get("sheet", {}).get("falsified"))
            more = self.sheet(record.place, record.body["year"], self._tasks(tasks, record.body["year"]), falsified=falsified)
        if record.flow == "bulletin" and move == "publish":
            more = {"published_at": by.at.isoformat()}
        if record.flow == "complaint" and move == "answer":
            more = {"answered_at": record.body.get("answered_at") or by.at.isoformat()}
        then: Follows | None = None
        if record.flow in ("warning", "region"):
            more, then = self._alarm(actor, record, move, given, by)
        if record.flow == "response_plan" and move == "apply":
            then = self.house.response.applied(by)
        if record.flow == "emergency_plan" and move == "approve":
            then = self.house.response.approved(record, by)
        if record.flow in ("application", "notice") and not self._repeats(id, by):
            self.house.desk.check(actor, record, move, by)
            room = self.house.applications if record.flow == "application" else self.house.applications.notices
            more, then = room.moved(record, move, given, by)
        if record.flow in CREDITED and not self._repeats(id, by):
            self.house.desk.check(actor, record, move, by)
            more, then = self.house.credits.moved(actor, record, move, given, by)
        if record.flow in ENFORCED and not self._repeats(id, by):
            self.house.desk.check(actor, record, move, by)
            more, then = self._enforced(actor, record, move, given, by)
        if record.flow in ANSWERED and not self._repeats(id, by):
            self.house.desk.check(actor, record, move, by)
            more, then = Accountability(self.house).moved(record, move, given, by)
        moved = self.house.desk.move(actor, id, version, move, given, by, more, then)
        if moved.flow in ("warning", "application", "opinion", "notice", "case", "inspection"):
            self.house.look_again()
        if moved.flow in (*CREDITED, *ANSWERED, "relocation", "illegal_project"):
            self.house.look_again()
        if moved.flow == "complaint":
            ComplaintRoom(self.house).forget(moved)
        if moved.flow == "assessment" and move == "decide":
            self._draft_consequences(moved, by)
        return moved

    def _enforced(self, actor: Actor, record: Record, move: str, given: Mapping[str, str], by: By) -> tuple[dict[str, Any], Follows | None]:
        """Give what a move of enforcement states, and the case that an exceedance becomes when it is referred."""
        cases = self.house.cases
        if record.flow == "case":
            return cases.moved(actor, record, move, given, by)
        if record.flow == "exceedance":
            return {}, cases.open_in(record, by) if move == "refer" else None
        return moved_round(self.house, actor, record, move, given, by)

    def _repeats(self, id: str, by: By) -> bool:  # noqa: A002 - the record's id
        """Tell whether a form was sent before, so that nothing is worked out anew for it."""
        return by.once is not None and any(act.act.once == by.once for act in self.house.desk.records.history(id))

    def _alarm(self, actor: Actor, record: Record, move: str, given: Mapping[str, str], by: By) -> tuple[dict[str, Any], Follows | None]:
        """Give what a moved warning or regional prompt states, and what follows from it."""
        alarm = self.house.alarm
        if record.flow == "region":
            return {}, {"issue": alarm.tell_cities, "end": alarm.end_prompts}.get(move, lambda *_: None)(record, by)
        if move == "edit":
            return alarm.edited(record, given), None
        if move == "comment":
            return alarm.commented(record, given, by, actor.place), None
        if move in ("issue", "lift") and record.state in ("submitted", "lifting"):
            return (alarm.issued if move == "issue" else alarm.lifted)(record, by)
        return {}, None

    def sheet(self, place: str, number: int, tasks: Mapping[str, Any], *, falsified: bool) -> dict[str, Any]:
        """Give the score sheet of a province in a year, with the law values it rests on."""
        rows = {each["place"]: each for each in self.house.assessment(number, {place: Reported(dict(tasks) or None, falsified)})}
        if place not in rows:
            raise InputError(f"{self.house.atlas.place(place).name} signed no letter of responsibility, so nothing assesses it; choose one of the provinces")
        sheet = json.loads(json.dumps(rows[place], ensure_ascii=False, default=str))
        return {"year": number, "sheet": sheet, "rests_on": sheet["rests_on"], "version_of_data": self.house.version}

    def bulletin(self, place: str, duty: str, period: str) -> dict[str, Any]:
        """Give the numbers of a bulletin as known now; a period that is not over, or a place the duty is not for, raises ``InputError``."""
        house = self.house
        duties = {v.key["duty"]: v.value for v in house.law.values("law_publication_duty", on=house.law_day)}
        if duty not in duties:
            raise InputError(f"no duty {duty!r}; there are {', '.join(duties)}")
        asked = parse_period(period)
        if not house.air.desk.knows(asked.end):
            raise InputError(f"{period} was not over and published at {house.air.desk.as_of or 'the last loaded day'}; choose an earlier one")
        level = house.atlas.place(place).level
        if (duty == "ten_cities") != (place == NATION) or (duty == "province_ranking" and level != "province"):
            raise InputError(f"{duty} is for {duties[duty]['by']}, not for {house.atlas.place(place).name}")
        answer = self._numbers(place, duty, period, int(duties[duty]["count"]))
        hours = {v.key["duty"]: v.value for v in house.law.values("law_publication_hour", on=asked.end)}
        promised = datetime.combine(asked.end + timedelta(days=1), time(int(hours[duty]))).isoformat() if duty in hours else None
        return {"content": json.loads(json.dumps(answer, ensure_ascii=False, default=str)), "promised_at": promised, "version_of_data": house.version}

    def due_bulletins(self, origin: str, at: datetime) -> list[Record]:
        """Draft the bulletins of the last closed month, and the last day of cities that have an account here; what is drafted already stays as it is."""
        house = self.house
        last = house.air.desk.last_known_day(house.span()[1])
        month = last if (last + timedelta(days=1)).day == 1 else last.replace(day=1) - timedelta(days=1)
        period = f"{month:%Y-%m}"
        cities = sorted({each.place for each in Accounts(house.desk.ledger).every()} & set(house.atlas.group("all").members))
        asked = [("ten_cities", NATION, period)]
        asked += [("province_ranking", place, period) for place in provinces(house.atlas)]
        asked += [("city_day", place, last.isoformat()) for place in cities]
        made = []
        for duty, place, when in asked:
            body = {"duty": duty, "period": when} | self.bulletin(place, duty, when)
            if duty == "province_ranking" and not body["content"]["rows"]:
                continue
            by = By(RULE, origin, "行动计划第二十五条", at, f"{duty}:{place}:{when}")
            known = house.desk.records.find(["bulletin"], place)
            if not any(each.body["duty"] == duty and each.body["period"] == when for each in known):
                made.append(house.desk.records.make("bulletin", place, None, flow_of("bulletin").first, body, by))
        return made

    def _numbers(self, place: str, duty: str, period: str, count: int) -> dict[str, Any]:
        air = self.house.air
        if duty == "city_day":
            return air.day(place, date.fromisoformat(period), "published" if self.house.atlas.place(place).code in self._published(period) else "evaluation")
        ranked = air.rank(period, "key74" if duty == "ten_cities" else "all")
        rows = ranked["rows"]
        if duty == "province_ranking":
            inside = {city.code for city in self.house.atlas.cities(place)}
            rows = [each for each in rows if each["place"] in inside]
            ranked = ranked | {"rows": _ranked(rows), "not_ranked": [each for each in ranked["not_ranked"] if each["place"] in inside]}
            return ranked | {"best": [], "worst": []}
        return ranked | {"best": rows[:count], "worst": rows[-count:][::-1], "rows": rows}

    def _published(self, period: str) -> set[str]:
        return {each["place"] for each in self.house.air.cities_on(date.fromisoformat(period)) if each["basis"] == "city_daily"}

    def promises(self, place: str, pollutant: str) -> dict[str, Any] | None:
        """Say whether the accepted promises of a place's parts reach its own; None where it promised nothing."""
        accepted = [each for each in self.house.desk.records.find(["promise"], place, states=["accepted"]) if each.body["pollutant"] == pollutant]
        own = next((each for each in accepted if each.place == place), None)
        if own is None:
            return None
        cities = [city.code for city in self.house.atlas.cities(place) if city.code != place]
        newest = {each.place: each for each in reversed(accepted) if each.place in cities}
        told = sufficiency(_promise(own), [_promise(each) for each in newest.values()], cities)
        values = {k: [self.house.atlas.place(code).short for code in v] if k == "places" else v for k, v in told.values.items()}
        return {"key": told.key, "values": values}

    def yearly_plan(self, place: str, number: int) -> str:
        """Draft a province's yearly plan from what is still to do: provisions behind, breached or due, and open tasks."""
        house = self.house
        found = house.duties.findings(house.last_busy_day(), place)
        open_ones = [each for each in found if each["status"] in ("behind", "breached")]
        due = [
            each
            for each in found
            if each["status"] in ("not_due", "no_data") and (house.duties.by_id[each["provision"]].due or date.max) <= year_of(number).end
        ]
        tasks = [each for each in house.desk.records.find(["task"], place) if each.state not in flow_of("task").closed]
        lines = [f"{house.atlas.place(place).name}{number}年度大气污染防治实施计划（草案）", "", "一、落后或违反的规定"]
        lines += [f"- {each['provision']} {each['title']['zh']}" for each in open_ones] or ["- 无"]
        lines += ["", f"二、{number}年底前到期的规定"]
        lines += [f"- {each['provision']} {each['title']['zh']}（{house.duties.by_id[each['provision']].due}）" for each in due] or ["- 无"]
        lines += ["", "三、未完成的任务"]
        on = now().date()
        lines += [
            f"- {t.id} {t.body['title']}，{t.body['office']}，{t.body['due']}，{t.body.get('funds', '资金未填')}{'（逾期）' if overdue(t, on) else ''}"
            for t in tasks
        ] or ["- 无"]
        return "\n".join(lines)

    def plan_tasks(self, actor: Actor, place: str, by: By) -> list[Record]:
        """Make a task of each provision that binds a place, has a day and is not known to be met, where none was made of it before."""
        house = self.house
        code = self._code(place)
        known = {each.body.get("provision") for each in house.desk.records.find(["task"], code) if each.place == code}
        made = []
        for found in house.duties.findings(house.last_busy_day(), code):
            duty = house.duties.by_id[found["provision"]]
            if duty.due is None or found["status"] == "met" or duty.id in known:
                continue
            given = {"title": duty.title.zh, "provision": duty.id, "office": duty.accountable.zh, "due": duty.due.isoformat()}
            intent = By(by.actor, by.origin, by.ground or f"行动计划第{duty.article}条", by.at, f"task:{code}:{duty.id}")
            made.append(house.desk.make(actor, "task", code, given, intent))
        return made

    def _draft_consequences(self, record: Record, by: By) -> None:
        """Draft what follows a grade by rule, each with its clause; only people sign it."""
        result = record.body["sheet"]["result"]
        if result["grade"] is None:
            return
        number = int(record.body["year"])
        pollutant = record.body["sheet"]["pollutant"]
        until = (by.at.date() + timedelta(days=30 * CURE_MONTHS)).isoformat()
        for value in consequences(self.house.law, number, result["grade"]):
            kind = str(value.key["measure"])
            body = {"kind": kind, "text": str(value.value), "clause": f"{value.source} {value.clause}", "assessment": record.id, "year": number}
            body |= {"pollutants": pollutant, "until": until} if kind in ("rectify", "suspend_approvals") else {}
            body |= {"rests_on": [f"{value.standard}:{value.edition} {value.name}"]}
            ground = By(RULE, by.origin, f"{record.id} {value.source}", by.at, f"{record.id}:{kind}")
            self.house.desk.records.make("consequence", record.place, None, flow_of("consequence").first, body, ground)

    def _tasks(self, text: str, number: int) -> dict[str, Any]:
        weights = {item: exact(v.value) for item, v in task_weights(self.house.law, year_of(number).end).items()}
        return parse_tasks(text, weights) if text.strip() else {}

    def _code(self, text: str) -> str:
        if text.strip() in ("全国", "national", NATION):
            return NATION
        found = self.house.atlas
        return found.place(text.strip()).code if text.strip().isdigit() else found.find(text.strip()).code


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rank some cities among themselves; equal indices share a rank."""
    return [each | {"rank": 1 + sum(other["index"] < each["index"] for other in rows)} for each in rows]


def _promise(record: Record) -> Promise:
    return Promise(record.place, record.body["pollutant"], exact(record.body["base"]), exact(record.body["cut"]))


def _percent(text: str) -> None:
    """Check that a fall lies between 0 and 100 %; what is no number is told with the form's other faults."""
    try:
        value = float(text)
    except ValueError:
        return
    if not 0 <= value <= 100:  # noqa: PLR2004 - per cent
        raise InputError(f"a fall of {text}% is not between 0 and 100; give the fall in per cent")


def _whole_number(text: str) -> int:
    if not text.strip().isdigit():
        raise InputError(f"{text!r} is no year; write it as 2015")
    return int(text)
