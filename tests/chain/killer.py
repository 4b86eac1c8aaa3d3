"""Runs the chain in processes of its own and ends them without warning, at every arrow or at random moments; then lets one finish."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from datetime import datetime
from pathlib import Path

from lantian.app.chain.run import STOP, run
from lantian.app.chain.steps import steps
from lantian.app.house import House
from lantian.kernel.period import Moment


def house_over(base, home):
    made = House(Path(home), moment=Moment(datetime(2016, 1, 1, 1)))
    other = House(Path(base))
    made.__dict__.update(lake=other.lake, atlas=other.atlas, derived=other.derived)
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
    for step in steps():
        for where in ("before", "after"):
            ended = once(base, home, f"{step.key}:{where}")
            assert ended == -signal.SIGKILL, (step.key, where, ended)
    assert once(base, home) == 0


def at_random(base, home, seed):
    chance = random.Random(seed)
    kills = 0
    for _ in range(30):
        kills += once(base, home, after=chance.uniform(0.1, 3.0)) == -signal.SIGKILL
    assert kills > 5
    assert once(base, home) == 0


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    {"arrows": every_arrow, "random": lambda base, home: at_random(base, home, 2015)}[what](*given)
