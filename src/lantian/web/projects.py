"""Projects for everybody: the list, each with its gates, comments without an account, receipts of notices, who may be supplied."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from lantian.app.acting import now
from lantian.app.applications import FLOW
from lantian.app.complaints import ComplaintRoom, NotTakenError
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.opinions import Opinions
from lantian.app.project_papers import decision_letter, notice_letter
from lantian.kernel.errors import InputError
from lantian.web.doors import Posted, check_word, fields, need, signed_in
from lantian.web.pages import Pages
from lantian.web.views.desk import may_make
from lantian.web.views.projects import SERVICES, application_of, project_view, projects_view, sorted_answers, supply_view

Lang = Annotated[Literal["zh", "en"], Query()]
Text = Annotated[str | None, Query(max_length=100)]
Code = Annotated[str, Path(description="The unified social credit code of an enterprise, 18 figures and letters.", max_length=40)]
SEE_OTHER, BAD = 303, 400
PDF = "application/pdf"


def projects(pages: Pages, house: House, room: ComplaintRoom) -> APIRouter:
    """Make the pages of projects."""
    router = APIRouter(include_in_schema=False)
    opinions = Opinions(house, room)

    def page(request: Request, name: str, lang: str, text: str = "", reasons: Any = (), status: int = 200) -> Response:
        who = signed_in(house, request)
        view = project_view(house, name, None if who is None else who.actor, opinions)
        stamp = room.stamp(now())
        return pages.private("project", request, lang, who, status, stamp=stamp, bounds=room.bounds, text=text, reasons=reasons, **view)

    def file(content: bytes, name: str) -> Response:
        return Response(content, media_type=PDF, headers={"content-disposition": f'inline; filename="{name}"', "cache-control": "no-store"})

    @router.get("/projects")
    def every(request: Request, lang: Lang = "zh") -> Response:
        return pages.private("projects", request, lang, None, **projects_view(house))

    @router.post("/projects/preview")
    def simulate(request: Request, form: Posted, lang: Lang = "zh") -> Response:
        who = need(house, request)
        given = fields(form)
        check_word(who, given)
        may_make(flow_of(FLOW), who.actor)
        asked = given.get("place", "").strip()
        place = house.atlas.place(asked) if asked.isdigit() else house.atlas.find(asked)
        frozen = house.applications.simulate(given.get("title", ""), place.code, given.get("project", ""), who.actor.enterprise, now().date())
        return pages.private("preview", request, lang, who, decision=frozen, answers=sorted_answers(frozen), given=given, place=place)

    @router.get("/project/{name}.pdf")
    def letter(request: Request, name: str) -> Response:
        who = signed_in(house, request)
        record = application_of(house, name, None if who is None else who.actor)
        return file(decision_letter(house, record), f"{name}.pdf")

    @router.get("/project/{name}")
    def one(request: Request, name: str, lang: Lang = "zh") -> Response:
        return page(request, name, lang)

    @router.post("/project/{name}/comment")
    def comment(request: Request, name: str, form: Posted, lang: Lang = "zh") -> Response:
        given = fields(form)
        record = application_of(house, name, None)
        goal = RedirectResponse(pages.link(f"/project/{name}", lang) + ("&" if lang != "zh" else "?") + "thanks=1#comments", SEE_OTHER)
        if given.get("website"):  # people do not see this field, programs fill it in
            return goal
        text, address = given.get("text", ""), request.client.host if request.client else "?"
        try:
            opinions.send(record, text, given.get("stamp", ""), address, now())
        except NotTakenError as error:
            return page(request, name, lang, text, error.reasons, BAD)
        house.look_again()
        return goal

    router.include_router(receipts(pages, house))
    return router


def receipts(pages: Pages, house: House) -> APIRouter:
    """Make the pages by which receivers of notices acknowledge them, and by which suppliers ask."""
    router = APIRouter(include_in_schema=False)
    room = house.applications.notices

    @router.get("/notice/{name}.pdf")
    def paper(request: Request, name: str) -> Response:
        who = signed_in(house, request)
        record = house.desk.read(name, None if who is None else who.actor)
        if record.flow != "notice":
            raise InputError(f"{name} is no notice to stop")
        headers = {"content-disposition": f'inline; filename="{name}.pdf"', "cache-control": "no-store"}
        return Response(notice_letter(house, record), media_type=PDF, headers=headers)

    @router.get("/notice/{name}/{word}")
    def look(request: Request, name: str, word: str, lang: Lang = "zh") -> Response:
        record = room.opened(name, word)
        answer = pages.private(
            "receipt", request, lang, None, record=record, word=word, place=house.atlas.place(record.place), flow=flow_of("notice"), services=SERVICES
        )
        answer.headers["referrer-policy"] = "no-referrer"  # the address is the key
        return answer

    @router.post("/notice/{name}/{word}")
    def acknowledge(name: str, word: str, form: Posted, lang: Lang = "zh") -> Response:
        room.acknowledge(name, word, fields(form).get("receipt", ""), now())
        house.look_again()
        return RedirectResponse(pages.link(f"/notice/{name}/{word}", lang), SEE_OTHER)

    @router.get("/supply")
    def supply(request: Request, lang: Lang = "zh", code: Text = None) -> Response:
        try:
            view = supply_view(house, code)
        except InputError as error:
            return pages.private("supply", request, lang, None, BAD, asked=code, answer=None, services=SERVICES, wrong=str(error))
        return pages.private("supply", request, lang, None, wrong=None, **view)

    return router


def supply_routes(house: House) -> APIRouter:
    """Make the standing query of suppliers."""
    api = APIRouter(prefix="/api/v1")

    @api.get("/supply/{credit_code}", summary="May this enterprise be supplied with land, permits, credit, power, water?")
    def supply(credit_code: Code) -> dict[str, Any]:
        """Give the answer, of each service since when, and the notices in force it rests on (action plan, article 17)."""
        return {"version": house.shown, "data": house.applications.notices.supply(credit_code)}

    return api
