"""What is published: bulletins as pages, PDF, CSV and Atom; score sheets and letters as PDF."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from lantian.app.acting import now
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.publishing import atom, bulletin_csv, bulletin_pdf, letter, score_sheet
from lantian.app.reporting import episode_report
from lantian.kernel.errors import InputError
from lantian.ledger import Record
from lantian.web.doors import need, signed_in
from lantian.web.pages import Pages
from lantian.web.views.desk import row

Lang = Annotated[Literal["zh", "en"], Query()]
PDF = "application/pdf"


def bulletins(pages: Pages, house: House) -> APIRouter:
    """Make the routes of what is published."""
    router = APIRouter(include_in_schema=False)

    def readable(request: Request, name: str, flow: str) -> Record:
        who = signed_in(house, request)
        record = house.desk.read(name, None if who is None else who.actor)
        if record.flow != flow:
            raise InputError(f"{name} is no {flow_of(flow).title.en}")
        return record

    def file(content: bytes | str, kind: str, name: str) -> Response:
        return Response(content, media_type=kind, headers={"content-disposition": f'inline; filename="{name}"', "cache-control": "no-store"})

    @router.get("/bulletins")
    def every(request: Request, lang: Lang = "zh") -> Response:
        found = sorted(house.desk.public(["bulletin"]), key=lambda each: each.moved_at, reverse=True)
        return pages.private("bulletins", request, lang, None, rows=[row(house, each, now().date()) for each in found])

    @router.get("/bulletins.atom")
    def feed(request: Request) -> Response:
        text = atom(house.desk, str(request.base_url).rstrip("/"), now())
        return Response(text, media_type="application/atom+xml; charset=utf-8", headers={"cache-control": "no-store"})

    @router.get("/bulletins/{name}.pdf")
    def pdf(request: Request, name: str) -> Response:
        return file(bulletin_pdf(readable(request, name, "bulletin"), house.atlas), PDF, f"{name}.pdf")

    @router.get("/bulletins/{name}.csv")
    def table(request: Request, name: str) -> Response:
        return file(bulletin_csv(readable(request, name, "bulletin")), "text/csv; charset=utf-8", f"{name}.csv")

    @router.get("/score/{name}.pdf")
    def score(request: Request, name: str) -> Response:
        return file(score_sheet(readable(request, name, "assessment"), house.atlas), PDF, f"{name}.pdf")

    @router.get("/report/{name}.pdf")
    def report(request: Request, name: str) -> Response:
        record = readable(request, name, "response_plan")
        need(house, request)
        return file(episode_report(record, house.response.report(record), house.atlas), PDF, f"{name}.pdf")

    @router.get("/letter/{name}.pdf")
    def paper(request: Request, name: str) -> Response:
        return file(letter(readable(request, name, "consequence"), house.atlas), PDF, f"{name}.pdf")

    return router
