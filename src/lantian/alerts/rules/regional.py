"""Regional prompts: when the region's rule is met, every listed city is told its level; a prompt only ever raises."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.alerts.model import Level, Prompt, Proposal
from lantian.kernel.finding import Message


def regional_level(levels: Mapping[str, Level | None], share: int) -> Level | None:
    """Give the highest level that at least a share [%] of the listed cities meet themselves; a city whose level is unknown does not count as meeting it.

    >>> regional_level({"a": Level.RED, "b": Level.ORANGE, "c": None, "d": Level.YELLOW}, 50)
    <Level.ORANGE: 3>
    """
    met = [level for level in Level if levels and sum(each is not None and each >= level for each in levels.values()) * 100 >= share * len(levels)]
    return max(met, default=None)


def prompt_of(proposals: Mapping[str, Proposal], share: int, by: str) -> Prompt | None:
    """Make the prompt of a region from what its cities' own rules propose, over the time in which any city of that level needs it; None below the share."""
    level = regional_level({place: each.level for place, each in proposals.items()}, share)
    if level is None:
        return None
    concerned = [each for each in proposals.values() if each.level is not None and each.level >= level and each.start and each.end]
    start = min(each.start for each in concerned if each.start)
    end = max(each.end for each in concerned if each.end)
    told = Message("alert.regional", {"count": len(concerned), "of": len(proposals), "level": level.said, "share": share})
    return Prompt(level, start, end, by, (told,))


def prompted(own: Level | None, prompt: Prompt | None) -> Level | None:
    """Give the level of a city under a prompt: the graver of its own and the region's."""
    return max((each for each in (own, prompt.level if prompt else None) if each), default=None)
