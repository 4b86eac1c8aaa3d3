"""From a warning to orders and back: the plan in force, the frozen response, orders with their letters, lifting, checking, the report."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lantian.app.acting import now
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.post import order_letter
from lantian.kernel.decision import Actor
from lantian.kernel.errors import InputError
from lantian.kernel.period import DAY
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset
from lantian.ledger import By, Follows, Record, Turn, make_in, move_in, put
from lantian.response.model import AreaMeasure, Body, EmergencyPlan, Line, Measure, Observed
from lantian.response.readers import read_plan
from lantian.response.rules.check import Verdict, avoided, verdict
from lantian.response.rules.suffice import told_at
from lantian.response.service import choice_of, chosen, complete, drafted, suffice

RULE = "lantian 规则"
STANDING = ("approved", "filed", "published")


class ResponseRoom:
    """The emergency response of an installation."""

    def __init__(self, house: House) -> None:
        """Hold the house."""
        self.house = house

    def plan_of(self, place: str) -> tuple[EmergencyPlan, str] | None:
        """Give the plan that stands at a place and where it comes from; a replayed clock falls back on the illustrative plan of the sample data."""
        held = [each for each in self.house.desk.records.find(["emergency_plan"], place, states=STANDING) if each.place == place]
        if held:
            return thaw_plan(held[0].body["plan"]), held[0].id
        folder = Path(os.environ.get("LANTIAN_DATA", "data")) / "response" / place
        if self.house.moment.as_of is None or not folder.is_dir():
            return None
        return read_plan(folder), "illustrative"

    def adopt(self, actor: Actor, plan: EmergencyPlan, by: By) -> Record:
        """Draft a plan as a record, frozen as it was read, with what it lacks of article 30."""
        told = [_message(each) for each in complete(self.house.law, self.house.atlas, plan, by.at.date())]
        more = {"plan": _plain(asdict(plan)), "lacks": told}
        return self.house.desk.make(actor, "emergency_plan", plan.place, {"title": plan.title, "version": plan.version}, by, more=more)

    def approved(self, record: Record, by: By) -> Follows:
        """Give what follows from approving a plan: the one before it is superseded."""
        held = [each for each in self.house.desk.records.find(["emergency_plan"], record.place, states=STANDING) if each.place == record.place]

        def follows(turn: Turn, after: Record) -> None:
            for each in held:
                move_in(turn, each.id, each.version, "supersede", "superseded", each.body | {"by": after.id}, By(RULE, by.origin, after.id, by.at))

        return follows

    def response_to(self, place: str, level: str, start: datetime, end: datetime) -> dict[str, Any] | None:
        """Give the response to a warning, frozen: orders, expected cuts, loss; None where no plan stands or the level asks for nothing."""
        found = self.plan_of(place)
        if found is None:
            return None
        plan, source = found
        orders = drafted(plan, level, start, end)
        if not orders:
            return None
        on = start.date()
        told = suffice(self.house.law, plan, level, on)
        better: dict[str, Any] | None = None
        if told["enough"] is False:
            choice = chosen(self.house.law, plan, level, on)
            better = {"found": choice.found, "loss": choice.loss, "lines": len(choice.told), "because": [_message(each) for each in choice.because]}
        about = told | {"because": [_message(each) for each in told["because"]], "plan": source, "plan_version": plan.version, "choice": better}
        return {"orders": [_plain(asdict(each)) for each in orders], "sufficient": about, "illustrative": plan.illustrative}

    def draft_in(self, turn: Turn, warning: Record, response: Mapping[str, Any] | None, by: By) -> None:
        """Draft the response to an issued warning within its transaction, so that approving finds it on the desk."""
        if response is None:
            return
        body = {name: warning.body[name] for name in ("level", "start", "end")} | {"warning": warning.id, "drill": warning.body.get("drill", "no")}
        make_in(turn, "response_plan", warning.place, None, "drafted", body | dict(response), By(RULE, by.origin, warning.id, by.at, f"response:{warning.id}"))

    def applied(self, by: By) -> Follows:
        """Give what follows from approving a response: one order each, with its letter where a contact is known; a drill sends none."""

        def follows(turn: Turn, after: Record) -> None:
            for number, each in enumerate(after.body["orders"], 1):
                tasks = {"tasks": "\n".join(zh for zh, _ in each["tasks"]), "tasks_en": "\n".join(en for _, en in each["tasks"])}
                body = {name: each[name] for name in ("to", "start", "end", "cut", "cost", "lines")} | tasks
                body |= {"response": after.id, "drill": after.body["drill"], "illustrative": after.body["illustrative"], "level": after.body["level"]}
                rule = By(RULE, by.origin, after.id, by.at, f"order:{after.id}:{number}")
                made = make_in(turn, "order", after.place, each["code"], "issued", body, rule)
                if after.body["drill"] != "yes" and each.get("contact"):
                    put(turn, [order_letter(made, each["contact"])], by.at)

        return follows

    def lift_in(self, turn: Turn, warning: str, by: By, held: tuple[list[Record], list[Record]]) -> None:
        """Lift the response to a warning and all its orders within the transaction that ends the warning."""
        responses, orders = held
        rule = By(RULE, by.origin, warning, by.at)
        for each in responses:
            move, state = ("lift", "lifted") if each.state == "applied" else ("withdraw", "withdrawn")
            move_in(turn, each.id, each.version, move, state, each.body | {"lifted_at": self.house.alarm.clock.isoformat()}, rule)
        for each in orders:
            move_in(turn, each.id, each.version, "lift", "lifted", each.body, rule)

    def open_of(self, warning: str) -> tuple[list[Record], list[Record]]:
        """Give the responses to a warning that are not over, and their open orders."""
        records = self.house.desk.records
        responses = [each for each in records.find(["response_plan"], states=["drafted", "applied"]) if each.body["warning"] == warning]
        ids = {each.id for each in responses}
        orders = [each for each in records.find(["order"], states=["issued", "received", "objected", "done"]) if each.body["response"] in ids]
        return responses, orders

    def orders_of(self, record: Record) -> list[Record]:
        """Give the orders of a response in their order."""
        found = [each for each in self.house.desk.records.find(["order"], record.place) if each.body["response"] == record.id]
        return sorted(found, key=lambda each: int(each.id.rsplit("-", 1)[1]))

    def verdicts(self, record: Record) -> list[tuple[Record, Verdict]]:
        """Check every line of every order by what is loaded of its activity in the window."""
        plan = self.plan_of(record.place)
        if plan is None:
            return []
        cut = {key: measure.cut for key, measure in told_at(plan[0], record.body["level"]).items()}
        seen = self._seen(datetime.fromisoformat(record.body["start"]), datetime.fromisoformat(record.body.get("lifted_at") or record.body["end"]))
        on = datetime.fromisoformat(record.body["start"]).date()
        tolerance, coverage = (choice_of(self.house.law, name, on) for name in ("tolerance", "coverage"))
        return [
            (order, verdict(line, cut.get(line, 0.0), seen.get(line, ()), tolerance, coverage))
            for order in self.orders_of(record)
            for line in order.body["lines"]
        ]

    def _seen(self, start: datetime, end: datetime) -> dict[str, list[Observed]]:
        """Read the activity of lines in a window: the usual amount is the mean of the same number of hours in the week before."""
        if not self.house.lake.exists("activity") or end <= start:
            return {}
        with open_engine("duckdb") as engine:
            open_dataset(engine, self.house.lake, "activity", self.house.moment)
            rows = engine.fetch(
                f"SELECT process AS line, kind, "
                f"sum(value) FILTER (time > TIMESTAMP '{start}' AND time <= TIMESTAMP '{end}') AS seen, "
                f"count(*) FILTER (time > TIMESTAMP '{start}' AND time <= TIMESTAMP '{end}') AS hours, "
                f"avg(value) FILTER (time > TIMESTAMP '{start - 7 * DAY}' AND time <= TIMESTAMP '{start}') AS usual, "
                f"max(error) AS error FROM activity GROUP BY process, kind ORDER BY process, kind"
            ).to_pylist()
        length = (end - start).total_seconds() / 3600
        found: dict[str, list[Observed]] = {}
        for row in rows:
            hours = row["hours"] or 0
            usual = (row["usual"] or 0.0) * hours
            found.setdefault(row["line"], []).append(Observed(row["line"], row["kind"], usual, row["seen"] or 0.0, hours / length, row["error"] or 0.0))
        return found

    def report(self, record: Record) -> dict[str, Any]:
        """Tell an episode afterwards: when what was done, forecast against outcome, what was cut, what the air may have been spared."""
        house = self.house
        warning = house.desk.records.get(record.body["warning"])
        start, end = (datetime.fromisoformat(record.body[name]) for name in ("start", "end"))
        kept = warning.body.get("proposal") or {"aqi": []}
        rows = {row["date"]: row for row in self._measured(record.place, start.date(), end.date())}
        days = [
            {**each, "measured": (rows.get(each["date"]) or {}).get("aqi")}
            for each in kept["aqi"]
            if start.date() <= date.fromisoformat(each["date"]) <= end.date()
        ]
        fine = [row["values"]["PM2.5"] for row in rows.values() if row["values"].get("PM2.5") is not None]
        orders, checked = self.orders_of(record), self.verdicts(record)
        share = next((each["share"] for each in record.body["sufficient"]["cuts"] if each["pollutant"] == "PM"), None)
        words = [each.word for _, each in checked]
        spared = None
        if fine and share is not None:
            low, high = (choice_of(house.law, f"local_share_{name}", start.date()) for name in ("low", "high"))
            mean = float(sum(float(each) for each in fine) / len(fine))
            spared = {"measured": mean, "low": avoided(mean, share, low, high)[0], "high": avoided(mean, share, low, high)[1], "days": len(fine), "cut": share}
        acts = [(act.at, _step(act.act.kind)) for each in (warning, record) for act in house.desk.records.history(each.id)]
        return {
            "warning": warning,
            "timeline": sorted(acts, key=lambda each: each[0]),
            "days": days,
            "orders": {state: sum(each.state == state for each in orders) for state in sorted({each.state for each in orders})},
            "received": sum(_was(house, each, "receive") for each in orders),
            "total": len(orders),
            "verdicts": {word: words.count(word) for word in ("complied", "not_complied", "cannot_tell")},
            "checked": checked,
            "spared": spared,
            "made_at": now(),
        }

    def _measured(self, place: str, first: date, last: date) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = self.house.air.series(place, first, last)["rows"]
        except InputError:
            return []
        return found


def _step(kind: str) -> dict[str, str]:
    """Name an act of a record in both languages."""
    flow, _, name = kind.partition(".")
    table = flow_of(flow)
    move = table.move(name)
    own = {"made": {"zh": "起草", "en": "made"}, "evidence": {"zh": "附材料", "en": "evidence attached"}}.get(name, {"zh": name, "en": name})
    said = own if move is None else {"zh": move.title.zh, "en": move.title.en}
    return {"zh": f"{table.title.zh}：{said['zh']}", "en": f"{table.title.en}: {said['en']}"}


def _was(house: House, order: Record, move: str) -> bool:
    return any(act.act.kind == f"order.{move}" for act in house.desk.records.history(order.id))


def thaw_plan(kept: Mapping[str, Any]) -> EmergencyPlan:
    """Give a plan from a record."""
    lines = tuple(Line(**{**each, "measures": tuple(Measure(**m) for m in each["measures"])}) for each in kept["lines"])
    bodies, area = tuple(Body(**each) for each in kept["bodies"]), tuple(AreaMeasure(**each) for each in kept["area"])
    days = {name: None if kept[name] is None else date.fromisoformat(kept[name]) for name in ("drill_held", "filed", "published")}
    return EmergencyPlan(**{**kept, "lines": lines, "bodies": bodies, "area": area, **days})


def _plain(value: Any) -> Any:
    """Turn days and moments into text and tuples into lists, all the way down."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def _message(each: Any) -> dict[str, Any]:
    return {"key": each.key, "values": dict(each.values)}
