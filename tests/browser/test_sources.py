"""Sources as visitors meet them, over simulated stacks in a real lake: pages at three widths, and the walk from alarm through explanation to review."""

from __future__ import annotations

from datetime import datetime

import pytest

from lantian.app.acting import now
from lantian.app.exceedances import raise_exceedances
from lantian.app.house import House
from lantian.kernel.decision import Role
from lantian.kernel.period import Moment
from lantian.ledger.accounts import Accounts
from tests.browser.conftest import SHOTS, served
from tests.site import Site
from tests.stacks import load_stacks

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OVER, ALSO_OVER, ELSEWHERE = "130000-025-3", "130000-055-4", "110000-001-1"
PATIENCE = 240_000
"""Milliseconds a page may take whose clock nobody looked at before: the quarter is computed as it was known then."""
CLOCK = datetime(2016, 1, 1, 0, 30)
PASSWORD = "correct horse battery"
PAGES = {
    "sources": "/sources",
    "sources-place": "/sources?place=130000&sector=power",
    "source": f"/source/{OVER}",
    "source-nox": f"/source/{ELSEWHERE}?p=NOx",
    "source-earlier": f"/source/{OVER}?on=2015-12-30&at=12:00",
    "enterprise": "/enterprise/{firm}",
    "panel": f"/embed/source/{OVER}",
    "complaint": f"/complaint?outlet={OVER}",
    "complaints": "/complaints",
}
CHINESE = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const found = [];
while (walk.nextNode()) { const node = walk.currentNode;
  if (/[\\u4e00-\\u9fff]/.test(node.data) && !node.parentElement.closest('[lang=zh-CN],script,.cite')) found.push(node.data.trim()); }
return found.slice(0, 6); }"""
SPILLING = """() => [...document.querySelectorAll('main *')].filter((e) => !e.closest('.tw,.chart,.map,nav,pre,.vh')
&& e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== 'absolute').map((e) => e.className || e.tagName).slice(0, 5)"""


@pytest.fixture(scope="module")
def stacks(sample, tmp_path_factory):
    """Serve the stacks of two plants with their hours of a week, people of one of them, and its city's officer."""
    home = tmp_path_factory.mktemp("stacks")
    load_stacks(home, (OVER, ALSO_OVER, ELSEWHERE), datetime(2015, 12, 24), datetime(2016, 1, 1))
    house = House(home, moment=Moment(CLOCK))
    house.__dict__.update(atlas=sample.atlas, derived=sample.derived)  # the air beside them is that of the sample
    site = Site(house)
    accounts = Accounts(house.desk.ledger)
    site.firm, site.people = house.sources.outlet(OVER)["enterprise"], {}
    for number, outlet in enumerate((OVER, ALSO_OVER)):
        facts = house.sources.outlet(outlet)
        plant, officer = site.people[outlet] = (f"plant{number}", f"officer{number}")
        for name, role, place, code in ((plant, Role.ENTERPRISE, facts["place"], facts["enterprise"]), (officer, Role.CITY, facts["place"][:4] + "00", None)):
            accounts.accept(accounts.add(name, role, place, code, "test", "test", now()), PASSWORD, "test", now())
    with served(site.app) as found:
        site.address = found
        yield site
    house.desk.ledger.close()


@pytest.fixture
def look(visit, stacks):
    """Open the pages of the stacks, with the patience that a clock nobody looked at before needs."""

    def opened(width=1440):
        seen = visit(width, stacks.address)
        seen.page.set_default_timeout(PATIENCE)
        return seen

    return opened


def at(path, lang, site):
    path = path.format(firm=site.firm)
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


def shot(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_page_of_sources_stands_without_errors_and_is_kept_as_a_picture(look, stacks, name, width):
    seen = look(width)
    for lang in ("zh", "en"):
        page = seen.go(at(PAGES[name], lang, stacks))
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if name.startswith("source-") or name == "source":
            assert page.locator("#c svg").count() == 1
        shot(page, f"{name}-{lang}-{width}")
        if lang == "en":
            assert page.evaluate(CHINESE) == []
    assert seen.errors == []
    assert seen.outside() == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_sources_spills_at_360_pixels(look, stacks, name):
    page = look(360).go(at(PAGES[name], "zh", stacks))
    assert page.evaluate(SPILLING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_list_is_found_by_keyboard_and_leads_to_an_outlet(look, stacks):
    page = look(1440).go("/sources")
    page.focus("input[name=q]")
    page.keyboard.type("130000-025-3")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("table.outlets tbody tr").count() == 1
    page.focus("table.outlets tbody a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert f"/source/{OVER}" in page.url


def test_the_clock_steps_by_hours(look, stacks):
    page = look(1440).go(f"/source/{OVER}")
    assert "24:00" in page.inner_text(".clock time")
    with page.expect_navigation():
        page.click("a[aria-label='前一小时']")
    assert "23:00" in page.inner_text(".clock time")
    assert page.locator("a[aria-label='后一小时']").count() == 1
    page.select_option("#at", "12:00")
    with page.expect_navigation():
        page.click(".clock .ctl button")
    assert "12:00" in page.inner_text(".clock time")


def test_a_page_of_a_source_reads_without_scripts(chromium, stacks):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{stacks.address}/source/{OVER}")
    assert page.locator(".strip.on i").count() == 168
    assert page.locator("details table tbody tr").count() >= 168
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_from_alarm_through_explanation_to_review(look, stacks, width):
    """The rule raises the alarm; the enterprise signs in, acknowledges and explains; the officer signs in and confirms; the public sees both."""
    raise_exceedances(stacks.house.sources, "test")
    outlet, lang = {1440: (OVER, "zh"), 390: (ALSO_OVER, "en")}[width]
    plant, officer = stacks.people[outlet]
    alarm = max((each for each in stacks.house.desk.records.find(["exceedance"]) if each.body["outlet"] == outlet), key=lambda each: each.body["start"])
    seen = look(width)
    page = seen.page

    def enter(name):
        seen.context.clear_cookies()
        page.goto(f"{stacks.address}/login?goal=/desk&lang={lang}")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button.main")
        page.wait_for_url("**/desk**")

    def keep(name):
        shot(page, f"walk-source-{name}-{lang}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    enter(plant)
    keep("desk")
    page.goto(f"{stacks.address}/record/{alarm.id}?lang={lang}")
    keep("alarm")
    page.click("form[action*='/acknowledge'] button")
    page.wait_for_selector(f".steps li:has-text('{'收悉' if lang == 'zh' else 'acknowledge'}')")
    page.fill("form[action*='/explain'] textarea", "脱硫浆液循环泵跳闸，1小时内切换备用泵。")
    page.click("form[action*='/explain'] button")
    page.wait_for_selector(f"h1:has-text('{'企业已说明' if lang == 'zh' else 'explained'}')")
    keep("explained")
    enter(officer)
    page.goto(f"{stacks.address}/record/{alarm.id}?lang={lang}")
    page.fill("form[action*='/confirm'] textarea[name=finding]", "小时值与原始记录一致，确认超标。")
    page.fill("form[action*='/confirm'] input[name=ground]", "现场调阅数采仪")
    keep("review")
    page.click("form[action*='/confirm'] button")
    page.wait_for_selector(f"h1:has-text('{'已确认超标' if lang == 'zh' else 'confirmed'}')")
    keep("confirmed")
    seen.context.clear_cookies()
    pollutant = alarm.body["pollutant"]
    page.goto(f"{stacks.address}/source/{alarm.body['outlet']}?p={pollutant}&lang={lang}")
    row = page.inner_text(f"table.runs tr:has(a[href*='{alarm.id}'])")
    assert "备用泵" in row
    assert ("已确认超标" if lang == "zh" else "confirmed") in row
    keep("public")
    assert seen.errors == []
    assert seen.outside() == []


def test_an_enterprise_marks_hours_from_the_page_of_its_outlet(look, stacks):
    seen = look(1440)
    page = seen.go(f"/source/{OVER}?p=SO2")
    page.click("text=企业：标记时段")
    page.wait_for_selector("input[name=password]")
    page.fill("input[name=name]", stacks.people[OVER][0])
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.main")
    page.wait_for_url("**/desk/new/mark**")
    assert page.input_value("input[name=outlet]") == OVER
    assert page.input_value("select[name=pollutant]") == "SO2"
    page.select_option("select[name=code]", "C")
    page.fill("input[name=start]", "2015-12-30T08:00")
    page.fill("input[name=end]", "2015-12-30T09:00")
    page.fill("textarea[name=reason]", "零点、跨度校准")
    shot(page, "mark-new-1440")
    page.click("main button.main")
    page.wait_for_url("**/record/mark-*")
    assert "校准" in page.inner_text("main")
    shot(page, "mark-1440")
    assert [each for each in seen.errors if "401" not in each] == []  # the page that asks who one is answers 401


@pytest.mark.parametrize("width", [1440, 390])
def test_a_complaint_without_an_account(look, stacks, width):
    seen = look(width)
    page = seen.go(f"/complaint?outlet={OVER}")
    page.fill("textarea[name=text]", f"今天上午10点起烟囱冒黄烟，气味刺鼻，窗户不能开。{width}")
    page.fill("input[name=contact]", "13800000000")
    page.wait_for_timeout(4_500)
    page.click("main button.main")
    page.wait_for_url("**/complaint/complaint-*/**")
    assert "冒黄烟" in page.inner_text("main")
    assert "13800000000" not in page.inner_text("main")
    shot(page, f"complaint-filed-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.errors == []
