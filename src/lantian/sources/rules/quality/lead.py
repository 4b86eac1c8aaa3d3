"""Candidates into leads: consecutive hours are one finding, and short spans without an answer do not end it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from lantian.kernel.finding import Message
from lantian.sources.rules.quality.model import HOUR, Candidate, Lead, Parameters

SEVERITIES = ("FATAL", "CRIT1", "CRIT2", "CRIT3", "NONCRIT", "INFORM")
"""How much a lead weighs, heaviest first, in the words of the US EPA's ECMPS."""
WORD_OF = {
    "a21026": "so2",
    "a21002": "nox",
    "a34013": "pm",
    "a19001": "oxygen",
    "a00000": "flow",
    "a01011": "velocity",
    "a01012": "temperature",
    "a01014": "moisture",
}
"""How a factor is spoken of."""


def leads(outlet: str, candidates: Iterable[Candidate], severities: Mapping[str, str], p: Parameters) -> list[Lead]:
    """Merge the candidates of an outlet into leads; a run shorter than its check asks for is none."""
    grouped: dict[tuple[str, str, str], list[Candidate]] = defaultdict(list)
    for each in sorted(set(candidates), key=lambda made: made.first_hour):
        grouped[each.code, each.device, each.factor].append(each)
    found = []
    for (code, device, factor), own in sorted(grouped.items()):
        for run in _runs(own, p["all_bridge_hours"]):
            hours = sum(each.hours for each in run)
            if hours >= p[parameter(code, "least_hours")]:
                numbers = (_mean(each.value for each in run), _mean(each.expected for each in run), _mean(each.share for each in run))
                span = (run[0].first_hour, max(each.last_hour for each in run), hours)
                found.append(Lead(code, outlet, device, factor, severities[code], *span, *numbers, sum(each.readings for each in run)))
    return found


def parameter(code: str, name: str) -> str:
    """Name a parameter of a check as the tables do.

    >>> parameter("FLAT-A", "least_hours")
    'flat_a_least_hours'
    """
    return f"{code.lower().replace('-', '_')}_{name}"


def because(lead: Lead) -> Message:
    """Say what a lead saw, in numbers and without blame: key and values of the message of its check."""
    return Message(
        f"source.check.{lead.code.lower().replace('-', '_')}",
        {
            "outlet": lead.outlet or lead.device,
            "device": lead.device,
            "factor": {"key": f"source.check.factor.{WORD_OF[lead.factor]}", "values": {}} if lead.factor in WORD_OF else lead.factor,
            "start": f"{lead.first_hour - HOUR:%Y-%m-%d %H:%M}",
            "end": f"{lead.last_hour:%Y-%m-%d %H:%M}",
            "hours": lead.hours,
            "value": rounded(lead.value),
            "expected": rounded(lead.expected),
            "share": rounded(lead.share),
            "percent": rounded(None if lead.share is None else lead.share * 100),
            "readings": lead.readings,
        },
    )


def rounded(value: float | None) -> float | int | None:
    """Give a number as it is read aloud: four significant digits, whole where it is whole.

    >>> rounded(0.123456), rounded(20.0), rounded(None)
    (0.1235, 20, None)
    """
    if value is None:
        return None
    short = float(f"{value:.4g}")
    return int(short) if short.is_integer() else short


def _runs(own: Sequence[Candidate], bridge: float) -> list[list[Candidate]]:
    runs: list[list[Candidate]] = []
    for each in own:
        if runs and runs[-1][-1].last_hour + (bridge + 1) * HOUR >= each.first_hour:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _mean(values: Iterable[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else None
