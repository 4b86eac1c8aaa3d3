"""The desk: signing in, what is due and waits for one, records with their moves and evidence, the audit view, sign-offs."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from lantian.app.acting import NotAllowedError, now
from lantian.app.calendar import calendar, feed_key
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.project_form import EXAMPLE
from lantian.app.settings import open_id
from lantian.app.signing import doubtful, sign_as, subject_of
from lantian.kernel.decision import Actor, Role
from lantian.kernel.errors import InputError, unknown
from lantian.ledger.accounts import Accounts, SignInError
from lantian.web.doors import (
    COOKIE,
    ForeignPostError,
    NotSignedInError,
    Posted,
    SignedIn,
    by,
    carrying,
    check_word,
    fields,
    need,
    origin,
    own_path,
    signed_in,
    upload,
)
from lantian.web.pages import Pages
from lantian.web.views.desk import audit_view, desk_view, may_make, record_view

Lang = Annotated[Literal["zh", "en"], Query()]
SIGNERS = (Role.MINISTRY, Role.PROVINCE, Role.AUDITOR)
READS_AUDIT = (Role.MINISTRY, Role.PROVINCE, Role.CITY, Role.AUDITOR)
SEE_OTHER, UNAUTHORISED, FORBIDDEN, NOT_FOUND = 303, 401, 403, 404


def add_desk(app: FastAPI, pages: Pages, house: House) -> None:
    """Add the routes of those who act, and how they are refused."""
    app.include_router(doors(pages, house))
    app.include_router(acts(pages, house))
    app.include_router(registers(pages, house))

    @app.exception_handler(NotSignedInError)
    def strangers(request: Request, _: Exception) -> Response:
        """Ask for a name, and go on to the page afterwards."""
        lang = _lang(request)
        if request.method != "GET":
            return pages.private("login", request, lang, None, UNAUTHORISED, goal="/desk", error=None, oidc=False)
        goal = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return pages.private("login", request, lang, None, UNAUTHORISED, goal=goal, error=None, oidc=open_id() is not None)

    @app.exception_handler(ForeignPostError)
    def foreign(request: Request, _: Exception) -> Response:
        """Refuse what another site posted."""
        said = {
            "zh": "这份表单不是从本站当前的登录页面发出的；请回到页面重新提交。",
            "en": "This form did not come from your present session; open the page again and send it.",
        }
        return pages.private("error", request, _lang(request), None, FORBIDDEN, error=said[_lang(request)])

    @app.exception_handler(NotAllowedError)
    def refused(request: Request, error: NotAllowedError) -> Response:
        """Say why somebody may not do this."""
        return pages.private("error", request, _lang(request), None, FORBIDDEN, error=pages.said(error.reason, _lang(request)))


def doors(pages: Pages, house: House) -> APIRouter:
    """Make the routes of signing in and out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def login(request: Request, lang: Lang = "zh", goal: str | None = None) -> Response:
        if signed_in(house, request):
            return RedirectResponse(own_path(goal), SEE_OTHER)
        return pages.private("login", request, lang, None, goal=own_path(goal), error=None, oidc=open_id() is not None)

    @router.post("/login")
    def enter(request: Request, form: Posted, lang: Lang = "zh") -> Response:
        given = fields(form)
        accounts = Accounts(house.desk.ledger)
        try:
            token = accounts.sign_in(given.get("name", ""), given.get("password", ""), given.get("code", ""), origin(request), now())
        except SignInError as error:
            return pages.private("login", request, lang, None, UNAUTHORISED, goal=own_path(given.get("goal")), error=str(error), oidc=open_id() is not None)
        return carrying(request, accounts, token, own_path(given.get("goal")))

    @router.post("/logout")
    def leave(request: Request, form: Posted) -> Response:
        who = need(house, request)
        check_word(who, fields(form))
        Accounts(house.desk.ledger).sign_out(request.cookies[COOKIE], origin(request), now())
        answer = RedirectResponse("/", SEE_OTHER)
        answer.delete_cookie(COOKIE)
        return answer

    @router.get("/welcome")
    def welcome(request: Request, token: str = "", lang: Lang = "zh") -> Response:
        name = Accounts(house.desk.ledger).invited(token, now())
        return pages.private("welcome", request, lang, None, account=name, token=token)

    @router.post("/welcome")
    def accept(request: Request, form: Posted) -> Response:
        given = fields(form)
        accounts = Accounts(house.desk.ledger)
        if given.get("password") != given.get("again"):
            raise InputError("两次输入的密码不同；请重新输入。The two passwords differ; type them again.")
        name = accounts.accept(given.get("token", ""), given.get("password", ""), origin(request), now())
        token = accounts.enter(name, origin(request), now(), "one-time link")
        return carrying(request, accounts, token, "/desk")

    return router


def acts(pages: Pages, house: House) -> APIRouter:
    """Make the routes of the desk and its records."""
    router = APIRouter(include_in_schema=False)

    def page(name: str, request: Request, lang: str, who: SignedIn | None, **values: Any) -> Response:
        return pages.private(name, request, lang, who, once=secrets.token_urlsafe(12), **values)

    @router.get("/desk")
    def desk(request: Request, lang: Lang = "zh", show: Literal["waiting", "all"] = "waiting") -> Response:
        who = need(house, request)
        return page("desk", request, lang, who, **desk_view(house, who, show), key=feed_key(house.home, who.actor.name))

    @router.get("/desk/new/{flow}")
    def new(request: Request, flow: str, lang: Lang = "zh", place: str | None = None) -> Response:
        who = need(house, request)
        table = flow_of(flow)
        may_make(table, who.actor)
        given = dict(request.query_params)
        if flow == "yearly_plan" and "text" not in given:
            number = given.get("year") or str(now().year)
            given |= {"year": number, "text": house.drafts.yearly_plan(who.actor.place, int(number) if number.isdigit() else now().year)}
        if flow == "application" and "project" not in given:
            given |= {"project": EXAMPLE}
        if flow == "warning" and "level" not in given:
            given = house.alarm.prefill(house.air.city(place or who.actor.place).code) | given
        return page("new", request, lang, who, flow=table, place=place or who.actor.place, given=given)

    @router.post("/desk/new/{flow}")
    def make(request: Request, flow: str, form: Posted, lang: Lang = "zh") -> Response:
        who = need(house, request)
        given = fields(form)
        check_word(who, given)
        made = house.drafts.make(who.actor, flow, given.get("place", ""), given, by(request, who, given), owner=given.get("owner") or None)
        return RedirectResponse(pages.link(f"/record/{made.id}", lang), SEE_OTHER)

    @router.get("/record/{name}")
    def record(request: Request, name: str, lang: Lang = "zh") -> Response:
        who = signed_in(house, request)
        return page("record", request, lang, who, **record_view(house, who, name))

    @router.post("/record/{name}/evidence")
    def attach(request: Request, name: str, form: Posted, lang: Lang = "zh") -> Response:
        who = need(house, request)
        given = fields(form)
        check_word(who, given)
        sent = upload(form, "file")
        if sent is None or not sent.filename:
            raise InputError("没有选择文件。No file was chosen.")
        house.desk.attach(who.actor, name, sent.filename, sent.file, by(request, who, given))
        return RedirectResponse(pages.link(f"/record/{name}", lang), SEE_OTHER)

    @router.get("/record/{name}/evidence/{hash}")
    def evidence(request: Request, name: str, hash: str) -> Response:  # noqa: A002 - the file's hash
        who = need(house, request)
        found, path = house.desk.exhibit(who.actor, name, hash)
        return FileResponse(path, media_type="application/octet-stream", filename=found.name, headers={"cache-control": "no-store"})

    @router.post("/record/{name}/{move}")
    def move(request: Request, name: str, move: str, form: Posted, lang: Lang = "zh") -> Response:
        who = need(house, request)
        given = fields(form)
        check_word(who, given)
        version = given.get("version", "")
        if not version.isdigit():
            raise InputError(f"version {version!r} is no number; send the form of the page")
        house.drafts.move(who.actor, name, int(version), move, given, by(request, who, given))
        return RedirectResponse(pages.link(f"/record/{name}", lang), SEE_OTHER)

    return router


def registers(pages: Pages, house: House) -> APIRouter:
    """Make the routes of the audit view, the sign-offs and the calendar."""
    router = APIRouter(include_in_schema=False)

    @router.get("/audit")
    def audit(request: Request, lang: Lang = "zh", after: Annotated[int, Query(ge=0)] = 0, check: bool = False) -> Response:
        who = need(house, request)
        _only(who.actor, READS_AUDIT)
        return pages.private("audit", request, lang, who, **audit_view(house, who.actor, after, check=check))

    @router.get("/law/sign")
    def values(request: Request, lang: Lang = "zh") -> Response:
        who = need(house, request)
        _only(who.actor, SIGNERS)
        return pages.private("sign", request, lang, who, values=[(subject_of(each), each) for each in doubtful(house.law)])

    @router.post("/law/sign")
    def sign(request: Request, form: Posted, lang: Lang = "zh") -> Response:
        who = need(house, request)
        _only(who.actor, SIGNERS)
        given = fields(form)
        check_word(who, given)
        found = {subject_of(each): each for each in doubtful(house.law)}
        subject = given.get("subject", "")
        if subject not in found:
            raise unknown("law value to sign off", subject, found)
        sign_as(house.desk.ledger, found[subject], who.actor.name, origin(request), given.get("ground", ""), now())
        house.relearn_law()
        return RedirectResponse(pages.link("/law/sign", lang), SEE_OTHER)

    @router.get("/calendar/{name}/{key}.ics")
    def due(name: str, key: str, lang: Lang = "zh") -> Response:
        account = Accounts(house.desk.ledger).get(name)
        if not secrets.compare_digest(key.encode(), feed_key(house.home, name).encode()) or not account.active:
            raise InputError("no such calendar; take its address from your desk")
        actor = Actor(account.name, Role(account.role), account.place, account.enterprise)
        text = calendar(house.desk, actor, lang, now())
        return Response(text, media_type="text/calendar; charset=utf-8", headers={"cache-control": "no-store"})

    return router


def _only(actor: Actor, roles: tuple[Role, ...]) -> None:
    from lantian.kernel.finding import Message

    if actor.role not in roles:
        raise NotAllowedError(Message("acting.only", {"roles": [{"key": f"acting.role.{each}", "values": {}} for each in roles]}))


def _lang(request: Request) -> str:
    return "en" if request.query_params.get("lang") == "en" else "zh"
