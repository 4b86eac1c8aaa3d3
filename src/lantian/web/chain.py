"""The chain told step by step: what was simulated, in order, each with its record, beside the alert that was really announced."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from lantian.app.chain.run import told
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.web.pages import Pages

Lang = Annotated[Literal["zh", "en"], Query()]
LEVELS = {"blue": ("蓝色", "blue"), "yellow": ("黄色", "yellow"), "orange": ("橙色", "orange"), "red": ("红色", "red")}


def chain_pages(pages: Pages, house: House) -> APIRouter:
    """Make the page of the chain."""
    router = APIRouter(include_in_schema=False)

    @router.get("/chain")
    def chain(request: Request, lang: Lang = "zh") -> Response:
        return pages.private("chain", request, lang, None, **chain_view(house))

    return router


def chain_view(house: House) -> dict[str, Any]:
    """Give the steps in the words of the page; a record that the public may not read is named without a link."""
    found = told(house)
    for each in found["steps"]:
        held = house.desk.records.get(each["record"])
        table = flow_of(held.flow)
        each |= {"open": held.state in table.public, "title": {"zh": table.title.zh, "en": table.title.en}}
        each["state"] = {"zh": table.states[held.state].zh, "en": table.states[held.state].en}
    return {"chain": found, "level_words": LEVELS}
