"""The page of the chain: before it ran, and after; what is not public has no link."""

from __future__ import annotations

import re

from lantian.app.chain.run import run
from lantian.app.chain.steps import steps
from tests.chain.killer import house_over
from tests.site import Site


def test_the_page_before_and_after(sample, tmp_path):
    site = Site(house_over(sample.home, tmp_path))
    assert "lantian demo chain" in site.visitor().get("/chain").text
    run(site.house)
    for lang in ("zh", "en"):
        text = site.visitor().get(f"/chain?lang={lang}").text
        assert text.count("data-trace=") == len(steps())
        links = set(re.findall(r'href="(/record/[^"]+)"', text))
        assert len(links) >= 8
        for each in links:
            assert site.visitor().get(each.replace("&amp;", "&")).status_code == 200, each
    site.house.desk.ledger.close()
