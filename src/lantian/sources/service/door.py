"""The door of device data: a frame and its logger's setting → rows of the lake; times at the end of their period, units those of the lake, nothing dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from lantian.kernel.errors import InputError
from lantian.law import book
from lantian.sources.hj212 import Frame, Item
from lantian.sources.rules.units import ppm_multiplier

INSTANT = "2011"
PERIODS = {INSTANT: 0, "2051": -1, "2061": 60, "2031": 1440}
"""Commands whose factors are values, with the minutes of their period; −1: the logger's interval."""
PLACES = {"Min": "low", "Max": "high", "Cou": "total"}
MEANS = {True: (("Rtd", "value"), ("ZsRtd", "corrected")), False: (("Avg", "value"), ("ZsAvg", "corrected"))}
"""What is the value of an instant and of a period; the other is taken where the right one is missing."""
FLAG = "Flag"
DECIMALS = 6
MILLIONTHS = 10**DECIMALS
LARGEST = 10**12
FARTHEST = 60
"""Powers of ten beyond which nobody means a number."""
"""The lake keeps twelve digits before the point and six after it."""
EARLIEST, LATEST = 1990, 2100
"""Years in which a time can be meant."""
TICK = timedelta(microseconds=1)
SCALES = {
    **{unit: ("concentration", Fraction(scale)) for unit, scale in (("ng/m³", 1), ("µg/m³", 1000), ("mg/m³", 1_000_000), ("g/m³", 1_000_000_000))},
    **{unit: ("mass", Fraction(scale)) for unit, scale in (("mg", 1), ("g", 1000), ("kg", 1_000_000), ("t", 1_000_000_000))},
    **{unit: ("flow", scale) for unit, scale in (("m³/s", Fraction(3600)), ("m³/h", Fraction(1)), ("km³/h", Fraction(1000)))},
    **{unit: ("volume", Fraction(scale)) for unit, scale in (("m³", 1), ("km³", 1000))},
    **{unit: ("pressure", Fraction(scale)) for unit, scale in (("Pa", 1), ("hPa", 100), ("kPa", 1000))},
}
"""Units of one quantity, by how many of the smallest each is."""
KEPT = {"ng/m³": "µg/m³", "g": "kg"}
"""Where the standard's unit on the wire is not the lake's (HJ 212-2017 table B.2 lists some factors in ng/m³ and g)."""
WRITINGS = str.maketrans({"μ": "µ", "3": "³", " ": ""})


@dataclass(frozen=True, slots=True)
class Logger:
    """A logger's setting: what its times mark, the minutes of its minute data, and by what its numbers are multiplied where that is not one."""

    label: str = "start"
    interval: int = 10
    scales: Mapping[str, Fraction] = field(default_factory=dict)
    """Factor, or factor-Cou for its total → multiplier; a unit that cannot be turned is no multiplier but None at the door."""
    unknown: frozenset[str] = frozenset()
    """Factors whose unit is set to something that cannot be turned into the lake's."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be stored: why, and the text as sent."""

    reason: str
    text: str


@dataclass(slots=True)
class Opened:
    """What a frame gave: rows of device_values and of device_notes, and what could not be stored."""

    values: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@cache
def lake_units() -> Mapping[str, tuple[str, str]]:
    """Give each factor's unit in the lake, of its values and of its totals.

    >>> lake_units()["a21026"], lake_units()["a34004"], lake_units()["a00000"]
    (('mg/m³', 'kg'), ('µg/m³', 'kg'), ('m³/s', 'm³'))
    """
    found = {}
    for each in book().values("law_factor"):
        units = (each.unit, str(each.value["total_unit"] or ""))
        found[str(each.key["factor"])] = (KEPT.get(units[0], units[0]), KEPT.get(units[1], units[1]))
    return found


@cache
def wire_units() -> Mapping[str, tuple[str, str]]:
    """Give each factor's unit on the wire by the standard, of its values and of its totals."""
    return {str(each.key["factor"]): (each.unit, str(each.value["total_unit"] or "")) for each in book().values("law_factor")}


def multiplier(sent: str, kept: str) -> Fraction:
    """Give by what a number is multiplied to come from one unit to another; units of different quantities raise ``InputError``.

    >>> multiplier("ug/m3", "mg/m³"), multiplier("m³/h", "m³/s") * 3600 == 1, multiplier("°C", "°C")
    (Fraction(1, 1000), True, Fraction(1, 1))
    """
    plain = sent.translate(WRITINGS).replace("ug/", "µg/")
    if plain == kept:
        return Fraction(1)
    there, here = SCALES.get(plain), SCALES.get(kept)
    if there is None or here is None or there[0] != here[0]:
        raise InputError(f"{sent!r} cannot be turned into {kept!r}; give one of {', '.join(SCALES)}")
    return there[1] / here[1]


@lru_cache(maxsize=4096)
def setting(label: str, interval: int, units: str) -> Logger:
    """Read a logger's setting; ``units`` are written ``a34004=µg/m³; a34004-Cou=kg``.

    >>> found = setting("start", 10, "a34004=ug/m3; a21026=degrees")
    >>> found.scales["a34004"], found.scales["a34002"], found.unknown
    (Fraction(1, 1), Fraction(1, 1000), frozenset({'a21026'}))
    """
    scales, unknown = dict(_standard()), set()
    for part in units.replace("；", ";").split(";"):
        name, _, unit = part.partition("=")
        factor, _, total = name.strip().partition("-")
        if not factor:
            continue
        kept = lake_units().get(factor, ("", ""))[bool(total)]
        try:
            scale = ppm_multiplier(factor) if unit.strip().casefold() == "ppm" and not total else multiplier(unit.strip(), kept)
        except InputError:
            unknown.add(name.strip())
            continue
        scales.pop(name.strip(), None)
        scales[name.strip()] = scale
    return Logger(label, interval, scales, frozenset(unknown))


@cache
def _standard() -> Mapping[str, Fraction]:
    """Give the multipliers of factors whose unit on the wire is not the lake's."""
    found = {}
    for factor, (value, total) in wire_units().items():
        kept = lake_units()[factor]
        for name, sent, unit in ((factor, value, kept[0]), (f"{factor}-Cou", total, kept[1])):
            if sent != unit:
                found[name] = multiplier(sent, unit)
    return found


def day_of(time: datetime) -> date:
    """Give the day in which the period that ends at a time lies.

    >>> day_of(datetime(2016, 1, 2)), day_of(datetime(2016, 1, 2, 0, 10))
    (datetime.date(2016, 1, 1), datetime.date(2016, 1, 2))
    """
    return (time - TICK).date()


def minutes_of(cn: str, logger: Logger) -> int:
    """Give the length of a command's period in minutes."""
    return logger.interval if PERIODS[cn] < 0 else PERIODS[cn]


def time_of(frame: Frame, logger: Logger, received: datetime) -> datetime | None:
    """Give the end of the period that a frame speaks of, or the instant; a period without its time, or one that cannot be meant, gives None."""
    told = frame.data_time
    if told is None:
        told = None if frame.cn in PERIODS and frame.cn != INSTANT else _number_time(frame.qn) or received.replace(microsecond=0)
    if told is None or not EARLIEST <= told.year <= LATEST:
        return None
    if frame.cn in PERIODS and logger.label != "end":
        told += timedelta(minutes=minutes_of(frame.cn, logger))
    return told


def _number_time(qn: str | None) -> datetime | None:
    try:
        return datetime.strptime((qn or "")[:14], "%Y%m%d%H%M%S")
    except ValueError:
        return None


def open_frame(frame: Frame, logger: Logger, received: datetime) -> Opened:
    """Turn one frame into rows; what is neither a value nor a note is a fault."""
    found = Opened()
    time = time_of(frame, logger, received)
    if not frame.mn or not frame.cn:
        found.faults.append(Fault("no_device" if not frame.mn else "no_command", _text(frame.raw)))
        return found
    if time is None:
        found.faults.append(Fault("no_time", _text(frame.raw)))
        return found
    common = {"device": frame.mn, "cn": frame.cn, "time": time, "day": day_of(time)}
    for item in _once(frame.items):
        if item.name == "DataTime" or (frame.cn == INSTANT and item.name == ""):
            continue
        rest = dict(item.fields)
        if frame.cn in PERIODS and "" not in rest:
            row = _value(item, rest, logger, frame.cn, found)
            if row is not None:
                found.values.append(common | {"factor": item.factor, "minutes": minutes_of(frame.cn, logger)} | row)
        for label, text in rest.items():
            name = f"{item.factor}-{label}" if label else item.name
            found.notes.append(common | {"name": name, "text": text})
    return found


def _once(items: Iterable[Item]) -> list[Item]:
    """Join items of one factor, the first of a field winning."""
    found: dict[str, Item] = {}
    for item in items:
        known = found.get(item.factor)
        if known is None or "" in item.fields:
            found[item.factor if "" not in item.fields else f"{item.factor} {len(found)}"] = Item(item.name, item.factor, dict(item.fields))
        else:
            for label, text in item.fields.items():
                known.fields.setdefault(label, text)
    return list(found.values())


def _value(item: Item, rest: dict[str, str], logger: Logger, cn: str, found: Opened) -> dict[str, Any] | None:
    """Take from an item's fields what a row of values holds; what stays in ``rest`` becomes notes."""
    row: dict[str, Any] = dict.fromkeys(("value", "low", "high", "total", "corrected", "flag"))
    own, other = MEANS[cn == INSTANT], MEANS[cn != INSTANT]
    taken = list(own)
    taken += [(label, name) for (label, name), (right, _) in zip(other, own, strict=True) if right not in rest]
    taken += list(PLACES.items())
    some = False
    for label, name in taken:
        if label not in rest:
            continue
        text = rest.pop(label)
        number = _number(f"{item.factor}-Cou" if label == "Cou" else item.factor, text, logger, found, f"{item.factor}-{label}={text}")
        if number is not None:
            row[name] = number
            some = True
    if not some:
        return None if FLAG not in rest or rest.keys() != {FLAG} else row | {"flag": rest.pop(FLAG)}
    row["flag"] = rest.pop(FLAG, None)
    return row


def _number(name: str, text: str, logger: Logger, found: Opened, shown: str) -> Decimal | None:
    if not text.strip():
        return None
    if name in logger.unknown:
        found.faults.append(Fault("unit_unknown", shown))
        return None
    try:
        sent = Decimal(text.strip())
    except InvalidOperation:
        sent = Decimal("nan")
    if not sent.is_finite():
        found.faults.append(Fault("value_not_numeric", shown))
        return None
    scale = logger.scales.get(name, Fraction(1))
    if abs(sent.adjusted()) > FARTHEST or abs(sent) * scale.numerator >= LARGEST * scale.denominator:
        found.faults.append(Fault("value_too_large", shown))
        return None
    return Decimal(round(Fraction(sent) * scale * MILLIONTHS)).scaleb(-DECIMALS)  # half to even


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")
