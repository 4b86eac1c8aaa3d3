"""Answered pages kept as bytes with their ETag: the same question of the same data is answered once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 2_000_000
KEPT = 4_000
POLICY = b"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
SAFETY = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
SAFE = frozenset(name for name, _ in SAFETY)


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes


class AnswerCache:
    """Wraps an application: adds safety headers, keeps good answers by their full address, answers 304 to a known ETag."""

    def __init__(self, app: ASGIApp, version: Callable[[], str]) -> None:
        """Keep answers of ``app`` for as long as ``version`` stays the same."""
        self._app = app
        self._version = version
        self._kept: OrderedDict[tuple[str, str, bytes, str], Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or ask the application and remember."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        key = (scope["method"], scope["path"], scope["query_string"], self._version())
        kept = self._kept.get(key) if scope["method"] in ("GET", "HEAD") else None
        if kept is None:
            kept = await self._ask(scope, receive, send, key)
        if kept is not None:
            await _answer(kept, scope, send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send, key: tuple[str, str, bytes, str]) -> Kept | None:
        """Ask the application; give what can be kept, or pass on what cannot."""
        start: Message = {}
        parts: list[bytes] = []
        whole = False

        async def collect(message: Message) -> None:
            nonlocal start, whole
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            whole = True
            body = b"".join(parts)
            if not _may_keep(start, scope):
                await send({**start, "headers": [*start["headers"], *_safety(start["headers"])]})
                await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, collect)
        body = b"".join(parts)
        if not whole or not _may_keep(start, scope):
            return None  # an answer that was broken off, because the visitor left, is nobody else's
        etag = b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
        own = tuple((name, value) for name, value in start["headers"] if name not in (b"etag", b"last-modified", b"cache-control"))
        kept = Kept((*own, *_safety(own), (b"etag", etag), (b"cache-control", b"no-cache")), body, etag)
        if len(body) <= LARGEST:
            self._kept[key] = kept
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return kept


def _safety(own: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Give the safety headers that an answer does not bring itself: only a panel made to be embedded brings another policy."""
    named = {name for name, _ in own}
    return [each for each in SAFETY if each[0] not in named]


def _may_keep(start: Message, scope: Scope) -> bool:
    """Tell whether an answer is good, asked for by reading, and the same for everybody."""
    private = any(name == b"set-cookie" or (name == b"cache-control" and b"no-store" in value) for name, value in start.get("headers", ()))
    return start.get("status") == 200 and scope["method"] in ("GET", "HEAD") and not private  # noqa: PLR2004 - 200 OK


async def _answer(kept: Kept, scope: Scope, send: Send) -> None:
    """Send a kept answer, or only that it has not changed."""
    asked = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
    if kept.etag in asked:
        await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", kept.etag), *(each for each in kept.headers if each[0] in SAFE)]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
    await send({"type": "http.response.body", "body": kept.body})
