"""Letters stand or fall with their act, go out one sender at a time, and wait longer after each failure; subscriptions are asked first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lantian.kernel.errors import InputError
from lantian.ledger import Act, By, Letter, Outbox, Records, Subscriptions, move_in, put

AT = datetime(2015, 12, 7, 18)
MINUTE = timedelta(minutes=1)
BY = By("甲", "test", "", AT)


def letter(key, record=None):
    return Letter(key, "mail", "a@example.cn", {"subject": "x", "text": "y"}, record)


def test_a_letter_and_its_act_stand_or_fall_together(ledger):
    records = Records(ledger)

    def breaks(turn, made):
        put(turn, [letter("k", made.id)], AT)
        message = "the power is gone"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        records.make("task", "130100", None, "open", {}, BY, breaks)
    assert records.find() == []
    assert Outbox(ledger).find() == []
    made = records.make("task", "130100", None, "open", {}, BY, lambda turn, made: put(turn, [letter("k", made.id)], AT))
    assert [each.letter.record for each in Outbox(ledger).find(record=made.id)] == [made.id]
    assert ledger.verify() == []


def test_what_follows_a_move_is_moved_with_it_or_not_at_all(ledger):
    records = Records(ledger)
    old, new = (records.make("task", "130100", None, "open", {}, BY) for _ in range(2))

    def follows(turn, after):
        move_in(turn, old.id, 7, "close", "closed", {}, BY)  # a version that nobody looked at

    with pytest.raises(InputError, match="has moved on"):
        records.move(new.id, 1, "close", "closed", {}, BY, follows)
    assert [each.state for each in records.find()] == ["open", "open"]


def test_the_same_letter_is_put_in_once(ledger):
    for _ in range(2):
        with ledger.turn() as turn:
            put(turn, [letter("k")], AT)
    assert Outbox(ledger).counts() == {"waiting": 1}


def test_a_claimed_letter_is_nobody_elses_until_the_lease_ends(ledger):
    outbox = Outbox(ledger)
    with ledger.turn() as turn:
        put(turn, [letter(f"k{n}") for n in range(3)], AT)
    first = outbox.claim(AT, MINUTE, 2, ["mail"])
    second = outbox.claim(AT, MINUTE, 2, ["mail"])
    assert [each.letter.key for each in (*first, *second)] == ["k0", "k1", "k2"]
    assert outbox.claim(AT, MINUTE, 2, ["mail"]) == []
    outbox.sent("k0", AT)
    again = outbox.claim(AT + MINUTE, MINUTE, 9, ["mail"])  # the sender of k1 and k2 died
    assert [(each.letter.key, each.tries) for each in again] == [("k1", 2), ("k2", 2)]
    assert outbox.claim(AT + MINUTE, MINUTE, 9, ["webhook"]) == []


def test_a_dead_letter_is_sent_again_only_when_somebody_asks(ledger):
    outbox = Outbox(ledger)
    with ledger.turn() as turn:
        put(turn, [letter("k")], AT)
    outbox.claim(AT, MINUTE, 9, ["mail"])
    outbox.failed("k", "no such host", None)
    assert outbox.claim(AT + timedelta(days=9), MINUTE, 9, ["mail"]) == []
    act = Act("甲", "test", "000000", "letter.again", "k", None, None, "")
    outbox.again("k", act, AT)
    assert [each.tries for each in outbox.claim(AT, MINUTE, 9, ["mail"])] == [1]
    with pytest.raises(InputError, match="only a dead letter"):
        outbox.again("k", act, AT)


def test_an_address_is_asked_before_it_gets_anything_and_not_pestered(ledger):
    book = Subscriptions(ledger)

    def ask(at=AT, place="110000"):
        return book.ask("mail", "a@example.cn", place, "orange", "zh", at, lambda made: letter(f"q{made.id}"))

    made = ask()
    assert book.matching("110000") == []
    assert book.confirm(made.id, AT).state == "confirmed"
    assert [each.id for each in book.matching("110000")] == [made.id]
    assert book.matching("120000") == []
    assert ask() is None  # it has these already
    assert [ask(place=code) is None for code in ("120000", "130000", "140000", "150000")] == [False, False, False, True]
    assert ask(AT + timedelta(days=2), "150000") is not None
    book.end(made.id, AT)
    book.end(made.id, AT)
    assert book.matching("110000") == []
    with pytest.raises(InputError, match="was ended"):
        book.confirm(made.id, AT)
    assert Outbox(ledger).counts() == {"waiting": 5}
    assert ledger.verify() == []


def test_a_subscription_of_a_province_or_the_nation_covers_its_cities(ledger):
    book = Subscriptions(ledger)
    for place in ("000000", "130000", "130100", "140000"):
        book.add("webhook", f"https://example.cn/{place}", place, "blue", "甲", AT)
    assert sorted(each.place for each in book.matching("130100")) == ["000000", "130000", "130100"]
    same = book.add("webhook", "https://example.cn/130100", "130100", "blue", "甲", AT)
    assert same.id in {each.id for each in book.matching("130100")}
    assert book.counts() == {"confirmed": 4}
