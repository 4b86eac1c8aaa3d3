"""The plan page: counts, sections and articles, the list chosen, the opened finding with its course and its decisive words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from lantian.kernel.errors import unknown
from lantian.kernel.period import year as year_of
from lantian.plan.model import Plan
from lantian.plan.service.duties import NATION, provinces
from lantian.plan.service.search import search
from lantian.web.views.clock import Clock


def course(finding: dict[str, Any]) -> dict[str, Any] | None:
    """Give year by year what was measured and what was required, with the current value; None where the goal has no path in numbers."""
    details = finding["details"]
    path = details.get("path")
    if not path:
        return None
    measured = {row["year"]: row["value"] for row in details["history"]} | {details["base"]["year"]: details["base"]["value"]}
    required = {row["year"]: row["required"] for row in path}
    last = int(finding["as_of"][:4])
    years = range(min(required), max(required) + 1)
    rows = [{"year": year, "value": measured.get(year), "required": required.get(year), "past": year < last or year in measured} for year in years]
    return {"rows": rows, "unit": finding["unit"], "now": {"as_of": finding["as_of"], "value": finding["value"]}}


def marked(quote: str, words: list[str]) -> Markup:
    """Write a quotation with its decisive words marked.

    >>> str(marked("下降25%左右", ["左右"]))
    '下降25%<mark>左右</mark>'
    """
    text = str(escape(quote))
    for word in words:
        text = text.replace(str(escape(word)), f"<mark>{escape(word)}</mark>", 1)
    return Markup(text)  # noqa: S704 - every part is escaped above


KINDS = {
    "target": ("目标", "targets"),
    "obligation": ("任务", "obligations"),
    "prohibition": ("禁止", "prohibitions"),
    "gate": ("准入", "gates"),
    "publication": ("公开", "publication"),
    "response": ("应急", "response"),
    "instrument": ("政策", "instruments"),
    "assessment": ("考核", "assessment"),
    "organisational": ("组织", "organisation"),
    "research": ("研究", "research"),
}
PLAN_YEAR = 2013
ORDER = ("breached", "behind", "on_track", "met", "not_due", "no_data")


@dataclass(frozen=True)
class Asked:
    """What a visitor asks of the plan page: an opened provision, an article, a place, a kind, words to look for."""

    provision: str | None = None
    article: int | None = None
    place: str | None = None
    kind: str | None = None
    text: str | None = None
    due: int | None = None


def course_of_duty(clock: Clock, provision: str, place: str) -> list[dict[str, Any]]:
    """Give how a provision stood at the end of each year that was over, and at the clock; nothing where no data ever spoke."""
    house = clock.house
    ends = [year_of(number).end for number in range(PLAN_YEAR, clock.day.year + 1)]
    days = [end for end in ends if end < clock.day and house.air.desk.knows(end)] + [clock.day]
    rows = []
    for day in days:
        found = next(each for each in house.duties.findings(day, place) if each["provision"] == provision)
        rows.append({"day": day, "status": found["status"], "value": found["value"], "required": found["required"]})
    return rows if any(each["status"] != "no_data" for each in rows) else []


def stood_json(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the course of a provision as a chart reads it."""
    return {"days": [row["day"].isoformat() for row in rows], "values": [row["value"] for row in rows], "required": [row["required"] for row in rows]}


def cockpit(clock: Clock, asked: Asked) -> dict[str, Any]:
    """Give the plan at the clock: counts, sections with their articles, the list chosen, and the opened finding; an unknown id raises ``InputError``."""
    house = clock.house
    whole = house.plan.plan
    place = NATION if asked.place in (None, "", NATION) else house.city_or_province(str(asked.place))
    goals = house.goal_findings(clock.day, None if place == NATION else place)
    duties = house.duties.findings(clock.day, place)
    found = [each | {"article": 0, "kind": "target"} for each in goals] + duties
    article = asked.article
    named: list[dict[str, Any]] = []
    if asked.provision is not None:
        key = house.duties.by_id[asked.provision].id if asked.provision in house.duties.by_id else asked.provision
        named = [each for each in found if each["provision"] == key]
        if not named:
            raise unknown("provision", asked.provision, (each["provision"] for each in found))
        article = named[0]["article"] if article is None and not (asked.text or asked.kind or asked.due) else article
    listed = _listed(found, whole, asked, article)
    opened = (named or listed or found)[0]
    counts = Counter(each["status"] for each in found)
    is_goal = opened["article"] == 0 and opened["provision"] not in house.duties.by_id
    return {
        "total": len(found),
        "counts": {status: counts[status] for status in ORDER if counts[status]},
        "known": len(found) - counts["no_data"],
        "sections": _sections(whole, found),
        "article": next((each for each in whole.articles if each.number == article), None),
        "found": listed,
        "opened": opened,
        "duty": None if is_goal else house.duties.duty(opened["provision"]),
        "course": course(opened) if is_goal else None,
        "stood": [] if is_goal else course_of_duty(clock, opened["provision"], place),
        "dues": sorted({each["due"][:4] for each in found if each.get("due")}),
        "place": place,
        "places": [house.atlas.place(code) for code in (NATION, *provinces(house.atlas))],
        "asked": asked,
        "kinds": KINDS,
    }


def _listed(found: list[dict[str, Any]], whole: Plan, asked: Asked, article: int | None) -> list[dict[str, Any]]:
    """Give the findings of the article, kind and words asked for; with nothing asked for, the goals."""
    wanted = {each["id"] for each in search(whole, asked.text)} if asked.text and asked.text.strip() else None
    if wanted is None and asked.kind is None and asked.due is None and article is None:
        article = 0
    return [
        each
        for each in found
        if (wanted is None or each["provision"] in wanted)
        and (not asked.kind or each["kind"] == asked.kind)
        and (article is None or each["article"] == article)
        and (asked.due is None or (each.get("due") or "").startswith(str(asked.due)))
    ]


def _sections(whole: Plan, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the sections with their articles, each with its counts by status."""
    by_article: dict[int, Counter[str]] = defaultdict(Counter)
    for each in found:
        by_article[each["article"]][each["status"]] += 1
    sections = []
    for section in whole.sections:
        articles = [
            {
                "number": each.number,
                "title": {"zh": each.title.zh, "en": each.title.en},
                "total": sum(by_article[each.number].values()),
                "counts": {status: by_article[each.number][status] for status in ORDER if by_article[each.number][status]},
            }
            for each in whole.articles
            if each.section == section.number and each.number
        ]
        sections.append({"number": section.number, "title": {"zh": section.title.zh, "en": section.title.en}, "articles": articles})
    return sections
