"""``lantian forecast``: the days ahead, from which model, and how right it has been."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from lantian.app.forecasting import as_json, train, verify
from lantian.cli import common
from lantian.cli.common import AsOf, Json, Lang
from lantian.forecast.model import CityForecast
from lantian.kernel.errors import InputError

app = typer.Typer(no_args_is_help=True, help="Forecasts of air quality: train, run, verify.")
Variant = Annotated[str | None, typer.Option("--variant", help="none, forecast (weather with errors added) or perfect (a ceiling); a rehearsal, labelled so.")]
VARIANTS = (None, "none", "forecast", "perfect")


@app.command()
def run(
    place: Annotated[str | None, typer.Option("--place", help="A city; all without it.")] = None,
    variant: Variant = None,
    as_of: AsOf = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the run under the installation, to be verified later.")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Forecast D+1 to D+7 at the last issue before the clock. A city that cannot be forecast says why; leaves with 1 where none could."""
    words = common.language(lang)
    if variant not in VARIANTS:
        raise InputError(f"no variant {variant!r}; choose none, forecast or perfect")
    house = common.open_house(as_of)
    told = house.forecasts.cities() if place is None else {house.air.city(place).code: house.forecasts.city(place, variant)}
    found = {code: as_json(house, code, each) for code, each in told.items()}
    if keep:
        path = house.forecasts.keep(found)
        common.errors.print(f"{path}", highlight=False)
    if json:
        common.print_json(list(found.values()) if place is None else next(iter(found.values())), words)
    else:
        for each in found.values():
            _print(each, words)
    if not any(isinstance(each, CityForecast) for each in told.values()):
        raise typer.Exit(common.NO)


def _print(found: dict[str, Any], words: str) -> None:
    """Print one city."""
    common.console.print(f"{common.named(found, words)}  {found['issued_at'][:16].replace('T', ' ')}", highlight=False, style="bold")
    rows = []
    for day in found.get("days", ()):
        span = f"{day['aqi']['low']}–{day['aqi']['high']}"
        rows.append((day["date"], day["aqi"]["median"], span, day["primary"] or "—", *(f"{100 * each:.0f} %" for each in day["probability"].values())))
    if rows:
        above = [f"P(AQI>{each})" for each in found["days"][0]["probability"]]
        common.table("", common.heads(words, "date", "AQI", "10–90 %", "primary", *above), rows)
    common.reasons(found, words)


@app.command("train")
def train_(
    end: Annotated[str, typer.Option("--end", help="The last day that is learned from.")],
    place: Annotated[str | None, typer.Option("--place", help="A city with hourly data; all cities by their days without it.")] = None,
    variant: Annotated[str, typer.Option("--variant", help="none, or forecast: with weather forecasts, simulated from the observed weather.")] = "none",
    check: Annotated[str | None, typer.Option("--check", help="Verify on the days after the end up to this one, and keep the scores with the models.")] = None,
) -> None:
    """Train models on what is loaded and keep them under the installation; from then on they speak for issues after their last day."""
    if variant not in ("none", "forecast", "perfect"):
        raise InputError(f"no variant {variant!r}; choose none, forecast or perfect")
    house = common.open_house()
    path = train(house, place, variant, common.parse_day(end), common.parse_day(check) if check else None)
    common.console.print(f"{path}", highlight=False)


@app.command("verify")
def verify_(
    start: Annotated[str, typer.Option("--from", help="The first day forecast.")],
    end: Annotated[str, typer.Option("--to", help="The last day forecast.")],
    place: Annotated[str | None, typer.Option("--place", help="A city with hourly data; all cities by their days without it.")] = None,
    variant: Annotated[str, typer.Option("--variant")] = "none",
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Forecast every day of a span from the issues before it and hold it against what came, beside persistence, climatology and their blend."""
    words = common.language(lang)
    first, last = _span(start, end)
    found = verify(common.open_house(), place, variant, first, last)
    if json:
        common.print_json(found, words)
        return
    rows = []
    for each in found["leads"]:
        aqi, fine, heavy = each["targets"]["aqi"], each["targets"]["pm25"], each["events"]["200"]
        rows.append((f"D+{each['lead']}", fine["mae"], fine["persistence_mae"], aqi["mae"], aqi["persistence_mae"], aqi["climatology_mae"], aqi["coverage"], heavy["csi"]))  # fmt: skip
    head = ("", "PM2.5 MAE", "persistence", "AQI MAE", "persistence", "climatology", "10–90 %", "CSI >200")
    common.table("", head, rows)


def _span(start: str, end: str) -> tuple[date, date]:
    first, last = common.parse_day(start), common.parse_day(end)
    if last < first:
        raise InputError(f"the days end {end} before they start {start}; swap the two dates")
    return first, last
