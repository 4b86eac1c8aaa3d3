"""Sources for everybody: the searchable list, an outlet's week, an enterprise's yearly report; all speak as of an hour."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from lantian.app.complaints import ComplaintRoom
from lantian.app.house import House
from lantian.app.settings import site_address
from lantian.web.pages import Pages
from lantian.web.views.hour import HourClock, read_hour
from lantian.web.views.sources import chart, enterprise_view, list_view, source_view

Lang = Annotated[Literal["zh", "en"], Query()]
On = Annotated[str | None, Query(description="The clock's day, e.g. 2015-12-08.")]
At = Annotated[str | None, Query(description="The clock's hour, by its end, e.g. 18:00.")]
Text = Annotated[str | None, Query(max_length=100)]
EVERYWHERE = (
    b"default-src 'self'; script-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors *; form-action 'none'; base-uri 'none'"
)
"""What a panel in somebody else's page may do: be shown there, and nothing else."""


def sources(pages: Pages, house: House, complaints: ComplaintRoom) -> APIRouter:
    """Make the routes of sources."""
    router = APIRouter(include_in_schema=False)

    def fresh(answer: Response, clock: HourClock) -> Response:
        """Let nobody keep a page that speaks of now: the hour goes on by itself."""
        if clock.live:
            answer.headers["cache-control"] = "no-store"
        return answer

    @router.get("/sources")
    def every(
        request: Request,
        lang: Lang = "zh",
        on: On = None,
        at: At = None,
        place: Text = None,
        sector: Text = None,
        state: Text = None,
        q: Text = None,
        after: Text = None,
    ) -> Response:
        clock = read_hour(house, on, at)
        asked = {"place": place, "sector": sector, "state": state, "q": q}
        return fresh(pages.render("sources", request, lang, clock, asked=asked, **list_view(clock, asked, after or None, lang)), clock)

    @router.get("/source/{outlet}")
    def one(request: Request, outlet: str, lang: Lang = "zh", on: On = None, at: At = None, p: Text = None) -> Response:
        clock = read_hour(house, on, at)
        view = source_view(clock, outlet, p or None)
        answer = pages.render("source", request, lang, clock, chart=chart(view, lang), site=site_address(), **view)
        answer.headers["cache-control"] = "no-store"  # what people explain and decide is seen at once
        return answer

    @router.get("/enterprise/{code}")
    def enterprise(
        request: Request, code: str, lang: Lang = "zh", on: On = None, at: At = None, year: Annotated[int | None, Query(ge=2000, le=2100)] = None
    ) -> Response:
        clock = read_hour(house, on, at)
        answer = pages.render("enterprise", request, lang, clock, **enterprise_view(clock, code, year, complaints))
        answer.headers["cache-control"] = "no-store"
        return answer

    @router.get("/embed/source/{outlet}")
    def panel(request: Request, outlet: str, lang: Lang = "zh", p: Text = None) -> Response:
        clock = read_hour(house, None, None)
        answer = fresh(pages.render("embed", request, lang, clock, site=site_address(), **source_view(clock, outlet, p or None)), clock)
        answer.headers["content-security-policy"] = EVERYWHERE.decode()
        return answer

    return router
