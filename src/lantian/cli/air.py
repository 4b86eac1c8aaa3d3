"""``lantian air``: one day, one hour, a period, a ranking, a series."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from lantian.cli import common
from lantian.cli.common import AsLoaded, AsOf, Engine, Json, Lang, PlaceName, Standard, Stations
from lantian.kernel.errors import InputError
from lantian.kernel.pollutant import POLLUTANTS

app = typer.Typer(no_args_is_help=True, help="The air: day, hour, evaluation, ranking, series.")
Cities = Annotated[str, typer.Option("--cities", help="key74, cities168, 2+26, bth13, yrd25, prd9 or all.")]
Year = Annotated[str | None, typer.Option("--year")]
Month = Annotated[str | None, typer.Option("--month", help="e.g. 2015-12")]
Quarter = Annotated[str | None, typer.Option("--quarter", help="e.g. 2015Q4")]


def chosen_period(year: str | None, month: str | None, quarter: str | None) -> str:
    """Give the one period asked for; none or several raise ``InputError``."""
    given = [text for text in (year, month, quarter) if text]
    if len(given) != 1:
        raise InputError(f"{len(given)} periods given; give one of --year 2015, --month 2015-12, --quarter 2015Q4")
    return given[0]


@app.command()
def day(
    place: PlaceName,
    date: Annotated[str, typer.Option("--date")],
    stations: Stations = "evaluation",
    standard: Standard = None,
    as_of: AsOf = None,
    as_loaded: AsLoaded = None,
    engine: Engine = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Show one day of a city, province or region group: AQI, level, primary pollutants, values, stations, reasons."""
    words = common.language(lang)
    answer = common.open_house(as_of, as_loaded, engine, standard).air.day(place, common.parse_day(date), stations)
    if json:
        common.print_json(answer, words)
        return
    title = f"{common.named(answer, words)} {answer['date']}  AQI {common.number(answer['aqi'])}  {' '.join(answer['primary'])}"
    rows = [(p.key, answer["values"][p.key], p.unit, answer["iaqi"][p.key]) for p in POLLUTANTS]
    common.table(title, common.heads(words, "pollutant", "value", "unit", "IAQI"), rows)
    if answer["stations"]:
        listed = [(s["station"], common.named(s, words), s["aqi"], *(s["values"][p.key] for p in POLLUTANTS)) for s in answer["stations"]]
        common.table("", common.heads(words, "station", "name", "AQI", *(p.key for p in POLLUTANTS)), listed)
    common.reasons(answer, words)


@app.command()
def hour(
    place: PlaceName,
    time: Annotated[str, typer.Option("--time", help="The end of the hour, e.g. 2015-12-08T18:00.")],
    mode: Annotated[str, typer.Option("--mode", help="standard, or cnemc (particles by the hour on the daily breakpoints).")] = "standard",
    stations: Stations = "evaluation",
    standard: Standard = None,
    as_of: AsOf = None,
    as_loaded: AsLoaded = None,
    engine: Engine = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Show one hour of a city: values, running means, real-time AQI, stations."""
    words = common.language(lang)
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        raise InputError(f"no hour {time!r}; write its end as 2015-12-08T18:00") from None
    answer = common.open_house(as_of, as_loaded, engine, standard).air.hour(place, at, stations, mode)
    if json:
        common.print_json(answer, words)
        return
    title = f"{common.named(answer, words)} {answer['time'][:16].replace('T', ' ')}  AQI {common.number(answer['aqi'])}  {' '.join(answer['primary'])}"
    common.table(
        title,
        common.heads(words, "pollutant", "value", "unit", "IAQI"),
        [(p.key, answer["values"][p.key], p.unit, answer["iaqi"].get(p.key)) for p in POLLUTANTS],
    )
    common.reasons(answer, words)


@app.command()
def evaluate(
    place: PlaceName,
    year: Year = None,
    month: Month = None,
    quarter: Quarter = None,
    stations: Stations = "evaluation",
    standard: Standard = None,
    as_of: AsOf = None,
    as_loaded: AsLoaded = None,
    engine: Engine = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Evaluate a period by HJ 663: means, percentiles, attainment, good and heavy days."""
    words = common.language(lang)
    answer = common.open_house(as_of, as_loaded, engine, standard).air.evaluate(place, chosen_period(year, month, quarter), stations)
    if json:
        common.print_json(answer, words)
        return
    days = (common.number(answer[name]) for name in ("good_days", "heavy_days", "valid_days"))
    said = "优良 {} 天，重度及以上 {} 天，有效 {} 天" if words == "zh" else "{} good days, {} heavy or severe, of {} valid"
    head = common.heads(words, "pollutant", "mean", "limit", "percentile", "limit", "attains", "valid days")
    rows = [
        (
            key,
            each["mean"],
            common.NOT_APPLICABLE if each["limit_mean"] is None else each["limit_mean"],
            each["percentile"]["value"],
            common.NOT_APPLICABLE if each["limit_percentile"] is None else each["limit_percentile"],
            common.yes(each["attains"], words),
            each["valid_days"],
        )
        for key, each in answer["pollutants"].items()
    ]
    common.table(f"{common.named(answer, words)} {answer['period']}  {said.format(*days)}", head, rows)
    common.reasons(answer, words)


@app.command()
def rank(
    cities: Cities = "key74",
    year: Year = None,
    month: Month = None,
    quarter: Quarter = None,
    change: Annotated[bool, typer.Option("--change", help="Rank by the change against the year before.")] = False,
    standard: Standard = None,
    as_of: AsOf = None,
    as_loaded: AsLoaded = None,
    engine: Engine = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Rank a set of cities by the composite index, or by its change."""
    words = common.language(lang)
    air = common.open_house(as_of, as_loaded, engine, standard).air
    period = chosen_period(year, month, quarter)
    answer = air.change(period, cities) if change else air.rank(period, cities)
    if json:
        common.print_json(answer, words)
        return
    title = f"{common.named(answer, words)} {answer['period']}"
    if change:
        rows = [(r["rank"], common.named(r, words), f"{r['index']:.2f}", f"{r['index_before']:.2f}", r["change"]) for r in answer["rows"]]
        common.table(title, common.heads(words, "rank", "city", "index", "year before", "change %"), rows)
    else:
        ranked = [(r["rank"], common.named(r, words), f"{r['index']:.2f}", r["primary"], *(r["values"][p.key] for p in POLLUTANTS)) for r in answer["rows"]]
        common.table(title, common.heads(words, "rank", "city", "index", "primary", *(p.key for p in POLLUTANTS)), ranked)


@app.command()
def trend(
    place: PlaceName,
    pollutant: Annotated[str, typer.Option("--pollutant")],
    first: Annotated[int, typer.Option("--from")],
    last: Annotated[int, typer.Option("--to")],
    as_of: AsOf = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Tell whether yearly means rise or fall (Spearman)."""
    words = common.language(lang)
    answer = common.open_house(as_of).air.trend(place, pollutant, list(range(first, last + 1)))
    if json:
        common.print_json(answer, words)
        return
    common.table(f"{answer['place']} {pollutant}", common.heads(words, "year", "mean"), list(answer["years"].items()))
    common.reasons(answer, words)


@app.command()
def series(
    place: PlaceName,
    first: Annotated[str, typer.Option("--from")],
    last: Annotated[str, typer.Option("--to")],
    daily: Annotated[bool, typer.Option("--daily")] = False,
    hourly: Annotated[bool, typer.Option("--hourly")] = False,
    mode: Annotated[str, typer.Option("--mode")] = "standard",
    stations: Stations = "evaluation",
    standard: Standard = None,
    as_of: AsOf = None,
    as_loaded: AsLoaded = None,
    engine: Engine = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Show a run of days or hours of a city."""
    words = common.language(lang)
    if daily == hourly:
        raise InputError("give one of --daily and --hourly")
    air = common.open_house(as_of, as_loaded, engine, standard).air
    answer = air.series(place, common.parse_day(first), common.parse_day(last), hourly=hourly, mode=mode, stations=stations)
    if json:
        common.print_json(answer, words)
        return
    label = "time" if hourly else "date"
    rows = [(r[label], r["aqi"], r["primary"], *(r["values"][p.key] for p in POLLUTANTS)) for r in answer["rows"]]
    common.table(common.named(answer, words), common.heads(words, label, "AQI", "primary", *(p.key for p in POLLUTANTS)), rows)
