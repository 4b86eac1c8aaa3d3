"""From a warning to orders: one an enterprise, one a department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lantian.response.model import POLLUTANTS, AreaMeasure, EmergencyPlan, Measure, Order


def orders_of(plan: EmergencyPlan, told: Mapping[str, Measure], area: Sequence[AreaMeasure], start: datetime, end: datetime) -> list[Order]:
    """Draft one order an enterprise whose lines must do something, and one a department, those that cut most SO2 and NOx first.

    >>> from lantian.response.model import Line, Measure
    >>> stop = Measure("1", "red", "停窑", "stop the kiln", 1.0, 900.0)
    >>> line = Line("1", "91", "某厂", "一号窑", "水泥", "C", {"NOx": 50.0}, measures=(stop,))
    >>> made = orders_of(EmergencyPlan("x", "x", "1", {}, lines=(line,)), {"1": stop}, [], datetime(2015, 12, 8, 7), datetime(2015, 12, 10, 12))
    >>> [(each.to, each.tasks, each.cut["NOx"], each.cost) for each in made]
    [('某厂', (('一号窑：停窑', '一号窑: stop the kiln'),), 50.0, 900.0)]
    """
    found = []
    firms: dict[str, list[str]] = {}
    lines = {line.id: line for line in plan.lines}
    for key in told:
        firms.setdefault(lines[key].code, []).append(key)
    for code, keys in firms.items():
        own = [(lines[key], told[key]) for key in keys]
        tasks = tuple((f"{line.name}：{measure.zh}", f"{line.name}: {measure.en}") for line, measure in own)
        cut = {name: sum(measure.cut * line.emissions.get(name, 0.0) for line, measure in own) for name in POLLUTANTS}
        cost = sum(measure.cost for _, measure in own)
        contact = next((line.contact for line, _ in own if line.contact), None)
        found.append(Order(own[0][0].enterprise, code, tasks, tuple(keys), start, end, cut, cost, contact))
    found.sort(key=lambda each: -(each.cut["SO2"] + each.cut["NOx"]))
    offices: dict[str, list[AreaMeasure]] = {}
    for each in area:
        offices.setdefault(each.department, []).append(each)
    for office, those in offices.items():
        spared = {name: sum(each.cut.get(name, 0.0) for each in those) for name in POLLUTANTS}
        found.append(Order(office, None, tuple((each.zh, each.en) for each in those), (), start, end, spared, sum(each.cost for each in those)))
    return found
