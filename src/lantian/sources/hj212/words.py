"""The words of the language: codes of factors, fields, commands and systems from the law book, and the register of deviations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from lantian.law import book

LATER = (2017, 2025)


@dataclass(frozen=True, slots=True)
class Words:
    """Look-ups of the reader, each from a table of the law."""

    canonical: Mapping[str, str]
    """Name as sent → code of 2017, for codes of 2017, of 2005 and vendors' names."""
    old: frozenset[str]
    """Codes of HJ/T 212-2005."""
    vendor: frozenset[str]
    totalled: frozenset[str]
    """Factors that have totals: concentrations and flows, which cannot be negative."""
    fields: Mapping[str, tuple[str, bool]]
    """Field in lower case → (field as the standard writes it, whether it is a number)."""
    parameters: Mapping[str, str]
    """Parameter that stands alone, in lower case → as the standard writes it."""
    commands: frozenset[str]
    systems: frozenset[str]
    flags: frozenset[str]
    mn_lengths: Mapping[int, int]
    segment_max: int


@cache
def words() -> Words:
    """Collect the words from the law book."""
    law = book()
    factors = {str(v.key["factor"]): v.value for v in law.values("law_factor")}
    old = {str(code): factor for factor, value in factors.items() for code in value["old"]}
    vendor = {str(v.key["name"]): str(v.value) for v in law.values("law_vendor_name")}
    fields = {str(v.key["field"]): v.value["kind"] == "number" for v in law.values("law_data_field")}
    lengths = {v.valid_from.year: int(v.value) for v in law.values("law_frame", item="mn")}
    return Words(
        canonical={**vendor, **old, **{factor: factor for factor in factors}},
        old=frozenset(old),
        vendor=frozenset(vendor),
        totalled=frozenset(factor for factor, value in factors.items() if value["total_unit"]),
        fields={name.lower(): (name, number) for name, number in fields.items()},
        parameters={str(v.key["name"]).lower(): str(v.key["name"]) for v in law.values("law_parameter")},
        commands=frozenset(str(v.key["cn"]) for v in law.values("law_command")),
        systems=frozenset(str(v.key["st"]) for v in law.values("law_system_type")),
        flags=frozenset(str(v.key["flag"]) for v in law.values("law_data_flag")),
        mn_lengths={2005: min(lengths.values()), **dict.fromkeys(LATER, max(lengths.values()))},
        segment_max=int(law.value("law_frame", item="segment_max").value),
    )


@cache
def deviations() -> Mapping[str, Mapping[str, str]]:
    """Give the register of deviations: code → sort and title in both languages, in the order of the report.

    >>> deviations()["crc_modbus"]["en"]
    'the checksum is Modbus CRC-16 instead of annex A'
    """
    text = resources.files("lantian.sources.hj212").joinpath("deviations.yaml").read_text(encoding="utf-8")
    return {str(code): dict(value) for code, value in yaml.load(text, Loader=yaml.CSafeLoader).items()}


@cache
def positions() -> Mapping[str, int]:
    """Give the place of each deviation in the register, which is its bit in a batch's mask."""
    return {code: place for place, code in enumerate(deviations())}


def ordered(found: Iterable[str]) -> tuple[str, ...]:
    """Put deviations in the order of the register, each once."""
    return tuple(sorted(set(found), key=positions().__getitem__))


def mask(found: Iterable[str]) -> int:
    """Write deviations as bits of one number.

    >>> unmask(mask(["crc_wrong", "length_wrong"]))
    ('length_wrong', 'crc_wrong')
    """
    places = positions()
    return sum(1 << places[code] for code in set(found))


def unmask(bits: int) -> tuple[str, ...]:
    """Read deviations from the bits of one number."""
    return tuple(code for code, place in positions().items() if bits >> place & 1)
