"""The pages of saying no as visitors and officers meet them, with content by the real gates: two widths and a narrow one, both languages, kept as pictures."""

from __future__ import annotations

import pytest

from tests.browser.conftest import SHOTS, Visit, served
from tests.browser.test_sources import CHINESE, SPILLING
from tests.saying_no import said_no
from tests.site import site_over

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NARROW = 360
INSIDE_ITSELF = SPILLING.replace(".tw,", ".tw,.steps,")
"""The steps of a record scroll inside themselves, as tables do."""
EMPTY = ("/projects", "/credits", "/cases", "/inspections", "/supply")
BROAD = ("projects", "project", "supply", "credit", "case", "inspection", "notice", "trace", "visit", "desk", "record")


@pytest.fixture(scope="module")
def told(sample, tmp_path_factory):
    made = said_no(sample, tmp_path_factory.mktemp("no"))
    for who, _ in made.inner().values():
        made.site.visitor(who)
    with served(made.site.app) as found:
        made.address = found
        yield made
    made.site.house.desk.ledger.close()


def all_pages(told):
    return {name: (None, path) for name, path in told.paths().items()} | told.inner()


def opened(seen, told, who, path, lang):
    seen.context.clear_cookies()
    if who:
        seen.context.add_cookies([{"name": "lantian", "value": told.site.token(who), "url": told.address}])
    with seen.page.expect_response(lambda answer: answer.url.split("?")[0].endswith(path.split("?")[0])) as answer:
        page = seen.go(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.value.status == 200, path
    return page


@pytest.mark.parametrize("group", BROAD)
@pytest.mark.parametrize("width", [1440, 390, NARROW])
def test_pages_stand_in_both_languages_and_are_kept_as_pictures(chromium, told, group, width):
    seen = Visit(chromium, told.address, width)
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, (who, path) in all_pages(told).items():
        if name.split("-")[0].removesuffix("s") != group.removesuffix("s"):
            continue
        for lang in ("zh", "en"):
            page = opened(seen, told, who, path, lang)
            assert page.locator("h1").count() == 1, name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            if width == NARROW:
                assert page.evaluate(INSIDE_ITSELF) == [], name
            else:
                page.screenshot(path=SHOTS / f"no-{name}-{lang}-{width}.png", full_page=True)
            if lang == "en":
                assert page.evaluate(CHINESE) == [], name
    assert seen.errors == []
    assert seen.outside() == []
    seen.context.close()


def test_every_page_belongs_to_a_group(told):
    assert {name.split("-")[0].removesuffix("s") for name in all_pages(told)} == {each.removesuffix("s") for each in BROAD}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_reached_from_the_first_one(chromium, told, lang):
    """From the navigation or the foot of any page to the lists, from a list to what stands in it."""
    seen = Visit(chromium, told.address, 1440)
    page = seen.go(f"/supply?lang={lang}")
    joined = f"?lang={lang}"
    for path in (*EMPTY, "/chain"):
        assert page.locator(f"header a[href='{path}{joined}'], footer a[href='{path}{joined}']").count() >= 1, path
    for start, goal in (("/projects", "refused"), ("/cases", "case"), ("/inspections", "round"), ("/credits", "approved")):
        seen.go(f"{start}?lang={lang}")
        with page.expect_navigation():
            page.click(f"main a[href*='{told.names[goal]}']")
        assert told.names[goal] in page.url
    assert seen.errors == []
    seen.context.close()


def test_a_visitor_comments_on_a_project_by_keyboard(chromium, told):
    seen = Visit(chromium, told.address, 390)
    page = seen.go(f"/project/{told.names['open']}")
    page.focus("textarea[name=text]")
    page.keyboard.type("锅炉离小区只有200米，请说明噪声和排放。")
    page.wait_for_timeout(4_500)
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "意见已收到" in page.inner_text("#comments")
    assert "2条意见待答复" in page.inner_text("#comments")
    assert seen.errors == []
    seen.context.close()


def test_pages_without_content_say_so_at_every_width(chromium, sample, tmp_path):
    bare = site_over(sample, tmp_path)
    with served(bare.app) as address:
        for width in (1440, 390, NARROW):
            seen = Visit(chromium, address, width)
            for path in EMPTY:
                for lang in ("zh", "en"):
                    page = seen.go(f"{path}?lang={lang}")
                    assert page.locator("h1").count() == 1
                    assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                    assert lang == "zh" or page.evaluate(CHINESE) == [], path
                    if width != NARROW:
                        page.screenshot(path=SHOTS / f"no-empty{path.replace('/', '-')}-{lang}-{width}.png", full_page=True)
            assert seen.errors == []
            seen.context.close()
    bare.house.desk.ledger.close()
