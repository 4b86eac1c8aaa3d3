"""The site: pages and JSON over one house, answers kept as bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import uvicorn
from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from lantian.app.complaints import ComplaintRoom
from lantian.app.house import House
from lantian.app.post import DEADLINE, Sender, keep_sending
from lantian.app.settings import open_id
from lantian.app.watching import keep_watching
from lantian.kernel.errors import LantianError
from lantian.web.api import routes as api
from lantian.web.bulletins import bulletins
from lantian.web.cache import AnswerCache
from lantian.web.cases import cases
from lantian.web.chain import chain_pages
from lantian.web.complaints import complaints
from lantian.web.credits import credit_pages, credit_routes
from lantian.web.desk import add_desk
from lantian.web.doors import BodyLimit
from lantian.web.pages import Pages
from lantian.web.projects import projects, supply_routes
from lantian.web.source_api import source_routes
from lantian.web.sources import sources
from lantian.web.trace import trace_pages, trace_routes
from lantian.web.views.assessment import assessment as assessment_view
from lantian.web.views.city import city as city_view
from lantian.web.views.clock import read_clock
from lantian.web.views.home import home as home_view
from lantian.web.views.method import method as method_view
from lantian.web.views.plan import Asked, cockpit, marked, stood_json
from lantian.web.views.province import province as province_view
from lantian.web.views.warnings import banners
from lantian.web.warnings import warnings

Lang = Annotated[Literal["zh", "en"], Query()]
On = Annotated[str | None, Query(description="The clock's day, e.g. 2015-12-08.")]


def _place_name(house: House, key: str, lang: str) -> str:
    """Name a place or group of cities in one language."""
    groups = {group.key: group for group in house.atlas.groups()}
    if key in groups:
        return groups[key].zh if lang == "zh" else groups[key].en
    if not key.isdigit():
        return {"cities": {"zh": "地级及以上城市", "en": "cities"}}.get(key, {}).get(lang, key)
    place = house.atlas.place(key)
    return place.short if lang == "zh" else place.name_en


def create_app(house: House) -> FastAPI:
    """Make the application over one opened house."""
    app = FastAPI(
        title="lantian 蓝天",
        version="1",
        description="Clean air: values, rankings, findings; every number with its law, coverage and version.",
        docs_url=None,
        redoc_url=None,
    )
    pages = Pages(house)
    static = Path(str(resources.files("lantian.web").joinpath("static")))
    app.mount("/static", StaticFiles(directory=static), name="static")
    app.include_router(api(house))
    add_desk(app, pages, house)
    app.include_router(bulletins(pages, house))
    app.include_router(warnings(pages, house))
    register = ComplaintRoom(house)
    app.include_router(source_routes(house, register))
    app.include_router(sources(pages, house, register))
    app.include_router(complaints(pages, house, register))
    app.include_router(supply_routes(house))
    app.include_router(projects(pages, house, register))
    app.include_router(chain_pages(pages, house))
    app.include_router(credit_pages(pages, house))
    app.include_router(credit_routes(house))
    app.include_router(cases(pages, house))
    app.include_router(trace_pages(pages, house))
    app.include_router(trace_routes(house))
    provider = open_id()
    if provider is not None:
        from lantian.web.oidc import add_oidc

        add_oidc(app, house, provider)

    add_refusals(app, pages)

    @app.get("/", include_in_schema=False)
    def home(request: Request, lang: Lang = "zh", on: On = None) -> Response:
        clock = read_clock(house, on, None)
        return pages.render("home", request, lang, clock, banners=banners(house, clock), home=home_view(clock), goals=clock.house.goal_findings(clock.day))

    @app.get("/plan", include_in_schema=False)
    def plan(
        request: Request,
        lang: Lang = "zh",
        on: On = None,
        id: str | None = None,  # noqa: A002 - the address says id
        article: Annotated[int | None, Query(ge=0)] = None,
        place: str | None = None,
        kind: str | None = None,
        q: Annotated[str | None, Query(max_length=100)] = None,
        due: str | None = None,
    ) -> Response:
        clock = read_clock(house, on, None)
        view = cockpit(clock, Asked(id, article, place, kind or None, q, int(due) if due and due.isdigit() else None))
        return pages.render(
            "plan", request, lang, clock, plan=view, marked=marked, stood_json=stood_json, place_name=lambda key: _place_name(house, key, lang), **view
        )

    @app.get("/city/{place}", include_in_schema=False)
    def city(request: Request, place: str, lang: Lang = "zh", on: On = None, at: str | None = None) -> Response:
        clock = read_clock(house, on, at)
        view = city_view(clock, place)
        return pages.render("city", request, lang, clock, banners=banners(house, clock, view["place"].code), city=view)

    @app.get("/province/{place}", include_in_schema=False)
    def province(request: Request, place: str, lang: Lang = "zh", on: On = None) -> Response:
        clock = read_clock(house, on, None)
        answer = pages.render("province", request, lang, clock, **province_view(clock, place))
        answer.headers["cache-control"] = "no-store"  # what people publish is seen at once
        return answer

    @app.get("/ranking", include_in_schema=False)
    def ranking(
        request: Request, lang: Lang = "zh", on: On = None, cities: str = "key74", period: str | None = None, by: Literal["index", "change"] = "index"
    ) -> Response:
        clock = read_clock(house, on, None)
        asked = period or f"{clock.day:%Y-%m}"
        air = clock.house.air
        answer = air.rank(asked, cities) if by == "index" else air.change(asked, cities)
        return pages.render("ranking", request, lang, clock, ranking=answer, cities=cities, period=asked, by=by, groups=house.atlas.groups())

    @app.get("/assessment", include_in_schema=False)
    def assessment(request: Request, lang: Lang = "zh", on: On = None, year: Annotated[int | None, Query(ge=2014, le=2017)] = None) -> Response:
        clock = read_clock(house, on, None)
        return pages.render("assessment", request, lang, clock, **assessment_view(clock, year))

    @app.get("/method", include_in_schema=False)
    def method(request: Request, lang: Lang = "zh", on: On = None) -> Response:
        clock = read_clock(house, on, None)
        return pages.render("method", request, lang, clock, method=method_view(clock))

    @app.get("/data", include_in_schema=False)
    def data(request: Request, lang: Lang = "zh", on: On = None) -> Response:
        clock = read_clock(house, on, None)
        routes = [(path, next(iter(item.values()))) for path, item in app.openapi()["paths"].items()]
        return pages.render("data", request, lang, clock, routes=routes, versions=house.lake.versions())

    return app


def add_refusals(app: FastAPI, pages: Pages) -> None:
    """Say what is wrong with an address or a question, in the words of the page or as JSON."""

    @app.exception_handler(LantianError)
    def told(request: Request, error: LantianError) -> Response:
        """Say what is wrong with what was asked."""
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": str(error)}, status_code=400)
        lang = "en" if request.query_params.get("lang") == "en" else "zh"
        return pages.render("error", request, lang, None, 400, error=str(error))

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        """Say which part of an address could not be read; an address of the API answers in JSON."""
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": [{key: each[key] for key in ("type", "loc", "msg")} for each in error.errors()]}, status_code=422)
        lang = "en" if request.query_params.get("lang") == "en" else "zh"
        words = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())
        return pages.render("error", request, lang, None, 400, error=words)

    @app.exception_handler(404)
    def missing(request: Request, _: Exception) -> Response:
        """Say that there is no such page."""
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": f"no address {request.url.path}; /data lists them"}, status_code=404)
        lang = "en" if request.query_params.get("lang") == "en" else "zh"
        words = f"没有这一页：{request.url.path}" if lang == "zh" else f"No such page: {request.url.path}"
        return pages.render("error", request, lang, None, 404, error=words)


def guarded(app: FastAPI, version: Callable[[], str]) -> ASGIApp:
    """Wrap the application as it is served: bodies of bounded size, safety headers, good answers kept."""
    return AnswerCache(BodyLimit(app), version)


def serve_house(house: House, port: int) -> None:
    """Serve a house on this machine only, until interrupted."""
    app = guarded(create_app(house), lambda: house.renew().shown)
    print(f"http://127.0.0.1:{port}", flush=True)  # noqa: T201 - the address is what the command is for
    stop = threading.Event()
    sending = threading.Thread(target=keep_sending, args=(Sender(house.desk.ledger, house.home), stop), daemon=True, name="post")
    watching = threading.Thread(target=keep_watching, args=(house, stop), daemon=True, name="watch")
    for each in (sending, watching):
        each.start()
    try:
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    finally:
        stop.set()
        sending.join(DEADLINE)
        watching.join(DEADLINE)
