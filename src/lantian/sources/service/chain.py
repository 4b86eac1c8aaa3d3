"""The chain from what devices sent to hours, runs of exceedance, days, months, rates: the SQL rules in their order, on whichever engine is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa

from lantian.kernel.period import DAY, Period, monitoring_day, span
from lantian.lake.engine import Engine
from lantian.lake.runner import run_steps, statement
from lantian.law import LawBook
from lantian.sources.service import hour_rules as law_rows
from lantian.sources.service.hour_rules import CONTROL, IN_FORCE, MARKED, SCHEMAS, STANDARD

PACKAGE = "lantian.sources"
SLICE = 8
"""How many days of minutes are grouped at once; it bounds the memory, not the result."""
HOUR_STEPS = ("factor_hour",)
RESULT_STEPS = (
    *("role_hour", "flue_hour", "outlet_rule", "stack_hour", "outlet_quarter", "mass_gap"),
    *("outlet_hour", "exceedance_episode", "outlet_day", "outlet_month", "outlet_transmission"),
)
RESULTS = ("outlet_hour", "exceedance_episode", "outlet_day", "outlet_month", "outlet_quarter", "outlet_transmission", "mass_gap")
"""What is kept of the light steps; each holds the asked period only, but quarters and gaps also those of the look-back."""
Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Rows = Iterable[Mapping[str, Any]]


def run_factor_hours(engine: Engine, law: LawBook, registry: Tables, period: Period, editions: Mapping[str, str] = IN_FORCE) -> None:
    """Compute the table ``factor_hour`` from the view ``device_values``: the one heavy step, by month, so that it can be kept and joined later.

    The registry's ``outlet_device`` says whose outlet a device serves. An hour at the border of two months may come in two parts; the light steps join them.
    """
    rules = law_rows.hour_rules(law, period.end, editions.get(STANDARD))
    engine.table("outlet_device", _rows(_beyond(registry["outlet_device"], period), SCHEMAS["outlet_device"]))
    engine.table("rule_flag", pa.Table.from_pylist(law_rows.rule_flag(rules)))
    parts: list[str] = []
    for start, end in _slices(period):
        after = "" if start is None else f" AND time > TIMESTAMP '{start} 00:00:00'"
        until = "" if end is None else f" AND time <= TIMESTAMP '{end} 00:00:00'"
        engine.view("device_slice", f"SELECT * FROM device_values WHERE cn IN ('2031', '2051', '2061'){after}{until}")
        parts.append(f"factor_hour_{len(parts)}")
        engine.run(parts[-1], statement(PACKAGE, "factor_hour"))
    engine.view("factor_hour", " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts))


def _slices(period: Period) -> list[tuple[date | None, date | None]]:
    """Cut a period at midnights into spans of a few days, the first and the last of them open, so that memory does not grow with the month."""
    cuts = [period.start + DAY * k for k in range(SLICE, period.days, SLICE)]
    return list(pairwise([None, *cuts, None]))


def run_results(
    engine: Engine,
    law: LawBook,
    registry: Tables,
    marks: Rows,
    period: Period,
    until: datetime,
    editions: Mapping[str, str] = IN_FORCE,
    control: Rows = (),
) -> None:
    """Compute the tables of ``RESULTS`` for a period up to a clock, from the table ``factor_hour``, which should reach back one more quarter.

    ``marks`` are rows of (outlet, pollutant or 'all', start, finish, code, state, mark); ``control`` are the hours (outlet, pollutant, time, since) in which
    an analyser was out of control since its last good calibration. Hours of the reference method come from the view ``reference_values``
    (``no_reference`` makes an empty one). Every hour on which an outlet is monitored becomes a row, also where nothing came in.
    """
    edition = editions.get(STANDARD)
    first = _first_day(engine, period)
    hours = law_rows.asked_hour(first, period, until)
    days = list(span(first, max(first, hours[-1]["day"] if hours else first)))
    rules = {law_rows.hour_rules(law, day, edition) for day in (days[0], days[-1])}
    windows = law_rows.rule_window(sorted(rules, key=lambda each: each.edition))
    for name, schema in SCHEMAS.items():
        engine.table(name, _rows(registry.get(name, ()), schema))
    engine.table("asked_hour", _rows(hours, HOURS))
    engine.table("rule_hour", _rows(law_rows.rule_hour(law, days, edition), DAYS))
    engine.table("rule_window", _rows(windows, WINDOWS))
    engine.table("rule_block", _rows(law_rows.rule_block(windows), BLOCKS))
    engine.table("rule_role", _rows(law_rows.rule_role(), ROLES))
    engine.table("marked_hour", _rows(law_rows.marked_hours(marks, law, until, edition), MARKED))
    engine.table("control_hour", _rows(control, CONTROL))
    run_steps(engine, PACKAGE, RESULT_STEPS)


def no_reference(engine: Engine) -> None:
    """Make the empty table ``reference_values`` where no hour was measured by the reference method."""
    engine.table("reference_values", REFERENCE.empty_table())


def _beyond(rows: Rows, period: Period) -> Rows:
    """Stretch spans that were cut at the period by a day each way: an hour at its border begins or ends outside."""
    for row in rows:
        starts, ends = row["valid_from"], row["valid_to"]
        yield dict(row) | {"valid_from": starts - DAY if starts == period.start else starts, "valid_to": ends + DAY if ends == period.end else ends}


def _first_day(engine: Engine, period: Period) -> date:
    """Give the first day of the look-back: that of the quarter before, or of the first hour that came in, whichever is later."""
    month = (period.start.month - 1) // 3 * 3 + 1
    before = period.start.replace(month=month, day=1) - DAY
    start = before.replace(month=before.month - 2, day=1)
    found = engine.fetch("SELECT MIN(time) AS first FROM factor_hour").to_pylist()[0]["first"]
    heard = period.start if found is None else monitoring_day(found)
    return min(period.start, max(start, heard))


def _rows(rows: Rows, schema: pa.Schema) -> pa.Table:
    """Make rows a table of a schema, without the columns that the schema does not name."""
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


_TEXT, _INT, _LONG, _NUMBER, _STAMP = pa.string(), pa.int32(), pa.int64(), pa.float64(), pa.timestamp("us")
HOURS = pa.schema([("time", _STAMP), ("day", pa.date32()), ("number", _LONG), ("month", _TEXT), ("quarter", _TEXT), ("asked", _INT)])
DAYS = pa.schema(
    [
        *(("day", pa.date32()), ("edition", _TEXT)),
        *((name, _INT) for name in ("needed_minutes", "state_minutes", "invalid_minutes", "day_hours", "no_alone", "bridged_hours")),
        *((name, _NUMBER) for name in ("day_share", "month_share", "oxygen_top", "ambient_pressure", "differs", "kelvin", "pressure")),
        *((name, _NUMBER) for name in ("oxygen_of_air", "kg_of_mg", "no_to_no2")),
    ]
)
WINDOWS = pa.schema(
    [
        *(("edition", _TEXT), ("kind", _TEXT), ("capture_from", _NUMBER), ("capture_below", _NUMBER)),
        *(("hours_from", _INT), ("hours_to", _INT), ("window_hours", _INT), ("method", _TEXT)),
    ]
)
BLOCKS = pa.schema([("window_hours", _INT), ("step", _LONG), ("size", _INT)])
ROLES = pa.schema([("factor", _TEXT), ("role", _TEXT), ("pollutant", _TEXT)])
REFERENCE = pa.schema([("outlet", _TEXT), ("pollutant", _TEXT), ("time", _STAMP), ("concentration", _NUMBER), ("oxygen", _NUMBER), ("flow", _NUMBER)])
