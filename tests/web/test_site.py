"""The site over the shipped city reports: every page in both languages, errors, caching, downloads, safety."""

from __future__ import annotations

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import anyio
import httpx
import pyarrow.parquet as pq
import pytest

from lantian.air.service.load import load_files
from lantian.app.house import LOOK_EVERY, House
from lantian.kernel.period import parse_period
from lantian.lake.store import Lake
from lantian.places import atlas
from lantian.web.app import create_app
from lantian.web.cache import AnswerCache
from tests.sample import DAY

ROOT = Path(__file__).parents[2]
PAGES = [
    "/",
    "/city/110000",
    "/city/110000?at=18:00",
    "/city/130100",
    "/ranking?period=2015-11",
    "/ranking?period=2015-11&by=change",
    "/plan",
    "/plan?id=C008",
    "/plan?article=17&place=130000",
    "/plan?q=锅炉&kind=prohibition",
    "/assessment",
    "/province/130000",
    "/province/110000",
    "/province/540000",
    "/plan?due=2015",
    "/bulletins",
    "/method",
    "/data",
]


class Client:
    """Asks the application in this process, without a socket."""

    def __init__(self, app):
        self._app = app

    def get(self, address, headers=None):
        async def ask():
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
                return await client.get(address, headers=headers)

        with ThreadPoolExecutor(1) as apart:  # a browser test of the same worker may hold a loop in this thread
            return apart.submit(anyio.run, ask).result()


@pytest.fixture(scope="session")
def house(sample):
    return sample.at(datetime(2016, 1, 1, 1))


@pytest.fixture(scope="session")
def client(house):
    return Client(AnswerCache(create_app(house), lambda: house.version))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_answers_in_both_languages(client, page, lang):
    joint = "&" if "?" in page else "?"
    answer = client.get(f"{page}{joint}on=2015-12-08&lang={lang}")
    assert answer.status_code == 200
    assert len(re.findall("<h1", answer.text)) == 1
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in answer.text
    assert "None" not in re.sub(r"<script.*?</script>", "", answer.text, flags=re.DOTALL)
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)


def test_the_sentence_speaks_of_the_day_asked_for(client):
    assert "12月8日" in client.get("/?on=2015-12-08").text
    assert "衡水" in client.get("/?on=2015-12-08").text


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/?on=yesterday", 400, "no day &#39;yesterday&#39;; write it as 2015-12-08"),
        ("/?on=1999-01-01", 400, "lies outside the data"),
        ("/city/nowhere", 400, "no place &#39;nowhere&#39;"),
        ("/nothing", 404, "没有这一页"),
        ("/api/v1/air/day?place=北京&date=x", 400, "no day 'x'; write it as 2015-12-08"),
        ("/api/v1/nothing", 404, "no address /api/v1/nothing"),
        ("/api/v1/air/day?place=北京&date=2015-12-08&standard=hj_633:2020", 400, "no edition '2020' of hj_633"),
    ],
)
def test_a_bad_question_is_answered_with_the_cure(client, address, status, words):
    answer = client.get(address)
    assert answer.status_code == status
    assert words in answer.text


@pytest.mark.parametrize(
    "where", ["/?on=<script>alert(1)</script>", "/city/<script>alert(1)</script>", "/ranking?period=<img src=x>", '/ranking?cities="><script>']
)
def test_what_a_visitor_sends_never_runs(client, where):
    assert "<script>alert" not in client.get(where).text
    assert "<img src=x>" not in client.get(where).text


def test_a_known_etag_is_answered_with_304(client):
    first = client.get("/api/v1/air/day?place=北京&date=2015-12-08")
    again = client.get("/api/v1/air/day?place=北京&date=2015-12-08", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "script-src 'self'" in first.headers["content-security-policy"]


def test_pages_by_key_walk_every_city_once(client):
    seen, after = [], ""
    while after is not None:
        page = client.get(f"/api/v1/air/cities?date=2015-12-08&limit=100&after={after}").json()
        seen += [row["place"] for row in page["data"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 364


def test_csv_and_parquet_say_what_the_json_says(client):
    query = "place=130100&from=2015-12-01&to=2015-12-31"
    rows = client.get(f"/api/v1/air/series?{query}").json()["data"]["rows"]
    table = pq.read_table(io.BytesIO(client.get(f"/api/v1/air/series?{query}&form=parquet").content)).to_pylist()
    assert [row["aqi"] for row in table] == [row["aqi"] for row in rows]
    text = client.get(f"/api/v1/air/series?{query}&form=csv").text
    assert text.count("\n") == len(rows) + 1


def test_no_page_knows_more_than_its_clock(client):
    page = client.get("/city/110000?on=2015-06-01").text
    assert "2015-06-02 AQI" not in page
    assert "2015-06-01 AQI" in page


def test_a_running_site_shows_what_is_loaded_meanwhile(tmp_path):
    def load(name, value):
        path = tmp_path / name
        path.write_text(f"place,date,pm25,pm10,so2,no2,co,o3\n北京,2014-01-0{1 if name == 'a.csv' else 2},{value},20,3,4,0.5,6\n", encoding="utf-8")
        load_files(Lake(tmp_path), atlas(), "air_city_daily", "tidy", [path], datetime(2020, 1, 1))

    load("a.csv", 10)
    house = House.open(tmp_path)
    client = Client(AnswerCache(create_app(house), lambda: house.renew().version))
    address = "/api/v1/air/day?place=110000&date=2014-01-02"
    assert client.get(address).json()["data"]["values"]["PM2.5"] is None
    load("b.csv", 17)
    time.sleep(LOOK_EVERY)
    assert client.get(address).json()["data"]["values"]["PM2.5"] == 17


def test_a_province_says_what_its_cities_mean(client, house):
    """Hebei's mean is the plain mean of its cities' means, worked out here from the city rows of the same page."""
    page = client.get("/province/130000?on=2015-12-31").text
    facts = house.plan.facts
    cities = [facts.annual_mean(city.code, "PM2.5", parse_period("2015")).value for city in house.atlas.cities("130000")]
    known = [value for value in cities if value is not None]
    assert f"河北2015年PM2.5均值{round(sum(known) / len(known), 1)}" in page
    assert "无数据" in page


def test_provisions_are_filtered_by_the_year_they_fall_due(client, house):
    page = client.get("/plan?due=2015&on=2015-12-08").text
    listed = set(re.findall(r"id=(C\d+)", page.split('id="cards"')[1]))
    assert listed
    found = {each["provision"]: each for each in house.duties.findings(DAY)} | {each["provision"]: each for each in house.goal_findings(DAY)}
    assert all(found[name]["due"].startswith("2015") for name in listed if name in found)
    assert "任务" in page
