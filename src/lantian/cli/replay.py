"""``lantian replay``: an episode lived through again, with nothing known that was not known then."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lantian.app.replay import Asked
from lantian.app.replay import replay as run
from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.common import Json, Lang, PlaceName
from lantian.kernel.errors import InputError


def replay(
    place: PlaceName,
    start: Annotated[str, typer.Option("--from", help="The first day.")],
    end: Annotated[str, typer.Option("--to", help="The last day.")],
    variant: Annotated[str, typer.Option("--variant", help="none, forecast (simulated weather forecasts) or perfect (a ceiling).")] = "none",
    auto_approve: Annotated[bool, typer.Option("--auto-approve", help="Rehearsal only: act as if every proposal were approved at once.")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Show for each issue what would have been forecast and proposed, beside what was measured and what was really announced. Nothing is sent."""
    words = common.language(lang)
    if variant not in ("none", "forecast", "perfect"):
        raise InputError(f"no variant {variant!r}; choose none, forecast or perfect")
    found = run(common.open_house(), Asked(place, common.parse_day(start), common.parse_day(end), variant, auto_approve))
    if json:
        common.print_json(found, words)
        return
    rows = [_row(each, words) for each in found["steps"]]
    head = common.heads(words, "date", "AQI", "D+1", "D+2", "D+3", "P(>200)", "proposed", "announced")
    common.table(common.named(found, words), head, rows)


def _row(step: dict[str, Any], words: str) -> tuple[Any, ...]:
    """Give a line of the table: what was measured, what was forecast that afternoon, what was proposed, what was announced."""
    days = step["forecast"]["days"][:3]
    ahead = [f"{day['aqi']['median']} ({day['aqi']['low']}–{day['aqi']['high']})" for day in days] or ["○"] * 3
    chance = None if not days else f"{100 * list(days[0]['probability'].values())[1]:.0f} %"
    told = step["proposal"]
    proposed = "—" if told is None or told["level"] is None else f"{_level(told['level'], words)} {told['start'][5:13]}"
    real = " ".join(_level(each, words) for each in step["announced"]) or "—"
    return (step["date"], step["aqi"], *ahead, chance, proposed, real)


def _level(word: str, words: str) -> str:
    return say({"key": f"alert.level.{word}", "values": {}}, words)
