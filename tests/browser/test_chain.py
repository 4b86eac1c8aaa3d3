"""The chain in a browser: run whole, told at two widths and in two languages, nothing spilling."""

from __future__ import annotations

import pytest

from lantian.app.chain.run import run
from lantian.app.chain.steps import steps
from tests.browser.conftest import SHOTS, served
from tests.browser.test_sources import SPILLING
from tests.chain.killer import house_over
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def told(sample, tmp_path_factory):
    site = Site(house_over(sample.home, tmp_path_factory.mktemp("chain")))
    run(site.house)
    with served(site.app) as found:
        yield found
    site.house.desk.ledger.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_tells_every_step(chromium, told, width, lang):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{told}/chain?lang={lang}")
    assert page.locator("tr[data-trace]").count() == len(steps())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SPILLING) == []
    assert page.locator(".tag.sim").count() >= 1
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"chain-{lang}-{width}.png")
    page.locator("tr[data-trace] a").first.click()
    assert page.locator("h1").count() == 1
    page.close()
