"""Credits on both stores: numbered once, used once, never before they are realised, never after their day; balances of any past date; planted faults found."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from lantian.kernel.errors import InputError
from lantian.ledger import By, Credits, Ledger, Records
from lantian.ledger.credit_books import check_sql
from lantian.ledger.credit_model import Key, Range, Source, parse_range, thousandths

AT = datetime(2016, 1, 4, 9)
JUNE, JULY, AUGUST = date(2015, 6, 1), date(2015, 7, 1), date(2015, 8, 1)
KEY = Key("130100", "SO2", "power")


def by(once=None, at=AT):
    return By("林", "test", "依据", at, once)


@pytest.fixture
def books(ledger):
    return Credits(ledger)


@pytest.fixture
def proof(ledger):
    return Records(ledger).make("task", "130100", None, "verified", {}, by()).id


def closed(books, proof, amount=1000, realised=JUNE, source="boiler 1", key=KEY, expires=None):
    return books.create(Source(key, amount, source, proof, expires), realised, by())


def stand(books, **asked):
    return {(each.key.place, each.state): each.amount for each in books.balances(**asked)}


def test_a_closed_boiler_offsets_a_project_and_is_used_up(books, proof):
    """1.000 t closed, 0.300 t asked 1:1: 0.700 t left; every day of the way can be asked."""
    lot = closed(books, proof)
    held = books.reserve(KEY, 300, "application-9", JULY, by())
    assert held.ranges == (Range(lot.id, 1, 300),)
    books.commit("application-9", AUGUST, by())
    books.retire("application-9", date(2015, 12, 1), by())
    assert stand(books, on=date(2015, 5, 31)) == {}
    assert stand(books, on=JUNE) == {("130100", "available"): 1000}
    assert stand(books, on=JULY) == {("130100", "available"): 700, ("130100", "reserved"): 300}
    assert stand(books, on=AUGUST) == {("130100", "available"): 700, ("130100", "committed"): 300}
    assert stand(books) == {("130100", "available"): 700, ("130100", "retired"): 300}
    assert [each.move for each in books.postings(lot.id)] == ["create", "reserve", "commit", "retire"]
    assert books.check() == []
    assert books.ledger.verify() == []


def test_what_was_known_at_a_moment_is_told_beside_what_counts_on_a_day(books, proof):
    closed(books, proof)
    later = datetime(2016, 1, 5, 9)
    books.reserve(KEY, 300, "application-9", JULY, by(at=later))
    assert stand(books, on=JULY, known=AT) == {("130100", "available"): 1000}
    assert stand(books, on=JULY, known=later) == {("130100", "available"): 700, ("130100", "reserved"): 300}


def test_a_refusal_gives_back_and_the_same_serials_serve_the_next(books, proof):
    lot = closed(books, proof)
    books.reserve(KEY, 1000, "application-9", JULY, by())
    with pytest.raises(InputError, match=r"130100/SO2/power: 0.001 asked, 0 can be used on 2015-07-01, 0.001 lacking"):
        books.reserve(KEY, 1, "application-10", JULY, by())
    books.release("application-9", JULY, by())
    assert books.reserve(KEY, 1000, "application-10", JULY, by()).ranges == (Range(lot.id, 1, 1000),)
    assert books.commit("application-9", JULY, by()) is None
    assert books.check() == []


def test_what_is_committed_is_given_back_only_when_the_approval_ends(books, proof):
    closed(books, proof)
    books.reserve(KEY, 400, "application-9", JULY, by())
    books.commit("application-9", JULY, by())
    assert books.release("application-9", JULY, by()) is None
    assert books.release("application-9", JULY, by(), ("reserved", "committed")).amount == 400
    with pytest.raises(InputError, match="release does not start from retired; it starts from reserved, committed"):
        books.release("application-9", JULY, by(), ("retired",))


def test_nothing_is_used_before_it_is_realised(books, proof):
    lot = closed(books, proof, realised=None)
    with pytest.raises(InputError, match="1 asked, 0 can be used on 2016-01-04, 1 lacking; 1 is pledged and not realised"):
        books.reserve(KEY, 1000, "application-9", AT.date(), by())
    books.realise(lot.id, 600, proof, AT.date(), by())
    with pytest.raises(InputError, match="0.7 asked, 0.6 can be used on 2016-01-04, 0.1 lacking; 0.4 is pledged and not realised"):
        books.reserve(KEY, 700, "application-9", AT.date(), by())
    assert books.reserve(KEY, 600, "application-9", AT.date(), by()).amount == 600
    with pytest.raises(InputError, match="0.6 more asked than is pledged of credit-2"):
        books.realise(lot.id, 1000, proof, AT.date(), by())
    books.realise(lot.id, None, proof, AT.date(), by())
    with pytest.raises(InputError, match="nothing of credit-2 is pledged, so there is nothing to realise"):
        books.realise(lot.id, None, proof, AT.date(), by())
    assert books.check() == []


def test_nothing_counts_for_a_day_before_it_was_realised(books, proof):
    closed(books, proof, realised=JULY)
    with pytest.raises(InputError, match="0 can be used on 2015-06-01, 1 lacking; 1 counts only from a later day"):
        books.reserve(KEY, 1000, "application-9", JUNE, by())
    with pytest.raises(InputError, match="2016-01-05 lies after the day of the act, 2016-01-04; nothing is booked ahead"):
        books.reserve(KEY, 1000, "application-9", date(2016, 1, 5), by())


@pytest.mark.parametrize(("day", "usable"), [(date(2015, 7, 1), True), (date(2015, 7, 2), False)])
def test_the_last_day_of_use_is_a_day_of_use(books, proof, day, usable):
    closed(books, proof, expires=JULY)
    if usable:
        assert books.reserve(KEY, 1000, "application-9", day, by()).amount == 1000
    else:
        with pytest.raises(InputError, match="0 can be used on 2015-07-02"):
            books.reserve(KEY, 1000, "application-9", day, by())
    assert books.check() == []


def test_a_reservation_that_expired_is_not_committed(books, proof):
    closed(books, proof, expires=JULY)
    books.reserve(KEY, 1000, "application-9", JULY, by())
    with pytest.raises(InputError, match=r"credit-2:1-1000 expired on 2015-07-01; release the reservation of application-9 and reserve others"):
        books.commit("application-9", date(2015, 7, 2), by())
    books.release("application-9", date(2015, 7, 3), by())
    assert stand(books, on=date(2015, 7, 3)) == {("130100", "expired"): 1000}
    assert [each.day for each in books.expire(AT.date(), by())] == [date(2015, 7, 3)]
    assert stand(books) == {("130100", "expired"): 1000}
    assert books.expire(AT.date(), by()) == []
    assert books.check() == []


def test_what_expires_first_is_used_first(books, proof):
    closed(books, proof, source="a")
    soon = closed(books, proof, source="b", expires=date(2016, 12, 31))
    assert books.reserve(KEY, 300, "application-9", JULY, by()).ranges == (Range(soon.id, 1, 300),)


def test_named_serials_are_taken_and_no_others(books, proof):
    lot = closed(books, proof)
    named = [parse_range(f"{lot.id}:101-200"), parse_range(f"{lot.id}:501-600")]
    assert books.reserve(KEY, 200, "application-9", JULY, by(), named).ranges == tuple(named)
    with pytest.raises(InputError, match="0.2 asked, 0 can be used"):
        books.reserve(KEY, 200, "application-10", JULY, by(), named)
    with pytest.raises(InputError, match=r"credit-2:1-50 and credit-2:50-60 name the same serials; name each once"):
        books.reserve(KEY, 61, "application-10", JULY, by(), [Range(lot.id, 50, 60), Range(lot.id, 1, 50)])
    assert books.check() == []


def test_a_transfer_moves_serials_to_another_city_and_item_and_industry_stay(books, proof):
    lot = closed(books, proof)
    moved = books.transfer(KEY, 250, "130200", JULY, by())
    assert moved.ranges == (Range(lot.id, 1, 250),)
    other = Key("130200", "SO2", "power")
    assert books.reserve(other, 250, "application-9", JULY, by()).ranges == (Range(lot.id, 1, 250),)
    with pytest.raises(InputError, match="0.001 asked, 0 can be used"):
        books.reserve(Key("130200", "SO2", "cement"), 1, "application-9", JULY, by())
    with pytest.raises(InputError, match="130100/SO2/power lies at 130100 already; name another place"):
        books.transfer(KEY, 1, "130100", JULY, by())
    assert stand(books, place="130200") == {("130200", "reserved"): 250}
    assert stand(books, place="130000", item="NOx") == {}
    assert books.check() == []


def test_a_source_is_credited_once_an_item(books, proof):
    closed(books, proof)
    with pytest.raises(InputError, match=r"boiler 1 was credited with SO2 already as credit-2 \(evidence task-1\); nothing is credited twice"):
        closed(books, proof)
    closed(books, proof, key=Key("130100", "NOx", "power"))


def test_no_credit_without_the_record_that_proves_it(books):
    with pytest.raises(InputError, match="task-99"):
        closed(books, "task-99")


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, None])
def test_only_whole_positive_amounts_are_numbered(books, proof, amount):
    with pytest.raises(InputError, match="give a whole positive number"):
        closed(books, proof, amount=amount)
    closed(books, proof)
    with pytest.raises(InputError, match="give a whole positive number"):
        books.reserve(KEY, amount, "application-9", JULY, by())


@pytest.mark.parametrize("amount", ["0", "-1", "0.0001", "x", "NaN", "Infinity"])
def test_amounts_of_papers_that_cannot_be_numbered(amount):
    with pytest.raises(InputError, match=r"is no number; write it as 12\.5|cannot be numbered; give a positive one in whole thousandths"):
        thousandths(amount)


@pytest.mark.parametrize("serials", ["", "credit-1", "credit-1:0-5", "credit-1:9-5", "credit-1:1-5;", "credit-x:1-2"])
def test_serials_that_cannot_be_read(serials):
    with pytest.raises(InputError, match="write them as credit-12:1-800"):
        parse_range(serials)


def test_the_same_intent_moves_once(books, proof):
    lot = closed(books, proof)
    first = books.reserve(KEY, 100, "application-9", JULY, by("a"))
    assert books.reserve(KEY, 100, "application-9", JULY, by("a")) == first
    with pytest.raises(InputError, match=r"the intent 'a' already did credit.reserve \(act 3\); give commit a name of its own"):
        books.commit("application-9", JULY, by("a"))
    assert sum(each.range.amount for each in books.parts(holder="application-9")) == 100
    assert books.find(place="130000", item="SO2", evidence=proof, source="boiler 1") == [books.get(lot.id)]


def test_an_approval_needs_all_it_offered(books, proof):
    closed(books, proof)
    books.reserve(KEY, 100, "application-9", JULY, by())
    from lantian.ledger.credits import commit_in

    with books.ledger.turn() as turn, pytest.raises(InputError, match=r"application-9 reserved 0.1 of SO2, it needs 0.2; reserve the rest first"):
        commit_in(turn, "application-9", JULY, by(), {"SO2": 200})
    with books.ledger.turn() as turn:
        assert commit_in(turn, "application-9", JULY, by(), {"SO2": 100}).amount == 100


def test_a_credit_whose_ground_fell_away_is_void_as_far_as_nobody_holds_it(books, proof):
    lot = closed(books, proof)
    books.reserve(KEY, 100, "application-9", JULY, by())
    assert books.void(lot.id, JULY, by()).amount == 900
    assert stand(books) == {("130100", "reserved"): 100, ("130100", "void"): 900}
    assert books.check() == []


def test_a_dump_holds_the_books(books, proof, tmp_path):
    closed(books, proof)
    books.reserve(KEY, 100, "application-9", JULY, by())
    with Ledger(f"sqlite:///{tmp_path / 'copy.sqlite'}") as copy:
        copy.upgrade()
        copy.undump(books.ledger.dump())
        assert Credits(copy).balances() == books.balances()
        assert Credits(copy).check() == []


PLANTED = {
    "amount of a line": ("UPDATE credit_entry SET amount = amount + 5 WHERE posting = 3 AND amount > 0", {"balance", "serials", "account", "as written"}),
    "serials of a holding": ("UPDATE credit_part SET last = last + 10 WHERE state = 'reserved'", {"account", "holding", "once", "overtaken"}),
    "holder": ("UPDATE credit_part SET holder = 'application-66' WHERE state = 'reserved'", {"account", "holding"}),
    "state": ("UPDATE credit_part SET state = 'available', holder = '' WHERE state = 'reserved'", {"account", "holding"}),
    "a holding taken away": ("DELETE FROM credit_part WHERE state = 'reserved'", {"account", "once"}),
    "the last holding taken away": ("DELETE FROM credit_part WHERE first = 101", {"account", "whole"}),
    "a lot made larger": ("UPDATE credit SET amount = amount * 2", {"issued", "whole", "as written"}),
    "a lot of another place": ("UPDATE credit SET place = '110000'", {"as written"}),
    "a later expiry": ("UPDATE credit SET expires = '2030-12-31'", {"as written"}),
    "an expiry before its use": ("UPDATE credit SET expires = '2015-06-15'", {"expiry", "as written"}),
    "a day": ("UPDATE credit_entry SET day = '2015-05-01' WHERE posting = 3", {"realised", "holding", "as written"}),
    "a posting taken away": ("DELETE FROM credit_entry WHERE posting = 3", {"act", "account", "holding"}),
    "another number": ("UPDATE credit_entry SET posting = 1 WHERE posting = 3", {"act", "holding", "overdrawn"}),
    "an account changed on both sides": ("UPDATE credit_entry SET place = '110000'", {"account", "holding", "as written"}),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_every_planted_fault_is_found(books, proof, fault):
    """Whoever changes the tables behind the ledger's back is found, by the rule that stands for it."""
    closed(books, proof)
    books.reserve(KEY, 100, "application-9", JULY, by())
    assert books.check() == []
    sql, rules = PLANTED[fault]
    with books.ledger.turn() as turn:
        turn.connection.execute(text(sql))
    found = {each.rule for each in books.check()}
    assert found & rules
    assert found <= rules | {"newest", "overdrawn", "realised"}


def test_serials_used_twice_with_both_sides_forged_are_found(books, proof):
    """A second holding with its own balanced lines, hung on an act of another kind: found by the newest line, the account and the act."""
    closed(books, proof)
    books.reserve(KEY, 100, "application-9", JULY, by())
    with books.ledger.turn() as turn:
        for state, holder, amount, line in (("available", "", -100, 1), ("reserved", "application-66", 100, 2)):
            values = f"(1, {line}, 'credit-2', 1, 100, '{state}', '130100', '{holder}', {amount}, '2015-07-01')"
            turn.connection.execute(text(f"INSERT INTO credit_entry (posting, line, credit, first, last, state, place, holder, amount, day) VALUES {values}"))
        values = "('credit-2', 2, 100, 'reserved', '130100', 'application-66', '2015-07-01', 1)"
        turn.connection.execute(text(f"INSERT INTO credit_part (credit, first, last, state, place, holder, day, posting) VALUES {values}"))
    assert {"act", "once", "overdrawn", "newest"} <= {each.rule for each in books.check()}


def test_the_query_stands_alone(books, proof):
    """One row a fault, in plain columns: whoever has a copy of the database can run it."""
    closed(books, proof)
    with books.ledger.turn() as turn:
        turn.connection.execute(text("UPDATE credit_part SET last = 999"))
        rows = turn.connection.exec_driver_sql(check_sql()).all()
    assert [(row[0], row[1], int(row[2]), int(row[3])) for row in rows] == [
        ("account", "credit-2 available 130100 ", 999, 1000),
        ("whole", "credit-2", 999, 1000),
    ]
    assert [str(each) for each in books.check()] == [
        "account: credit-2 available 130100 : found 999, wanted 1000",
        "whole: credit-2: found 999, wanted 1000",
    ]


def test_units_and_thousandths():
    assert thousandths(Decimal("12.345")) == 12345
