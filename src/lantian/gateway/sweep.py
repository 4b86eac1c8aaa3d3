"""What a gateway looks after every second: half frames, idle connections, devices gone silent, what is known of each."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from lantian.gateway.text import shown

if TYPE_CHECKING:
    from lantian.gateway.hub import Hub

EVERY = 1.0
SELDOM = 5
MINUTE = 60.0
log = logging.getLogger("lantian.gateway")


class Sweep:
    """The looking after of one hub."""

    def __init__(self, hub: Hub) -> None:
        """Look after a hub."""
        self.hub = hub
        self.kept = 0.0

    async def run(self) -> None:
        """Look every second."""
        round_ = 0
        while True:
            await asyncio.sleep(EVERY)
            self.hub.tick()
            now = self.hub.loop.time()
            self.unfinished(now)
            round_ += 1
            if round_ % SELDOM == 0:
                self.idle(now)
                self.silent(now)
                self.keep(now)

    def unfinished(self, now: float) -> None:
        """End connections whose frame was begun long ago: a slow peer may not hold a place by dribbling."""
        for link in [each for each in self.hub.unfinished if now - each.begun > self.hub.settings.half_frame and not each.holds]:
            log.warning("%s began a frame and did not finish it in %g s; closed", shown(link.peer), self.hub.settings.half_frame)
            link.give_up("half_frame")
            link.close()

    def idle(self, now: float) -> None:
        """End connections on which nothing came for long."""
        for link in [each for each in self.hub.links if now - each.at > self.hub.settings.idle and not each.holds]:
            log.info("%s is idle; closed", shown(link.peer))
            link.close()

    def silent(self, now: float) -> None:
        """Call devices silent that were not heard for some intervals, and tell when they speak again."""
        for seen in self.hub.seen.values():
            silent = bool(seen.at) and now - seen.at > self.hub.settings.silence * seen.minutes * MINUTE
            if silent != seen.silent:
                seen.silent = silent
                log.warning("%s %s", shown(seen.device), f"is silent since {seen.last or 'the gateway began'}" if silent else "speaks again")
                self.hub.keep([seen])

    def keep(self, now: float) -> None:
        """Have what is known of each device kept that spoke since the last time."""
        self.hub.keep([each for each in self.hub.seen.values() if each.at >= self.kept])
        self.kept = now
