"""``lantian alert``: which warning the rules propose, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lantian.alerts.model import Level
from lantian.alerts.readers import read_days
from lantian.app.speech import say
from lantian.app.warnings import WarningRoom
from lantian.cli import common
from lantian.cli.common import AsLoaded, AsOf, Engine, Json, Lang, PlaceName, Standard
from lantian.kernel.errors import InputError, unknown

app = typer.Typer(no_args_is_help=True, help="Warnings: the level that the rules in force propose.")


@app.command()
def decide(
    place: PlaceName,
    observed: Annotated[bool, typer.Option("--observed", help="Let the measured days of --from to --to stand in for the forecast.")] = False,
    start: Annotated[str | None, typer.Option("--from", help="The first measured day.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="The last measured day.")] = None,
    days: Annotated[Path | None, typer.Option("--days", help="A CSV file of days: day,aqi and, where there are, p10,p50,p90.")] = None,
    hours: Annotated[bool, typer.Option("--hours", help="Let measured days begin at any hour, not only at midnight.")] = False,
    rule: Annotated[str | None, typer.Option("--rule", help="Another edition than the one in force, e.g. beijing:2015 (a what-if).")] = None,
    current: Annotated[str | None, typer.Option("--current", help="The warning in force: blue, yellow, orange or red.")] = None,
    standard: Standard = None,
    as_of: AsOf = None,
    as_loaded: AsLoaded = None,
    engine: Engine = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Propose a warning level: what to do, from when to when, because of which days and which rule, how sure. Nothing is sent.

    Leaves with 0 when decided, whether a warning is proposed or none; with 2 on bad input (unknown place, rule or level, days that cannot be read,
    no forecast at hand, nothing known yet at --as-of).
    """
    words = common.language(lang)
    if current is not None and current not in [level.word for level in Level]:
        raise unknown("warning level", current, (level.word for level in Level))
    if observed != bool(start and end) or (start is None) != (end is None):
        raise InputError("--observed goes with --from and --to; give all three or none")
    if observed and days is not None:
        raise InputError("--observed and --days both say which days count; give one of them")
    if hours and not observed:
        raise InputError("--hours needs measured hours; give it with --observed")
    span = (common.parse_day(start), common.parse_day(end)) if start and end else None
    if span and span[1] < span[0]:
        raise InputError(f"the days end {end} before they start {start}; swap the two dates")
    house = common.open_house(as_of, as_loaded, engine, standard)
    room = WarningRoom(house, house.forecast_days)
    found = room.decide(place, days=read_days(days) if days else None, span=span, hours=hours, rule=rule, current=Level[current.upper()] if current else None)
    if json:
        common.print_json(found, words)
    elif "cities" in found:
        _print_region(found, words)
    else:
        _print_city(found, words)


def _level(word: str | None, words: str) -> str:
    return say({"key": f"alert.level.{word or 'none'}", "values": {}}, words)


def _print_city(found: dict[str, Any], words: str) -> None:
    """Print one city's proposal, its readings, its days and its reasons."""
    action = say({"key": f"alert.action.{found['action']}", "values": {}}, words)
    span = "" if found["start"] is None else f"  {found['start'][:16].replace('T', ' ')} – {found['end'][:16].replace('T', ' ')}"
    level = "" if found["level"] is None else "  " + _level(found["level"], words)
    common.console.print(f"{common.named(found, words)}  {action}{level}{span}", highlight=False, style="bold")
    common.console.print(found["rule"][words], highlight=False)
    common.table("", common.heads(words, "date", "AQI"), [(row["date"], row["aqi"]) for row in found["aqi"]])
    common.reasons(found, words)


def _print_region(found: dict[str, Any], words: str) -> None:
    """Print a region's prompt and each city's own level beside the one it is told."""
    told = found["prompt"]
    common.console.print(f"{common.named(found, words)}  {_level(told['level'] if told else None, words)}", highlight=False, style="bold")
    rows = [(common.named(each, words), each["rule"]["name"], _level(each["own"], words), _level(each["level"], words)) for each in found["cities"]]
    common.table("", common.heads(words, "place", "rule", "own", "told"), rows)
    common.reasons(told or found, words)
