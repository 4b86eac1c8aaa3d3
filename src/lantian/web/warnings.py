"""Warnings for everybody: the page, the feed, the CAP files, and subscribing with a confirmation and one click to leave."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from lantian.alerts.atom import Feed, write_feed
from lantian.alerts.cap import write_cap
from lantian.app.house import House
from lantian.app.settings import site_address
from lantian.app.subscribing import confirm, leave, subscribe
from lantian.kernel.errors import InputError
from lantian.web.doors import Posted, fields
from lantian.web.pages import Pages
from lantian.web.views.replay import read_asked, replay_view
from lantian.web.views.warnings import warnings_view

Lang = Annotated[Literal["zh", "en"], Query()]
CAP = "application/cap+xml"
LISTED = 100
SEE_OTHER = 303
TITLE = {"zh": ("重污染天气预警", "蓝天"), "en": ("Warnings of heavy pollution", "lantian")}


def warnings(pages: Pages, house: House) -> APIRouter:
    """Make the routes of warnings."""
    router = APIRouter(include_in_schema=False)

    @router.get("/warnings")
    def page(request: Request, lang: Lang = "zh", asked: bool = False) -> Response:
        return pages.private("warnings", request, lang, None, asked=asked, **warnings_view(house))

    @router.get("/warnings.atom")
    def feed(lang: Lang = "zh") -> Response:
        site = site_address()
        alerts = house.alarm.messages()[:LISTED]
        title, author = TITLE[lang]
        told = Feed(
            id="urn:x-lantian:warnings" + ("" if lang == "zh" else ":en"),
            title=title,
            author=author,
            language={"zh": "zh-CN", "en": "en"}[lang],
            address=f"{site}/warnings.atom" + ("" if lang == "zh" else "?lang=en"),
            page=f"{site}/warnings" + ("" if lang == "zh" else "?lang=en"),
            cap=f"{site}/warnings/cap/{{identifier}}.xml",
            updated=alerts[0].sent if alerts else house.alarm.clock,
        )
        return Response(write_feed(told, alerts), media_type="application/atom+xml; charset=utf-8", headers={"cache-control": "no-store"})

    @router.get("/warnings/cap/{identifier}.xml")
    def message(identifier: str) -> Response:
        found = next((each for each in house.alarm.messages() if each.identifier == identifier), None)
        if found is None:
            raise InputError(f"no message {identifier!r} was issued")
        return Response(write_cap(found), media_type=CAP, headers={"cache-control": "no-store"})

    @router.get("/replay")
    def again(
        request: Request,
        lang: Lang = "zh",
        place: str | None = None,
        start: Annotated[str | None, Query(alias="from")] = None,
        end: Annotated[str | None, Query(alias="to")] = None,
        variant: Literal["none", "forecast", "perfect"] = "none",
        auto: bool = False,
    ) -> Response:
        view = replay_view(house, read_asked(place, start, end, variant, auto=auto))
        steps = [
            {
                "date": each["date"],
                "proposal": each["proposal"] and {"level": each["proposal"]["level"]},
                "held": each["held"],
                "hours": each["forecast"]["hours"],
            }
            for each in view["replay"]["steps"]
        ]
        return pages.render("replay", request, lang, None, steps=steps, **view)

    @router.post("/warnings/subscribe")
    def ask(form: Posted, lang: Lang = "zh") -> Response:
        given = fields(form)
        if not given.get("website"):  # people do not see this field, programs fill it in
            subscribe(house, given.get("address", ""), given.get("place", ""), given.get("least", ""), lang)
        return RedirectResponse(pages.link("/warnings", lang) + ("&" if lang != "zh" else "?") + "asked=1", SEE_OTHER)

    @router.get("/warnings/{step}/{name}/{key}")
    def look(request: Request, step: Literal["confirm", "leave"], name: str, key: str, lang: Lang = "zh") -> Response:
        return pages.private("subscription", request, lang, None, step=step, subscription=name, key=key, done=False)

    @router.post("/warnings/{step}/{name}/{key}")
    def act(request: Request, step: Literal["confirm", "leave"], name: str, key: str, lang: Lang = "zh") -> Response:
        (confirm if step == "confirm" else leave)(house, name, key)
        return pages.private("subscription", request, lang, None, step=step, subscription=name, key=key, done=True)

    return router
