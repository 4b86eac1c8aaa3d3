"""Who stands at the door: sessions in a cookie, forms that carry the session's word, posts from this site only, bodies of bounded size."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lantian.app.acting import LARGEST_FILE, now
from lantian.app.house import House
from lantian.kernel.decision import Actor, Role
from lantian.ledger import Account, By, Session
from lantian.ledger.accounts import WHOLE, Accounts

COOKIE = "lantian"
LARGEST_BODY = LARGEST_FILE + 200_000
MOST_FIELDS = 60
TOO_LARGE, SEE_OTHER = 413, 303


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody with a session."""

    actor: Actor
    session: Session
    account: Account


class NotSignedInError(Exception):
    """A page that is for those who are signed in was asked for by somebody who is not."""


class ForeignPostError(Exception):
    """A post came from another site, or without the word of the session."""


def signed_in(house: House, request: Request) -> SignedIn | None:
    """Give who is signed in, if anybody."""
    token = request.cookies.get(COOKIE)
    found = Accounts(house.desk.ledger).session(token, now()) if token else None
    if found is None:
        return None
    session, account = found
    return SignedIn(Actor(account.name, Role(account.role), account.place, account.enterprise), session, account)


def need(house: House, request: Request) -> SignedIn:
    """Give who is signed in; nobody raises ``NotSignedInError``."""
    found = signed_in(house, request)
    if found is None:
        raise NotSignedInError
    return found


def check_word(who: SignedIn, form: Mapping[str, str]) -> None:
    """Check that a form carries its session's word; another raises ``ForeignPostError``."""
    if not hmac.compare_digest(str(form.get("form", "")).encode(), who.session.form.encode()):
        raise ForeignPostError


def by(request: Request, who: SignedIn, form: Mapping[str, str]) -> By:
    """Give who acts, from where, on what ground; the once-word of the form keeps a form sent twice from acting twice."""
    once = str(form.get("once", ""))[:40]
    return By(who.actor.name, origin(request), str(form.get("ground", "")).strip()[:4000], now(), f"{who.session.hash[:32]}:{once}" if once else None)


def carrying(request: Request, accounts: Accounts, token: str, goal: str) -> Response:
    """Go on with a new session in the cookie; the session before it ends, so that none can be fixed beforehand."""
    old = request.cookies.get(COOKIE)
    if old:
        accounts.sign_out(old, origin(request), now())
    answer = RedirectResponse(goal, SEE_OTHER)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=int(WHOLE.total_seconds()), httponly=True, samesite="lax", secure=secure, path="/")
    return answer


def origin(request: Request) -> str:
    """Say where a request came from."""
    return f"web {request.client.host if request.client else '?'}"


def own_path(text: str | None) -> str:
    r"""Give a path of this site to go on to; an address elsewhere becomes the desk (no open redirect).

    >>> own_path("/record/task-1"), own_path("//evil.example"), own_path("https://evil.example"), own_path("/\\evil.example")
    ('/record/task-1', '/desk', '/desk', '/desk')
    """
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or not text.isprintable() or "\\" in text:
        return "/desk"
    return text if not urlsplit(text).netloc else "/desk"


async def read_form(request: Request) -> AsyncIterator[FormData]:
    """Read a posted form and let go of its files afterwards; one from another site raises ``ForeignPostError``."""
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    sent = request.headers.get("origin")
    if fetched not in ("same-origin", "none") or (sent is not None and urlsplit(sent).netloc != request.headers.get("host")):
        raise ForeignPostError
    async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY) as form:
        yield form


Posted = Annotated[FormData, Depends(read_form)]


def fields(form: FormData) -> dict[str, str]:
    """Give the text fields of a form."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def upload(form: FormData, name: str) -> UploadFile | None:
    """Give the file of a form."""
    found = form.get(name)
    return found if isinstance(found, UploadFile) else None


class BodyLimit:
    """Wraps an application: a body larger than the largest file is refused while it comes in, before it is kept anywhere."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not said.isdigit() or int(said) > LARGEST_BODY:
            await send({"type": "http.response.start", "status": TOO_LARGE, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
            await send({"type": "http.response.body", "body": f"more than {LARGEST_FILE // 1_000_000} MB cannot be sent".encode()})
            return
        parts = any(name == b"content-type" and value.startswith(b"multipart/") for name, value in scope["headers"])
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                told = f"more than {LARGEST_FILE // 1_000_000} MB cannot be sent"
                raise MultiPartException(told) if parts else HTTPException(TOO_LARGE, told)  # the first closes the files begun
            return message

        await self._app(scope, counted, send)
