"""The answer to a trace id: each kind has one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lantian.app.trace import acts, air, stacks
from lantian.app.trace.grammar import parse_trace
from lantian.app.trace.model import Trace

if TYPE_CHECKING:
    from lantian.app.house import House

ANSWERS = {
    "day": air.day,
    "cities": air.cities,
    "station": air.station,
    "hour": air.hour,
    "period": air.period,
    "rank": air.rank,
    "finding": acts.finding,
    "findings": acts.findings,
    "score": acts.score,
    "forecast": acts.forecast,
    "records": acts.records,
    "outlet": stacks.outlet,
    "outlets": stacks.outlets,
    "stack": stacks.stack,
    "firm": stacks.firm,
    "laws": acts.laws,
    "table": acts.table,
    "tables": acts.tables,
    "law": acts.law,
    "credits": acts.accounts,
}


def trace(house: House, text: str, read: acts.Read | None = None) -> Trace:
    """Tell what a number or act rests on; ``read`` gives the records that the asker may read, without it every record is given."""
    asked = parse_trace(text)
    if asked.kind == "record":
        return acts.record(house, asked, read or house.desk.records.get)
    return ANSWERS[asked.kind](house, asked)
