"""Signing a law value off: confidence rises here, provisional goes, the act stands in the chain, a changed value is not covered."""

from __future__ import annotations

from datetime import datetime

import pytest

from lantian.app.signing import find_values, sign, signed_book, subject_of
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Confidence
from lantian.law import book
from lantian.ledger import Act, open_ledger

AT = datetime(2026, 3, 1)


def test_a_sign_off_makes_a_value_confirmed_in_this_installation_only(tmp_path):
    value = find_values(book(), "law_assessment_point", ["anchor=required"])[0]
    assert value.confidence is Confidence.UNSURE
    assert signed_book(tmp_path) is book()
    done = sign(tmp_path, value, "王某", "107号原文第6页", AT)
    signed = signed_book(tmp_path).value("law_assessment_point", anchor="required")
    assert (signed.confidence, signed.value) == (Confidence.CONFIRMED, value.value)
    assert book().value("law_assessment_point", anchor="required").confidence is Confidence.UNSURE
    assert signed_book(tmp_path).hash == book().hash
    assert signed_book(tmp_path).signature != book().signature
    ledger = open_ledger(tmp_path)
    assert [each.hash for each in ledger.acts()] == [done.hash]
    assert ledger.verify() == []
    ledger.close()


def test_a_value_that_has_changed_since_is_not_covered(tmp_path):
    value = find_values(book(), "law_assessment_point", ["anchor=full"])[0]
    ledger = open_ledger(tmp_path)
    after = {"confidence": "confirmed", "value": 99, "unit": value.unit}
    ledger.append(Act("王某", "o", "000000", "law.sign_off", subject_of(value), {}, after, "g"), AT)
    ledger.close()
    assert signed_book(tmp_path).value("law_assessment_point", anchor="full").confidence is Confidence.UNSURE


@pytest.mark.parametrize(("by", "ground"), [("", "第6页"), ("王某", " ")])
def test_a_sign_off_needs_a_name_and_a_ground(tmp_path, by, ground):
    with pytest.raises(InputError, match="needs who compared it"):
        sign(tmp_path, find_values(book(), "law_assessment_point", ["anchor=full"])[0], by, ground, AT)


def test_an_unknown_value_is_answered_with_the_known():
    with pytest.raises(InputError, match="no law value"):
        find_values(book(), "law_assessment_point", ["anchor=nothing"])
    with pytest.raises(InputError, match="name=value"):
        find_values(book(), "law_assessment_point", ["anchor"])
