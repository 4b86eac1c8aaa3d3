"""Those who are not let in: so many are remembered, so much of each is kept, and each is told of once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from lantian.gateway.meter import Meter
from lantian.gateway.settings import GatewaySettings
from lantian.gateway.text import shown

log = logging.getLogger("lantian.gateway")
ADDRESSES = 10_000
"""Addresses of which rubbish is metered at a time."""
PIECES = 60
"""Unreadable stretches kept of one address a minute (our choice)."""
TIMES = 4
"""Strangers remembered for each that may wait."""


@dataclass(slots=True)
class Stranger:
    """One device that is kept out, with its rate."""

    meter: Meter
    why: str

    def take(self, now: float) -> float:
        """Count a frame; give how long to pause."""
        return self.meter.take(now)


class Strangers:
    """The devices kept out, and the addresses that send rubbish; both bounded."""

    def __init__(self, settings: GatewaySettings) -> None:
        """Begin with nobody."""
        self.settings = settings
        self.known: dict[str, Stranger] = {}
        self.unknown: dict[str, str] = {}
        """Devices nobody knows and the address of each, for the waiting room."""
        self._rubbish: dict[str, Meter] = {}

    def of(self, device: str, why: str, address: str, now: float) -> Stranger | None:
        """Give a stranger, or None where there are too many."""
        found = self.known.get(device)
        if found is None:
            if len(self.known) >= self.settings.waiting * TIMES:
                return None
            found = self.known[device] = Stranger(Meter(self.settings.device_rate, now), "")
        if found.why != why:
            found.why = why
            log.warning("%s from %s is kept out: %s", shown(device), shown(address), why)
        if why == "waiting":
            self.unknown.setdefault(device, address)
        return found

    def forget(self, devices: Iterable[str]) -> None:
        """Forget those who were let in."""
        for device in devices:
            self.known.pop(device, None)
            self.unknown.pop(device, None)

    def rubbish(self, address: str, now: float) -> bool:
        """Tell whether an unreadable stretch of an address is still kept this minute."""
        if address not in self._rubbish:
            if len(self._rubbish) >= ADDRESSES:
                self._rubbish.clear()
            self._rubbish[address] = Meter(PIECES, now)
        meter = self._rubbish[address]
        if meter.take(now) == 0.0:
            return True
        meter.room = 0.0  # what is not kept makes no debt
        return False
