"""The atlas: look places up by code, Chinese or English name, former name; walk the tree; list stations and groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache

from lantian.kernel.errors import unknown
from lantian.law import LawBook, book
from lantian.places.model import Group, Place, Station
from lantian.places.readers import read_aliases, read_places, read_station_aliases, read_stations

LEVELS = ("nation", "prefecture", "province", "county")
MUNICIPALITIES = ("110000", "120000", "310000", "500000")


class Atlas:
    """Places, stations and groups, indexed by every name they go by."""

    def __init__(
        self,
        places: Iterable[Place],
        stations: Iterable[Station],
        aliases: Iterable[tuple[str, str]],
        station_aliases: Iterable[tuple[str, str]],
        law: LawBook,
    ) -> None:
        """Index names; where two places share one, the prefecture comes before the province and the county."""
        self._places = {place.code: place for place in places}
        self._ground = (tuple(aliases), tuple(station_aliases), law)
        aliases, station_aliases, _ = self._ground
        self._children: dict[str | None, list[Place]] = defaultdict(list)
        self._names: dict[str, list[Place]] = defaultdict(list)
        for place in sorted(self._places.values(), key=lambda p: (LEVELS.index(p.level), p.valid_to is not None, p.code)):
            self._children[place.parent].append(place)
            for name in dict.fromkeys((place.code, place.name, place.short, place.name_en.casefold(), place.name_en.split(" (")[0].casefold(), _bare(place))):
                self._names[name].append(place)
        for alias, code in aliases:
            self._names[alias].append(self._places[code])
        self._stations = {station.id: station for station in stations}
        self._by_city: dict[str, list[Station]] = defaultdict(list)
        self._station_names: dict[str, list[Station]] = defaultdict(list)
        for station in self._stations.values():
            self._by_city[station.city].append(station)
            for name in dict.fromkeys((station.id, station.name, station.name_en.casefold())):
                self._station_names[name].append(station)
        for alias, station_id in station_aliases:
            self._station_names[alias.casefold()].append(self._stations[station_id])
        self._groups = {group.key: group for group in self._read_groups(law)}

    def with_stations(self, stations: Iterable[Station]) -> Atlas:
        """Give the same atlas with more stations; one of a code that is already known takes its place."""
        merged = self._stations | {station.id: station for station in stations}
        aliases, station_aliases, law = self._ground
        return Atlas(self._places.values(), merged.values(), aliases, station_aliases, law)

    def _read_groups(self, law: LawBook) -> Iterable[Group]:
        for value in law.values("law_city_set"):
            members = tuple(self.find(name, level="city").code for name in value.value)
            key = value.key
            yield Group(str(key["set"]), key["zh"], key["en"], members, value.valid_from, value.valid_to, value.source, value.confidence, value.note)

    def places(self) -> tuple[Place, ...]:
        """Give every place."""
        return tuple(self._places.values())

    def place(self, code: str) -> Place:
        """Give the place of a code; an unknown code raises ``InputError``."""
        if code not in self._places:
            raise unknown("place", code, self._places)
        return self._places[code]

    def find(self, text: str, on: date | None = None, level: str | None = None) -> Place:
        """Find a place by code, Chinese or English name or former name; ``level`` 'city' takes prefectures and municipalities only.

        >>> atlas().find("北京").code, atlas().find("Ürümqi").short, atlas().find("海东地区").name
        ('110000', '乌鲁木齐', '海东市')
        """
        word = text.strip()
        found = self._names.get(word) or self._names.get(word.casefold()) or self._names.get(word.removesuffix("地区")) or []
        fits = [p for p in found if (on is None or p.valid_to is None or on <= p.valid_to) and _fits(p, level)]
        if not fits:
            names = (name for name, places in self._names.items() if not name.isdigit() and any(_fits(p, level) for p in places))
            raise unknown("place", word, names)
        return fits[0]

    def children(self, code: str) -> tuple[Place, ...]:
        """Give the divisions directly under a place."""
        return tuple(self._children.get(code, ()))

    def cities(self, code: str) -> tuple[Place, ...]:
        """Give the cities of a province: its prefectures, or itself for a municipality; a city's cities are itself."""
        place = self.place(code)
        if place.level != "province" or code in MUNICIPALITIES:
            return (place,) if place.level != "nation" else ()
        return tuple(child for child in self.children(code) if child.level == "prefecture" and child.valid_to is None)

    def province_of(self, code: str) -> Place:
        """Give the province that a place lies in."""
        place = self.place(code)
        while place.level != "province" and place.parent is not None:
            place = self.place(place.parent)
        return place

    def is_within(self, code: str, ancestor: str) -> bool:
        """Tell whether a place is another or lies in it."""
        place: Place | None = self.place(code)
        while place is not None:
            if place.code == ancestor:
                return True
            place = self._places.get(place.parent) if place.parent else None
        return False

    def station(self, name: str) -> Station:
        """Give the station of a national code; an unknown code raises ``InputError``."""
        if name not in self._stations:
            raise unknown("station", name, self._stations)
        return self._stations[name]

    def find_station(self, text: str, city: str | None = None) -> Station:
        """Find a station by national code, Chinese name or pinyin, in one city where that is given."""
        word = text.strip()
        found = self._station_names.get(word) or self._station_names.get(word.casefold()) or []
        fits = [s for s in found if city is None or s.city == city]
        if not fits:
            raise unknown("station", word, (s.id for s in self.stations(city)), where=f" in {self.place(city).short}" if city else "")
        return fits[0]

    def stations(self, city: str | None = None) -> tuple[Station, ...]:
        """Give all stations, or those of a city."""
        return tuple(self._stations.values() if city is None else self._by_city.get(city, ()))

    def group(self, key: str) -> Group:
        """Give a group of cities by its key or name; an unknown one raises ``InputError``."""
        for group in self._groups.values():
            if key in (group.key, group.zh, group.en):
                return group
        if key == "all":
            every = tuple(sorted({station.city for station in self._stations.values()}))
            return Group("all", "全部城市", "all cities", every, date.min, None, "stations", next(iter(self._groups.values())).confidence, "")
        raise unknown("group of cities", key, [*self._groups, "all"])

    def groups(self) -> tuple[Group, ...]:
        """Give the groups of cities."""
        return tuple(self._groups.values())


def _bare(place: Place) -> str:
    """Give a county's name without its last character, as daily reports write it: 蓬莱 for 蓬莱区."""
    return place.name[:-1] if place.level == "county" and len(place.name) > 1 + 1 else place.short


def _fits(place: Place, level: str | None) -> bool:
    """Tell whether a place is of a level; 'city' is a prefecture or a municipality."""
    if level is None:
        return True
    return (place.level == "prefecture" or place.code in MUNICIPALITIES) if level == "city" else place.level == level


@cache
def atlas() -> Atlas:
    """Open the packaged atlas."""
    return Atlas(read_places(), read_stations(), read_aliases(), read_station_aliases(), book())
