"""Forecasts of an installation: which model speaks for which city, what it says at the clock, how right it has been."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from lantian.air.model import IndexTable
from lantian.air.service.edition import index_table
from lantian.alerts.model import DayAir
from lantian.app.acting import now
from lantian.app.forecast_data import city_days, city_hours, weather_path
from lantian.app.house import House
from lantian.app.speech import say
from lantian.forecast.model import COLUMNS, Array, CityForecast, DayForecast, Days, Hours, Methods, Prediction, Range
from lantian.forecast.readers import bundles, methods, read_bundle
from lantian.forecast.rules.hourly import issue_index
from lantian.forecast.rules.index import index_of, levels_of, primary_of
from lantian.forecast.rules.weather import Path as Path_
from lantian.forecast.rules.weather import ahead, forecast_like
from lantian.forecast.service.daily import feature_block, foretell_daily, starting_points
from lantian.forecast.service.hourly import HOURLY, foretell_hourly, foretell_hours, padded, so_far, stale, to_midnight
from lantian.forecast.service.rolling import joint_draws
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.kernel.period import DAY, HOUR, close_of

VALID_SHARE = 20 / 24
"""HJ 663 asks for 20 hours of a day; the share that makes a training day valid."""
DRAWS = 2000
SEED = 7
BACK = 10
"""How many measured days stand before the forecast where a warning is decided (our choice)."""
SIMULATED = 100


class Forecasts:
    """The forecasts of a house at its clock."""

    def __init__(self, house: House) -> None:
        """Hold the house."""
        self.house = house

    @property
    def clock(self) -> datetime:
        """Give the moment at which forecasts speak."""
        return self.house.moment.as_of or now()

    @property
    def methods(self) -> Methods:
        """Give the choices by which forecasts are made."""
        return methods()

    @property
    def issue_day(self) -> date:
        """Give the day of the last issue at the clock: today from the issue hour on, else yesterday."""
        at = self.clock - timedelta(hours=int(self.methods["issue_hour"]))
        return at.date()

    @property
    def issued_at(self) -> datetime:
        """Give the moment of the last issue at the clock."""
        return datetime.combine(self.issue_day, time(int(self.methods["issue_hour"])))

    def table(self, on: date | None = None) -> IndexTable:
        """Give the index table in force on a day (that of the issue unless told), or the one asked for."""
        return index_table(self.house.law, self.house.choice.editions.get("hj_633") or self.house.law.edition("hj_633", on or self.issue_day))

    @property
    def folders(self) -> list[Path]:
        """Give where models lie: those of this installation first, then the shipped ones."""
        return [self.house.home / "forecasts" / "models", Path(str(resources.files("lantian.forecast").joinpath("models")))]

    def choose(self, family: str, variant: str, place: str | None) -> tuple[Path, Mapping[str, Any]] | None:
        """Give the model that was trained last before the issue; where all were trained later, the one that ends first, which must be said."""
        fit = [
            (path, told)
            for path, told in bundles(self.folders)
            if (told["family"], told["variant"]) == (family, variant) and (place is None or place in told["places"])
        ]
        if not fit:
            return None
        before = [each for each in fit if each[1]["last_day"] < f"{self.issue_day}"]
        return max(before, key=lambda each: str(each[1]["last_day"])) if before else min(fit, key=lambda each: str(each[1]["last_day"]))

    def choose_before(self, family: str, variant: str, place: str | None, first: date) -> Path:
        """Give the model to be verified from a day on: trained last, and only on days before it; none raises ``InputError``."""
        fit = [
            (str(told["last_day"]), path)
            for path, told in bundles(self.folders)
            if told["family"] == family and told["variant"] == variant and (place is None or place in told["places"]) and told["last_day"] < f"{first}"
        ]
        if not fit:
            raise InputError(f"no {family} model ({variant}) was trained on days before {first}; train one with lantian forecast train --end")
        return max(fit)[1]

    def keep(self, found: Mapping[str, Any]) -> Path:
        """Keep a run under the installation, named by its issue; the same issue again replaces it."""
        folder = self.house.home / "forecasts" / "runs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.issued_at:%Y%m%dT%H%M}.json"
        draft = path.with_suffix(".draft")
        held = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        draft.write_text(json.dumps({**held, **found}, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        draft.replace(path)
        return path

    def city(self, place: str, variant: str | None = None) -> CityForecast | Message:
        """Forecast one city, or say why not; ``variant`` asks for simulated (forecast) or perfect weather, which is labelled."""
        code = self.house.air.city(place).code
        if self._without_data():
            return self._stale(code)
        found = self._by_hours(code, variant)
        if found is not None:
            return found
        if variant not in (None, "none"):
            return Message("forecast.no_model", {"place": self.house.atlas.place(code).name})
        return self.cities([code])[code]

    def _by_hours(self, code: str, variant: str | None) -> CityForecast | Message | None:
        """Forecast a city by its hours; None where it has none, or no model."""
        if not self.house.lake.exists("air_hourly") or not self.house.atlas.stations(code):
            return None
        hours = city_hours(self.house, code, self.issue_day - timedelta(days=int(self.methods["history_days"])))
        if hours is None:
            return None
        at = self._issue(hours, [self.issue_day])
        path = None
        if variant in (None, "forecast"):
            path = weather_path(self.house, code, self.issued_at, hours.start + HOUR * int(at[0]), int(self.methods["weather_hours"]))
        asked = "forecast" if path is not None and variant is None else variant or "none"
        chosen = self.choose("hourly", asked, code)
        if chosen is None:
            return None if variant is None else Message("forecast.no_model", {"place": self.house.atlas.place(code).name})
        return self._foretell(hours, [self.issue_day], asked, path, chosen)[0]

    def replayed(self, place: str, first: date, last: date, variant: str = "none") -> list[CityForecast | Message]:
        """Give what would have been forecast for a city at the issue of each day, all at once: an issue sees nothing after its own moment.

        Without hours or a model that was trained before the first day ``InputError`` is raised.
        """
        code = self.house.air.city(place).code
        hours = city_hours(self.house, code, first - timedelta(days=int(self.methods["history_days"])))
        if hours is None:
            raise InputError(f"no hours of {self.house.atlas.place(code).name} are loaded; a replay needs them")
        path = self.choose_before("hourly", variant, code, first)
        told = next(each for each in bundles(self.folders) if each[0] == path)
        days = [first + DAY * number for number in range((last - first).days + 1)]
        return self._foretell(hours, days, variant, None, told)

    def _issue(self, hours: Hours, days: Sequence[date]) -> Array:
        """Give the last known hours at the issues of some days."""
        return issue_index(hours, np.array([(day - hours.start.date()).days for day in days]), self.methods["issue_hour"])

    def _foretell(
        self, hours: Hours, days: Sequence[date], variant: str, path: Path_ | None, chosen: tuple[Path, Mapping[str, Any]]
    ) -> list[CityForecast | Message]:
        """Forecast a city at the issues of some days, without a table of weather simulated weather where the variant asks for it."""
        at = self._issue(hours, days)
        whole = padded(hours, int(at.max()) + 1)
        labels: list[Message] = [Message("forecast.no_weather")] if variant == "none" else []
        if path is None and variant in ("forecast", "perfect"):
            seen = ahead(whole.weather, at, int(self.methods["weather_hours"]))
            path = seen if variant == "perfect" else forecast_like(seen, self.methods, to_midnight(self.methods), SIMULATED)
            labels.append(Message("forecast.perfect_weather" if variant == "perfect" else "forecast.noisy_weather"))
        bundle, table = read_bundle(chosen[0]), self.table(days[0])
        said = [foretell_hourly(whole, at, lead, bundle, self.methods, table, path)[0] for lead in range(1, int(self.methods["days"]) + 1)]
        found: list[CityForecast | Message] = []
        for case, day in enumerate(days):
            if stale(whole, int(at[case]), self.methods):
                found.append(self._stale(hours.place))
                continue
            own = None if path is None else {key: values[case : case + 1] for key, values in path.items()}
            steps = foretell_hours(whole, int(at[case]), bundle[HOURLY].parts[0], self.methods, own)
            begin = whole.start + HOUR * int(at[case])
            by_hour = tuple((begin + HOUR * (n + 1), Range(float(low), float(mid), float(high))) for n, (mid, low, high) in enumerate(zip(*steps, strict=True)))
            ahead_days = [self._day(each, case, lead, day, table) for lead, each in enumerate(said, 1)]
            found.append(self._told(hours.place, day, chosen[1], ahead_days, by_hour, list(labels)))
        return found

    def cities(self, places: Sequence[str] | None = None) -> dict[str, CityForecast | Message]:
        """Forecast cities by their days, all together; a city that reported nothing lately gets the reason."""
        if self._without_data():
            return {code: self._stale(code) for code in (places if places is not None else self.house.atlas.group("all").members)}
        first = self.issue_day - timedelta(days=int(self.methods["history_days"]))
        table = self.table()
        days = city_days(self.house, table, first, self.issue_day)
        chosen = self.choose("daily", "none", None)
        wanted = list(places) if places is not None else list(days.places)
        if chosen is None:
            return {code: Message("forecast.no_model", {"place": self.house.atlas.place(code).name}) for code in wanted}
        lead_of_first = (self.issue_day - days.start).days + 1
        base_row = days.count - 1
        names, block = feature_block(days, self.methods)
        bundle = read_bundle(chosen[0])
        if tuple(names) != bundle["aqi"].features:
            raise InputError("the model of the cities was trained on other features; train it again with lantian forecast train")
        at = {code: number for number, code in enumerate(days.places)}
        some = [at[code] for code in wanted if code in at]
        base = {name: values[:, some] for name, values in starting_points(days, self.methods).items()}
        block, column = block[:, some], {code: number for number, code in enumerate(code for code in wanted if code in at)}
        rows = np.array([base_row])
        behind = lead_of_first - base_row - 1
        most = max(lead for group in self.methods["lead_groups"]["daily"] for lead in group)
        leads = [lead for lead in range(1, int(self.methods["days"]) + 1) if lead + behind <= most]
        said = {lead: foretell_daily(block, base, rows, lead + behind, bundle, self.methods, table) for lead in leads}
        return {code: self._city_by_days(code, column.get(code), days, said, chosen[1]) for code in wanted}

    def _without_data(self) -> bool:
        """Tell whether the issue lies outside the days that are loaded, by more than a forecast may reach back."""
        first, last = self.house.span()
        return not first <= self.issue_day <= last + DAY * int(self.methods["stale_days"])

    def _stale(self, code: str) -> Message:
        return Message("forecast.stale", {"place": self.house.atlas.place(code).name, "days": self.methods["stale_days"]})

    def _city_by_days(self, code: str, column: int | None, days: Days, said: Mapping[int, Prediction], told: Mapping[str, Any]) -> CityForecast | Message:
        lately = days.values["pm25"][-int(self.methods["stale_days"]) :, days.places.index(code)] if column is not None else np.array([np.nan])
        if column is None or np.isnan(lately).all() or not said:
            return self._stale(code)
        last = days.start + timedelta(days=days.count - 1)
        found = [self._day(each, column, lead, self.issue_day, self.table()) for lead, each in said.items()]
        return self._told(code, self.issue_day, told, found, (), [Message("forecast.daily_only", {"day": f"{last}"}), Message("forecast.no_weather")])

    def _told(
        self, code: str, issue: date, told: Mapping[str, Any], days: Sequence[DayForecast], hours: tuple[tuple[datetime, Range], ...], labels: list[Message]
    ) -> CityForecast:
        if told["last_day"] >= f"{issue}":
            labels.append(Message("forecast.in_sample", {"first": told["first_day"], "last": told["last_day"]}))
        window = (date.fromisoformat(told["first_day"]), date.fromisoformat(told["last_day"]))
        tied = tuple(tuple(row[: len(days)]) for row in told["dependence"][: len(days)])
        chance = float(self.methods["warning_probability"])
        issued = datetime.combine(issue, time(int(self.methods["issue_hour"])))
        return CityForecast(code, issued, told["family"], told["variant"], window, tuple(days), hours, tied, tuple(labels), chance)

    def _day(self, said: Prediction, case: int, lead: int, issue: date, table: IndexTable) -> DayForecast:
        """Give one day of one case of a prediction."""
        values = {name: Range(*(float(part[name][case]) for part in (said.low, said.median, said.high))) for name in COLUMNS}
        low, median, high = (float(part["aqi"][case]) for part in (said.low, said.median, said.high))
        level = tuple(int(levels_of(np.array([min(each, float(self.top))]), table)[0]) for each in (low, median, high))
        _, parts = index_of({name: np.array([each.median]) for name, each in values.items()}, table)
        primary = primary_of(parts, np.array([median]), table)[0]
        chances = {above: float(said.probability[above][case]) for above in said.probability}
        day = issue + timedelta(days=lead)
        quantiles = tuple(float(each) for each in said.quantiles["aqi"][case])
        return DayForecast(day, lead, values, Range(low, median, high), (level[0], level[1], level[2]), primary, chances, quantiles)

    def days_of_air(self, code: str, clock: datetime) -> list[DayAir]:
        """Give the days at a city as a warning is decided from: those measured, today so far, those forecast with joint draws."""
        told = self.city(code)
        if isinstance(told, Message):
            raise InputError(say(told))
        return self.known_days(code, self.issue_day, clock) + self.ahead_days(told)

    def known_days(self, code: str, issue: date, clock: datetime) -> list[DayAir]:
        """Give the days up to the issue's own: measured where they are over at the clock, the issue's day so far."""
        first = issue - BACK * DAY
        rows = {row["date"]: row["aqi"] for row in self.house.air.series(code, first, issue)["rows"]}
        days = [first + DAY * number for number in range(BACK + 1)]
        found = [DayAir(day, None if rows.get(f"{day}") is None or close_of(day) > clock else int(rows[f"{day}"])) for day in days]
        if close_of(issue) > clock:
            found[-1] = DayAir(issue, self.today(code, issue))
        return found

    def ahead_days(self, told: CityForecast) -> list[DayAir]:
        """Give the days of a forecast with joint draws."""
        drawn, top = draws_of(told), self.top
        return [DayAir(each.day, min(math.ceil(each.aqi.median), top), np.minimum(drawn[:, n], top)) for n, each in enumerate(told.days)]

    @property
    def top(self) -> int:
        """Give the highest AQI there is."""
        return int(max(row["aqi_high"] for row in self.house.law.rows("law_level")))

    def today(self, code: str, issue: date) -> int | None:
        """Give the AQI of the hours of the issue's day so far; None without hours."""
        hours = city_hours(self.house, code, issue - DAY) if self.house.lake.exists("air_hourly") and self.house.atlas.stations(code) else None
        if hours is None:
            return None
        end = int(self._issue(hours, [issue])[0])
        return so_far(hours, end, int(self.methods["issue_hour"]) - 1, self.table(issue))

    def skill(self, code: str) -> Mapping[str, Any] | None:
        """Give the scores of the models that speak for a city, after their training window."""
        by_hours = self.choose("hourly", "none", code)
        chosen = by_hours or self.choose("daily", "none", code)
        return None if chosen is None else chosen[1]


def draws_of(told: CityForecast, count: int = DRAWS, seed: int = SEED) -> Any:
    """Draw joint futures (count × days) of the AQI of a forecast."""
    return joint_draws(np.array([each.quantiles for each in told.days]), np.array(told.correlation), count, seed)
