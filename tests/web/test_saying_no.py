"""The pages of saying no with content: every figure names what it rests on; what anybody writes is shown, never run, on pages, in papers, in spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta

import pytest

from lantian.app.case_papers import case_paper, papers_of
from lantian.app.case_register import CREDIT, TAX, as_csv, credit_rows, tax_rows
from lantian.app.house import House
from lantian.app.project_papers import decision_letter, notice_letter
from lantian.app.trace import UNTRACED, trace
from lantian.kernel.period import Moment
from tests.app.test_stacks import home_of, sent
from tests.saying_no import said_no
from tests.site import Site
from tests.web.test_safety import EVIL
from tests.web.test_trace import SOME, figures

LANGS = ("zh", "en")
FORMULA = '=HYPERLINK("http://evil.example","x")'
FORMULAE = "=+-@\t\r"
CLOCK = datetime(2015, 12, 30, 13)
WORDS = ("project", "kiln", "case", "round", "said", "answer", "finding", "correction", "word")


@pytest.fixture(scope="module")
def told(sample, tmp_path_factory):
    made = said_no(sample, tmp_path_factory.mktemp("no"))
    yield made
    made.site.house.desk.ledger.close()


@pytest.fixture(scope="module")
def evil(sample, tmp_path_factory):
    made = said_no(sample, tmp_path_factory.mktemp("evil"), **{each: f"{EVIL} {each}" for each in WORDS} | {"case": f"{FORMULA} {EVIL}"})
    yield made
    made.site.house.desk.ledger.close()


@pytest.fixture(scope="module")
def stacks(sample, tmp_path_factory):
    """A source with real device rows."""
    values = sent(datetime(2015, 12, 29, 1), CLOCK - timedelta(hours=1), lambda hour: 80.0 + hour.hour)
    house = House(home_of(tmp_path_factory.mktemp("stacks") / "home", values), moment=Moment(CLOCK))
    house.__dict__.update(atlas=sample.atlas, derived=sample.derived)
    yield Site(house)
    house.desk.ledger.close()


def pages(told):
    return [(None, path) for path in told.paths().values()] + list(told.inner().values())


def seen(told, who, path, lang="zh"):
    answer = told.site.visitor(who).get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == 200, (path, answer.text[-400:])
    return answer.text


def check(house, text, read, path):
    """Check that no figure of a page stands bare, and that its ids are answered."""
    found = figures(text)
    assert not found.bare, (path, found.bare[:5])
    assert found.reasons <= set(UNTRACED), path
    kinds = {}
    for each in dict.fromkeys(found.ids):
        kinds.setdefault(each.partition(":")[0], []).append(each)
    for each in [id_ for ids in kinds.values() for id_ in (*ids[:SOME], ids[-1])]:
        assert trace(house, each, read).id == each, path
    return set(found.ids)


@pytest.mark.parametrize("lang", LANGS)
def test_every_figure_on_the_pages_of_saying_no_is_answered(told, lang):
    house = told.site.house
    ids = {path: check(house, seen(told, who, path, lang), house.desk.records.get, path) for who, path in pages(told)}
    paths = told.paths()
    assert ids[paths["project-refused"]] >= {f"record:{told.names['refused']}"}
    assert ids[paths["case"]] >= {f"record:{told.names['case']}"}
    assert ids["/credits"] >= {"credits:all"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "page", ["/sources", "/source/a", "/source/a?p=NOx", "/enterprise/E", "/embed/source/a", "/trace/outlet:a:2015-12-30T10:NOx", "/trace/stack:a"]
)
def test_every_figure_of_a_source_with_device_rows_is_answered(stacks, page, lang):
    answer = stacks.visitor().get(f"{page}{'&' if '?' in page else '?'}lang={lang}")
    assert answer.status_code == 200, answer.text[-400:]
    ids = check(stacks.house, answer.text, stacks.house.desk.records.get, page)
    if page.startswith("/source/"):
        assert any(each.startswith("outlet:a:2015-12-30T") for each in ids)


def test_what_people_write_is_shown_and_never_run(evil):
    for who, path in pages(evil):
        for lang in LANGS:
            text = seen(evil, who, path, lang)
            assert not re.search(r"<script>alert|<img src=x", text), (path, lang)
    n = evil.names
    shown = {path: seen(evil, None, path) for path in ("/projects", "/cases", "/inspections", "/credits", f"/project/{n['open']}", f"/case/{n['case']}")}
    assert all("&lt;script&gt;alert(1)" in text for text in shown.values()), [path for path, text in shown.items() if "&lt;script&gt;" not in text]
    for word, page in (
        ("said", f"/project/{n['open']}"),
        ("answer", f"/project/{n['open']}"),
        ("correction", f"/case/{n['case']}"),
        ("finding", f"/case/{n['case']}"),
    ):
        assert f"&gt; {word}" in shown[page], word
    assert "&gt; finding" in seen(evil, "hebei", f"/record/{n['visit_done']}")
    assert "&gt; answer" in seen(evil, "shijiazhuang", f"/record/{n['comment']}")


def test_papers_hold_whatever_people_write(evil):
    house, n = evil.site.house, evil.names
    for key in ("approved", "refused"):
        assert decision_letter(house, house.desk.records.get(n[key])).startswith(b"%PDF")
    assert notice_letter(house, house.desk.records.get(n["notice"])).startswith(b"%PDF")
    for key in ("case", "pending"):
        held = house.desk.records.get(n[key])
        assert papers_of(held)
        for paper in papers_of(held):
            assert case_paper(house, held, paper).startswith(b"%PDF"), paper


def test_a_spreadsheet_runs_nothing(evil):
    answer = evil.site.visitor().get("/cases/credit.csv")
    assert FORMULA.replace('"', '""') in answer.text  # it is told, behind an apostrophe
    handed = evil.site.visitor("shijiazhuang").get("/cases/tax.csv")
    for text in (answer.text, handed.text, as_csv(CREDIT, credit_rows(evil.site.house)), as_csv(TAX, tax_rows(evil.site.house))):
        cells = [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) for cell in row]
        assert len(cells) > len(TAX)
        assert [cell for cell in cells if cell.startswith(tuple(FORMULAE))] == []
