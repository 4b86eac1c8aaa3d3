"""Every figure on every page names what it rests on, and the trace answers; records are traced only for those who may read them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from lantian.app.trace import UNTRACED, trace
from tests.web.test_site import PAGES

MORE = ["/warnings", "/projects", "/credits", "/cases", "/inspections", "/sources", "/supply", "/complaints", "/trace/day:110000:2015-12-08", "/login"]
ASIDE = {"script", "style", "option", "time", "svg"}
VOID = {"meta", "link", "input", "br", "img", "hr", "col", "source"}
SOME = 12
"""How many ids of each kind on a page are answered; rows of one table are alike."""


class Figures(HTMLParser):
    """Walks a page; a figure is a text with a digit inside ``main``, and belongs to the nearest id around it."""

    def __init__(self):
        super().__init__()
        self.stack, self.ids, self.reasons, self.bare = [], [], set(), []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.stack.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if any(name == tag for name, _ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data):
        tags = {name for name, _ in self.stack}
        if not re.search(r"\d", data) or "main" not in tags or tags & ASIDE:
            return
        for _, given in reversed(self.stack):
            if "data-trace" in given:
                self.ids.append(given["data-trace"])
                return
            if "data-untraced" in given:
                self.reasons.add(given["data-untraced"])
                return
        self.bare.append(data.strip())


def figures(text):
    found = Figures()
    found.feed(text)
    return found


@pytest.mark.parametrize("page", PAGES + MORE)
def test_every_figure_on_every_page_names_what_it_rests_on_and_is_answered(lite, page):
    joint = "&" if "?" in page else "?"
    answer = lite.visitor().get(f"{page}{joint}on=2015-12-08")
    assert answer.status_code == 200, answer.text[-300:]
    found = figures(answer.text)
    assert not found.bare
    assert found.reasons <= set(UNTRACED)
    kinds = {}
    for each in dict.fromkeys(found.ids):
        kinds.setdefault(each.partition(":")[0], []).append(each)
    for each in [id_ for ids in kinds.values() for id_ in (*ids[:SOME], ids[-1])]:
        assert trace(lite.house, each).id == each


def test_a_walker_sees_a_figure_without_an_id():
    assert figures('<main><p data-trace="a">1</p><p>2</p><p data-untraced="form">3</p></main><p>4</p>').bare == ["2"]


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        ("day:110000:2015-12-08:PM2.5", "air_hourly"),
        ("day:130100:2015-12-08", "air_city_daily"),
        ("hour:1001A:2015-12-08T18:PM2.5", "247"),
        ("period:110000:2015-12", "day:110000:2015-12-31"),
        ("finding:C008:nation:2015-12-31", "cn_2013"),
        ("law:law_limit", "gb_3095"),
        ("table:air_hourly", "version"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_an_id_shows_rows_law_and_parts(lite, id_, words, lang):
    answer = lite.visitor().get(f"/trace/{quote(id_)}?lang={lang}")
    assert answer.status_code == 200
    assert words in answer.text
    assert "None" not in answer.text
    assert not figures(answer.text).bare


def test_the_same_as_data(lite):
    told = lite.visitor().get("/api/v1/trace?id=hour:1001A:2015-12-08T18:PM2.5").json()["data"]
    assert told["value"] == 247
    row = told["rows"][0]
    assert (row["table"], row["station"], row["revision"], row["known_at"]) == ("air_hourly", "1001A", 0, "2015-12-08T19:00:00")
    assert row["file"].endswith(".parquet")


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("nothing:1", "no kind of trace id"),
        ("day:110000", "write it as day:PLACE:2015-12-08[:PM2.5]"),
        ("day:110000:yesterday", "no day"),
        ("day:110000:2015-12-08:PM3", "no pollutant"),
        ("hour:1001A:2099-01-01T01", "is loaded and known at the clock"),
        ("record:warning-99", "no record"),
        ("law:nothing", "no law table"),
        ("station:<script>alert(1)</script>:2015-12-08", "no station"),
        ("records:nothing", "no kind of record"),
        ("score:soon", "write it as 2014"),
    ],
)
def test_an_id_that_cannot_be_answered_is_told_with_the_cure(lite, id_, told):
    answer = lite.visitor().get("/api/v1/trace", params={"id": id_})
    assert answer.status_code == 400
    assert told in answer.json()["error"]
    page = lite.visitor().get(f"/trace/{quote(id_, safe='')}")
    assert page.status_code == 400
    assert "<script>alert" not in page.text


def test_a_record_is_traced_only_for_those_who_may_read_it(lite):
    from tests.web.test_desk import TASK

    record = lite.make("shijiazhuang", "task", "130100", **TASK)
    assert lite.visitor().get(f"/trace/record:{record}").status_code == 400
    assert lite.visitor("datong").get(f"/trace/record:{record}").status_code == 400
    shown = lite.visitor("shijiazhuang").get(f"/trace/record:{record}")
    assert shown.status_code == 200
    assert "task.made" in shown.text
    assert shown.headers["cache-control"] == "no-store"
