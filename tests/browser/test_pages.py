"""The pages as visitors meet them: at three widths, by keyboard, in both languages and palettes; nothing from outside, no error, no overflow."""

from __future__ import annotations

import pytest

from tests.app.test_post import catcher  # noqa: F401 - a fixture
from tests.browser.conftest import SHOTS
from tests.sample import DAY

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = {
    "home": "/",
    "city": "/city/110000",
    "city-hour": "/city/110000?at=18:00",
    "city-daily": "/city/130100",
    "ranking": "/ranking?period=2015-11",
    "change": "/ranking?period=2015-11&by=change",
    "plan": "/plan?id=C011",
    "article": "/plan?article=17",
    "assessment": "/assessment?year=2014",
    "province": "/province/130000",
    "bulletins": "/bulletins",
    "warnings": "/warnings",
    "replay": "/replay?from=2015-12-05&to=2015-12-12",
    "rehearsal": "/replay?from=2015-12-05&to=2015-12-12&variant=forecast&auto=1",
    "login": "/login",
    "method": "/method",
    "data": "/data",
}


def at(path, lang):
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_page_stands_without_errors_and_is_kept_as_a_picture(visit, name, width):
    seen = visit(width)
    for lang in ("zh", "en"):
        page = seen.go(at(PAGES[name], lang))
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}-{lang}-{width}.png", full_page=True)
    assert seen.errors == []
    assert seen.outside() == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_spills_at_360_pixels(visit, name):
    seen = visit(360)
    page = seen.go(PAGES[name])
    wide = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter((e) => !e.closest('.tw,.chart,.map,nav,pre')
        && e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== 'absolute').map((e) => e.className || e.tagName).slice(0, 5)"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_bundled_font_is_used(visit):
    page = visit().go("/")
    assert page.evaluate("[...document.fonts].some((f) => f.family.includes('Noto Sans SC') && f.status === 'loaded')")


def test_english_pages_hold_no_chinese_but_quotations(visit):
    seen = visit()
    for path in PAGES.values():
        page = seen.go(at(path, "en"))
        left = page.evaluate(
            """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const found = [];
            while (walk.nextNode()) { const node = walk.currentNode;
              if (/[\\u4e00-\\u9fff]/.test(node.data) && !node.parentElement.closest('[lang=zh-CN],script,.cite')) found.push(node.data.trim()); }
            return found.slice(0, 6); }"""
        )
        assert left == [], path


def test_the_scrubber_moves_the_clock_by_keyboard(visit):
    page = visit().go(f"/?on={DAY.replace(day=6)}")
    page.focus("#rng")
    with page.expect_navigation():
        page.keyboard.press("ArrowRight")
    assert "on=2015-12-07" in page.url
    assert page.get_attribute("#on", "value") == "2015-12-07"


def test_play_walks_to_the_end_of_what_was_known_and_stops(visit):
    page = visit().go(f"/?on={DAY.replace(day=7)}")
    with page.expect_navigation():
        page.click("#play")
    page.wait_for_selector("html[data-ready=map]", timeout=60_000)
    assert f"on={DAY}" in page.url
    assert page.locator("#next").count() == 0
    assert page.evaluate("sessionStorage.getItem('play')") is None


def test_a_goal_opens_in_place_and_has_its_own_address(visit):
    seen = visit()
    page = seen.go("/plan?id=C011")
    assert page.locator("#course svg").count() == 1
    page.evaluate("window.stayed = true")
    page.click("a.plain[href*='id=C008']")
    page.wait_for_url("**/plan?id=C008**")
    page.wait_for_function("document.querySelector('#finding blockquote').textContent.includes('25%')")
    assert page.evaluate("window.stayed") is True
    assert page.locator("#course svg").count() == 1
    assert seen.errors == []


def test_the_palette_is_kept_and_the_skip_link_leads_to_the_text(visit):
    page = visit().go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.click("#pal")
    assert page.get_attribute("html", "data-pal") == "cb"
    page.reload()
    assert page.get_attribute("#pal", "aria-pressed") == "true"


def test_pages_read_without_scripts(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/plan?id=C008")
    assert "25%" in page.inner_text("#finding blockquote")
    page.goto(address + "/")
    assert page.locator("ol.rank li").count() == 10
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_desk_from_the_first_link_to_a_verified_task(visit, lite_site, width):
    """The first link sets a password; a task is begun, evidence attached, and the same person may not verify it."""
    seen = visit(width, lite_site.address)
    page = seen.go(lite_site.first_link)
    page.fill("input[name=password]", "correct horse battery")
    page.fill("input[name=again]", "correct horse battery")
    page.click("text=保存并登录")
    page.wait_for_url("**/desk")
    page.screenshot(path=SHOTS / f"desk-empty-{width}.png", full_page=True)
    page.goto(f"{lite_site.address}/desk/new/task?provision=C013&title=拆除锅炉")
    page.fill("input[name=place]", "石家庄")
    page.fill("input[name=office]", "市环保局")
    page.fill("input[name=due]", "2015-06-30")
    page.screenshot(path=SHOTS / f"desk-new-{width}.png", full_page=True)
    page.click("main button.main")
    page.wait_for_url("**/record/task-*")
    task = page.url.rsplit("/", 1)[-1]
    lite_site.act(task)
    page.goto(f"{lite_site.address}/record/{task}")
    page.set_input_files("input[type=file]", {"name": "照片.txt", "mimeType": "text/plain", "buffer": "已拆除".encode()})
    page.click("text=附上")
    page.wait_for_selector("text=照片.txt")
    page.screenshot(path=SHOTS / f"record-{width}.png", full_page=True)
    page.goto(f"{lite_site.address}/desk?lang=en")
    assert "1 record waits for you, 1 overdue." in page.inner_text("h1")
    page.screenshot(path=SHOTS / f"desk-en-{width}.png", full_page=True)
    for name in ("audit?check=1", "law/sign"):
        page.goto(f"{lite_site.address}/{name}")
        page.screenshot(path=SHOTS / f"desk-{name.split('?')[0].replace('/', '-')}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.errors == []
    assert seen.outside() == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_warning_from_draft_to_report(visit, beijing, catcher, width):  # noqa: F811, PLR0915 - one walk, step by step
    """Forecaster drafts, another approves; banner, CAP, Atom, mail; orders; the enterprise acknowledges; lifted; report."""
    seen = visit(width, beijing.address)

    def as_(name):
        seen.context.clear_cookies()
        seen.context.add_cookies([{"name": "lantian", "value": beijing.tokens[name], "url": beijing.address}])
        return seen.page

    def shot(name):
        seen.page.screenshot(path=SHOTS / f"walk-{name}-{width}.png", full_page=True)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width

    page = as_("drafter")
    page.goto(f"{beijing.address}/warnings")
    page.fill("input[name=address]", "a@example.cn")
    page.fill("input[name=place]", "北京")
    page.click("text=订阅 >> nth=-1")
    page.wait_for_selector("text=确认邮件已经寄出")
    beijing.send()
    link = beijing.link_in(catcher.mails[-1])
    page.goto(link)
    page.click("main button.main")
    page.wait_for_selector("text=已确认")
    page.goto(f"{beijing.address}/desk/new/warning")
    shot("new")
    page.select_option("select[name=level]", "red")
    page.fill("input[name=start]", "2015-12-08T07:00")
    page.fill("input[name=end]", "2015-12-10T12:00")
    page.fill("textarea[name=measures]", "机动车单双号行驶\n中小学停课\n工地停止室外作业")
    page.fill("textarea[name=measures_en]", "Odd-even driving\nSchools closed\nOutdoor works stopped")
    page.click("main button.main")
    page.wait_for_url("**/record/warning-*")
    warning = page.url.rsplit("/", 1)[-1]
    page.fill("form[action*='/comment'] input[name=speaker]", "市气象台")
    page.fill("form[action*='/comment'] textarea[name=comment]", "8日夜间至9日静稳，10日午后冷空气到达。")
    page.click("form[action*='/comment'] button")
    page.wait_for_selector("text=冷空气到达")
    shot("draft")
    page.click("form[action*='/submit'] button")
    page.wait_for_selector("text=须由另一位有权人批准")
    shot("gate")
    page = as_("approver_bj")
    page.goto(f"{beijing.address}/record/{warning}")
    page.click("form[action*='/issue'] button")
    page.wait_for_selector("text=发布的文字")
    shot("issued")
    beijing.send()
    assert "红色预警" in beijing.subject_of(catcher.mails[-1])
    page.goto(f"{beijing.address}/city/110000")
    assert "机动车单双号行驶" in page.inner_text("aside.warn")
    shot("banner")
    page.goto(f"{beijing.address}/city/110000?lang=en")
    assert "Odd-even driving" in page.inner_text("aside.warn")
    answer = page.request.get(f"{beijing.address}/warnings.atom").text()
    assert "urn:x-lantian:" in answer
    cap = page.request.get(f"{beijing.address}/warnings/cap/" + answer.split("/warnings/cap/")[1].split(".xml")[0] + ".xml")
    assert "urn:oasis:names:tc:emergency:cap:1.2" in cap.text()
    page = as_("office")
    page.goto(f"{beijing.address}/desk")
    shot("desk")
    page.click("main a[href*='/record/response_plan-']")
    shot("response")
    page.click("form[action*='/apply'] button")
    page.wait_for_selector("text=已下达")
    page = as_("firm")
    page.goto(f"{beijing.address}/desk")
    page.click("main a[href*='/record/order-']")
    page.click("form[action*='/receive'] button")
    page.wait_for_selector("h1:has-text('已收悉')")
    shot("order")
    page = as_("drafter")
    page.goto(f"{beijing.address}/record/{warning}")
    page.fill("form[action*='/propose_lift'] input[name=ground]", "冷空气已到达")
    page.click("form[action*='/propose_lift'] button")
    page = as_("approver_bj")
    page.goto(f"{beijing.address}/record/{warning}")
    page.click("form[action*='/lift'] button")
    page.wait_for_selector("h1:has-text('已解除')")
    page = as_("office")
    page.goto(f"{beijing.address}/desk?show=all")
    page.click("main a[href*='/record/response_plan-']")
    page.wait_for_selector("text=过程总结")
    shot("report")
    page.goto(f"{beijing.address}/warnings")
    shot("warnings")
    assert seen.errors == []
    assert seen.outside() == []
