"""Complaints for everybody: a form without an account, a private link that shows the answer, a public register of counts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from lantian.app.acting import now
from lantian.app.complaints import FLOW, ComplaintRoom, Filing, NotTakenError
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.web.doors import Posted, fields, upload
from lantian.web.pages import Pages

Lang = Annotated[Literal["zh", "en"], Query()]
Text = Annotated[str | None, Query(max_length=100)]
SEE_OTHER, BAD = 303, 400


def complaints(pages: Pages, house: House, room: ComplaintRoom) -> APIRouter:
    """Make the routes of complaints."""
    router = APIRouter(include_in_schema=False)

    def form(request: Request, lang: str, given: dict[str, Any], reasons: list[Any], status: int = 200) -> Response:
        outlet = house.sources.outlet(given["outlet"]) if given.get("outlet") and not reasons else None
        kinds = next(each for each in flow_of(FLOW).fields if each.name == "kind").choices
        at = now()
        return pages.private(
            "complaint_new", request, lang, None, status, given=given, reasons=reasons, kinds=kinds, outlet=outlet, stamp=room.stamp(at), bounds=room.bounds
        )

    @router.get("/complaints")
    def register(request: Request, lang: Lang = "zh", place: Text = None) -> Response:
        atlas = house.atlas
        code = None if not place or not place.strip() else atlas.place(place.strip()).code if place.strip().isdigit() else atlas.find(place.strip()).code
        found = room.public(code)
        rows = [row | {"place": atlas.place(row["place"])} for row in found["rows"]]
        return pages.private(
            "complaints", request, lang, None, figures=found["figures"], rows=rows, place=None if code is None else atlas.place(code), flow=flow_of(FLOW)
        )

    @router.get("/complaint")
    def begin(request: Request, lang: Lang = "zh", outlet: Text = None, place: Text = None) -> Response:
        own = house.sources.outlet(outlet) if outlet else None
        return form(request, lang, {"outlet": outlet or "", "place": own["place"] if own else place or "", "kind": "smoke", "text": "", "contact": ""}, [])

    @router.post("/complaint")
    def send(request: Request, form_: Posted, lang: Lang = "zh") -> Response:
        given = fields(form_)
        names = ("place", "kind", "text", "outlet", "contact")
        typed = {name: given.get(name, "") for name in names}
        if given.get("website"):  # people do not see this field, programs fill it in
            return pages.private("complaint_thanks", request, lang, None)
        sent = upload(form_, "photo")
        photo = sent.file.read(room.bounds["photo"] + 1) if sent is not None and sent.filename else b""
        address = request.client.host if request.client else "?"
        try:
            record, word = room.file(Filing(stamp=given.get("stamp", ""), address=address, photo=photo, **typed), now())
        except NotTakenError as error:
            return form(request, lang, typed, error.reasons, BAD)
        return RedirectResponse(pages.link(f"/complaint/{record.id}/{word}", lang), SEE_OTHER)

    @router.get("/complaint/{name}/{word}")
    def look(request: Request, name: str, word: str, lang: Lang = "zh") -> Response:
        record = room.opened(name, word)
        acts = [each for each in house.desk.records.history(name) if each.act.kind != f"{FLOW}.evidence"]
        photos = len(house.desk.records.exhibits(name))
        answer = pages.private(
            "complaint", request, lang, None, record=record, flow=flow_of(FLOW), acts=acts, word=word, place=house.atlas.place(record.place), photos=photos
        )
        answer.headers["referrer-policy"] = "no-referrer"  # the address is the key
        return answer

    @router.post("/complaint/{name}/{word}")
    def verdict(name: str, word: str, form_: Posted, lang: Lang = "zh") -> Response:
        room.say(name, word, fields(form_).get("verdict", ""), now())
        return RedirectResponse(pages.link(f"/complaint/{name}/{word}", lang), SEE_OTHER)

    return router
