"""Sources written by hand: three outlets, a week with two runs over the limit, calibration, substitution and a gap; what a page must say follows by counting."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cached_property

from lantian.app.house import House
from lantian.kernel.errors import unknown
from lantian.kernel.period import HOUR, Moment
from lantian.kernel.place_id import within
from tests.site import Site

CLOCK = datetime(2015, 12, 8, 18)
FIRM, OTHER = "91130100000000001X", "91130100000000002Y"
LIMITS = {"SO2": 200, "NOx": 100, "PM": 30}
PLACES = {"110000": ("北京", "Beijing"), "130100": ("石家庄", "Shijiazhuang")}
RUN = {datetime(2015, 12, 4, 5) + n * HOUR: v for n, v in enumerate((107.4, 116.1, 116.2, 119.2, 115.6, 108.3))}
LAST_RUN = {datetime(2015, 12, 6, 20): 114.9}
GAP = {datetime(2015, 12, 7, 5) + n * HOUR for n in range(5)}
SUBSTITUTED = {datetime(2015, 12, 5, 7) + n * HOUR for n in range(9)}
OUTLETS = [
    ("BJ-1", "1号机组排放口", "Unit 1 stack", OTHER, "北京示例热电厂", "Beijing example plant", "110000", "power", True, "normal"),
    ("SJZ-1", "1号锅炉排放口", "Boiler 1 stack", FIRM, "石家庄示例热电厂", "Shijiazhuang example plant", "130100", "power", True, "exceeding"),
    ("SJZ-2", "窑尾<b>排放口", "Kiln", FIRM, "石家庄示例热电厂", "Shijiazhuang example plant", "130100", "cement", False, "silent"),
]


def hour(at, pollutant):
    """Give one hour: 168 of them hold 7 calibrations, 9 substituted, 5 missing and 7 over the limit of nitrogen oxides."""
    told = {
        "time": at.isoformat(),
        "limit": LIMITS[pollutant],
        "state": "N",
        "method": "measured",
        "minutes": 60,
        "valid_minutes": 60,
        "mass": 11.2,
        "mark": None,
    }
    told |= {"exceeds": False, "differs": None, "provisional": False, "reported": None, "corrected": 50.0 + at.hour, "concentration": 48.0, "multiple": None}
    if pollutant == "NOx":
        over = (RUN | LAST_RUN).get(at)
        if over:
            return told | {"corrected": over, "exceeds": True}
        if at in GAP:
            return told | {"corrected": None, "concentration": None, "state": "Md", "method": "missing", "valid_minutes": 0, "exceeds": None, "mass": None}
        if at in SUBSTITUTED:
            return told | {"corrected": None, "concentration": None, "state": "Md", "method": "substituted_180", "valid_minutes": 0, "exceeds": None}
        if at.hour == 21:
            return told | {"corrected": None, "concentration": None, "state": "C", "method": "substituted_180", "valid_minutes": 12, "exceeds": None}
    return told | ({"corrected": 12.0} if pollutant == "PM" else {})


class FakeRoom:
    """The sources of a house at its clock, by hand."""

    loaded = True

    def __init__(self, house):
        self.house = house

    @property
    def until(self):
        return min(self.house.moment.as_of or CLOCK, CLOCK + 30 * timedelta(days=1)).replace(minute=0, second=0)

    def _line(self, given):
        outlet, name, name_en, firm, firm_name, firm_en, place, sector, simulated, state = given
        zh, en = PLACES[place]
        values = (
            {}
            if state == "silent"
            else {
                p: {"value": 61.3 if p == "NOx" else 12.0, "limit": LIMITS[p], "exceeds": state == "exceeding" and p == "NOx", "provisional": False}
                for p in LIMITS
            }
        )
        return {
            "outlet": outlet, "name": name, "name_en": name_en, "enterprise": firm, "enterprise_name": firm_name, "enterprise_name_en": firm_en,
            "place": place, "place_name": zh, "place_name_en": en, "longitude": 116.0 + len(outlet) / 10, "latitude": 39.0, "sector": sector, "simulated": simulated,
            "time": None if state == "silent" else self.until.isoformat(), "pollutants": values, "state": state, "lag_minutes": 12,
        }  # fmt: skip

    def list(self, place=None, q=None, sector=None, state=None, after=None, limit=50):
        every = [self._line(each) for each in OUTLETS]
        fit = [
            r for r in every if (not place or within(r["place"], place)) and sector in (None, r["sector"]) and (not q or q in r["name"] + r["enterprise_name"])
        ]
        shown = [r for r in fit if state in (None, r["state"]) and (after is None or r["outlet"] > after)]
        return {"rows": shown[:limit], "next": shown[limit - 1]["outlet"] if len(shown) > limit else None, "counts": dict(Counter(r["state"] for r in fit))}

    def near(self, place, limit=8):
        return self.list(place=place, limit=limit)["rows"]

    def outlet(self, outlet):
        found = next((each for each in OUTLETS if each[0] == outlet), None)
        if found is None:
            raise unknown("outlet", outlet, [each[0] for each in OUTLETS])
        law = {
            "reference_oxygen": 6,
            "item": "现有燃煤锅炉",
            "standard": "GB 13223-2011",
            "clause": "表1",
            "source": "GB 13223-2011",
            "confidence": "recalled",
            "because": [],
            "title": None,
        }
        limits = {p: law | {"value": v, "provisional": p == "PM"} for p, v in LIMITS.items()} if outlet != "SJZ-2" else {}
        facts = {"standard": "gb_13223", "unit_type": "coal_boiler", "fuel": "coal", "capacity": 300, "capacity_unit": "MW", "commissioned": "2006-05-01"}
        facts |= {"height": 210, "device": "MN-1", "label": "start", "interval": 10, "measured": list(LIMITS), "analysers": [], "permits": [], "limits": limits}
        return self._line(found) | facts

    def enterprise(self, code):
        mine = [self._line(each) for each in OUTLETS if each[3] == code]
        if not mine:
            raise unknown("enterprise", code, [FIRM, OTHER])
        first = mine[0]
        told = {
            "enterprise": code,
            "name": first["enterprise_name"],
            "name_en": first["enterprise_name_en"],
            "place": first["place"],
            "sector": first["sector"],
        }
        return told | {"outlets": mine, "permits": [], "totals": [], "complaints": 0}

    def hours(self, outlet, pollutant, start, end):
        self.outlet(outlet)
        end = min(end, self.until)
        count = int((end - start) / HOUR) + 1
        return [] if outlet == "SJZ-2" else [hour(start + n * HOUR, pollutant) for n in range(1, max(0, count))]

    def episodes(self, outlet=None, place=None, enterprise=None, start=None, end=None):
        if outlet == "SJZ-2":
            return []
        found = []
        for run, why, state in ((LAST_RUN, None, None), (RUN, "脱硝系统投运不稳<i>，已恢复", "explained")):
            times = sorted(run)
            top = max(run, key=run.get)
            told = {
                "outlet": outlet or "SJZ-1",
                "pollutant": "NOx",
                "start": times[0].isoformat(),
                "finish": times[-1].isoformat(),
                "hours": len(times),
                "peak": run[top],
            }
            told |= {"peak_time": top.isoformat(), "limit": 100, "multiple": run[top] / 100 - 1, "provisional": False, "unknown_hours": 0, "record": None}
            found.append(told | {"state": state, "explanation": why, "finding": None})
        return [each for each in found if (start is None or each["finish"] > start.isoformat()) and (end is None or each["start"] <= end.isoformat())]

    def rates(self, outlet, month):
        return {"transmission": 0.97, "validity": 0.875, "capture": {"NOx": 0.95}, "expected": 168, "received": 163, "valid": 147}

    def totals(self, by, key, period):
        told = {"group": key, "span": period, "tonnes": 11.9, "substituted": 0.9, "at_least": False, "quota": None}
        return [told | {"pollutant": p} for p in LIMITS]

    def months(self, outlet=None, enterprise=None, period=None):
        told = {
            "month": f"{period}-12",
            "operating_hours": 168,
            "valid_hours": 147,
            "exceeding_hours": 7,
            "mass": 11900.0,
            "substituted_mass": 900.0,
            "complete": 1,
        }
        return [told | {"outlet": "SJZ-1", "pollutant": p} for p in LIMITS] if period == "2015" else []

    def tariff(self, outlet, start, end):
        return {"earned": "1000.00", "taken_back": "41.67", "fine_most": "0.00", "at_least": False, "premiums": [{"provisional": []}]}

    def levy(self, enterprise, quarter):
        line = {"outlet": "SJZ-1", "month": "2015-12", "item": "NOx", "amount": "14280.00", "counts": True, "because": []}
        return {"kind": "levy", "quarter": quarter, "total": "14280.00", "at_least": False, "lines": [line], "unknown": [], "provisional": []}

    def leads(self, outlet=None, place=None):
        return []

    def lag(self, place=None):
        return {"median_minutes": 12.0, "completion_share": 0.97, "expected": 336, "published": 326}


class FakeTables:
    """The tables of sources that stand still."""

    state = "fake"

    def __init__(self):
        self.files = {}

    def look_again(self):
        """Look at nothing: nothing grows."""

    def snapshot(self):
        """Give what pages rest on."""
        return self


class FakeHouse(House):
    """A house whose sources are the ones above."""

    @cached_property
    def source_tables(self):
        return FakeTables()

    @cached_property
    def sources(self):
        return FakeRoom(self)


def source_site(sample, home, moment=None):
    """Give a site over the sample's air with the sources above, as of the evening of the first red alert."""
    house = FakeHouse(home, moment=moment or Moment(CLOCK))
    house.__dict__.update(lake=sample.lake, atlas=sample.atlas, derived=sample.derived)
    return Site(house)
