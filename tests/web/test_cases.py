"""The pages of enforcement: what the public sees and what it does not, papers, exports, the form of a visit, every route as every role."""

from __future__ import annotations

import pytest

from tests.enforcement.case_site import attach, clue, daily, do, few, noticed
from tests.enforcement.test_inspections import announced, visits
from tests.site import CODES, PEOPLE

__all__ = ["few"]
OFFICERS = {"county", "shijiazhuang", "shijiazhuang2", "hebei", "hebei2", "ministry", "ministry2"}


def published(site, **more):
    name = daily(site, **more)
    do(site, "hebei", name, "publish")
    return name


def test_the_public_reads_published_cases_and_no_others(few):
    hidden = noticed(few, title="未公开的案子")
    name = published(few, title="<b>公开的案子</b>")
    visitor = few.visitor()
    listed = visitor.get("/cases").text
    assert "公开 <span" in listed
    assert "&lt;b&gt;公开的案子" in listed
    assert "未公开" not in listed
    page = visitor.get(f"/case/{name}").text
    assert "10,000" in page
    assert "100,000" in page
    assert "shijiazhuang2" not in page
    assert visitor.get(f"/case/{hidden}").status_code == 400
    assert visitor.get("/cases?lang=en&year=2015").status_code == 200
    assert "1,017" in visitor.get("/cases?year=2016").text
    assert visitor.get("/cases?year=1999").status_code in (400, 422)
    letter = visitor.get(f"/case/{name}/daily.pdf")
    assert letter.content.startswith(b"%PDF")
    assert letter.headers["content-type"] == "application/pdf"
    assert visitor.get(f"/case/{name}/filing.pdf").status_code == 401  # forms of the office
    assert visitor.get(f"/case/{hidden}/notice.pdf").status_code == 400
    assert visitor.get(f"/case/{name}/poem.pdf").status_code == 400
    assert visitor.get("/cases/credit.csv").text.count("\r\n") == 2
    assert visitor.get("/cases/tax.csv").status_code == 401


def test_the_enterprise_asks_for_a_correction_on_its_page(few):
    name = published(few)
    assert few.move("plant", name, "correct", correction="<script>alert(1)</script>名称有误").status_code == 303
    assert few.move("shijiazhuang", name, "answer_correction", ground="核对", answer="已更正").status_code == 303
    page = few.visitor().get(f"/case/{name}").text
    assert "<script>alert" not in page
    assert "已更正" in page


def test_every_route_as_every_role(few):
    """A case at its notice: its place, those above and its enterprise read it; the office's forms and the tax list are for officers."""
    name = noticed(few)
    inside = {n for n, (r, p) in PEOPLE.items() if p in ("000000", "130000", "130100", "130102") and n != "other_plant"}
    for who in (None, *PEOPLE):
        visitor = few.visitor(who)
        wanted = 200 if who in inside else 400
        assert visitor.get(f"/case/{name}").status_code == wanted, who
        assert visitor.get(f"/case/{name}/notice.pdf").status_code == wanted, who
        assert visitor.get("/inspections").status_code == 200
        tax = visitor.get("/cases/tax.csv").status_code
        assert tax == (401 if who is None else 200 if PEOPLE[who][0] in ("county", "city", "province", "ministry") else 403), who
        new = visitor.get("/desk/new/case").status_code
        assert new == (401 if who is None else 200 if who in OFFICERS or PEOPLE[who][0] in ("county", "city", "province") else 403), who


def test_the_record_page_of_a_case_at_each_state(few):
    name = clue(few)
    for step in range(4):
        page = few.visitor("shijiazhuang").get(f"/record/{name}")
        assert page.status_code == 200
        assert few.visitor("shijiazhuang").get(f"/record/{name}?lang=en").status_code == 200
        if step == 0:
            do(few, "shijiazhuang", name, "file", ground="属实")
            attach(few, "shijiazhuang", name)
        if step == 1:
            do(few, "shijiazhuang", name, "investigate", ground="x", facts="y")
        if step == 2:
            do(few, "shijiazhuang", name, "notify", noticed_on="2015-12-10")
    assert "规则建议" in page.text
    assert f"/case/{name}/notice.pdf" in page.text


def test_a_visit_is_filled_in_on_a_phone_by_who_was_drawn(few):
    name = announced(few, inspectors="shijiazhuang2\nhebei", count="3")
    assert name not in few.visitor().get("/inspections").text  # lists are not public before the draw
    do(few, "chief", name, "draw", ground="收盘", seed="3539.18")
    listed = few.visitor().get("/inspections").text
    assert "3539.18" in listed
    assert "重抽相同" in listed
    public = few.visitor().get(f"/record/{name}").text
    assert CODES["plant"] in public
    assert "shijiazhuang2" not in public  # inspectors are named to officers only
    visit = next(each for each in visits(few, name) if each.owner == CODES["plant"])
    form = {"visited_on": "2016-01-12", "result": "clean", "notes": "正常"}
    assert few.visitor().get(f"/visit/{visit.id}").status_code == 401
    assert few.visitor("datong").get(f"/visit/{visit.id}").status_code == 400
    assert few.visitor("plant").get(f"/visit/{visit.id}").status_code == 400
    assert "只有抽中的检查人员" in few.visitor("shijiazhuang").get(f"/visit/{visit.id}").text
    assert few.visitor("shijiazhuang").post(f"/visit/{visit.id}", form).status_code == 403
    drawn = few.visitor("hebei")
    assert 'capture="environment"' in drawn.get(f"/visit/{visit.id}").text
    sent = drawn.ask("POST", f"/visit/{visit.id}", data={"form": drawn.word(), **form}, files={"photo": ("p.jpg", b"\xff\xd8\xff")})
    assert sent.status_code == 303, sent.text
    assert few.state(visit.id) == "visited"
    assert [each.name for each in few.house.desk.records.exhibits(visit.id)] == ["p.jpg"]
    assert drawn.post(f"/visit/{visit.id}", {"form": "forged", **form}).status_code == 403


@pytest.mark.parametrize("page", ["/cases", "/inspections"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_public_pages_without_anything_say_so(few, page, lang):
    answer = few.visitor().get(f"{page}?lang={lang}")
    assert answer.status_code == 200
    assert ("还没有公开" if lang == "zh" else "is public yet") in answer.text
