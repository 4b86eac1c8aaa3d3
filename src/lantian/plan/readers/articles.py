"""Reading the articles of a plan: one YAML file an article, checked against its shape and for contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from lantian.kernel.errors import FaultsError
from lantian.kernel.finding import Confidence
from lantian.kernel.quantity import exact
from lantian.plan.model.duty import Article, Duty, DutyScope, Indicator, Need
from lantian.plan.model.provision import Stated, Text
from lantian.plan.readers.lines import Lined, parse_lined
from lantian.plan.readers.shape import Shape, Slot, faults_of

KINDS = ("target", "obligation", "prohibition", "gate", "publication", "response", "instrument", "assessment", "organisational", "research")
MEANINGS = ("must", "must_not", "about", "basically", "strive", "in_principle", "encourage", "study")
ROLES = ("state_council", "ministry", "province", "city", "county", "enterprise", "public")
NEEDED_BY = {
    "coverage": ("units", "controls"),
    "remaining": ("units",),
    "added": ("units",),
    "statistic": ("statistic",),
    "change": ("statistic", "base"),
    "act": ("act", "by"),
    "record": ("record",),
    "air": (),
}
EVENTS = ("approval", "construction_start", "commissioning", "approval_or_commissioning")
NEEDS = ("at_least", "at_most", "done")
LIST = Slot("list", needed=False)
SCOPE: Shape = {
    "kind": Slot("words", choices=("nation", "provinces", "cities", "groups", "place")),
    "keys": LIST,
    "written": Slot("text", needed=False),
    "open": Slot("flag", needed=False),
    "closed": Slot("both", needed=False),
    "sectors": LIST,
    "within": Slot("words", needed=False),
    "unless": Slot("text", needed=False),
}
MEASURED: Shape = {
    "how": Slot("words", choices=tuple(NEEDED_BY)),
    "indicator": Slot("words"),
    "title": Slot("both"),
    "unit": Slot("words", needed=False),
    "units": LIST,
    "controls": LIST,
    "where": Slot("mapping", needed=False),
    "unless": Slot("mapping", needed=False),
    "share_by": Slot("words", needed=False, choices=("count", "capacity")),
    "by": Slot("words", needed=False),
    "of": Slot("words", needed=False),
    "statistic": Slot("words", needed=False),
    "base": Slot("number", needed=False),
    "sum_from": Slot("number", needed=False),
    "act": Slot("words", needed=False),
    "record": Slot("words", needed=False),
    "event": Slot("words", needed=False, choices=EVENTS),
    "strictly": Slot("flag", needed=False),
    "need": Slot("mapping"),
}
DUTY: Shape = {
    "id": Slot("words"),
    "also": LIST,
    "kind": Slot("words", choices=KINDS),
    "title": Slot("both"),
    "quote": Slot("words"),
    "lead": Slot("text", needed=False),
    "english": Slot("words"),
    "strictness": Slot({"meaning": Slot("words", choices=MEANINGS), "words": LIST}),
    "tolerance": Slot({"value": Slot("number"), "unit": Slot("words"), "zh": Slot("words"), "en": Slot("words")}, needed=False),
    "scope": Slot(SCOPE),
    "starts": Slot("date"),
    "due": Slot("date", needed=False),
    "every": Slot("words", needed=False, choices=("year", "month", "day")),
    "accountable": Slot({"zh": Slot("words"), "en": Slot("words"), "role": Slot("words", choices=ROLES)}),
    "numbers": LIST,
    "measured": Slot(MEASURED),
    "note": Slot("both", needed=False),
}
ARTICLE: Shape = {"article": Slot("number"), "section": Slot("number"), "title": Slot("both"), "provisions": Slot(DUTY, many=True)}


def parse_articles(files: Mapping[str, str]) -> tuple[Article, ...]:
    """Read articles from the texts of their files by name; every fault of every file raises one ``FaultsError``."""
    faults: list[str] = []
    articles = []
    for name in sorted(files):
        try:
            found = parse_lined(files[name], name)
        except FaultsError as error:
            faults += error.faults
            continue
        said = [*faults_of(found, ARTICLE, name)]
        said = said or [fault for each in found["provisions"] for fault in _senseless(each, name)]
        faults += said
        if not said:
            articles.append(_article(found))
    if not faults:
        faults += _doubled(articles)
    if faults:
        raise FaultsError("articles", faults)
    return tuple(sorted(articles, key=lambda each: each.number))


def _senseless(found: Lined, name: str) -> Iterator[str]:
    """Find what has the right shape and yet makes no sense."""
    measured, label = found["measured"], f"{name}:{found.line}: {found['id']}"
    lacking = [word for word in NEEDED_BY[measured["how"]] if not measured.get(word)]
    if lacking:
        yield f"{label} is measured by {measured['how']} without {', '.join(lacking)}; add it"
    need = [word for word in measured["need"] if word in NEEDS]
    if len(measured["need"]) != 1 or not need:
        yield f"{label} needs {dict(measured['need'])!r}; write one of {', '.join(NEEDS)}"
    for name_of, asked in ((word, measured.get(word) or {}) for word in ("where", "unless")):
        odd = [key for key, value in asked.items() if isinstance(value, dict) != (key == "capacity")]
        if odd:
            yield f"{label} bounds {odd[0]} in {name_of}; bounds are for capacity, another attribute has one value"
    if found.get("due") and found["due"] < found["starts"]:
        yield f"{label} is due {found['due']}, before it starts {found['starts']}; mend one of them"
    if found["scope"].get("open") and not found["scope"].get("closed"):
        yield f"{label} leaves its list open without saying how it was closed; add scope.closed"


def _doubled(articles: list[Article]) -> Iterator[str]:
    """Find ids that stand twice and indicator keys that mean two things."""
    seen: dict[str, int] = {}
    meanings: dict[str, tuple[str, Indicator]] = {}
    for article in articles:
        for duty in article.duties:
            for key in duty.ids:
                if key in seen:
                    yield f"{key} stands in articles {seen[key]} and {article.number}; keep one"
                seen[key] = article.number
            first = meanings.setdefault(duty.indicator.key, (duty.id, duty.indicator))
            if first[1] != duty.indicator:
                yield f"{duty.id} and {first[0]} both call their indicator {duty.indicator.key} and define it differently; rename one"


def _article(found: Lined) -> Article:
    number = int(found["article"])
    return Article(number, int(found["section"]), _text(found["title"]), tuple(_duty(each, number) for each in found["provisions"]))


def _text(found: Mapping[str, str]) -> Text:
    return Text(found["zh"], found["en"])


def _duty(found: Lined, article: int) -> Duty:
    scope, strictness = found["scope"], found["strictness"]
    due: date | None = found.get("due")
    return Duty(
        id=found["id"],
        also=tuple(found.get("also") or ()),
        article=article,
        kind=found["kind"],
        title=_text(found["title"]),
        quote=found["quote"],
        lead=found.get("lead") or "",
        english=found["english"],
        meaning=strictness["meaning"],
        words=tuple(strictness.get("words") or ()),
        tolerance=_tolerance(found.get("tolerance")),
        scope=DutyScope(
            scope["kind"],
            tuple(str(key) for key in scope.get("keys") or ()),
            scope.get("written") or "",
            bool(scope.get("open")),
            _text(scope["closed"]) if scope.get("closed") else None,
            tuple(scope.get("sectors") or ()),
            scope.get("within") or "",
            scope.get("unless") or "",
        ),
        starts=found["starts"],
        due=due,
        every=found.get("every") or "",
        accountable=_text(found["accountable"]),
        role=found["accountable"]["role"],
        numbers=tuple(str(each) for each in found.get("numbers") or ()),
        indicator=_indicator(found["measured"]),
        note=_text(found["note"]) if found.get("note") else None,
    )


def _tolerance(found: Lined | None) -> Stated | None:
    """Make the tolerance of a soft word: our own convention, and always unsure."""
    if found is None:
        return None
    return Stated(exact(found["value"]), found["unit"], "lantian", "tolerance", Confidence.UNSURE, _text(found))


def _indicator(found: Lined) -> Indicator:
    (kind, value), *_ = found["need"].items()
    return Indicator(
        key=found["indicator"],
        title=_text(found["title"]),
        unit=found.get("unit", ""),
        how=found["how"],
        need=Need(kind, float(value), strictly=bool(found.get("strictly"))),
        units=tuple(found.get("units") or ()),
        controls=tuple(found.get("controls") or ()),
        where=_plain(found.get("where")),
        unless=_plain(found.get("unless")),
        share_by=found.get("share_by", "count"),
        statistic=found.get("statistic", ""),
        base=int(found["base"]) if found.get("base") else None,
        sum_from=int(found["sum_from"]) if found.get("sum_from") else None,
        act=found.get("act") or found.get("record", ""),
        event=found.get("event", EVENTS[-1]),
        by=found.get("by") or found.get("of") or "",
    )


def _plain(found: Any) -> Mapping[str, Any] | None:
    """Give a mapping without its lines."""
    if not isinstance(found, dict) or not found:
        return None
    return {key: dict(value) if isinstance(value, dict) else value for key, value in found.items()}
