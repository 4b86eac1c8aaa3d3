"""Which provisions are really computed, from which dataset, and which have data in this installation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from lantian.plan.readers import plan
from lantian.plan.service.goals import both

if TYPE_CHECKING:
    from lantian.app.house import House

RECORDED = ("act", "record")


def coverage(house: House) -> dict[str, Any]:
    """List every provision with how it is judged; ``computed`` are those whose value follows from rows of a dataset, acts apart."""
    loaded = {name for name, version in house.lake.versions().items() if version is not None}
    rows: list[dict[str, Any]] = [
        {
            "provision": each.id,
            "also": [],
            "article": 0,
            "title": both(each.title),
            "how": "air",
            "indicator": each.measures[0].indicator,
            "dataset": "air_city_daily",
            "has_data": "air_city_daily" in loaded,
        }
        for each in plan().provisions
    ]
    rows += [
        {
            "provision": duty.id,
            "also": list(duty.also),
            "article": duty.article,
            "title": both(duty.title),
            "how": duty.indicator.how,
            "indicator": duty.indicator.key,
            "dataset": duty.indicator.dataset,
            "has_data": duty.indicator.dataset in loaded,
        }
        for duty in plan().duties
    ]
    methods = Counter(row["how"] for row in rows)
    computed = sum(row["how"] not in RECORDED for row in rows)
    return {"provisions": rows, "methods": dict(methods), "computed": computed, "recorded": len(rows) - computed}
