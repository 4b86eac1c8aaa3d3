"""All checks over one outlet: what was sent, how its hours were judged, who visited, what is registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lantian.sources.rules.quality import change, device, level, pattern, process, series
from lantian.sources.rules.quality.lead import leads
from lantian.sources.rules.quality.model import ACIDITY, POLLUTANT_OF, Candidate, Hour, Judged, Lead, Parameters, Reading


@dataclass(frozen=True, slots=True)
class OutletData:
    """What the checks read of one outlet over a span of hours; ``last`` is the span's last hour."""

    outlet: str
    last: datetime
    readings: Sequence[Reading] = ()
    judged: Sequence[Judged] = ()
    tops: Mapping[str, float] = field(default_factory=dict)
    wet: bool = False
    visits: Sequence[change.Visit] = ()
    notes: Sequence[change.Note] = ()
    receipts: Sequence[device.Receipt] = ()
    deviating: Sequence[device.Deviating] = ()


def look(data: OutletData, names: Sequence[str], severities: Mapping[str, str], p: Parameters) -> list[Lead]:
    """Give the leads of one outlet; ``names`` are the codes of instrument parameters, ``severities`` weigh each check."""
    states = {(POLLUTANT_OF[each.factor], each.time): each.state for each in data.judged}
    hours = series.hours_of(data.readings, states)
    found = [*_of_series(data, hours, p), *_of_gas(data, hours, p), *_of_device(data, hours, names, p)]
    return leads(data.outlet, found, severities, p)


def _of_series(data: OutletData, hours: Sequence[Hour], p: Parameters) -> Iterable[Candidate]:
    usual = series.usual_of(hours, p)
    yield from level.flat(hours, usual, p)
    yield from level.flat_hours(hours, usual)
    yield from level.heaped(hours, data.tops, p)
    yield from level.saturated(hours, data.tops, p)
    yield from level.collapsed(hours, usual, data.tops, p)
    yield from level.close_under_limit(data.judged, p)
    yield from level.recomputed_otherwise(data.judged, p)
    yield from pattern.repeated(hours, p)
    yield from pattern.uneven_digits(data.readings, hours, p)
    yield from change.steps(hours, usual, p)


def _of_gas(data: OutletData, hours: Sequence[Hour], p: Parameters) -> Iterable[Candidate]:
    usual, gases = series.usual_of(hours, p), series.side_by_side(hours)
    yield from process.diluted(gases, usual, p)
    yield from process.emitting_in_stop(gases, usual, p)
    yield from process.without_flow(gases, usual, p)
    yield from process.without_mass(hours, gases, p)
    yield from process.past_scrubber(gases, usual, p)
    yield from process.sour_slurry(gases, usual, p)
    yield from process.pumps_standing(gases, usual, p)
    wet = data.wet or any(each.factor.startswith(ACIDITY) for each in hours)
    yield from process.dry_after_scrubber(gases, p) if wet else ()


def _of_device(data: OutletData, hours: Sequence[Hour], names: Sequence[str], p: Parameters) -> Iterable[Candidate]:
    yield from change.after_visits(hours, data.visits, p)
    yield from change.parameters_changed(data.notes, names, data.visits, p)
    yield from device.clock_off(data.receipts, p)
    yield from device.silent((each.time for each in hours), data.last, p)
    yield from device.deviating_more(data.deviating, p)
