"""Names of enterprises laid beside a register: measured on two labelled lists; certain only by credit code or by a person, never by a name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.errors import InputError
from lantian.law import book
from lantian.places import atlas
from lantian.sources.model import Enterprise, Registry
from lantian.sources.rules.credit import check_character
from lantian.sources.rules.matching import Named, bare_name, candidates, likeness, own_words
from lantian.sources.service.matching import drafts, lay_beside, names_around

CASES = Path(__file__).parent / "cases"
LEAST = book().value("law_matching", on=date(2015, 1, 1), what="least").value
ON = date(2015, 12, 31)


def code(number):
    start = f"9113020000{number:07d}"
    return start + check_character(start)


def enterprise(number, name, place="130200"):
    return Enterprise(code(number), name, "", place, None, None, "power", "", "", simulated=False, day=date(2015, 1, 1))


def measured(file):
    """Give precision and recall of the likest proposal of each entry, and how many pairs a person is asked about."""
    told = yaml.safe_load((CASES / file).read_text(encoding="utf-8"))
    near = {city: names_around(atlas(), atlas().find(city, level="city").code) for city in {each["place"] for each in told["others"]}}
    known = [Named(key, name, place=city) for key, (name, city) in told["known"].items()]
    entries = [Named(str(number), each["name"], place=each["place"]) for number, each in enumerate(told["others"])]
    found = candidates(known, entries, LEAST, near)
    first = {}
    for match in found:
        first.setdefault(int(match.other), match.known)
    right = sum(1 for number, known_as in first.items() if told["others"][number]["is"] == known_as)
    return right / len(first), right / sum(1 for each in told["others"] if each["is"]), len(found)


@pytest.mark.parametrize(("file", "precision", "recall"), [("names.yaml", 0.95, 0.98), ("names_held_out.yaml", 0.95, 0.95)])
def test_proposals_measured_on_labelled_lists(file, precision, recall, capsys):
    found = measured(file)
    with capsys.disabled():
        print(f"\nmatching {file}: precision {found[0]:.3f}, recall {found[1]:.3f}, {found[2]} pairs to decide")
    assert found[0] >= precision
    assert found[1] >= recall


NAMES = st.text(st.sampled_from("大唐华能国电唐山丰润热电厂有限责任公司一二12（）() "), max_size=16)


@given(NAMES, NAMES)
def test_likeness_is_symmetric_bounded_and_one_for_the_same(one, other):
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    if bare_name(one):
        assert likeness(one, one) == 1


@given(
    st.sampled_from(["陡河发电厂", "大唐丰润热电厂", "开滦协鑫发电有限公司"]), st.sampled_from(["有限公司", "有限责任公司", "股份有限公司", "（集团）有限公司"])
)
def test_the_legal_form_changes_nothing(name, form):
    core = name.removesuffix("有限公司")
    assert likeness(core + form, name) == 1


def test_numbers_and_groups_set_plants_apart():
    assert likeness("大同第一热电厂", "大同第二热电厂", ["大同"]) < LEAST
    assert likeness("华能太仓电厂", "国华太仓发电有限公司", ["苏州"]) < LEAST
    assert own_words("大唐热电") == ""
    assert bare_name("唐山市丰润热电厂", ["唐山", "河北"]) == "丰润热电"


REGISTER = Registry(
    enterprise_rows=(enterprise(1, "大唐国际发电股份有限公司陡河发电厂"), enterprise(2, "河北大唐国际丰润热电有限责任公司"), enterprise(3, "唐山三友热电厂"))
)


def lay(*entries, decided=()):
    return lay_beside(REGISTER, book(), entries, ON, decided, "清单")


def test_the_credit_code_is_certain_whatever_the_name():
    (found,) = lay(Named("1", "某不相干的名字", code(2).lower(), "唐山"))
    assert (found.how, found.enterprise, found.likeness) == ("code", code(2), 1.0)
    assert drafts([found], "清单") == []


def test_another_credit_code_parts_two_of_the_same_name():
    (found,) = lay(Named("1", "唐山三友热电厂", code(9), "唐山"))
    assert found.how == "none"


def test_a_mistyped_code_is_as_good_as_none():
    (found,) = lay(Named("1", "唐山三友热电厂", code(3)[:-1] + "*", "唐山"))
    assert (found.how, found.enterprise) == ("proposed", code(3))


def test_a_name_is_only_proposed_even_when_it_is_the_same():
    found = lay(Named("1", "唐山三友热电厂", "", "唐山"), Named("2", "唐山港陆钢铁有限公司", "", "唐山"))
    assert [each.how for each in found] == ["proposed", "none"]
    assert drafts(found, "清单") == [{"enterprise": code(3), "name": "唐山三友热电厂", "list": "清单", "likeness": "1"}]


def test_what_a_person_decided_stands_and_is_not_asked_again():
    same = {"enterprise": code(1), "name": "陡河电厂", "list": "清单", "state": "same"}
    (found,) = lay(Named("1", "陡河电厂", "", "唐山"), decided=[same])
    assert (found.how, found.enterprise) == ("decided", code(1))
    (found,) = lay(Named("1", "陡河电厂", "", "唐山"), decided=[same | {"state": "different"}])
    assert (found.how, found.enterprise) == ("none", None)
    (found,) = lay(Named("1", "陡河电厂", "", "唐山"), decided=[same | {"state": "proposed"}])
    assert found.how == "proposed"
    (found,) = lay(Named("1", "陡河电厂", "", "唐山"), decided=[same | {"list": "另一份清单"}])
    assert found.how == "proposed"  # a decision holds for the list it was made on


def test_the_same_name_in_another_city_is_not_proposed():
    (found,) = lay(Named("1", "三友热电厂", "", "石家庄"))
    assert found.how == "none"
    with pytest.raises(InputError, match="no place '亚特兰蒂斯'"):
        lay(Named("1", "三友热电厂", "", "亚特兰蒂斯"))
