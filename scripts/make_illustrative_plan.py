"""Makes illustrative emergency plans of Beijing, Tianjin and Hebei from real power plants and the sector totals of an emission inventory.

The plants' names, fuels and capacities are real (WRI); what each line emits is its share of REAS v3.2 province totals of 2015 by capacity or in equal parts,
and grades, measures and losses are made up by rule. Nothing here is a real list, and every row says so.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

POLLUTANTS = {"SO2": "SO2", "NOx": "NOx", "PM10": "PM", "NMVOC": "VOC"}
PLACES = {
    "BJ": ("110000", "北京", (39.4, 41.1, 115.4, 117.5)),
    "TJ": ("120000", "天津", (38.5, 40.3, 116.7, 118.1)),
    "HE": ("130000", "河北", (36.0, 42.7, 113.4, 119.9)),
}
BURNT = {"Coal", "Natural Gas", "Oil", "Waste"}
KG_A_DAY = 1e6 / 365
SECTORS = {"IND": (("水泥", "Cement", 0.3, 4), ("钢铁", "Steel", 0.4, 6), ("建材", "Building materials", 0.2, 12), ("其他工业", "Other industry", 0.1, 20))}
SOLVENTS = (("PAINT", "涂装", "Coating", 10), ("SLV", "印刷与溶剂使用", "Printing and solvents", 16), ("INDPRC", "石化", "Petrochemicals", 3))
GRADES = ("D", "C", "C", "B-", "B", "A")
CUTS = {"yellow": 0.2, "orange": 0.4, "red": 0.7}
LOSS = 40.0
"""Yuan lost for each kilogram not emitted, made up; a better grade loses more."""


def main(root: Path, out: Path) -> None:
    """Write one folder a place."""
    totals: dict[tuple[str, str, str], float] = defaultdict(float)
    with (root / "emissions" / "reas_v32_china_province_tidy_2005_2015.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["year"] == "2015" and row["pollutant"] in POLLUTANTS:
                totals[row["prov"], row["sector"], POLLUTANTS[row["pollutant"]]] = float(row["kt"]) * KG_A_DAY
    with (root / "facilities" / "wri_china_power_plants.csv").open(encoding="utf-8") as lines:
        plants = [row for row in csv.DictReader(lines) if row["Fuel"] in BURNT and row["Latitude"].strip() and row["Capacity (MW)"].strip()]
    for key, (code, name, box) in PLACES.items():
        others = [PLACES[each][2] for each in ("BJ", "TJ") if key == "HE"]
        inside = [row for row in plants if _in(row, box) and not any(_in(row, each) for each in others)]
        make(out / code, key, code, name, inside, totals)


def _in(row: dict[str, str], box: tuple[float, float, float, float]) -> bool:
    latitude, longitude = float(row["Latitude"]), float(row["Longitude"])
    return box[0] < latitude < box[1] and box[2] < longitude < box[3]


def make(folder: Path, key: str, code: str, name: str, plants: list[dict[str, str]], totals: dict[tuple[str, str, str], float]) -> None:
    """Write the tables of one place."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[list[object]] = []
    measures: list[list[object]] = []

    def add(enterprise: str, line: str, sector: str, emits: dict[str, float], *, safe: float = 0.0, exempt: str = "") -> None:
        number = len(lines) + 1
        ident, grade = f"{code}-{number:03}", GRADES[number % len(GRADES)]
        shown = {each: round(emits[each], 1) if each in emits else "" for each in POLLUTANTS.values()}
        lines.append([ident, f"ILLUSTRATIVE-{ident}", f"{enterprise}（示意）", line, sector, grade, *shown.values(), 0.3, safe, exempt, ""])
        for level, cut in CUTS.items():
            share = min(cut, 1 - safe)
            cost = round(LOSS * share * sum(emits.values()) * (1 + GRADES.index(grade) / 4))
            measures.append([ident, level, f"减产{share:.0%}（示意）", f"output cut by {share:.0%} (illustrative)", round(share, 2), cost])

    whole = sum(float(each["Capacity (MW)"]) for each in plants)
    for each in plants:
        share = float(each["Capacity (MW)"]) / whole
        emits = {own: totals[key, "PP", own] * share for own in ("SO2", "NOx", "PM") if totals.get((key, "PP", own))}
        heat = "保障供热" if each["Fuel"] == "Waste" else ""
        add(each["Name"], f"{each['Fuel']} {float(each['Capacity (MW)']):g} MW", "电力", emits, safe=0.5, exempt=heat)
    for zh, _, share, count in SECTORS["IND"]:
        for number in range(count):
            emits = {own: totals[key, "IND", own] * share / count for own in ("SO2", "NOx", "PM") if totals.get((key, "IND", own))}
            add(f"{name}{zh}企业{number + 1}", "全厂", zh, emits)
    for sector, zh, _, count in SOLVENTS:
        for number in range(count):
            add(f"{name}{zh}企业{number + 1}", "全厂", zh, {"VOC": totals[key, sector, "VOC"] / count})
    road = {own: totals.get((key, "ROAD", own), 0.0) for own in POLLUTANTS.values()}
    area: list[list[object]] = []
    for level, share in (("yellow", 0.05), ("orange", 0.15), ("red", 0.4)):
        cut = [round(road[own] * share, 1) for own in POLLUTANTS.values()]
        area.append([level, "vehicles", f"机动车限行（{level}，示意）", f"driving limits ({level}, illustrative)", "市交通部门（示意）", *cut, 0])
        area.append(
            [level, "dust", "工地停止土石方作业，加密洒水（示意）", "earthworks stop, roads are wetted (illustrative)", "市住建部门（示意）", "", "", "", "", 0]
        )
    area.append(["orange", "schools", "中小学停止户外活动（示意）", "no outdoor classes (illustrative)", "市教育部门（示意）", "", "", "", "", 0])
    area.append(["red", "schools", "中小学、幼儿园停课（示意）", "schools and kindergartens close (illustrative)", "市教育部门（示意）", "", "", "", "", 0])
    area.append(
        ["red", "weather", "条件具备时人工影响天气（示意）", "weather modification where feasible (illustrative)", "市气象部门（示意）", "", "", "", "", 0]
    )
    plan: list[list[object]] = [["place", code], ["title", f"{name}重污染天气应急预案（示意）"], ["version", "示意-1"], ["illustrative", "yes"]]
    plan += [[f"total_{own}", round(totals[key, "TOTAL", own], 1)] for own in POLLUTANTS.values() if totals.get((key, "TOTAL", own))]
    plan += [["warning", "按当地预警分级发布，提前24小时（示意）"], ["supplies", "值守、车辆、资金保障（示意）"]]
    bodies = [["市空气重污染应急指挥部（示意）", "统一指挥、发布预警"], ["市生态环境部门（示意）", "监测、会商、督查"], ["市气象部门（示意）", "气象会商"]]
    head = list(POLLUTANTS.values())
    tables: dict[str, tuple[list[str], Sequence[Sequence[object]]]] = {
        "plan": (["key", "value"], plan),
        "bodies": (["name", "duty"], bodies),
        "area": (["level", "kind", "zh", "en", "department", *head, "cost"], area),
        "lines": (["id", "code", "enterprise", "name", "sector", "grade", *head, "uncertainty", "safe_load", "exempt", "contact"], lines),
        "measures": (["line", "level", "zh", "en", "cut", "cost"], measures),
    }
    for table, (columns, rows) in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([columns, *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parents[1] / "data" / "response")
