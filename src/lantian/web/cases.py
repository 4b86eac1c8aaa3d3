"""Enforcement for everybody: published cases with their papers and right of correction, draws to repeat, the form of a visit."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from lantian.app.acting import NotAllowedError
from lantian.app.case_papers import PAPERS, case_paper
from lantian.app.case_register import CREDIT, TAX, as_csv, credit_rows, tax_rows
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.kernel.decision import Role
from lantian.kernel.finding import Message
from lantian.web.doors import Posted, by, check_word, fields, need, signed_in, upload
from lantian.web.pages import Pages
from lantian.web.views.cases import case_of, case_told, cases_view, rounds_view, visit_view

Lang = Annotated[Literal["zh", "en"], Query()]
Year = Annotated[int | None, Query(ge=2013, le=2100)]
SEE_OTHER = 303
HANDS_OVER = (Role.COUNTY, Role.CITY, Role.PROVINCE, Role.MINISTRY)


def cases(pages: Pages, house: House) -> APIRouter:
    """Make the pages of cases."""
    router = APIRouter(include_in_schema=False)

    @router.get("/cases")
    def every(request: Request, lang: Lang = "zh", year: Year = None) -> Response:
        return pages.private("cases", request, lang, None, **cases_view(house, year))

    @router.get("/cases/credit.csv")
    def credit() -> Response:
        return _csv(as_csv(CREDIT, credit_rows(house)), "credit.csv")

    @router.get("/cases/tax.csv")
    def tax(request: Request) -> Response:
        who = need(house, request)
        if who.actor.role not in HANDS_OVER:
            raise NotAllowedError(Message("acting.only", {"roles": [{"key": f"acting.role.{each}", "values": {}} for each in HANDS_OVER]}))
        return _csv(as_csv(TAX, tax_rows(house, who.actor.place)), "tax.csv")

    @router.get("/case/{name}")
    def one(request: Request, name: str, lang: Lang = "zh") -> Response:
        who = signed_in(house, request)
        actor = None if who is None else who.actor
        record = case_of(house, name, actor)
        told = case_told(house, record, actor)
        return pages.private("case", request, lang, who, record=record, flow=flow_of("case"), place=house.atlas.place(record.place), told=told)

    @router.get("/case/{name}/{paper}.pdf")
    def letter(request: Request, name: str, paper: str) -> Response:
        who = signed_in(house, request)
        actor = None if who is None else who.actor
        record = case_of(house, name, actor)
        if paper in PAPERS and paper not in [each for each, _ in case_told(house, record, actor)["papers"]]:
            need(house, request)  # forms of the office are shown to those who are signed in
        headers = {"content-disposition": f'inline; filename="{name}-{paper}.pdf"', "cache-control": "no-store"}
        return Response(case_paper(house, record, paper), media_type="application/pdf", headers=headers)

    router.include_router(visits(pages, house))
    return router


def visits(pages: Pages, house: House) -> APIRouter:
    """Make the pages of draws and visits."""
    router = APIRouter(include_in_schema=False)

    @router.get("/inspections")
    def rounds(request: Request, lang: Lang = "zh") -> Response:
        return pages.private("inspections", request, lang, None, **rounds_view(house))

    @router.get("/visit/{name}")
    def form(request: Request, name: str, lang: Lang = "zh") -> Response:
        who = need(house, request)
        return pages.private("visit", request, lang, who, once=secrets.token_urlsafe(12), **visit_view(house, name, who.actor))

    @router.post("/visit/{name}")
    def record(request: Request, name: str, form: Posted, lang: Lang = "zh") -> Response:
        who = need(house, request)
        given = fields(form)
        check_word(who, given)
        held = visit_view(house, name, who.actor)["record"]
        stated = by(request, who, given)
        house.drafts.move(who.actor, name, held.version, "record", given, stated)
        photo = upload(form, "photo")
        if photo is not None and photo.filename:
            house.desk.attach(who.actor, name, photo.filename, photo.file, by(request, who, {"ground": given.get("ground", "")}))
        return RedirectResponse(pages.link(f"/record/{name}", lang), SEE_OTHER)

    return router


def _csv(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=headers)
