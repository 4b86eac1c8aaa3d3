"""A site whose ledger is empty, over the sample data; visitors with a cookie jar of their own."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import anyio
import httpx

from lantian.app.acting import now
from lantian.app.house import House
from lantian.kernel.decision import Role
from lantian.kernel.period import Moment
from lantian.ledger.accounts import Accounts
from lantian.web.app import create_app, guarded

PEOPLE = {
    "ministry": (Role.MINISTRY, "000000"),
    "ministry2": (Role.MINISTRY, "000000"),
    "approver": (Role.APPROVER, "000000"),
    "hebei": (Role.PROVINCE, "130000"),
    "hebei2": (Role.PROVINCE, "130000"),
    "shanxi": (Role.PROVINCE, "140000"),
    "shijiazhuang": (Role.CITY, "130100"),
    "shijiazhuang2": (Role.CITY, "130100"),
    "datong": (Role.CITY, "140200"),
    "county": (Role.COUNTY, "130102"),
    "forecaster": (Role.FORECASTER, "130100"),
    "chief": (Role.APPROVER, "130100"),
    "baoding": (Role.FORECASTER, "130600"),
    "plant": (Role.ENTERPRISE, "130100"),
    "other_plant": (Role.ENTERPRISE, "130100"),
    "auditor": (Role.AUDITOR, "130000"),
    "reader": (Role.READER, "130000"),
}
CODES = {"plant": "91130100000000001X", "other_plant": "91130100000000002Y"}


class Visitor:
    """Somebody with a browser: cookies, the word of the last page, redirects not followed."""

    def __init__(self, app, token=None):
        self._app = app
        self.cookies = {"lantian": token} if token else {}

    def ask(self, method, address, **more):
        async def run():
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url="http://site", cookies=self.cookies) as client:
                answer = await client.request(method, address, **more)
                self.cookies = {**self.cookies, **dict(answer.cookies)}
                return answer

        with ThreadPoolExecutor(1) as apart:
            return apart.submit(anyio.run, run).result()

    def get(self, address, **more):
        return self.ask("GET", address, **more)

    def word(self, address="/desk"):
        found = re.search(r'name="form" value="([^"]+)"', self.get(address).text)
        return found.group(1) if found else ""

    def post(self, address, given=None, files=None, **more):
        data = {"form": self.word()} | (given or {}) if "form" not in (given or {}) else given
        return self.ask("POST", address, data=data, files=files, **more)


class Site:
    """The site, its ledger, and its people."""

    def __init__(self, house):
        self.house = house
        self.app = guarded(create_app(house), lambda: house.renew().shown)
        self._tokens = {}

    def visitor(self, name=None):
        return Visitor(self.app, None if name is None else self.token(name))

    def token(self, name):
        accounts = Accounts(self.house.desk.ledger)
        if name not in self._tokens:
            role, place = PEOPLE[name]
            accounts.add(name, role, place, CODES.get(name), "test", "test", now())
            self._tokens[name] = accounts.enter(name, "test", now(), "test")
        return self._tokens[name]

    def make(self, name, flow, place, **given):
        answer = self.visitor(name).post(f"/desk/new/{flow}", {"form": self.visitor(name).word(), "place": place, **given})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rsplit("/", 1)[-1]

    def move(self, name, record, move, **given):
        who = self.visitor(name)
        version = str(self.house.desk.records.get(record).version)
        return who.post(f"/record/{record}/{move}", {"form": who.word(), "version": version, **given})

    def attach(self, name, record, content=b"proof", file="proof.txt"):
        return self.visitor(name).post(f"/record/{record}/evidence", files={"file": (file, content)})

    def state(self, record):
        return self.house.desk.records.get(record).state


def site_over(sample, home):
    """Give a site over the sample data with a home, and a ledger, of its own."""
    house = House(home, moment=Moment(datetime(2016, 1, 1, 1)))
    house.__dict__.update(lake=sample.lake, atlas=sample.atlas, derived=sample.derived)
    return Site(house)
