"""How fast something may come: a meter that lets through so many a minute, with a minute's quarter at once."""

from __future__ import annotations

MINUTE = 60.0
AT_ONCE = 4


class Meter:
    """Counts against a rate; what comes faster goes into debt, and the debt says how long to wait."""

    __slots__ = ("at", "most", "rate", "room")

    def __init__(self, per_minute: float, now: float) -> None:
        """Begin with room for a quarter of a minute's worth."""
        self.rate = per_minute / MINUTE
        self.most = max(per_minute / AT_ONCE, 1.0)
        self.room = self.most
        self.at = now

    def take(self, now: float) -> float:
        """Count one; give how many seconds to pause, 0 within the rate.

        >>> meter = Meter(60, 0.0)
        >>> [meter.take(0.0) for _ in range(17)][-3:]
        [0.0, 1.0, 2.0]
        >>> meter.take(60.0)
        0.0
        """
        self.room = min(self.most, self.room + (now - self.at) * self.rate) - 1.0
        self.at = now
        return 0.0 if self.room >= 0 else -self.room / self.rate
