"""Credits for everybody: balances of any past day, movements, whether the books are sound; the same as data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from lantian.app.credits import place_of
from lantian.app.house import House
from lantian.ledger.credit_books import check_sql
from lantian.web.pages import Pages
from lantian.web.views.credits import Auditor, asked_day, balance_rows, credits_view

Lang = Annotated[Literal["zh", "en"], Query()]
Word = Annotated[str | None, Query(max_length=60)]


def credit_pages(pages: Pages, house: House) -> APIRouter:
    """Make the page of credits, and the query that checks them."""
    router = APIRouter(include_in_schema=False)
    auditor = Auditor(house)

    @router.get("/credits")
    def balances(request: Request, lang: Lang = "zh", place: Word = None, item: Word = None, on: Word = None) -> Response:
        return pages.private("credits", request, lang, None, **credits_view(house, auditor, place, item, on))

    @router.get("/credits/check.sql")
    def check() -> Response:
        return PlainTextResponse(check_sql(), headers={"content-disposition": 'inline; filename="credit_check.sql"'})

    return router


def credit_routes(house: House) -> APIRouter:
    """Make the balances as data."""
    api = APIRouter(prefix="/api/v1")

    @api.get("/credits", summary="What lies in the accounts of credits of a place on a day?")
    def balances(place: Word = None, item: Word = None, on: Word = None) -> dict[str, Any]:
        """Give each account with how much is pledged, available, reserved, committed, used up, expired, void [the item's unit]."""
        return {"version": house.shown, "data": balance_rows(house, place_of(house, place), item, asked_day(on))}

    return api
