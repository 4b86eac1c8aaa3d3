"""One stack and its days, for tests of the simulator."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lantian.gateway.devices.model import Habit, Stack

REGISTERS = Path(__file__).parents[3] / "data" / "stacks"
FIRST, LAST = datetime(2015, 12, 1), datetime(2015, 12, 29)
COAL = Stack(
    "130000-001-1",
    "005100000130000000000901",
    "coal",
    "coal_boiler",
    300.0,
    38.0,
    {"SO2": 200.0, "NOx": 100.0, "PM": 30.0},
    6.0,
    {"a21026": 500.0, "a21002": 300.0, "a34013": 100.0, "a19001": 25.0},
    frozenset({"wet_fgd", "scr", "esp"}),
    serials={"a21026": "S1"},
)
TURBINE = Stack(
    "110000-001-1",
    "005100000110000000000902",
    "natural_gas",
    "gas_turbine",
    250.0,
    40.0,
    {"SO2": 35.0, "NOx": 50.0, "PM": 5.0},
    15.0,
    {"a21026": 100.0, "a21002": 150.0, "a34013": 20.0, "a19001": 25.0},
)


def doing(stack: Stack, **habit) -> Stack:
    """Give the stack other habits."""
    return replace(stack, habit=Habit(**habit))
