"""The law of hours as the rules take it for a day, and as the small tables that the SQL joins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pyarrow as pa

from lantian.kernel.finding import Confidence
from lantian.kernel.period import HOUR, Period, monitoring_day
from lantian.lake.declaration import STAMP
from lantian.law import LawBook, LawValue
from lantian.sources.model.hours import Check, HourRules, Mark
from lantian.sources.rules.control import drift, out_of_control
from lantian.sources.rules.marks import governing, overlap

Rows = list[dict[str, Any]]

STANDARD = "hj_75"
IN_FORCE: Mapping[str, str] = {}
"""Which editions are asked for instead of those in force: {'hj_75': '2017'}; the product is a what-if (DESIGN §2)."""
ROLES = {
    "a21026": ("SO2", "SO2"),
    "a21002": ("NOx", "NOx"),
    "a21003": ("NO", "NOx"),
    "a21004": ("NO2", "NOx"),
    "a34013": ("PM", "PM"),
    "a20057": ("Hg", "Hg"),
    "a24088": ("VOC", "VOC"),
    "a19001": ("oxygen", None),
    "a00000": ("flow", None),
    "a01011": ("velocity", None),
    "a01012": ("temperature", None),
    "a01013": ("pressure", None),
    "a01014": ("moisture", None),
}
"""What each factor is in the reckoning of an hour, and the pollutant that is measured by it."""
BLOCK = 60
"""How many valid hours the look-back handles at once; it changes the speed, not the result."""
TEXT, NUMBER, DATE, INT = pa.string(), pa.float64(), pa.date32(), pa.int32()
SPAN = (("valid_from", DATE), ("valid_to", DATE))
SCHEMAS = {
    "outlet_device": pa.schema([("outlet", TEXT), ("device", TEXT), ("label", TEXT), ("interval", INT), *SPAN]),
    "outlet_unit": pa.schema([("outlet", TEXT), ("area", NUMBER), ("commissioned", DATE), ("retired", DATE), *SPAN]),
    "outlet_analyser": pa.schema([("outlet", TEXT), ("factor", TEXT), ("pollutant", TEXT), ("range_top", NUMBER), ("basis", TEXT), ("nox_basis", TEXT), *SPAN]),
    "rule_limit": pa.schema(
        [("outlet", TEXT), ("pollutant", TEXT), *SPAN, ("limit_value", NUMBER), ("reference_oxygen", NUMBER), ("item", TEXT), ("provisional", INT)]
    ),
}
"""The registry's tables as the SQL joins them; ``valid_to`` is the last day, an empty one means until further notice."""
MARKED = pa.schema([("outlet", TEXT), ("pollutant", TEXT), ("time", STAMP), ("code", TEXT), ("mark", TEXT)])
CONTROL = pa.schema([("outlet", TEXT), ("pollutant", TEXT), ("time", STAMP), ("since", STAMP)])


@lru_cache(maxsize=4096)
def hour_rules(law: LawBook, on: date, edition: str | None = None) -> HourRules:
    """Give the rules of hours in force on a day, or of the edition asked for."""
    asked: dict[str, Any] = {"edition": edition} if edition else {"on": on}
    item = {v.key["item"]: v.value for v in law.values("law_hour_rule", standard=STANDARD, **asked)}
    formula = {v.key["name"]: Fraction(str(v.value)) for v in law.values("law_formula", standard=STANDARD, **asked)}
    return HourRules(
        edition=edition or law.edition(STANDARD, on),
        valid_minutes=item["valid_minutes"],
        state_minutes=item["state_minutes"],
        invalid_minutes=item["invalid_minutes"],
        day_share=Fraction(str(item["day_share"])),
        day_hours=item["day_hours"] if item["day_reading"] == "hours" else None,
        month_share=Fraction(str(item["month_share"])),
        short_gap=item["short_gap"],
        oxygen_top=Fraction(str(item["oxygen_top"])),
        ambient_pressure=Fraction(str(item["ambient_pressure"])),
        differs=Fraction(str(item["differs"])),
        no_alone=bool(item["no_alone"]),
        bridged_hours=item["bridged_hours"],
        **{name: formula[name] for name in ("kelvin", "pressure", "molar_volume", "mass_of_no2", "mass_of_no", "oxygen_of_air", "kg_of_mg")},
        bands=_bands(law, asked),
        windows={(v.key["kind"], v.key["band"], v.key["gap"]): int(v.value) for v in law.values("law_substitution", standard=STANDARD, **asked)},
        flags={v.key["flag"]: (v.value["state"], bool(v.value["measured"])) for v in law.values("law_device_flag", standard=STANDARD, **asked)},
    )


def _bands(law: LawBook, asked: Mapping[str, Any]) -> tuple[tuple[str, Fraction], ...]:
    found = [(v.key["band"], Fraction(str(v.value))) for v in law.values("law_capture_band", standard=STANDARD, **asked)]
    return tuple(sorted(found, key=lambda band: -band[1]))


def doubtful(law: LawBook, on: date, edition: str | None = None) -> list[LawValue]:
    """List the values by which lost mass of a day is substituted that are unsure: they make a substituted mass provisional (DESIGN §3)."""
    asked: dict[str, Any] = {"edition": edition} if edition else {"on": on}
    return [v for v in law.values("law_substitution", standard=STANDARD, **asked) if v.confidence is Confidence.UNSURE]


def rule_hour(law: LawBook, days: Iterable[date], edition: str | None = None) -> Rows:
    """One row a day: the numbers of the edition that holds on it."""
    rows = []
    for day in days:
        rules = hour_rules(law, day, edition)
        shares = ("day_share", "month_share", "oxygen_top", "ambient_pressure", "differs", "kelvin", "pressure", "oxygen_of_air", "kg_of_mg")
        row: dict[str, Any] = {"day": day, "edition": rules.edition, "no_to_no2": float(rules.mass_of_no2 / rules.mass_of_no)}
        row |= {"needed_minutes": rules.valid_minutes, "state_minutes": rules.state_minutes, "invalid_minutes": rules.invalid_minutes}
        row |= {"day_hours": rules.day_hours, "no_alone": int(rules.no_alone), "bridged_hours": rules.bridged_hours}
        rows.append(row | {name: float(getattr(rules, name)) for name in shares})
    return rows


def rule_window(rules: Iterable[HourRules]) -> Rows:
    """One row an edition, kind of loss, capture band and length of gap: the window of valid hours, and the method's code."""
    rows = []
    for each in {one.edition: one for one in rules}.values():
        tops = [None, *(float(least) for _, least in each.bands[:-1])]
        for (kind, band, gap), window in sorted(each.windows.items()):
            at = [name for name, _ in each.bands].index(band)
            row: dict[str, Any] = {"edition": each.edition, "kind": kind, "capture_from": float(each.bands[at][1]), "capture_below": tops[at]}
            row |= {"hours_from": 1 if gap == "short" else each.short_gap + 1, "hours_to": each.short_gap if gap == "short" else None}
            rows.append(row | {"window_hours": window, "method": f"substituted_{window}"})
    return rows


def rule_block(windows: Rows) -> Rows:
    """One row a window and step: which blocks of valid hours, counted back from the last one, it can touch."""
    lengths = sorted({row["window_hours"] for row in windows})
    return [{"window_hours": length, "step": step, "size": BLOCK} for length in lengths for step in range(-(-length // BLOCK) + 1)]


def rule_flag(rules: HourRules) -> Rows:
    """One row a device flag: the state it tells, and whether a value under it is measured."""
    return [{"flag": flag, "state": state, "measured": int(measured)} for flag, (state, measured) in rules.flags.items()]


def rule_role() -> Rows:
    """One row a factor: its role in the reckoning, and its pollutant."""
    return [{"factor": factor, "role": role, "pollutant": pollutant} for factor, (role, pollutant) in ROLES.items()]


def asked_hour(first: date, period: Period, until: datetime) -> Rows:
    """One row an hour from the first day of the look-back to ``until``, numbered; ``asked`` is 1 within the period."""
    rows = []
    end = datetime.combine(first, datetime.min.time()) + HOUR
    last = min(until, datetime.combine(period.end, datetime.min.time()) + timedelta(days=1))
    number = 0
    while end <= last:
        day = monitoring_day(end)
        quarter = f"{day.year:04}Q{(day.month + 2) // 3}"
        row = {"time": end, "day": day, "number": number, "month": f"{day:%Y-%m}", "quarter": quarter, "asked": int(day >= period.start)}
        rows.append(row)
        end, number = end + HOUR, number + 1
    return rows


def marked_hours(marks: Iterable[Mapping[str, Any]], law: LawBook, last: datetime, edition: str | None = None) -> Rows:
    """One row an outlet, pollutant and hour that a standing mark governs."""
    of: dict[str, list[Mark]] = {}
    for row in marks:
        mark = Mark(row["outlet"], row["pollutant"], row["code"], row["start"], row["finish"], row["state"], str(row["mark"]))
        of.setdefault(mark.outlet, []).append(mark)
    pollutants = sorted({pollutant for _, pollutant in ROLES.values() if pollutant})
    found = []
    for outlet, own in of.items():
        for end in sorted({end for mark in own for end in _hours_of(mark, last)}):
            rules = hour_rules(law, monitoring_day(end), edition)
            near = [mark for mark in own if overlap(mark, end)]
            for pollutant in pollutants:
                told = governing(near, pollutant, end, rules)
                if told is not None:
                    found.append({"outlet": outlet, "pollutant": pollutant, "time": end, "code": told.code, "mark": told.mark})
    return found


def control_hours(law: LawBook, checks: Iterable[Mapping[str, Any]], until: datetime) -> Rows:
    """One row an outlet, pollutant and hour in which an analyser was out of control by its checks: the ``control`` of ``run_results``.

    ``checks`` are rows of (outlet, pollutant, time, reference, reading, range_top). How often a check is due differs by type of analyser and is not judged here.
    """
    of: dict[tuple[str, str], list[Check]] = {}
    for row in checks:
        if row["range_top"] and row["reading"] is not None and row["reference"] is not None:
            found = Check(row["time"], drift(row["reference"], row["reading"], row["range_top"]))
            of.setdefault((row["outlet"], row["pollutant"]), []).append(found)
    rows = []
    for (outlet, pollutant), own in of.items():
        limit = law.value("law_cems_quality", on=until.date(), check="gas_drift", what="out_of_control")
        for lost in out_of_control(own, Fraction(str(limit.value)), until):
            first = lost.start.replace(minute=0, second=0, microsecond=0)
            ends = [first + HOUR * (k + 1) for k in range(-((lost.finish - first) // -HOUR))]
            rows += [{"outlet": outlet, "pollutant": pollutant, "time": end, "since": lost.since or datetime.min.replace(year=1900)} for end in ends]
    return rows


def _hours_of(mark: Mark, last: datetime) -> Sequence[datetime]:
    """Give the ends of the hours that a mark touches."""
    first = mark.start.replace(minute=0, second=0, microsecond=0)
    count = -((min(mark.finish, last) - first) // -HOUR)
    return [first + HOUR * (k + 1) for k in range(max(0, count))]
