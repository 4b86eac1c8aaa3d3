"""Running the chain: each step that is not done, in order; a process killed at any arrow is followed by one that finishes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lantian.app.chain.acts import KEY, Acts, stop_at
from lantian.app.chain.people import BEIJING
from lantian.app.chain.steps import Step, steps
from lantian.app.house import House
from lantian.app.replay import announced
from lantian.kernel.errors import InputError
from lantian.kernel.period import Moment

CLOCK = datetime(2015, 12, 7, 18)
"""When the first red alert of Beijing was decided; the chain's warning is decided with what was known then."""


def run(house: House, tell: Callable[[Step, str], None] = lambda *_: None) -> list[tuple[Step, str]]:
    """Do what is not done yet; an installation where others acted already raises ``InputError``."""
    _own(house)
    acts, done = Acts(house, CLOCK), []
    for step in steps():
        record = step.record(acts)
        if record is None:
            stop_at(f"{step.key}:before")
            step.act(acts)
            stop_at(f"{step.key}:after")
            record = step.record(acts) or ""
        tell(step, record)
        done.append((step, record))
    return done


def told(house: House) -> dict[str, Any]:
    """Tell the chain as far as it went: each step with its record, beside the alert that was really announced."""
    acts, rows = Acts(house, CLOCK), []
    for step in steps():
        record = step.record(acts)
        if record is None:
            break
        held = house.desk.records.get(record)
        rows.append({"key": step.key, "zh": step.zh, "en": step.en, "record": record, "flow": held.flow, "place": held.place})
    real = [{**each, "start": each["start"].isoformat(), "end": each["end"].isoformat()} for each in announced(BEIJING) if each["start"].year == CLOCK.year]
    return {"steps": rows, "of": len(steps()), "announced": real, "simulated": True}


def at_its_end(house: House) -> House:
    """Give the house at the clock of the chain's pages: the end of the year, unless another was asked for."""
    return house if house.moment.as_of else house.at(Moment(datetime(2016, 1, 1, 1)).as_of)


def _own(house: House) -> None:
    """Refuse an installation whose people already made records: the chain signs off law values in its simulation."""
    with house.desk.ledger.turn() as turn:
        begun = turn.done(f"{KEY}warning_draft") is not None
    if not begun and house.desk.records.find():
        raise InputError("this installation holds records of its own; run the chain in one of its own, for example LANTIAN_HOME=./chain-home")
