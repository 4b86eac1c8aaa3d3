"""Unified social credit codes: the standard's own example, and a fault for every single mistake of the hand."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lantian.app.speech import say
from lantian.sources.rules.credit import ALPHABET, check_character, code_fault, fault_text, tidy_code

CODE = "91350100M000100Y43"
"""A code with the check character worked out by hand in test_the_check_character_by_hand."""
SEVENTEEN = st.text(st.sampled_from(ALPHABET), min_size=17, max_size=17)


def test_the_check_character_by_hand():
    """Weights 1 3 9 27 19 26 16 17 20 29 25 13 8 24 10 30 28 (powers of 3 modulo 31), values of the characters 9 1 3 5 0 1 0 0 M=21 0 0 0 1 0 0 Y=30 4."""
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    values = [9, 1, 3, 5, 0, 1, 0, 0, 21, 0, 0, 0, 1, 0, 0, 30, 4]
    total = sum(weight * value for weight, value in zip(weights, values, strict=True))
    assert total == 9 + 3 + 27 + 135 + 26 + 420 + 8 + 900 + 112 == 1640
    assert 31 - total % 31 == 3
    assert check_character(CODE) == CODE[-1] == "3"


@given(SEVENTEEN)
def test_a_code_with_its_check_character_is_right(start):
    assert code_fault(start + check_character(start)) is None


@given(SEVENTEEN, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_mistyped_character_is_always_found(start, place, other):
    code = start + check_character(start)
    wrong = code[:place] + other + code[place + 1 :]
    assert (code_fault(wrong) is None) == (wrong == code)


@given(SEVENTEEN, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_found(start, place):
    code = start + check_character(start)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (code_fault(wrong) is None) == (wrong == code)


def test_each_fault_is_said_in_words():
    for code, words in (
        ("9135", "4 characters"),
        (CODE + "0", "19 characters"),
        ("91350100I000100Y43", "'I' at place 9"),
        (CODE[:-1] + "Z", "'Z' at place 18"),
        (CODE[:-1] + "4", "ask for '3'"),
    ):
        fault = code_fault(code)
        assert words in fault_text(fault)
        assert say(fault, "zh")
        assert say(fault, "en")


def test_codes_are_tidied_but_never_mended():
    assert tidy_code(" 9135-0100 m000100y43 ") == CODE
    assert tidy_code("9135010OM000100Y43") == "9135010OM000100Y43"  # a letter O stays one, and is a fault
    assert len(set(ALPHABET)) == 31
    assert not set("IOSVZ") & set(ALPHABET)
    assert all(one < other for one, other in pairwise(ALPHABET))
