"""The pages as visitors meet them: at three widths, by keyboard, in both languages and palettes; nothing from outside, no error, no overflow."""

from __future__ import annotations

import pytest

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
