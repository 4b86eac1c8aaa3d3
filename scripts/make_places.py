"""Make src/lantian/places/data/*.csv from the lists of GB/T 2260 codes and of national stations.

    python scripts/make_places.py FOLDER

FOLDER holds gb2260_province.csv, gb2260_city.csv, gb2260_area.csv and cnemc_stations.csv.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

from pypinyin import lazy_pinyin

OUT = Path(__file__).parent.parent / "src/lantian/places/data"
SUFFIXES = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "地区", "省", "市", "盟")
LOCAL = {
    "全国": "China", "陕西": "Shaanxi", "内蒙古": "Inner Mongolia", "西藏": "Tibet", "香港": "Hong Kong", "澳门": "Macao",
    "乌鲁木齐": "Ürümqi", "拉萨": "Lhasa", "呼和浩特": "Hohhot", "哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar", "吐鲁番": "Turpan", "喀什": "Kashgar",
    "和田": "Hotan", "克拉玛依": "Karamay", "阿克苏": "Aksu", "阿勒泰": "Altay", "伊犁州": "Ili", "博州": "Bortala", "巴州": "Bayingolin",
    "克州": "Kizilsu", "库尔勒": "Korla", "哈密": "Hami", "日喀则": "Xigazê", "昌都": "Qamdo", "林芝": "Nyingchi", "那曲": "Nagqu", "阿里": "Ngari",
    "呼伦贝尔": "Hulunbuir", "鄂尔多斯": "Ordos", "巴彦淖尔": "Bayannur", "乌兰察布": "Ulanqab", "锡林郭勒": "Xilingol", "阿拉善": "Alxa",
    "兴安": "Hinggan", "大兴安岭": "Da Hinggan Ling", "甘孜州": "Garzê", "阿坝州": "Ngawa", "果洛州": "Golog", "迪庆州": "Dêqên", "重庆": "Chongqing",
    "厦门": "Xiamen", "六安": "Lu'an", "蚌埠": "Bengbu", "亳州": "Bozhou", "台州": "Taizhou", "朝阳": "Chaoyang", "丽水": "Lishui", "长春": "Changchun",
    "长沙": "Changsha", "长治": "Changzhi", "深圳": "Shenzhen", "儋州": "Danzhou", "漯河": "Luohe", "衢州": "Quzhou", "宿州": "Suzhou (Anhui)",
    "泰州": "Taizhou (Jiangsu)", "鸡西": "Jixi", "资阳": "Ziyang", "吉林": "Jilin",
}  # fmt: skip
STATES = {
    "222400": "延边州", "422800": "恩施州", "433100": "湘西州", "513200": "阿坝州", "513300": "甘孜州", "513400": "凉山州", "522300": "黔西南州",
    "522600": "黔东南州", "522700": "黔南州", "532300": "楚雄州", "532500": "红河州", "532600": "文山州", "532800": "西双版纳州", "532900": "大理州",
    "533100": "德宏州", "533300": "怒江州", "533400": "迪庆州", "622900": "临夏州", "623000": "甘南州", "632200": "海北州", "632300": "黄南州",
    "632500": "海南州", "632600": "果洛州", "632700": "玉树州", "632800": "海西州", "652300": "昌吉州", "652700": "博州", "652800": "巴州",
    "653000": "克州", "654000": "伊犁州",
}  # fmt: skip
ALIASES = [
    ("伊犁哈萨克州", "654000", "", ""), ("巴音郭楞州", "652800", "", ""), ("胶南", "370211", "", "2012-12-01"), ("襄樊", "420600", "", "2010-12-08"),
    ("海东地区", "630200", "", "2013-02-28"), ("日喀则地区", "540200", "", "2014-07-10"), ("昌都地区", "540300", "", "2014-11-25"),
    ("林芝地区", "540400", "", "2015-04-29"), ("山南地区", "540500", "", "2016-02-25"), ("那曲地区", "540600", "", "2018-05-07"),
    ("吐鲁番地区", "650400", "", "2015-04-13"), ("哈密地区", "650500", "", "2016-02-25"),
]  # fmt: skip


def short(code: str, name: str) -> str:
    """Give the everyday short name of a place."""
    if code in STATES:
        return STATES[code]
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name


def english(name: str) -> str:
    """Give the name in letters: the local form where one is usual, else pinyin with apostrophes."""
    if name in LOCAL:
        return LOCAL[name]
    name = name.removesuffix("州") if len(name) > 2 else name
    word = ""
    for syllable in lazy_pinyin(name, errors="ignore"):
        word += ("'" if word and syllable[0] in "aeo" else "") + syllable
    return word[:1].upper() + word[1:]


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def places(folder: Path) -> list[list[str]]:
    """List nation, provinces, prefectures, counties: code, name, short, English, level, parent, valid_to."""
    rows = [["000000", "全国", "全国", "China", "nation", "", ""]]
    for p in rows_of(folder / "gb2260_province.csv"):
        name = short(p["code"], p["name"])
        rows.append([p["code"], p["name"], name, english(name), "province", "000000", ""])
    for c in rows_of(folder / "gb2260_city.csv"):
        if "直辖" in c["name"]:
            continue
        name = short(c["code"], c["name"])
        rows.append([c["code"], c["name"], name, english(name), "prefecture", f"{c['province']}0000", ""])
    rows.append(["371200", "莱芜市", "莱芜", "Laiwu", "prefecture", "370000", "2018-12-31"])
    known = {row[0] for row in rows}
    for a in rows_of(folder / "gb2260_area.csv"):
        if a["name"] in ("市辖区", "县"):
            continue
        parent = next(code for code in (f"{a['province']}{a['city']}00", f"{a['province']}0000") if code in known)
        name = short(a["code"], a["name"]) if a["name"].endswith("市") else a["name"]
        rows.append([a["code"], a["name"], name, english(short(a["code"], name.removesuffix("区"))), "county", parent, ""])
    return rows


def stations(folder: Path, codes: dict[str, str]) -> list[list[str]]:
    """List stations: id, name, pinyin, city code, longitude, latitude, control flag; those without a known city are named on stderr."""
    rows = []
    for s in rows_of(folder / "cnemc_stations.csv"):
        name = s["监测点名称"].split("(")[0].split("（")[0].strip()
        town = s["城市"]
        code = codes.get(town) or codes.get(s["地级行政区"]) or codes.get(s["省级行政区"])
        if code is None:
            print(f"station {s['监测点编码']} {name}: no place {town!r}", file=sys.stderr)
            continue
        control = "1" if s["对照点"] == "Y" else "0"
        letters = "".join(lazy_pinyin(name.removeprefix("海淀区"), errors="ignore"))
        rows.append([s["监测点编码"], name, letters[:1].upper() + letters[1:], code, s["经度"], s["纬度"], control])
    return rows


def write(name: str, head: list[str], rows: list[list[str]]) -> None:
    """Write one CSV file."""
    with (OUT / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


STATION_NAMES = [("Huairou", "1009A"), ("Changping", "1010A"), ("Shunyi", "1008A"), ("Aotizhongxin", "1011A"), ("Wanliu", "1007A")]


def main(folder: Path) -> None:
    """Write places, stations and aliases."""
    listed = places(folder)
    codes: dict[str, str] = {}
    for level in ("prefecture", "province", "county"):
        for row in listed:
            if row[4] == level:
                codes.setdefault(row[2], row[0])
                codes.setdefault(row[1], row[0])
                if level == "county":
                    codes.setdefault(row[1][:-1], row[0])
    codes |= {alias: code for alias, code, _, _ in ALIASES if alias not in codes}
    points = stations(folder, codes)
    by_city: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in points:
        if row[4] and row[5]:
            by_city[row[3]].append((float(row[4]), float(row[5])))
    for row in listed:
        at = by_city.get(row[0], [])
        row += [f"{sum(xy[i] for xy in at) / len(at):.4f}" if at else "" for i in (0, 1)]
    write("places.csv", ["code", "name", "short", "name_en", "level", "parent", "valid_to", "longitude", "latitude"], listed)
    write("stations.csv", ["id", "name", "name_en", "city", "longitude", "latitude", "control"], points)
    write("station_aliases.csv", ["alias", "id"], [list(row) for row in STATION_NAMES])
    write("aliases.csv", ["alias", "code", "valid_from", "valid_to"], [list(row) for row in ALIASES])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
