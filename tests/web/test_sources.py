"""Pages, panel and API of sources over sources written by hand: what they must say is counted in the fake, both languages, nothing runs that was sent."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime

import pyarrow.parquet as pq
import pytest

from lantian.app.acting import now
from lantian.kernel.decision import Role
from lantian.kernel.period import HOUR, Moment
from lantian.ledger import By
from lantian.ledger.accounts import Accounts
from lantian.web.views.hour import read_hour
from lantian.web.views.sources import week
from tests.site import Visitor
from tests.web.fake_sources import FIRM, source_site

PAGES = [
    "/sources",
    "/sources?place=130000&state=exceeding",
    "/sources?q=nothing-like-it",
    "/source/SJZ-1",
    "/source/SJZ-1?p=PM",
    "/source/SJZ-2",
    "/source/SJZ-1?on=2015-12-05&at=09:00",
    f"/enterprise/{FIRM}",
    f"/enterprise/{FIRM}?year=2014",
    "/embed/source/SJZ-1",
    "/complaints",
    "/complaint?outlet=SJZ-1",
    "/city/130100",
]


@pytest.fixture
def stacks(sample, tmp_path):
    made = source_site(sample, tmp_path)
    yield made
    made.house.desk.ledger.close()


def page(site, address):
    answer = site.visitor().get(address)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))).replace("&nbsp;", " ")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_sources_answers_in_both_languages(stacks, address, lang):
    found = page(stacks, f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert len(re.findall("<h1", found)) == 1
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in found
    assert "None" not in words(found)
    assert "<b>排放口" not in found  # a name is text, whatever it holds


def test_the_sentence_counts_valid_and_exceeding_hours_and_runs(stacks):
    """Of 168 hours 7 calibrate, 9 are substituted and 5 are missing: 147 are valid, 7 of them above 100 mg/m³ in two runs."""
    assert "最近 7 天 168 小时中 147 小时有效，其中 7 小时氮氧化物超过限值 100 mg/m³，分 2 段；最近一段在 12-06 20:00 开始。" in words(
        page(stacks, "/source/SJZ-1")
    )
    told = words(page(stacks, "/source/SJZ-1?lang=en"))
    assert (
        "Of the 168 hours of the last 7 days 147 were valid; in 7 of them nitrogen oxides were above the limit of 100 mg/m³, in 2 runs, the last from 12-06 20:00."
        in told
    )


def test_the_legend_of_the_strip_is_the_count_and_adds_up(stacks):
    found = page(stacks, "/source/SJZ-1")
    strip = re.search(r'<div class="strip on".*?</div>', found).group(0)
    cells = re.findall(r'<i class="(\w)"', strip)
    assert len(cells) == 168
    assert {each: cells.count(each) for each in "NECSX"} == {"N": 140, "E": 7, "C": 7, "S": 9, "X": 5}
    assert {key: int(n) for key, n in re.findall(r'<span class="vm"><i class="(\w)"></i>.*?<b class="num">(\d+)</b>', found)} == {
        "N": 140,
        "E": 7,
        "C": 7,
        "S": 9,
        "X": 5,
    }


def test_no_substituted_value_is_drawn_as_a_concentration(stacks):
    found = page(stacks, "/source/SJZ-1")
    told = json.loads(re.search(r'id="week">(.*?)</script>', found).group(1))
    assert all(value is None for value, cell in zip(told["values"], told["cells"], strict=True) if cell in "CSX")
    at = told["times"].index
    assert sorted(told["bands"]) == [[at("12-04 05:00"), at("12-04 10:00")], [at("12-06 20:00")] * 2]


def test_an_earlier_clock_knows_nothing_later(stacks):
    found = page(stacks, "/source/SJZ-1?on=2015-12-05&at=09:00")
    assert "12-06" not in words(found)
    assert "2015-12-05T09:00" in found
    assert "09:00" in words(found)
    later = re.search(r'href="([^"]+)" aria-label="后一小时"', found).group(1).replace("&amp;", "&")
    assert "at=10%3A00" in later
    assert "2015年12月5日" in words(page(stacks, later))


def test_an_hour_that_lies_ahead_or_is_none_is_told(stacks):
    for address, said in (("on=2015-12-09", "lies outside"), ("on=x", "no day"), ("on=2015-12-01&at=x", "no hour")):
        answer = stacks.visitor().get(f"/source/SJZ-1?{address}")
        assert (answer.status_code, said in answer.text) == (400, True), address


def test_unknown_outlets_enterprises_states_and_pollutants_are_told(stacks):
    for address in (
        "/source/nowhere",
        "/enterprise/nobody",
        "/sources?state=burning",
        "/source/SJZ-1?p=CO",
        "/embed/source/nowhere",
        "/complaint?outlet=nowhere",
    ):
        answer = stacks.visitor().get(address)
        assert answer.status_code == 400, address
        assert "<h1" in answer.text


@pytest.mark.parametrize("address", ["/sources", "/source/SJZ-1", f"/enterprise/{FIRM}", "/embed/source/SJZ-1", "/complaint?outlet=SJZ-1", "/city/130100"])
@pytest.mark.parametrize(("lang", "tag"), [("zh", "模拟数据"), ("en", "simulated data")])
def test_what_is_simulated_says_so_everywhere(stacks, address, lang, tag):
    found = page(stacks, f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert re.search(rf'class="tag sim"[^>]*>{tag}', found)


def test_every_page_of_data_says_that_nobody_audited_it(stacks):
    for address in ("/sources", "/source/SJZ-1", f"/enterprise/{FIRM}", "/embed/source/SJZ-1"):
        assert "未经审核" in page(stacks, address)
        assert "not audited" in page(stacks, f"{address}?lang=en")


def test_without_a_limit_nothing_is_judged(stacks):
    told = words(page(stacks, "/source/SJZ-2"))
    assert "没有找到适用的限值" in told
    assert "0 小时有效，无法判定是否超标" in told
    assert "没有超过" not in told


def test_an_unsure_limit_is_provisional_and_a_recalled_one_is_not(stacks):
    note = page(stacks, "/source/SJZ-1").split('id="chart"')[1].split("</section>")[0]
    assert "凭记录，未核原文" in note
    assert "暂定" not in note
    assert "暂定" in page(stacks, "/source/SJZ-1?p=PM").split('id="chart"')[1].split("</section>")[0]


def test_what_the_enterprise_says_stands_beside_our_number_and_never_runs(stacks):
    found = page(stacks, "/source/SJZ-1")
    assert "脱硝系统投运不稳&lt;i&gt;，已恢复" in found
    assert "企业已说明，待复核" in found
    assert '<span lang="zh-CN">脱硝系统' in page(stacks, "/source/SJZ-1?lang=en")


def test_only_the_panel_may_stand_in_other_pages_and_it_sets_no_cookie(stacks):
    panel = stacks.visitor().get("/embed/source/SJZ-1")
    assert "frame-ancestors *" in panel.headers["content-security-policy"]
    assert len(panel.headers.get_list("content-security-policy")) == 1
    assert "script-src 'none'" in panel.headers["content-security-policy"]
    assert "set-cookie" not in panel.headers
    assert "<script" not in panel.text
    assert "<form" not in panel.text
    for address in ("/source/SJZ-1", "/sources", "/embed/source/nowhere", "/"):
        assert "frame-ancestors 'none'" in stacks.visitor().get(address).headers["content-security-policy"], address
    again = stacks.visitor().get("/embed/source/SJZ-1", headers={"if-none-match": panel.headers["etag"]})
    assert again.status_code == 304
    assert "frame-ancestors *" in again.headers["content-security-policy"]


def test_the_api_pages_by_key_without_gaps(stacks):
    seen, after = [], ""
    while after is not None:
        told = stacks.visitor().get(f"/api/v1/sources?limit=1&after={after}").json()
        seen += [row["outlet"] for row in told["data"]]
        after = told["next"]
    assert seen == ["BJ-1", "SJZ-1", "SJZ-2"]
    span = "from=2015-12-01T19:00&to=2015-12-08T18:00&pollutant=NOx"
    times, after = [], ""
    while after is not None:
        told = stacks.visitor().get(f"/api/v1/sources/SJZ-1/hours?{span}&limit=50&after={after}").json()
        times += [row["time"] for row in told["data"]["rows"]]
        after = told["next"]
    assert len(times) == len(set(times)) == 168
    assert told["notice"] == "企业自行监测数据，未经审核"


def test_downloads_say_what_the_json_says_and_that_it_is_simulated(stacks):
    span = "from=2015-12-01T19:00&to=2015-12-08T18:00&pollutant=NOx"
    rows = stacks.visitor().get(f"/api/v1/sources/SJZ-1/hours?{span}").json()["data"]["rows"]
    sent = stacks.visitor().get(f"/api/v1/sources/SJZ-1/hours?{span}&form=csv")
    table = list(csv.DictReader(io.StringIO(sent.text.removeprefix("\ufeff"))))
    assert [each["corrected"] for each in table] == ["" if each["corrected"] is None else str(each["corrected"]) for each in rows]
    assert {each["simulated"] for each in table} == {"True"}
    assert "simulated" in sent.headers["content-disposition"]
    parquet = pq.read_table(io.BytesIO(stacks.visitor().get(f"/api/v1/sources/SJZ-1/hours?{span}&form=parquet").content)).to_pylist()
    assert [each["corrected"] for each in parquet] == [each["corrected"] for each in rows]
    listed = list(csv.DictReader(io.StringIO(stacks.visitor().get("/api/v1/sources?form=csv").text.removeprefix("\ufeff"))))
    assert {each["outlet"]: each["simulated"] for each in listed} == {"BJ-1": "True", "SJZ-1": "True", "SJZ-2": "False"}


def test_an_answer_of_the_api_is_asked_for_once(stacks):
    first = stacks.visitor().get("/api/v1/sources/SJZ-1")
    assert stacks.visitor().get("/api/v1/sources/SJZ-1", headers={"if-none-match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "sources/none",
        "sources/SJZ-1/hours?from=x&to=2015-12-01",
        "sources/SJZ-1/hours?from=2015-12-02&to=2015-12-01",
        "sources/SJZ-1/hours?from=2010-12-02&to=2015-12-01",
        "sources/SJZ-1/hours?from=2015-12-01&to=2015-12-02&pollutant=CO",
        "enterprises/none",
        "sources?as_of=0001-01-01",
        "sources/SJZ-1/hours?from=0001-01-01T00:00&to=0001-01-02",
        "sources?place=nowhere",
    ],
)
def test_a_bad_question_of_the_api_is_told(stacks, address):
    answer = stacks.visitor().get(f"/api/v1/{address}")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_every_route_of_sources_is_described(stacks):
    paths = stacks.visitor().get("/openapi.json").json()["paths"]
    for path in ("/api/v1/sources", "/api/v1/sources/{outlet}", "/api/v1/sources/{outlet}/hours", "/api/v1/enterprises/{code}", "/api/v1/complaints"):
        assert paths[path]["get"]["summary"], path


def test_a_hour_that_is_not_told_is_missing_and_not_left_out():
    start = datetime(2015, 12, 1, 19)
    found = week([{"time": start.isoformat(), "corrected": 5.0, "state": "N", "exceeds": None}], start)
    assert [len(found), found[0]["cell"], found[1]["cell"], found[-1]["time"]] == [168, "N", "X", start + 167 * HOUR]


def test_the_site_without_a_set_clock_speaks_of_now(sample, tmp_path):
    site = source_site(sample, tmp_path, Moment())
    clock = read_hour(site.house, None, None)
    assert clock.live
    assert clock.end <= now() < clock.end + HOUR
    answer = site.visitor().get("/sources")
    assert answer.headers["cache-control"] == "no-store"
    assert "回放" not in re.search(r'<div class="clock">.*?</form>', answer.text, re.DOTALL).group(0)
    asked = site.visitor().get(f"/sources?on={clock.day}&at={clock.end:%H}:00").text
    assert f'href="/ranking?on={clock.day}' not in asked  # the air knows no such day
    assert f'href="/sources?on={clock.day}' in asked
    site.house.desk.ledger.close()


def test_a_site_whose_devices_fell_silent_long_ago_stands_at_their_last_month(sample, tmp_path):
    site = source_site(sample, tmp_path, Moment())
    site.house.source_tables.files["2015-12"] = []
    clock = read_hour(site.house, None, None)
    assert (clock.end, clock.live, clock.apart) == (datetime(2016, 1, 1), False, False)
    assert clock.house.moment.as_of == datetime(2016, 1, 1, 0, 59, 59)
    assert "24:00" in site.visitor().get("/sources").text
    site.house.desk.ledger.close()


def test_a_yearly_report_counts_its_months_and_names_its_day(stacks):
    told = words(page(stacks, f"/enterprise/{FIRM}"))
    assert "2015 年度报告" in told
    assert "年度报告应在 2016-01-31 前公布" in told
    row = next(each for each in re.findall(r"<tr>(.*?)</tr>", page(stacks, f"/enterprise/{FIRM}")) if "2015-12<" in each)
    assert [words(each) for each in re.findall(r"<td.*?</td>", row)] == ["2015-12", "11.90", "11.90", "11.90", "7.6%", "504", "441", "87.5%", "21"]


def test_a_city_shows_its_own_sources_and_one_without_says_so(stacks):
    assert "石家庄示例热电厂 1号锅炉排放口" in words(page(stacks, "/city/130100").split('id="near"')[1])
    assert "本市没有登记的污染源" in page(stacks, "/city/130600")
    assert "BJ-1" not in page(stacks, "/city/130100").split('id="near"')[1].split("</section>")[0]


BODIES = {
    "exceedance": {
        "outlet": "SJZ-1",
        "title": "石家庄示例热电厂 1号锅炉<b>",
        "pollutant": "NOx",
        "start": "2015-12-04T05:00:00",
        "finish": "2015-12-04T10:00:00",
        "hours": 6,
    }
    | {
        "peak": 119.2,
        "peak_time": "2015-12-04T08:00:00",
        "multiple": 0.192,
        "limit": 100,
        "provisional": True,
        "simulated": True,
        "seen_at": "2015-12-04T05:10:00",
        "rests_on": [],
    },
    "lead": {"outlet": "SJZ-1", "title": "石家庄示例热电厂", "pollutant": "SO2", "check": "flat", "severity": "high", "first_hour": "2015-12-04T05:00:00"}
    | {"last_hour": "2015-12-04T10:00:00", "hours": 6, "evidence": {"spread": 0}, "because": [], "simulated": True},
}


@pytest.mark.parametrize(("flow", "public"), [("exceedance", True), ("lead", False)])
def test_a_record_by_rule_is_read_by_those_it_concerns(stacks, flow, public):
    by = By("lantian 规则", "test", "rule", now())
    state = {"exceedance": "open", "lead": "noted"}[flow]
    record = stacks.house.desk.records.make(flow, "130100", FIRM.replace("X", "X"), state, BODIES[flow], by)
    assert stacks.visitor().get(f"/record/{record.id}").status_code == (200 if public else 400)
    for name in ("plant", "shijiazhuang"):
        for lang in ("zh", "en"):
            answer = stacks.visitor(name).get(f"/record/{record.id}?lang={lang}")
            assert answer.status_code == 200
            assert "None" not in words(answer.text)
            assert "锅炉<b>" not in answer.text
        assert record.id in stacks.visitor(name).get("/desk?show=all").text
    assert record.id not in stacks.visitor("other_plant").get("/desk?show=all").text
    told = stacks.visitor("plant")
    answer = told.post(f"/record/{record.id}/explain", {"form": told.word(), "version": "1", "explanation": "喷氨故障"})
    assert answer.status_code == 303
    assert stacks.state(record.id) == "explained"


def test_an_enterprise_marks_hours_of_its_own_outlets_only(stacks):
    given = {
        "place": "130100",
        "outlet": "SJZ-1",
        "pollutant": "NOx",
        "code": "C",
        "start": "2015-12-04T05:00",
        "end": "2015-12-04T07:00",
        "reason": "零点校准",
    }
    who = stacks.visitor("plant")
    page_ = who.get("/desk/new/mark?outlet=SJZ-1&pollutant=NOx").text
    assert 'value="SJZ-1"' in page_
    assert '<option value="NOx" selected>' in page_
    done = who.post("/desk/new/mark", {"form": who.word(), **given})
    assert done.status_code == 303, done.text
    record = done.headers["location"].rsplit("/", 1)[-1]
    assert stacks.house.desk.records.get(record).owner == FIRM
    assert "校准" in stacks.visitor("shijiazhuang").get(f"/record/{record}").text
    assert who.post("/desk/new/mark", {"form": who.word(), **given, "end": "2015-12-04T04:00"}).status_code == 400
    assert who.post("/desk/new/mark", {"form": who.word(), **given, "outlet": "BJ-1"}).status_code in (400, 403)
    assert who.post("/desk/new/mark", {"form": who.word(), **given, "outlet": "none"}).status_code == 400
    officer = stacks.visitor("shijiazhuang")
    assert officer.post("/desk/new/mark", {"form": officer.word(), **given}).status_code == 403


def test_a_mark_cannot_be_made_before_its_hours_are_over(stacks):
    who = stacks.visitor("plant")
    given = {
        "place": "130100",
        "outlet": "SJZ-1",
        "pollutant": "NOx",
        "code": "C",
        "start": "2015-12-04T05:00",
        "end": f"{now().year + 1}-01-01T00:00",
        "reason": "x",
    }
    assert who.post("/desk/new/mark", {"form": who.word(), **given}).status_code == 400


def test_an_account_of_somewhere_else_meets_no_device(stacks):
    who = stacks.visitor("shijiazhuang")
    record = stacks.make("shijiazhuang", "device", "130100", device="MN-9", password="secret-word")
    assert "secret-word" not in who.get(f"/record/{record}").text.split("<form")[0]
    people = Accounts(stacks.house.desk.ledger)
    people.add("tangshan", Role.CITY, "130200", None, "t", "t", now())
    other = Visitor(stacks.app, people.enter("tangshan", "t", now(), "t"))
    assert other.get(f"/record/{record}").status_code == 400
