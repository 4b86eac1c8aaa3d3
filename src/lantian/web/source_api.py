"""The JSON API of sources: list, outlet, hours, runs over the limit, rates, tonnes; each row says whether it is simulated."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from lantian.app.complaints import ComplaintRoom
from lantian.app.house import House
from lantian.kernel.errors import InputError, unknown
from lantian.kernel.period import HOUR, parse_moment
from lantian.sources.model import POLLUTANTS
from lantian.web.api import PAGE, AsOf, Form, Lang, table, worded
from lantian.web.views.sources import STATES

LONGEST = 366 * 24 * HOUR
MONTH = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2100, 1, 1)
"""No stack was monitored on line before, and nobody asks beyond (our choice)."""
Text = Annotated[str | None, Query(max_length=100)]
State = Annotated[Literal["normal", "exceeding", "stopped", "silent", "unknown"] | None, Query()]
Stack = Annotated[str, Query(description="SO2, NOx or PM")]
Start = Annotated[str, Query(alias="from", description="The first hour, by its end, e.g. 2015-12-01T01:00.")]
End = Annotated[str, Query(alias="to", description="The last hour, by its end, e.g. 2015-12-08T18:00.")]
Month = Annotated[str, Query(pattern=MONTH, description="e.g. 2015-12")]
NOTICE = {"zh": "企业自行监测数据，未经审核", "en": "Self-monitoring data of the enterprise, not audited"}


def source_routes(house: House, complaints: ComplaintRoom) -> APIRouter:
    """Make the routes of sources over one house."""
    api = APIRouter(prefix="/api/v1")

    def at(as_of: str | None) -> House:
        return house.at(_sane(parse_moment(as_of), as_of)) if as_of else house

    def about(answer: Any, lang: str) -> dict[str, Any]:
        return {"version": house.shown, "notice": NOTICE[lang], "data": worded(answer, lang)}

    @api.get("/sources", summary="Outlets with their last hour, in pages by key", response_model=None)
    def every(
        place: Text = None,
        q: Text = None,
        sector: Text = None,
        state: State = None,
        after: Text = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
        as_of: AsOf = None,
        form: Form = "json",
        lang: Lang = "zh",
    ) -> Response | dict[str, Any]:
        then = at(as_of)
        code = _place(then, place)
        found = then.sources.list(place=code, q=q or None, sector=sector or None, state=state, after=after or None, limit=limit)
        if form != "json":
            return table([_flat(row) for row in found["rows"]], form, "sources")
        return about(found["rows"], lang) | {"next": found["next"], "counts": found["counts"]}

    @api.get("/sources/{outlet}", summary="One outlet: its unit, limits, analysers, permits, last hour")
    def one(outlet: str, as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        return about(at(as_of).sources.outlet(outlet), lang)

    @api.get("/sources/{outlet}/hours", summary="Hours of an outlet against the limit, in pages by time", response_model=None)
    def hours(
        outlet: str,
        start: Start,
        end: End,
        pollutant: Stack = "NOx",
        after: Text = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
        as_of: AsOf = None,
        form: Form = "json",
        lang: Lang = "zh",
    ) -> Response | dict[str, Any]:
        room = at(as_of).sources
        first, last = _span(start, end)
        facts = room.outlet(outlet)
        own = {"outlet": facts["outlet"], "pollutant": _stack(pollutant), "simulated": bool(facts["simulated"])}
        rows = room.hours(facts["outlet"], pollutant, first - HOUR, last)
        if form != "json":
            marked = "-simulated" if facts["simulated"] else ""
            return table([own | row for row in rows], form, f"{_file(facts['outlet'])}-{pollutant}-{first:%Y%m%d%H}-{last:%Y%m%d%H}{marked}")
        page = [row for row in rows if str(row["time"]) > (after or "")][:limit]
        more = str(page[-1]["time"]) if len(page) == limit and page[-1] is not rows[-1] else None
        return about(own | {"rows": page}, lang) | {"next": more}

    @api.get("/sources/{outlet}/episodes", summary="Runs of hours over the limit, with what the enterprise says and the review found")
    def episodes(outlet: str, start: Start, end: End, as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        room = at(as_of).sources
        first, last = _span(start, end)
        facts = room.outlet(outlet)
        return about(
            {"outlet": facts["outlet"], "simulated": bool(facts["simulated"]), "rows": room.episodes(outlet=facts["outlet"], start=first - HOUR, end=last)},
            lang,
        )

    @api.get("/sources/{outlet}/rates", summary="Transmission, validity and capture of a month")
    def rates(outlet: str, month: Month, as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        room = at(as_of).sources
        facts = room.outlet(outlet)
        return about({"outlet": facts["outlet"], "simulated": bool(facts["simulated"]), "month": month} | room.rates(facts["outlet"], month), lang)

    @api.get("/enterprises/{code}", summary="An enterprise with its outlets, permits and tonnes")
    def enterprise(code: str, as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        return about(at(as_of).sources.enterprise(code), lang)

    @api.get("/emissions", summary="Tonnes of a month by outlet, enterprise, sector or city, with the share that is substituted")
    def emissions(
        by: Literal["outlet", "enterprise", "sector", "city", "province", "all"],
        key: Annotated[str, Query(max_length=100)],
        month: Month,
        as_of: AsOf = None,
        lang: Lang = "zh",
    ) -> dict[str, Any]:
        return about(at(as_of).sources.totals(by, key, month), lang)

    @api.get("/publication", summary="How fast and how fully sources are published")
    def publication(place: Text = None, as_of: AsOf = None, lang: Lang = "zh") -> dict[str, Any]:
        then = at(as_of)
        return about(then.sources.lag(_place(then, place)), lang)

    @api.get("/complaints", summary="Complaints: counts, answered share, median days")
    def complained(place: Text = None) -> dict[str, Any]:
        return {"version": house.shown, "data": complaints.public(_place(house, place))["figures"]}

    return api


def _place(house: House, text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    return house.atlas.place(text.strip()).code if text.strip().isdigit() else house.atlas.find(text.strip()).code


def _stack(key: str) -> str:
    if key not in POLLUTANTS:
        raise unknown("pollutant of stacks", key, POLLUTANTS)
    return key


def _span(start: str, end: str) -> tuple[datetime, datetime]:
    """Read a span of hours; one that ends before it starts, or is longer than a year, raises ``InputError``."""
    first, last = (_moment(each) for each in (start, end))
    if not timedelta(0) <= last - first <= LONGEST:
        raise InputError(f"from {start} to {end} is no span of up to a year; ask for less, the earlier hour first")
    return first, last


def _moment(text: str) -> datetime:
    try:
        return _sane(datetime.fromisoformat(text).replace(tzinfo=None, minute=0, second=0, microsecond=0), text)
    except (ValueError, OverflowError):
        raise InputError(f"no hour {text!r}; write its end as 2015-12-08T18:00") from None


def _sane(moment: datetime, text: str) -> datetime:
    """Check that a moment lies where hours of sources can lie; another raises ``InputError``."""
    if not EARLIEST <= moment < LATEST:
        raise InputError(f"{text!r} lies outside {EARLIEST:%Y} to {LATEST:%Y}; ask for a time between")
    return moment


def _file(text: str) -> str:
    return "".join(each if each.isascii() and (each.isalnum() or each in "-_") else "_" for each in text)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Give a source as a row of a table: what each pollutant's last hour said as columns."""
    kept = {key: value for key, value in row.items() if not isinstance(value, (dict, list))}
    for key in POLLUTANTS:
        found = row["pollutants"].get(key) or {}
        kept |= {f"{key}_{name}": found.get(name) for name in ("value", "limit", "exceeds", "provisional")}
    return kept


__all__ = ["STATES", "source_routes"]
