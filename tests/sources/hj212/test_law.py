"""The words of HJ 212 as law: codes read from the official text, unit traps, the erratum."""

from __future__ import annotations

import re

import pytest

from lantian.law import book
from lantian.sources.hj212.words import words

LAW = book()
FACTORS = {value.key["factor"]: value for value in LAW.values("law_factor")}


@pytest.mark.parametrize(
    ("factor", "old", "unit", "total"),
    [
        ("a21026", ["02"], "mg/m³", "kg"),
        ("a21002", ["03"], "mg/m³", "kg"),
        ("a34013", ["01"], "mg/m³", "kg"),
        ("a00000", ["B02"], "m³/s", "m³"),
        ("a01013", ["S08"], "kPa", ""),
        ("a34004", [], "ng/m³", "g"),
        ("a34002", [], "ng/m³", "g"),
        ("a34001", [], "ng/m³", "g"),
        ("a21001", ["10"], "ng/m³", "g"),
    ],
)
def test_codes_and_units_of_table_b2(factor, old, unit, total):
    value = FACTORS[factor]
    assert (value.value["old"], value.unit, value.value["total_unit"]) == (old, unit, total)
    assert value.confidence == "confirmed"


def test_every_unit_trap_says_so():
    assert {factor for factor, value in FACTORS.items() if value.unit == "ng/m³"} == {factor for factor, value in FACTORS.items() if "unit trap" in value.note}
    assert {"a20007", "a20026"} <= {factor for factor, value in FACTORS.items() if value.unit == "ng/m³"}


def test_no_two_factors_share_a_name_or_an_old_code():
    old = [code for value in FACTORS.values() for code in value.value["old"]]
    assert len(old) == len(set(old))
    assert not set(old) & set(FACTORS)
    assert all(re.fullmatch(r"[aiw]\d{5}|L[A-Za-z]{1,2}", factor) for factor in FACTORS)
    names = [value.value["zh"] for factor, value in FACTORS.items() if factor[0] == "a"]
    assert len(names) == len(set(names))
    columns = [value.value["column"] for value in FACTORS.values() if value.value["column"]]
    assert len(columns) == len(set(columns))


def test_the_erratum_of_g119_is_told():
    found = LAW.values("law_process_factor", factor="g119")
    assert {value.value["zh"] for value in found} == {"脱硫率", "入口二氧化硫"}
    assert all("erratum" in value.note for value in found)


def test_what_was_not_read_is_not_called_confirmed():
    for table in ("law_command", "law_system_type", "law_frame"):
        for value in LAW.values(table, standard="hj_212"):
            if value.edition in ("2005", "2025"):
                assert value.confidence != "confirmed", value.name
    assert LAW.value("law_frame", item="encryption_cipher").confidence == "unsure"


def test_the_reader_takes_its_words_from_the_law():
    known = words()
    assert known.canonical["B02"] == "a00000"
    assert {"2011", "2051", "2061", "2031", "9014", "9021", "9015"} <= known.commands
    assert {"21", "22", "31", "39", "51", "91"} <= known.systems
    assert known.flags >= set("NFMSDCTB")
    assert (known.segment_max, known.mn_lengths) == (1024, {2005: 14, 2017: 24, 2025: 24})
