"""The JSON API: the same answers as the command line, with keyset pages, CSV and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from fastapi import APIRouter, Query, Response

from lantian.app.case_register import RISKY
from lantian.app.coverage import coverage
from lantian.app.forecasting import kept
from lantian.app.house import House
from lantian.app.speech import say
from lantian.kernel.errors import InputError
from lantian.kernel.period import parse_moment
from lantian.kernel.pollutant import POLLUTANTS
from lantian.plan.service.duties import NATION
from lantian.plan.service.search import search

Lang = Annotated[Literal["zh", "en"], Query()]
AsOf = Annotated[str | None, Query(description="The clock: only what was known then, e.g. 2015-12-31 or 2015-12-08T18:00.")]
Stations = Annotated[Literal["evaluation", "all", "published"], Query()]
Standard = Annotated[list[str] | None, Query(description="Another edition than the one in force, e.g. hj_633:2026 (a what-if).")]
Form = Annotated[Literal["json", "csv", "parquet"], Query()]
Day = Annotated[str, Query(description="e.g. 2015-12-08")]
PAGE = 500


def worded(answer: Any, lang: str) -> Any:
    """Put every reason into words beside its key and values."""
    if isinstance(answer, dict):
        if set(answer) == {"key", "values"}:
            return answer | {"text": say(answer, lang)}
        return {key: worded(value, lang) for key, value in answer.items()}
    return [worded(each, lang) for each in answer] if isinstance(answer, (list, tuple)) else answer


def parse_day(text: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"no day {text!r}; write it as 2015-12-08") from None


def routes(house: House) -> APIRouter:
    """Make the routes over one house."""
    api = APIRouter(prefix="/api/v1")

    def at(as_of: str | None, standard: Sequence[str] | None = None) -> House:
        moment = parse_moment(as_of) if as_of else house.moment.as_of
        if standard:
            return House.open(house.home, house.engine, standards=standard).at(moment)
        return house.at(moment)

    def about(answer: Any, lang: str) -> dict[str, Any]:
        return {"version": house.version, "data": worded(answer, lang)}

    @api.get("/places", summary="Cities and groups")
    def places() -> dict[str, Any]:
        atlas = house.atlas
        cities = [atlas.place(code) for code in atlas.group("all").members]
        return {
            "version": house.version,
            "cities": [{"place": p.code, "name": p.short, "name_en": p.name_en, "longitude": p.longitude, "latitude": p.latitude} for p in cities],
            "groups": [{"key": g.key, "zh": g.zh, "en": g.en, "members": list(g.members), "source": g.source} for g in atlas.groups()],
        }

    @api.get("/air/day", summary="One day of a city, province or group")
    def day(place: str, date: Day, stations: Stations = "evaluation", as_of: AsOf = None, standard: Standard = None, lang: Lang = "zh") -> dict[str, Any]:
        return about(at(as_of, standard).air.day(place, parse_day(date), stations), lang)

    @api.get("/air/hour", summary="One hour of a city")
    def hour(place: str, time: str, mode: Literal["standard", "cnemc"] = "standard", as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        try:
            moment = datetime.fromisoformat(time)
        except ValueError:
            raise InputError(f"no hour {time!r}; write its end as 2015-12-08T18:00") from None
        return about(at(as_of).air.hour(place, moment.replace(tzinfo=None), mode=mode), lang)

    @api.get("/air/evaluate", summary="A year, quarter or month against the standard")
    def evaluate(
        place: str, period: str, stations: Stations = "evaluation", as_of: AsOf = None, standard: Standard = None, lang: Lang = "zh"
    ) -> dict[str, Any]:
        return about(at(as_of, standard).air.evaluate(place, period, stations), lang)

    @api.get("/forecast", summary="The days ahead of a city, with the skill of forecasts like it")
    def forecast(place: str, as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        then = at(as_of)
        return about(kept(then, then.air.city(place).code), lang)

    @api.get("/alert", summary="Which warning the rules propose for a city or group, and why")
    def alert(place: str, as_of: AsOf = None, rule: str | None = None, lang: Lang = "zh") -> dict[str, Any]:
        return about(at(as_of).alarm.room.decide(place, rule=rule), lang)

    @api.get("/warnings", summary="Warnings that were issued, the newest first")
    def warnings() -> dict[str, Any]:
        names = ("level", "start", "end", "issued_at", "lifted_at", "replaced_at", "lead_kept", "lead_promised")
        rows = [{"id": each.id, "place": each.place, "state": each.state} | {name: each.body.get(name) for name in names} for each in house.alarm.public()]
        return {"version": house.shown, "data": rows}

    @api.get("/air/rank", summary="Cities ranked by the composite index or its change")
    def rank(period: str, cities: str = "key74", by: Literal["index", "change"] = "index", as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        air = at(as_of).air
        return about(air.rank(period, cities) if by == "index" else air.change(period, cities), lang)

    @api.get("/air/cities", summary="All cities on one day, in pages by key", response_model=None)
    def cities(
        date: Day, after: str = "", limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE, as_of: AsOf = None, form: Form = "json"
    ) -> Response | dict[str, Any]:
        rows = sorted(at(as_of).air.cities_on(parse_day(date)), key=lambda row: row["place"])
        if form != "json":
            return table([flat(row) for row in rows], form, f"cities-{date}")
        page = [row for row in rows if row["place"] > after][:limit]
        more = page[-1]["place"] if len(page) == limit and page[-1]["place"] < rows[-1]["place"] else None
        return {"version": house.version, "data": page, "next": more}

    @api.get("/air/series", summary="Days or hours of a city, in pages by time", response_model=None)
    def series(
        place: str,
        start: Annotated[str, Query(alias="from")],
        end: Annotated[str, Query(alias="to")],
        hourly: bool = False,
        after: str = "",
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
        as_of: AsOf = None,
        standard: Standard = None,
        form: Form = "json",
        lang: Lang = "zh",
    ) -> Response | dict[str, Any]:
        found = at(as_of, standard).air.series(place, parse_day(start), parse_day(end), hourly=hourly)
        label = "time" if hourly else "date"
        if form != "json":
            return table([flat(row) for row in found["rows"]], form, f"{found['place']}-{start}-{end}")
        page = [row for row in found["rows"] if row[label] > after][:limit]
        more = page[-1][label] if len(page) == limit and page[-1] is not found["rows"][-1] else None
        return about(found | {"rows": page}, lang) | {"next": more}

    @api.get("/plan/findings", summary="Where each provision of the plan stands at a day")
    def plan_findings(on: Day, place: str | None = None, lang: Lang = "zh") -> dict[str, Any]:
        return about(every_finding(house, parse_day(on), place), lang)

    @api.get("/plan/provision", summary="One provision: exact words, scope, base, path")
    def plan_provision(id: str) -> dict[str, Any]:  # noqa: A002 - the address says id
        return about(house.duties.duty(id) if id in house.duties.by_id else house.plan.provision(id), "zh")

    @api.get("/plan/search", summary="Provisions by the words of their quotation, title or rendering")
    def plan_search(q: Annotated[str, Query(max_length=100)]) -> dict[str, Any]:
        return about(search(house.plan.plan, q), "zh")

    @api.get("/plan/coverage", summary="How every provision is judged, and which have data here")
    def plan_coverage() -> dict[str, Any]:
        return about(coverage(house), "zh")

    @api.get("/assessment", summary="The provinces in a year: fall, points, grade, reasons")
    def assessment(year: Annotated[int, Query(ge=2014, le=2017)], as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        return about(at(as_of).assessment(year), lang)

    @api.get("/law", summary="A law table")
    def law(table: str) -> dict[str, Any]:
        return {"version": house.law.hash, "data": house.law.rows(table)}

    return api


def every_finding(house: House, on: date, place: str | None) -> list[dict[str, Any]]:
    """Give the findings of the goals and the articles for the nation or one place."""
    if not house.air.desk.knows(on):
        raise InputError(f"{on} was not over and published at {house.air.desk.as_of:%Y-%m-%d %H:%M}; choose an earlier day")
    code = NATION if place in (None, NATION) else house.city_or_province(str(place))
    return [*house.goal_findings(on, None if code == NATION else code), *house.duties.findings(on, code)]


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row of an answer as a row of a table: values as columns, lists and reasons as text."""
    kept = {key: value for key, value in row.items() if not isinstance(value, (dict, list))}
    kept |= {"primary": " ".join(row["primary"])} | {p.column: row["values"][p.key] for p in POLLUTANTS}
    return kept | {"because": "；".join(say(each) for each in row.get("because", ()))}


def table(rows: list[dict[str, Any]], form: str, name: str) -> Response:
    """Give rows as a CSV or Parquet file; text that a spreadsheet would run as a formula is kept from it."""
    disposition = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    if form == "parquet":
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), buffer)
        return Response(buffer.getvalue(), media_type="application/vnd.apache.parquet", headers=disposition)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["date"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell for key, cell in row.items()} for row in rows)
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=disposition)
