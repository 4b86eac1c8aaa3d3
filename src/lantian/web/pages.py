"""Pages rendered from templates: public ones are the same for everybody and may be kept, private ones are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from lantian.app.house import House
from lantian.app.speech import say
from lantian.kernel.finding import Message
from lantian.web.doors import SignedIn
from lantian.web.grounds import ground_of
from lantian.web.speak import helpers
from lantian.web.views.clock import Clock
from lantian.web.views.hour import HourClock

OF_SOURCES = ("/source", "/sources", "/enterprise", "/embed/")


class Pages:
    """Renders the pages of one house."""

    def __init__(self, house: House) -> None:
        """Prepare the templates."""
        self.house = house
        self._templates = Environment(
            loader=PackageLoader("lantian.web"),
            autoescape=select_autoescape(["html"], default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, name: str, request: Request, lang: str, clock: Clock | None, status: int = 200, **values: Any) -> Response:
        """Render one page in one language."""
        query = dict(request.query_params)
        words = helpers(lang) | {"say": lambda message: say(message, lang), "path": request.url.path, "query": query, "clock": clock, "page": name}
        kept = ("lang", "on", "at")

        def link(path: str, /, **more: Any) -> str:
            """Give a path with the language and the clock; a clock that only sources know is left behind when one leaves them."""
            own = ("lang",) if isinstance(clock, HourClock) and clock.apart and not path.startswith(OF_SOURCES) else kept
            return _link(path, {k: v for k, v in (query | more).items() if k in (*own, *more) and v})

        words["link"] = link
        words["ground"] = ground_of(name, clock, values)
        html = self._templates.get_template(f"{name}.html").render(**words, **values)
        return Response(html, status_code=status, media_type="text/html")

    def private(self, name: str, request: Request, lang: str, who: SignedIn | None, status: int = 200, **values: Any) -> Response:
        """Render a page that is for one visitor only, so that nobody keeps it."""
        answer = self.render(name, request, lang, None, status, **({"who": who} | values))
        answer.headers["cache-control"] = "no-store"
        return answer

    def said(self, message: Message | Mapping[str, Any], lang: str) -> str:
        """Say a reason."""
        return say(message, lang)

    def link(self, path: str, lang: str) -> str:
        """Give a path of this site in the visitor's language."""
        return _link(path, {"lang": lang} if lang != "zh" else {})


def _link(path: str, query: dict[str, Any]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
