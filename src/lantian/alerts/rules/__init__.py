"""The rules of warnings: spells, episodes, decisions, chances, regional prompts."""

from lantian.alerts.rules.decide import decide
from lantian.alerts.rules.episodes import episodes, timeline
from lantian.alerts.rules.regional import prompt_of, prompted
from lantian.alerts.rules.unfold import unfold
from lantian.alerts.rules.windows import decide_any_day, shifted

__all__ = ["decide", "decide_any_day", "episodes", "prompt_of", "prompted", "shifted", "timeline", "unfold"]
