"""Makes the registers of simulated stacks at real power plants of Beijing, Tianjin and Hebei.

Names, fuels, capacities, coordinates and years of the plants are real (WRI Global Power Plant Database, CC BY 4.0). Everything else is made up by rule: how many units a
plant has, its stacks, analysers, loggers, permits, controls, and the enterprise that runs it. Every name that is made up says 模拟.

A credit code is made up so that it can be no real one: category 91, the place, and an organisation part that begins with five zeros (``00000`` and three digits), with
right check characters. An MN is 24 hexadecimal digits: ``00`` (in EPC-96 a tag that was never programmed), ``5100000``, the place, and nine digits of a running number.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from lantian.places import atlas

ROOT = Path(__file__).resolve().parents[1]
PROVINCES = {"北京": "110000", "天津": "120000", "河北": "130000"}
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CONNECTED = "2015-12-01"
"""The day from which the simulated loggers send, and so the first of which hours are expected."""
REPORTED = "2015-11-30"
NAMES = {
    1061028: "京丰燃气电厂", 1061029: "太阳宫燃气热电厂", 1061064: "北京西南燃气热电厂", 1061066: "Jinjeng燃气电厂", 1061067: "华电北京燃气电厂", 1061070: "亦庄燃气电厂",
    1029812: "北京东北燃气热电厂", 1070135: "石景山热电厂", 1070846: "北京西北燃气热电厂", 1070618: "遵化电厂", 1070703: "鹿华热电厂", 1070753: "怀安电厂",
    1070487: "邯峰电厂", 1070486: "邯郸电厂", 1070480: "曹妃甸自备电厂", 1070482: "黄骅沧州电厂", 1070840: "沙河电厂", 1070621: "宣化电厂", 1070620: "邢台电厂",
    1070622: "张家口热电厂", 1070478: "定州电厂", 1070479: "陡河电厂", 1070476: "丰润电厂", 1070477: "开滦古冶电厂", 1070699: "龙山电厂", 1070607: "天津北疆电厂",
    1070736: "沧州渤海电厂", 1070735: "沧州电厂", 1070844: "下花园电厂", 1070737: "保定热电厂", 1070704: "秦皇岛电厂", 1070702: "滦河电厂", 1070701: "滦南电厂",
    1070173: "马头电厂", 1070827: "天津北塘电厂", 1070825: "天津大港电厂", 1070829: "杨柳青电厂", 1070828: "盘山电厂", 1070835: "武安电厂", 1070836: "清苑电厂",
    1070837: "石家庄良村电厂", 1070830: "天津东北郊电厂", 1070831: "军粮城电厂", 1070832: "衡水恒兴电厂", 1070839: "上安电厂", 1070623: "张家口电厂", 1070806: "王滩电厂",
    1070841: "三河电厂", 1070843: "西柏坡电厂", 1070842: "任丘电厂", 1075622: "恒丰二期电厂", 1075726: "石家庄东方热电二厂", 1075735: "唐山三友热电厂",
    1075740: "天津石化自备电厂", 1075785: "Yuning热电厂",
}  # fmt: skip
"""Chinese names by the plant's number at WRI; two that could not be told are left as WRI spells them."""
CORE = 0.07
"""How near [degrees] a station of the city must be for a plant to count as in its urban core; made up."""
WRONGLY = {1070480: "130200"}
"""Where WRI's own words name another city than its coordinates: Caofeidian lies in Tangshan."""
PERMITTED = {
    "existing": {"SO2": 200, "NOx": 100, "PM": 30}, "early": {"SO2": 200, "NOx": 200, "PM": 30}, "new": {"SO2": 100, "NOx": 100, "PM": 30},
    "special": {"SO2": 50, "NOx": 100, "PM": 20}, "ultra_low": {"SO2": 35, "NOx": 50, "PM": 10}, "turbine": {"SO2": 35, "NOx": 50, "PM": 5},
}  # fmt: skip
"""Concentrations that the made-up permits allow, spelled after GB 13223-2011 and the special and ultra-low limits; the law of lantian holds the limits themselves."""
SPECIAL = {"110000", "120000", "130100", "130200", "130600", "131000"}
FACTORS = {"a21026": "SO2", "a21002": "NOx", "a34013": "PM"}
METHODS = {"a21026": "非分散红外", "a21002": "化学发光", "a34013": "激光散射", "a19001": "氧化锆", "a00000": "压差", "a01014": "干湿氧"}


@dataclass(frozen=True, slots=True)
class Site:
    """One real plant with its made-up enterprise and line."""

    number: int
    name: str
    name_en: str
    fuel: str
    capacity: float
    year: int
    longitude: float
    latitude: float
    place: str
    line: str
    code: str
    location: str
    core: bool

    @property
    def fitted(self) -> str:
        """Give the day its instruments came: with the plant, but not before 2014."""
        return max("2014-06-01", f"{self.year}-01-01")

    @property
    def sizes(self) -> list[float]:
        """Split the plant into like units by rule, after its fuel and year."""
        usual = 175.0 if self.fuel == "natural_gas" else 160.0 if self.year < 1995 else 240.0 if self.year < 2005 else 310.0
        count = max(1, round(self.capacity / usual))
        return [round(self.capacity / count, 1)] * count


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with its stack."""

    site: Site
    number: int
    size: float
    running: int

    @property
    def outlet(self) -> str:
        """Name the stack after its line."""
        return f"{self.site.line}-{self.number}"

    @property
    def device(self) -> str:
        """Make the MN of its logger."""
        return f"005100000{self.site.place}{self.running:09d}"

    @property
    def coal(self) -> bool:
        """Tell whether it burns coal."""
        return self.site.fuel == "coal"

    @property
    def ultra_low(self) -> str:
        """Give the day of a made-up retrofit: about one coal unit in six."""
        return f"2015-{1 + self.running % 9:02d}-15" if self.coal and self.running % 6 == 0 else ""

    @property
    def permitted(self) -> dict[str, int]:
        """Choose what its permit allows."""
        if not self.coal:
            return PERMITTED["turbine"]
        if self.ultra_low:
            return PERMITTED["ultra_low"]
        site = self.site
        if site.place in SPECIAL and site.year >= 2015:
            return PERMITTED["special"]
        kind = "new" if site.year >= 2012 else "early" if site.year <= 2003 else "existing"
        return PERMITTED[kind] | ({"PM": PERMITTED["special"]["PM"]} if site.core and site.place in SPECIAL else {})


def credit_code(place: str, number: int) -> str:
    """Make a credit code of the documented simulated range, with both check characters (GB 11714 and GB 32100-2015)."""
    body = f"00000{number:03d}"
    last = (11 - sum(LETTERS.index(letter) * weight for letter, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11) % 11
    front = f"91{place}{body}{'X' if last == 10 else last}"
    check = (31 - sum(LETTERS.index(letter) * 3**place % 31 for place, letter in enumerate(front)) % 31) % 31
    return front + LETTERS[check]


def inside(longitude: float, latitude: float, geometry: dict[str, Any]) -> bool:
    """Tell whether a point lies in a GeoJSON polygon, by the rays it crosses."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    odd = False
    for ring in (ring for polygon in polygons for ring in polygon):
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > latitude) != (y2 > latitude) and longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1):
                odd = not odd
    return odd


def sites(shared: Path) -> Iterator[Site]:
    """Read the plants that ran in 2015 and stand in a table of names, each with its place and its line of the illustrative emergency plans."""
    shapes = json.loads((ROOT / "src/lantian/web/static/map/provinces.json").read_text(encoding="utf-8"))["features"]
    lines: dict[tuple[str, str], str] = {}
    for province in PROVINCES.values():
        with (ROOT / "data/response" / province / "lines.csv").open(encoding="utf-8") as file:
            lines |= {(province, row["enterprise"].removesuffix("（示意）")): row["id"] for row in csv.DictReader(file)}
    with (shared / "facilities" / "wri_china_power_plants.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if int(row["Power Plant ID"]) in NAMES]
    for count, row in enumerate(sorted(rows, key=lambda row: int(row["Power Plant ID"])), start=1):
        longitude, latitude = float(row["Longitude"]), float(row["Latitude"])
        province = next(
            PROVINCES[shape["properties"]["name"]]
            for shape in shapes
            if shape["properties"]["name"] in PROVINCES and inside(longitude, latitude, shape["geometry"])
        )
        place, near = _place(province, row["Location"], longitude, latitude)
        place = WRONGLY.get(int(row["Power Plant ID"]), place)
        yield Site(
            int(row["Power Plant ID"]), NAMES[int(row["Power Plant ID"])], row["Name"], "coal" if row["Fuel"] == "Coal" else "natural_gas", float(row["Capacity (MW)"]),
            int(row["Commissioning Date"] or 2009), longitude, latitude, place, lines.get((province, row["Name"]), f"{place}-W{row['Power Plant ID'][-3:]}"),
            credit_code(place, count), " ".join(row["Location"].split()), near,
        )  # fmt: skip


def _place(province: str, location: str, longitude: float, latitude: float) -> tuple[str, bool]:
    """Find the city: the prefecture that WRI names, else that of the nearest station; and whether a station of it is near."""
    places = atlas()
    cities = {place.code for place in places.cities(province)}
    stations = [
        ((s.longitude - longitude) ** 2 + (s.latitude - latitude) ** 2, s.city)
        for s in places.stations()
        if s.city in cities and s.longitude is not None and s.latitude is not None
    ]
    named = next((word for word in (part.strip().removesuffix("Prefecture").strip() for part in location.split("  ")) if f"{word} Prefecture" in location), "")
    city = places.find(named, level="city").code if named and places.find(named, level="city").code in cities else min(stations)[1]
    return city, min(far for far, each in stations if each == city) < CORE**2


def tables(units: list[Unit]) -> dict[str, list[list[object]]]:
    """Write the registers as rows, the first being the columns."""
    found: dict[str, list[list[object]]] = {name: [list(columns.split())] for name, columns in COLUMNS.items()}
    seen: set[str] = set()
    for unit in units:
        if unit.site.line not in seen:
            seen.add(unit.site.line)
            _add_site(found, unit.site)
        _add_unit(found, unit)
    return found


COLUMNS = {
    "enterprises": "enterprise name name_en place longitude latitude sector address contact simulated day",
    "plants": "plant enterprise name place longitude latitude day",
    "process_lines": "line plant name sector capacity capacity_unit installed removed day",
    "outlets": "outlet enterprise plant line name name_en place longitude latitude kind area height standard unit_type fuel capacity capacity_unit approved commissioned retired "
    "urban_core ultra_low simulated day",
    "analysers": "analyser outlet factor method serial range_top basis nox_basis installed removed day",
    "loggers": "device outlet st label interval units installed removed day",
    "permits": "permit enterprise outlet pollutant limit quota valid_from valid_to day",
    "calibrations": "analyser kind time reference reading by",
    "site_visits": "outlet kind time until by note",
    "units": "unit facility name place sector kind capacity capacity_unit approved commissioned retired attributes day",
    "controls": "unit control installed removed evidence day",
}


def _add_site(found: dict[str, list[list[object]]], site: Site) -> None:
    where = [site.place, site.longitude, site.latitude]
    made = f"{site.name}（模拟企业）"
    found["enterprises"].append([site.code, made, f"{site.name_en} (simulated enterprise)", *where, "power", site.location, "模拟联系人", "是", REPORTED])
    found["plants"].append([f"W{site.number}", site.code, f"{site.name} {site.name_en}", *where, REPORTED])
    found["process_lines"].append([site.line, f"W{site.number}", f"{site.name}发电（模拟）", "power", site.capacity, "MW", f"{site.year}-01-01", "", REPORTED])


def _add_unit(found: dict[str, list[list[object]]], unit: Unit) -> None:
    site, out, coal = unit.site, unit.outlet, unit.coal
    began = f"{site.year}-01-01"
    steam = [round(unit.size * 3.1), "t/h"] if coal else [unit.size, "MW"]
    area = round(max(3.0, unit.size * (0.125 if coal else 0.16)), 1)
    name = f"{site.name}{unit.number}号机组排放口（模拟）"
    approved = f"{site.year - 2}-06-01"
    found["outlets"].append([
        out, site.code, f"W{site.number}", site.line, name, f"{site.name_en} unit {unit.number} stack (simulated)", site.place, site.longitude, site.latitude, "main", area,
        210 if coal and unit.size > 250 else 120 if coal else 60, "gb_13223", "coal_boiler" if coal else "gas_turbine", site.fuel, *steam, approved, began, "",
        "是" if site.core else "否", unit.ultra_low, "是", REPORTED,
    ])  # fmt: skip
    for factor, method in METHODS.items():
        pollutant = FACTORS.get(factor, "")
        top = {"a19001": 25, "a00000": round(area * 40), "a01014": 40}.get(factor) or _range(unit.permitted[pollutant])
        found["analysers"].append([
            f"{out}-{factor}", out, factor, method, f"模拟{unit.running:04d}{factor[-3:]}", top, "dry", "NO2" if pollutant == "NOx" else "", site.fitted, "", REPORTED,
        ])  # fmt: skip
    found["loggers"].append(
        [unit.device, out, "31", "end" if unit.running % 9 == 4 else "start", 5 if unit.running % 70 == 11 else 10, "", CONNECTED, "", REPORTED]
    )
    for pollutant, limit in unit.permitted.items():
        quota = round(unit.size * (3420 if coal else 6300) * limit * 4000 / 1e9)
        found["permits"].append([f"模拟{site.line}", site.code, out, pollutant, limit, max(1, quota), "2014-07-01", "2017-06-30", REPORTED])
    fuel = f"fuel={'coal' if coal else 'natural_gas'}"
    found["units"].append([out, f"{site.name}（模拟企业）", name, site.place, "power", "power_unit", unit.size, "MW", approved, began, "", fuel, REPORTED])
    for control in ("fgd", "denox", "dedust_upgrade") if coal else ("low_nox",):
        found["controls"].append([out, control, max(began, f"{min(2014, site.year + 6)}-12-01"), "", "模拟验收意见", REPORTED])
    if unit.running % 20 == 1:
        _add_checks(found, unit)


def _range(limit: int) -> int:
    return next(top for top in (20, 50, 100, 150, 200, 300, 500, 1000) if top >= 2.4 * limit)


def _add_checks(found: dict[str, list[list[object]]], unit: Unit) -> None:
    for factor in ("a21026", "a21002"):
        top = _range(unit.permitted[FACTORS[factor]])
        for day in (2, 9, 16, 23, 30):
            drift = ((unit.running * day * 7) % 19 - 9) / 1000
            moment = f"2015-12-{day:02d}T10:{unit.running % 60:02d}:00"
            found["calibrations"] += [
                [f"{unit.outlet}-{factor}", "zero", moment, 0, round(max(0.0, drift * top), 2), "模拟运维员"],
                [f"{unit.outlet}-{factor}", "span", moment, 0.8 * top, round((0.8 + drift) * top, 2), "模拟运维员"],
            ]
    served = date(2015, 12, 1 + unit.running % 28).isoformat()
    found["site_visits"].append([unit.outlet, "maintenance", f"{served}T09:00:00", f"{served}T11:30:00", "模拟运维员", "例行维护（模拟）"])


def write(folder: Path, found: dict[str, list[list[object]]], visits: list[list[object]]) -> None:
    """Write each register into a folder of its own."""
    found["site_visits"] += visits
    for name, rows in found.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        with (folder / name / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def main(shared: Path) -> None:
    """Write ``data/stacks``; visits that the demo's faults tell of come from ``demo.yaml``."""
    folder = ROOT / "data" / "stacks"
    split = [(site, number, size) for site in sites(shared) for number, size in enumerate(site.sizes, start=1)]
    units = [Unit(site, number, size, running) for running, (site, number, size) in enumerate(split, start=1)]
    write(folder, tables(units), visited(folder / "demo.yaml"))
    print(f"{len(units)} stacks at {len({unit.site.number for unit in units})} plants")


def visited(plan: Path) -> list[list[object]]:
    """List the inspections that the demonstration's steps at visits tell of."""
    rows: list[list[object]] = []
    for fault in yaml.safe_load(plan.read_text(encoding="utf-8"))["faults"]:
        if fault["kind"] == "visit_step":
            arrival = fault["from"] + timedelta(hours=fault["settings"]["after"])
            leaves = arrival + timedelta(hours=fault["settings"]["hours"])
            rows.append([fault["outlet"], "inspection", arrival.isoformat(), leaves.isoformat(), "模拟检查员", "现场检查（模拟）"])
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]))
