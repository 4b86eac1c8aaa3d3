"""An independent, slow reading of HJ 75 and of the formulas of HJ 212-2017 annex D in exact fractions: what the SQL chain is compared with.

It shares no code with the package: numbers, formulas and windows are written out again.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction

HOUR = timedelta(hours=1)
MEASURED = {"N": "N", "": "N", None: "N", "St": "St", "Sd": "Sd"}
LOST = {"F": "F", "C": "C", "M": "M", "S": "M", "D": "D", "B": "D", "T": "T", "Md": "Md"}
CODE = {"SO2": "a21026", "NOx": "a21002", "PM": "a34013"}


def label(end: datetime) -> datetime:
    return (end - timedelta(minutes=1)).replace(minute=0, second=0) + HOUR


def factor_hours(rows, devices):
    """Sum minutes into {(outlet, factor, hour): …}; ``devices`` gives (device, outlet, first day, last day or None)."""
    found: dict = {}
    for row in rows:
        hour = label(row["time"])
        day = (hour - HOUR).date()
        for device, outlet, first, last in devices:
            if device != row["device"] or day < first or (last is not None and day > last):
                continue
            at = found.setdefault(
                (outlet, row["factor"], hour), {"minutes": 0, "valid": 0, "sum": Fraction(0), "cvalid": 0, "csum": Fraction(0), "states": defaultdict(int)}
            )
            flag, value, corrected = row["flag"], row["value"], row["corrected"]
            if row["cn"] == "2031":
                at["daily"] = 1
            elif row["cn"] == "2061":
                at["reported"] = (MEASURED.get(flag) or LOST[flag], Fraction(value) if value is not None and flag in MEASURED else None)
                at["reported_corrected"] = Fraction(corrected) if corrected is not None and flag in MEASURED else None
            else:
                at["minutes"] += row["minutes"]
                at["states"][MEASURED.get(flag) or LOST[flag]] += row["minutes"]
                if flag in MEASURED and value is not None:
                    at["valid"] += row["minutes"]
                    at["sum"] += Fraction(value) * row["minutes"]
                if flag in MEASURED and corrected is not None:
                    at["cvalid"] += row["minutes"]
                    at["csum"] += Fraction(corrected) * row["minutes"]
    return {key: closed(at) for key, at in found.items()}


def closed(at):
    """Give (state, value, corrected, minutes, valid minutes, basis, daily report)."""
    tail = (at["minutes"], at["valid"])
    daily = at.get("daily", 0)
    if at["minutes"] < 45 and "reported" in at:
        state, value = at["reported"]
        return (state, None if state == "F" else value, None if state == "F" else at["reported_corrected"], *tail, "reported", daily)
    basis = "minutes" if at["minutes"] else None
    states = at["states"]
    value = at["sum"] / at["valid"] if at["valid"] >= 45 else None
    corrected = at["csum"] / at["cvalid"] if at["cvalid"] >= 45 and at["valid"] >= 45 else None
    for state in ("F", "St", "Sd"):
        if states[state] >= 45:
            return (state, None if state == "F" else value, None if state == "F" else corrected, *tail, basis, daily)
    if at["valid"] >= 45:
        return ("N", value, corrected, *tail, basis, daily)
    for state in ("C", "M", "D", "T"):
        if states[state] > 15:
            return (state, None, None, *tail, basis, daily)
    return ("Md", None, None, *tail, basis, daily)


def mark_at(marks, outlet, pollutant, end):
    """Give (code, mark) that governs an hour, or None."""
    minutes, who = defaultdict(int), defaultdict(list)
    for mark in marks:
        if mark["outlet"] == outlet and mark["pollutant"] in (pollutant, "all") and mark["state"] in ("stated", "accepted"):
            covered = int((min(mark["finish"], end) - max(mark["start"], end - HOUR)).total_seconds() // 60)
            if covered > 0:
                minutes[mark["code"]] += covered
                who[mark["code"]].append((-covered, mark["mark"]))
    for code, least in (("F", 45), ("St", 45), ("Sd", 45), ("B", 45), ("C", 16), ("M", 16), ("D", 16), ("T", 16)):
        if minutes[code] >= least:
            return code, min(who[code])[1]
    return None


def stack_hours(hours, outlets, marks, times, references=()):
    """Give {(outlet, pollutant, time): …} for every hour; ``outlets`` are dicts of what is registered."""
    by_reference = {(r["outlet"], r["pollutant"], r["time"]): r for r in references}
    found = {}
    for o in outlets:
        for pollutant in o["pollutants"]:
            for time in times:
                day = (time - HOUR).date()
                if day < o["commissioned"]:
                    continue
                found[o["outlet"], pollutant, time] = one_hour(o, pollutant, time, hours, marks, by_reference)
    return found


def one_hour(  # noqa: PLR0915 - as long as the standard is
    o, pollutant, time, hours, marks, references
):
    def get(factor):
        return hours.get((o["outlet"], factor, time))

    def value(factor):
        return got[1] if (got := get(factor)) else None

    own = get(CODE[pollutant])
    sent = own[1] if own else None
    if pollutant == "NOx":
        if own is None:
            own = get("a21003")
            no, no2 = value("a21003"), value("a21004")
            sent = None if no is None or (no2 is None and time > datetime(2018, 3, 1)) else no * 46 / 30 + (no2 or 0)
            own = own and (own[0], sent, None, *own[3:])
        elif o.get("nox_basis") == "NO" and sent is not None:
            sent = sent * 46 / 30
    state, _, reported, minutes, valid, basis, daily = own or ("Md", None, None, 0, 0, None, 0)
    mark = mark_at(marks, o["outlet"], pollutant, time)
    if mark:
        state = mark[0]
    celsius, gauge, moisture, oxygen = (value(code) for code in ("a01012", "a01013", "a01014", "a19001"))
    to_standard = None if celsius is None or gauge is None else Fraction(101325) / (Fraction(101325) + gauge * 1000) * (273 + celsius) / 273
    dry_share = None if moisture is None else 1 - moisture / 100
    kind = o.get("basis", {}).get(pollutant, "dry")
    dry = sent
    if dry is not None and kind == "actual":
        dry = None if to_standard is None or dry_share is None else dry * to_standard / dry_share
    elif dry is not None and kind == "wet":
        dry = None if dry_share is None else dry / dry_share
    flow = value("a00000")
    if flow is None and value("a01011") is not None and o.get("area"):
        flow = value("a01011") * Fraction(str(o["area"]))
    if flow is not None and flow < 0:
        flow = None
    if flow is not None:
        flow = flow * 3600
        if o.get("flow_basis") != "dry":
            flow = None if to_standard is None or dry_share is None else flow / to_standard * dry_share
    reference = o["reference"].get(pollutant)
    factor = Fraction(1) if reference is None else None if oxygen is None or oxygen >= Fraction("20.9") else Fraction(21 - reference) / (21 - oxygen)
    usable = dry if state in ("N", "St", "Sd", "B") else None
    corrected = dry * factor if state == "N" and dry is not None and factor is not None else None
    limit = o["limits"].get(pollutant)
    row = {"state": state, "minutes": minutes, "valid_minutes": valid, "oxygen": oxygen, "flow": flow, "limit_value": limit, "mark": mark and mark[1]}
    row["concentration"] = dry if state == "N" else None
    row["corrected"], row["corrected_reported"] = corrected, reported
    row["differs"] = None if corrected is None or reported is None else int(abs(corrected - reported) > Fraction(2, 100) * abs(corrected))
    row["exceeds"] = None if corrected is None or limit is None else int(corrected > limit)
    row["multiple"] = None if corrected is None or limit is None else corrected / limit - 1
    mass = Fraction(0) if state == "F" else None if usable is None or flow is None else max(usable, Fraction(0)) * flow / 10**6
    row["lacking"] = mass is None
    row["captured"] = usable is not None and factor is not None
    row["received"], row["daily"] = basis is not None, daily
    row["basis"] = basis if usable is not None else None
    method = "stopped" if state == "F" else "missing" if mass is None else "reported" if basis == "reported" else "measured"
    by = references.get((o["outlet"], pollutant, time))
    if mass is None and by is not None and (by["flow"] or flow) is not None:
        mass, method = Fraction(str(by["concentration"])) * (Fraction(str(by["flow"])) if by["flow"] else flow) / 10**6, "reference"
    row["mass"], row["method"] = mass, method
    return row


def quarter(time: datetime) -> str:
    day = time - HOUR
    return f"{day.year}Q{(day.month + 2) // 3}"


def capture(rows):
    running = [row for row in rows if row["state"] != "F"]
    return Fraction(sum(row["captured"] for row in running), len(running)) if running else None


def substitute(found):
    """Fill the mass of gaps in place; give {(outlet, pollutant, quarter): capture}."""
    series = defaultdict(list)
    for (outlet, pollutant, time), row in sorted(found.items(), key=lambda item: (item[0][0], item[0][1], item[0][2])):
        series[outlet, pollutant].append((time, row))
    rates = {}
    for key, hours in series.items():
        by_quarter = defaultdict(list)
        for time, row in hours:
            by_quarter[quarter(time)].append(row)
        rates |= {(*key, name): capture(rows) for name, rows in by_quarter.items()}
        valid, gap = [], []
        for time, row in [*hours, (None, None)]:
            if row is not None and row["state"] == "F":
                continue
            if row is not None and row["lacking"]:
                gap.append((time, row))
                continue
            if gap:
                fill(gap, rates[(*key, quarter(gap[0][0]))], valid)
                gap = []
            if row is not None:
                valid.append(row["mass"])
    return rates


def fill(gap, rate, valid):
    window = None
    if rate is not None and rate >= Fraction(9, 10):
        window = 180 if len(gap) <= 24 else 720
    elif rate is not None and rate >= Fraction(3, 4):
        window = 2160
    if window and valid:
        for _, row in gap:
            if row["method"] == "missing":
                row["mass"], row["method"] = max(valid[-window:]), f"substituted_{window}"


def episodes(found, bridged=3):
    """Walk the hours one by one and join exceeding ones."""
    runs = []
    series = defaultdict(list)
    for (outlet, pollutant, time), row in sorted(found.items(), key=lambda item: (item[0][0], item[0][1], item[0][2])):
        series[outlet, pollutant].append((time, row))
    for key, hours in series.items():
        run, unknown = None, 0
        for time, row in hours:
            if row["exceeds"] == 1:
                if run is None or unknown > bridged:
                    run = {"key": key, "start": time, "hours": 0, "unknown_hours": 0, "peak": None}
                    runs.append(run)
                    unknown = 0
                run["hours"] += 1
                run["unknown_hours"] += unknown
                run["finish"], unknown = time, 0
                if run["peak"] is None or row["corrected"] > run["peak"]:
                    run["peak"], run["peak_time"], run["multiple"] = row["corrected"], time, row["multiple"]
            elif row["exceeds"] == 0 or row["state"] == "F":
                run = None
            elif run is not None:
                unknown += 1
    return runs
