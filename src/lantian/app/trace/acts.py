"""Tracing what the plan finds and what people did: findings, scores, records with their acts, tables, law values, accounts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lantian.app.flows import flow_of, flows
from lantian.app.signing import KIND, subject_of
from lantian.app.trace.air import day_of
from lantian.app.trace.grammar import Asked
from lantian.app.trace.model import Trace
from lantian.app.trace.rows import raw_rows
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.finding import Message
from lantian.kernel.period import parse_period
from lantian.lake.declaration import dataset
from lantian.law import LawValue
from lantian.ledger import Record
from lantian.ledger.credit_books import Credits

if TYPE_CHECKING:
    from lantian.app.house import House

Read = Callable[[str], Record]
AIR = ("air_hourly", "air_city_daily")
NATION = "000000"
NATION_WORD = "nation"


def finding(house: House, asked: Asked) -> Trace:
    """Trace one finding of the plan: its data, its law, its reasons."""
    name, place, on = asked.words[0], asked.words[1], day_of(asked.words[2])
    found = _findings(house, place, asked.words[2])
    told = next(
        (each for each in found if each["provision"] == name or (name in house.duties.by_id and house.duties.by_id[name].id == each["provision"])), None
    )
    if told is None:
        raise unknown("provision", name, (each["provision"] for each in found))
    parts, rows = [], []
    for each in told["evidence"]:
        if each["dataset"] in AIR and _is_period(each["period"]) and not each["place"].startswith("cities"):
            parts.append(f"period:{each['place']}:{each['period']}")
        else:
            parts.append(f"table:{each['dataset']}")
            if each["dataset"] in ("statistics", "acts") and house.lake.exists(each["dataset"]):
                rows += [plain_row(row) for row in raw_rows(house.lake, each["dataset"], None, {"place": each["place"]}, house.moment)]
    facts = {key: told.get(key) for key in ("status", "required", "gap", "clause", "dataset") if told.get(key) is not None}
    title = told["title"]
    because = tuple(told["because"]) + tuple(told["provisional"])
    return Trace(
        asked.text,
        f"{title['zh']} {on}",
        f"{title['en']} {on}",
        told["value"],
        told["unit"],
        because,
        tuple(told["law"]),
        _once(parts),
        tuple(rows),
        facts=facts,
    )


def findings(house: House, asked: Asked) -> Trace:
    """Trace the counts of findings: each finding."""
    place, on = asked.words
    found = _findings(house, place, on)
    parts = tuple(f"finding:{each['provision']}:{place}:{on}" for each in found)
    return Trace(asked.text, f"各项判定 {on}", f"all findings on {on}", len(found), "", parts=parts)


def _findings(house: House, place: str, on: str) -> list[dict[str, Any]]:
    day = day_of(on)
    if place in (NATION_WORD, NATION):
        return [*house.goal_findings(day), *house.duties.findings(day)]
    code = house.city_or_province(place)
    return [*house.goal_findings(day, code), *house.duties.findings(day, code)]


def score(house: House, asked: Asked) -> Trace:
    """Trace the scores of a year, or of one province in it."""
    if not asked.words[0].isdigit():
        raise InputError(f"no year {asked.words[0]!r}; write it as 2014")
    number, place = int(asked.words[0]), asked.word(1)
    rows = house.assessment(number)
    if place is None:
        return Trace(asked.text, f"{number} 年考核", f"assessment of {number}", len(rows), parts=tuple(f"score:{number}:{row['place']}" for row in rows))
    own = [row for row in rows if row["place"] == place]
    if not own:
        raise unknown("province", place, (row["place"] for row in rows))
    row = own[0]
    parts = tuple(f"period:{place}:{year}" for year in (number, number - 1) if house.air.desk.members(house.air.place(place), parse_period(str(year)).end))
    law = tuple(law for each in own for law in each.get("law", ()))
    facts: dict[str, Any] = {key: row.get(key) for key in ("base", "before", "now", "target") if key in row}
    return Trace(
        asked.text,
        f"{row['name']} {number} 年考核",
        f"{row['name_en']} {number}",
        row["air"]["points"],
        "",
        tuple(row["air"]["because"]),
        law,
        parts,
        facts=facts,
    )


def forecast(house: House, asked: Asked) -> Trace:
    """Trace a forecast as issued at the clock: its model, and the days it began from."""
    place, on = asked.words[0], day_of(asked.words[1])
    told = house.forecasts.city(place)
    name = house.air.city(place)
    if isinstance(told, Message):
        return Trace(asked.text, f"{name.name} {on} 预报", f"forecast for {name.name_en}, {on}", because=({"key": told.key, "values": dict(told.values)},))
    known = [each for each in house.forecasts.known_days(name.code, house.forecasts.issue_day, house.forecasts.clock) if each.aqi is not None]
    parts = tuple(f"day:{name.code}:{each.day}" for each in known)
    facts = {"issued_at": house.forecasts.issued_at.isoformat(), "model": json.loads(json.dumps(getattr(told, "model", {}), default=str))}
    return Trace(asked.text, f"{name.name} {on} 预报", f"forecast for {name.name_en}, {on}", parts=parts, facts=facts)


def record(house: House, asked: Asked, read: Read) -> Trace:
    """Trace a record: every act on it in the audit chain, its evidence by hash, the law values and data its body names, other records."""
    held = read(asked.words[0])
    flow = flow_of(held.flow)
    history = house.desk.records.history(held.id)
    acts = tuple({"number": each.number, "at": each.at.isoformat(), "kind": each.act.kind, "hash": each.hash} for each in history)
    files = [{"name": each.name, "hash": each.hash, "size": each.size} for each in house.desk.records.exhibits(held.id)]
    law = tuple(law_line(house, value) for value in law_named(house, held.body.get("rests_on", ())))
    facts = {"flow": held.flow, "state": held.state, "place": held.place, "version": held.version, "evidence": files}
    because = tuple(each for each in held.body.get("because", ()) if isinstance(each, Mapping) and {"key", "values"} <= set(each))
    named = flow.states.get(held.state)
    state = (named.zh, named.en) if named else (held.state, held.state)
    return Trace(
        asked.text,
        f"{flow.title.zh} {held.id} {state[0]}",
        f"{flow.title.en} {held.id}, {state[1]}",
        because=because,
        law=law,
        parts=parts_of(held),
        acts=acts,
        facts=facts,
    )


def records(house: House, asked: Asked) -> Trace:
    """Trace a count over records: the public records of a flow."""
    flow = flow_of(asked.words[0])
    found = house.desk.public([flow.name])
    return Trace(asked.text, f"{flow.title.zh}（公开）", f"public records: {flow.title.en}", len(found), parts=tuple(f"record:{each.id}" for each in found))


def parts_of(held: Record) -> tuple[str, ...]:
    """Give what a record's body names as ids: its air by place and day, its outlet's hours, other records."""
    parts: list[str] = []
    text = json.dumps(held.body, ensure_ascii=False, default=str)
    kinds = "|".join(sorted(flows(), key=len, reverse=True))
    parts += [f"record:{name}" for name in re.findall(rf"(?<![\w-])((?:{kinds})-\d+)(?![\w-])", text) if name != held.id]
    outlet, pollutant = held.body.get("outlet"), held.body.get("pollutant")
    if outlet and pollutant:
        times = [held.body[key] for key in ("start", "peak_time", "finish", "first_hour", "last_hour") if isinstance(held.body.get(key), str)]
        parts += [f"outlet:{outlet}:{each[:16]}:{pollutant}" for each in times if len(each) >= len("2015-12-08T18")]
    elif held.flow in ("warning", "bulletin", "region", "prompt"):
        parts += [f"day:{held.place}:{each}" for each in sorted(set(re.findall(r"\b20\d\d-\d\d-\d\d", text)))]
    return _once(parts)


def law(house: House, asked: Asked) -> Trace:
    """Trace a table of law values: every entry with its dates, clause, source, confidence and sign-off."""
    table = asked.words[0]
    if table not in house.law.tables:
        raise unknown("law table", table, house.law.tables)
    return Trace(asked.text, f"规范数值表 {table}", f"law table {table}", law=tuple(law_line(house, value) for value in house.law.values(table)))


def laws(house: House, asked: Asked) -> Trace:
    """Trace the law as a whole: every table."""
    return Trace(asked.text, "规范数值", "law values", len(house.law.tables), parts=tuple(f"law:{name}" for name in house.law.tables))


def law_line(house: House, value: LawValue) -> dict[str, Any]:
    """Give a law value whole: what, since when, where written, how sure, who signed it off."""
    signed = list(house.desk.ledger.acts(KIND, subject=subject_of(value)))
    own = {name: getattr(value, name) for name in ("standard", "edition", "value", "unit", "source", "clause", "note")}
    dates = {"valid_from": value.valid_from.isoformat(), "valid_to": None if value.valid_to is None else value.valid_to.isoformat()}
    last = signed[-1] if signed else None
    return own | dates | {"item": value.name, "confidence": str(value.confidence), "signed_at": None if last is None else last.at.isoformat()}


def table(house: House, asked: Asked) -> Trace:
    """Trace a table of the lake: its declaration and version."""
    name = asked.words[0]
    versions = house.lake.versions()
    if name not in versions:
        try:
            declared = dataset(name)
        except KeyError:
            raise unknown("table", name, versions) from None
        return Trace(asked.text, declared.zh, declared.en, because=({"key": "trace.not_loaded", "values": {"table": name}},))
    zh, en = (name, name) if name == "quarantine" else (dataset(name).zh, dataset(name).en)
    files = house.lake.files(name)
    return Trace(asked.text, zh, en, versions[name], "", facts={"version": versions[name], "files": len(files)})


def tables(house: House, asked: Asked) -> Trace:
    """Trace the lake as a whole: every table."""
    parts = tuple(f"table:{name}" for name in house.lake.versions())
    return Trace(asked.text, "数据表", "tables of the lake", len(parts), parts=parts)


def accounts(house: House, asked: Asked) -> Trace:
    """Trace balances of credits: the accounts of a place and the movements that made them."""
    place = None if asked.words[0] == "all" else house.city_or_province(asked.words[0])
    books = Credits(house.desk.ledger)
    held = books.balances(place=place)
    found = books.find(place=place)
    acts = tuple(
        {"number": each.number, "at": each.at.isoformat(timespec="seconds"), "kind": f"credit.{each.move}", "credit": credit.id}
        for credit in found
        for each in books.postings(credit.id)
    )
    rows = tuple({"table": "credit accounts", "place": each.key.place, "item": each.key.item, "state": each.state, "amount": each.amount} for each in held)
    parts = _once([f"record:{credit.evidence}" for credit in found if re.fullmatch(r"[a-z_]+-\d+", str(credit.evidence))])
    return Trace(asked.text, "替代量账目", "accounts of credits", len(rows), parts=parts, rows=rows, acts=acts)


def law_named(house: House, names: Any) -> list[LawValue]:
    """Give the law values that a record names among what it rests on."""
    wanted = set(names)
    return [value for name in house.law.tables for value in house.law.values(name) if subject_of(value) in wanted] if wanted else []


def _is_period(label: str) -> bool:
    try:
        parse_period(label)
    except InputError:
        return False
    return True


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a raw row as JSON holds it."""
    return {key: value if isinstance(value, (str, int, float, bool, type(None))) else str(value) for key, value in row.items()}


def _once(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parts))
