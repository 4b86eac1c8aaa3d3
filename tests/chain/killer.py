"""Runs the chain in processes of its own and ends them without warning, at every arrow or at random moments; then lets one finish."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
import traceback
from datetime import datetime
from pathlib import Path

from lantian.app.chain.acts import STOP
from lantian.app.chain.run import run
from lantian.app.chain.steps import steps
from lantian.app.house import House
from lantian.kernel.period import Moment
from lantian.lake.store import Lake

WITHIN = ("frames:listening", "frames:sent", "frames:booked")
"""Where the step of the gateway is ended within."""


def house_over(base, home):
    """Give a house with a ledger and a lake of its own: the chain's gateway writes into it. The computed tables of the air are those of the base."""
    base, home = Path(base), Path(home)
    if not (home / "lake").exists():
        draft = home / "lake.draft"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(base / "lake", draft)
        draft.rename(home / "lake")
    made = House(home, moment=Moment(datetime(2016, 1, 1, 1)))
    other = House(base)
    made.__dict__.update(lake=Lake(home), atlas=other.atlas, derived=other.derived)
    return made


def once(base, home, stop="", after=None):
    """Run the chain in a process of its own; give how it ended."""
    child = os.fork()
    if not child:
        os.environ[STOP] = stop
        code = 1
        try:
            run(house_over(base, home))
            code = 0
        except BaseException:  # noqa: BLE001 - told, then ended
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def every_arrow(base, home):
    points = [f"{step.key}:{where}" for step in steps() for where in ("before", "after")]
    place = points.index("frames:after")
    for point in (*points[:place], *WITHIN, *points[place:]):
        ended = once(base, home, point)
        assert ended == -signal.SIGKILL, (point, ended)
    assert once(base, home) == 0


def at_random(base, home, seed):
    """Kill at random moments, before the gateway runs and after it: the step of the gateway lasts longer than these lives."""
    chance = random.Random(seed)
    kills = 0
    for stop in ("frames:before", ""):
        for _ in range(15):
            kills += once(base, home, stop, after=chance.uniform(0.1, 3.0)) == -signal.SIGKILL
        assert once(base, home, "frames:after" if stop else "") == (-signal.SIGKILL if stop else 0)
    assert kills > 5


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    {"arrows": every_arrow, "random": lambda base, home: at_random(base, home, 2015)}[what](*given)
