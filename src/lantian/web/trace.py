"""What a figure rests on, as a page and as data; a record only for those who may read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from lantian.app.house import House
from lantian.app.trace import Trace, trace
from lantian.kernel.errors import InputError
from lantian.web.doors import signed_in
from lantian.web.pages import Pages
from lantian.web.views.trace import trace_view

Lang = Annotated[Literal["zh", "en"], Query()]
AsOf = Annotated[str | None, Query(description="The clock: only what was known then, e.g. 2016-01-01T01:00.", max_length=30)]
LONGEST = 200


def answered(house: House, request: Request, name: str, as_of: str | None) -> Trace:
    """Answer an id at a clock for whoever asks."""
    if len(name) > LONGEST:
        raise InputError(f"a trace id has {LONGEST} characters at most")
    try:
        clock = house if not as_of else house.at(datetime.fromisoformat(as_of))
    except ValueError:
        raise InputError(f"no moment {as_of!r}; write it as 2016-01-01T01:00") from None
    who = signed_in(house, request)
    return trace(clock, name, lambda record: house.desk.read(record, None if who is None else who.actor))


def trace_pages(pages: Pages, house: House) -> APIRouter:
    """Make the page of an id."""
    router = APIRouter(include_in_schema=False)

    @router.get("/trace/{name:path}")
    def one(request: Request, name: str, lang: Lang = "zh", as_of: AsOf = None) -> Response:
        who = signed_in(house, request)
        return pages.private("trace", request, lang, who, **trace_view(answered(house, request, name, as_of)))

    return router


def trace_routes(house: House) -> APIRouter:
    """Make the answer as data."""
    api = APIRouter(prefix="/api/v1")

    @api.get("/trace", summary="What does a number or act rest on?")
    def one(request: Request, id: Annotated[str, Query(max_length=LONGEST)], as_of: AsOf = None) -> dict[str, Any]:  # noqa: A002 - the address says id
        """Give its value, reasons, law values, raw rows with file, revision and moment, acts, and the ids it is made of."""
        return {"version": house.shown, "data": answered(house, request, id, as_of).as_json()}

    return api
