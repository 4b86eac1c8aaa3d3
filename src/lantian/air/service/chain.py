"""The chain from hours to ranks: the SQL rules in their order, on whichever engine is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lantian.air.service import tables
from lantian.air.service.tables import IN_FORCE, Choice, arrow
from lantian.kernel.period import Period
from lantian.lake.engine import Engine
from lantian.lake.runner import run_steps
from lantian.law import LawBook

PACKAGE = "lantian.air"
VALUE_STEPS = ("station_day", "city_day", "published_day", "city_value", "city_index")
PERIOD_STEPS = ("period_value", "period_days", "period_index", "period_rank")
KEPT = ("station_day", "city_index", "period_value", "period_days", "period_index", "period_rank")


def run_values(engine: Engine, book: LawBook, days: Period, stations: Iterable[tuple[str, str, bool]], choice: Choice = IN_FORCE) -> None:
    """Compute station days, city days and their AQI from the views ``air_hourly`` and ``air_city_daily``.

    ``stations`` are (station, city, is a control point). Leaves the tables of ``VALUE_STEPS`` in the engine.
    """
    calendar = tables.rule_day(book, days, choice)
    editions = [row["index_edition"] for row in calendar]
    engine.table("rule_day", arrow(calendar))
    engine.table("rule_point", arrow(tables.rule_point(book, editions)))
    engine.table("rule_edition", arrow(tables.rule_edition(book, editions)))
    engine.table("indicator", arrow(tables.indicator()))
    engine.table("network", arrow(tables.network(stations)))
    run_steps(engine, PACKAGE, VALUE_STEPS)


def run_periods(engine: Engine, book: LawBook, periods: Sequence[Period], city_sets: Mapping[str, Sequence[str]], choice: Choice = IN_FORCE) -> None:
    """Compute statistics, attainment, index and rank of every city for the asked periods, from the tables of ``run_values``."""
    engine.table("asked_period", arrow(tables.asked_period(book, periods)))
    engine.table("period_day", arrow(tables.period_day(book, periods)))
    engine.table("rule_statistic", arrow(tables.rule_statistic(book, periods)))
    engine.table("rule_limit", arrow(tables.rule_limit(book, periods, choice)))
    engine.table("rule_weight", arrow(tables.rule_weight(book, periods, choice)))
    engine.table("ranked_city", arrow([{"city_set": key, "place": place} for key, places in city_sets.items() for place in places]))
    run_steps(engine, PACKAGE, PERIOD_STEPS)
