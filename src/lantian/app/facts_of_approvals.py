"""What the gates ask of an installation: last year's air of a place, its groups, freezes and missed tasks, lists of firms, quota left, credits held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lantian.app.capacity import missed_tasks
from lantian.approvals.model import Application, Freeze, MissedTask, Offset
from lantian.kernel.errors import InputError
from lantian.kernel.place_id import within
from lantian.lake.engine import open_engine
from lantian.lake.read import open_dataset

if TYPE_CHECKING:
    from lantian.app.house import House

FREEZES = ("consequence", "freeze")
"""Flows whose signed records freeze approvals."""
SUSPENDS = "suspend_approvals"


def facts_of(house: House) -> HouseFacts:
    """Give the facts of an installation at its clock."""
    return HouseFacts(house)


@dataclass(frozen=True)
class HouseFacts:
    """The port of the gates to an installation; None always means that it cannot be told."""

    house: House

    def groups(self, place: str) -> frozenset[str]:
        """Give the groups of cities that hold the place, and its province's code."""
        city = self._city(place)
        held = {group.key for group in self.house.atlas.groups() if city in group.members}
        return frozenset(held | {self.house.atlas.province_of(place).code})

    def city(self, place: str) -> str:
        """Give the short Chinese name of the city that the place lies in."""
        return self.house.atlas.place(self._city(place)).short

    def key47(self, place: str, on: date) -> bool | None:
        """Tell whether the place lies in one of the 47 cities of the special limits; of a whole province it cannot be told."""
        if self.house.atlas.place(self._city(place)).level == "province" and not self._municipality(place):
            return None
        name = self.city(place)
        return any(name in value.value for value in self.house.law.values("law_special_city", on=on))

    def attained(self, place: str, pollutant: str, year: int) -> bool | None:
        """Tell whether the place's yearly mean was within the standard; None where too few days have data, or no air is loaded."""
        try:
            told = self.house.air.evaluate(self._city(place), str(year))["pollutants"].get(pollutant)
        except InputError:
            return None
        if told is None or not told["valid"] or told["limit_mean"] is None:
            return None
        return bool(told["reported_mean"] <= told["limit_mean"])

    def quota_left(self, place: str, pollutant: str, on: date) -> float | None:
        """Give what the newest total control of the place left, less what was approved there since [t/a]."""
        rows = [row for row in self._rows("total_control") if row["pollutant"] == pollutant and within(place, row["place"]) and row["day"] <= on]
        if not rows:
            return None
        newest = max(rows, key=lambda row: (len(row["place"].rstrip("0")), row["day"]))
        return float(newest["left"]) - self._approved(newest["place"], pollutant, newest["day"])

    def credit_held(self, offset: Offset, project: Application, on: date) -> float | None:
        """Give how much of an offered amount the ledger holds fit for the project: realised, unexpired, free or reserved for it already.

        What an account holds for such a project is asked of the ledger once, whatever amount is offered.
        """
        asked = (offset.place, offset.item, offset.industry, offset.serials, project.id, project.place, project.industry, project.applied, on)
        if asked not in self._credits:
            self._credits[asked] = self.house.credits.held(offset, project, on)
        return self._credits[asked]

    def missed_tasks(self, place: str, on: date) -> tuple[MissedTask, ...] | None:
        """Give the capacity tasks that the place has missed and not yet cured."""
        return missed_tasks(self.house, place, on)

    def freezes(self, place: str, on: date) -> tuple[Freeze, ...] | None:
        """Give the freezes that were signed for the place or a place above it and are not lifted."""
        found = []
        for each in self._signed:
            since = date.fromisoformat(str(each.body.get("since") or each.made_at.date()))
            if within(place, each.place) and since <= on:
                found.append(Freeze(each.place, each.id, _names(each.body.get("pollutants")), _names(each.body.get("industries")), since))
        return tuple(found)

    def access_listed(self, applicant: str, industry: str, on: date) -> bool | None:
        """Tell whether an enterprise stands on the published list of its industry; None where no list of it is loaded or the applicant is not named."""
        rows = [row for row in self._rows("access_list") if row["industry"] == industry and row["day"] <= on]
        if not rows or not applicant:
            return None
        return any(row["enterprise"] == applicant and row["listed"] <= on and (row["removed"] is None or row["removed"] > on) for row in rows)

    @cached_property
    def _signed(self) -> list[Any]:
        found = self.house.desk.records.find(FREEZES, states=["signed"])
        return [each for each in found if each.flow != "consequence" or each.body.get("kind") == SUSPENDS]

    @cached_property
    def _credits(self) -> dict[tuple[Any, ...], float]:
        return {}

    @cached_property
    def _held(self) -> dict[str, list[dict[str, Any]]]:
        return {}

    def _rows(self, name: str) -> list[dict[str, Any]]:
        if name not in self._held:
            if not self.house.lake.exists(name):
                self._held[name] = []
            else:
                with open_engine("duckdb") as engine:
                    open_dataset(engine, self.house.lake, name, self.house.moment)
                    self._held[name] = engine.fetch(f"SELECT * FROM {name}").to_pylist()
        return self._held[name]

    def _approved(self, place: str, pollutant: str, since: date) -> float:
        total = 0.0
        for each in self.house.desk.records.find(["application"]):
            if each.body.get("result") == "approved" and within(each.place, place) and date.fromisoformat(each.body["decided_on"]) > since:
                total += float(each.body["application"].get("emissions", {}).get(pollutant) or 0)
        return total

    def _city(self, code: str) -> str:
        place = self.house.atlas.place(code)
        while place.level == "county" and place.parent is not None:
            place = self.house.atlas.place(place.parent)
        return place.code

    def _municipality(self, code: str) -> bool:
        return self.house.atlas.cities(self._city(code))[0].code == self._city(code)


def _names(raw: Any) -> frozenset[str]:
    """Read pollutants or industries as a record holds them: a list, or words parted by commas; none means all."""
    words = raw if isinstance(raw, list) else str(raw or "").replace("、", ",").replace("，", ",").split(",")
    return frozenset(str(each).strip() for each in words if str(each).strip())
