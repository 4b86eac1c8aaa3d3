"""Any sequence of movements, on both stores, against a slow model that keeps every serial by itself in a list."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from lantian.kernel.errors import InputError
from lantian.ledger import By, Credits, Records
from lantian.ledger.credit_model import Key, Source
from lantian.ledger.model import FIRST
from lantian.ledger.tables import head, metadata

AT = datetime(2016, 6, 1, 9)
DAYS = st.sampled_from([date(2015, 3, 1), date(2015, 7, 1), date(2015, 11, 1), AT.date(), AT.date(), AT.date()])
REALISED = st.sampled_from([date(2015, 1, 1), date(2015, 3, 1), date(2015, 7, 1), None])
EXPIRIES = st.sampled_from([None, None, date(2015, 3, 1), date(2015, 8, 1), AT.date()])
PLACES = ("130100", "130200")
HOLDERS = st.sampled_from(("application-1", "application-2"))
AMOUNTS = st.integers(1, 12)
LOTS = st.integers(5, 30)
FREE = ("pledged", "available")


class Serial:
    """One thousandth and where it is."""

    def __init__(self, state, place, day):
        self.state, self.place, self.day, self.holder = state, place, day, ""


class Books(RuleBasedStateMachine):
    """The real books and the model side by side: both move, or both refuse."""

    ledger = None

    def __init__(self):
        super().__init__()
        with self.ledger.turn() as turn:
            for table in reversed(metadata.sorted_tables):
                turn.connection.execute(table.delete())
            turn.connection.execute(head.insert().values(number=0, hash=FIRST))
        self.books, self.clock, self.lots, self.booked = Credits(self.ledger), AT, {}, []
        self.proof = Records(self.ledger).make("task", "130100", None, "verified", {}, self.by()).id
        for place in PLACES:
            for expires in (None, date(2015, 8, 1)):
                self.lot(place, 20, expires, date(2015, 3, 1))

    def by(self):
        self.clock += timedelta(minutes=1)
        return By("林", "test", "依据", self.clock)

    def serials(self, wanted=lambda _lot, _serial: True):
        """Give serials, those of the lot that expires first before the others."""
        order = sorted(self.lots.values(), key=lambda lot: (lot["expires"] or date.max, lot["number"]))
        return [(lot, serial) for lot in order for serial in lot["serials"] if wanted(lot, serial)]

    def book(self, day, lot, serial, sign):
        self.booked.append((day, lot, serial.state, serial.place, sign))

    def move(self, chosen, day, state, holder="", place=None):
        for lot, serial in chosen:
            self.book(day, lot, serial, -1)
            serial.state, serial.holder, serial.day, serial.place = state, holder, day, place or serial.place
            self.book(day, lot, serial, 1)

    def both(self, real, may):
        """Do it in the books where the model says that it may be done, see it refused where not."""
        if not may:
            with pytest.raises(InputError):
                real()
            return False
        real()
        return True

    @rule(place=st.sampled_from(PLACES), amount=LOTS, expires=EXPIRIES, realised=REALISED)
    def create(self, place, amount, expires, realised):
        self.lot(place, amount, expires, realised)

    def lot(self, place, amount, expires, realised):
        source = Source(Key(place, "SO2", "power"), amount, f"boiler {len(self.lots)}", self.proof, expires)
        lot = self.books.create(source, realised, self.by())
        day, state = realised or self.clock.date(), "available" if realised else "pledged"
        self.lots[lot.id] = own = {"number": lot.number, "expires": expires, "serials": [Serial(state, place, day) for _ in range(amount)]}
        for serial in own["serials"]:
            self.book(day, own, serial, 1)

    @precondition(lambda self: self.lots)
    @rule(data=st.data(), amount=st.one_of(st.none(), AMOUNTS))
    def realise(self, data, amount):
        name = data.draw(st.sampled_from(sorted(self.lots)))
        day = self.clock.date()
        held = self.serials(lambda lot, serial: lot is self.lots[name] and serial.state == "pledged")
        may = bool(held) and (amount or 0) <= len(held)
        if self.both(lambda: self.books.realise(name, amount, self.proof, day, self.by()), may):
            self.move(held[:amount], day, "available")

    def usable(self, place, day):
        def free(lot, serial):
            return serial.state == "available" and serial.place == place and serial.day <= day and (lot["expires"] or date.max) >= day

        return self.serials(free)

    @rule(place=st.sampled_from(PLACES), amount=AMOUNTS, holder=HOLDERS, day=DAYS)
    def reserve(self, place, amount, holder, day):
        free = self.usable(place, day)
        if self.both(lambda: self.books.reserve(Key(place, "SO2", "power"), amount, holder, day, self.by()), len(free) >= amount):
            self.move(free[:amount], day, "reserved", holder)

    @rule(place=st.sampled_from(PLACES), amount=AMOUNTS, day=DAYS)
    def transfer(self, place, amount, day):
        free, to = self.usable(place, day), next(each for each in PLACES if each != place)
        if self.both(lambda: self.books.transfer(Key(place, "SO2", "power"), amount, to, day, self.by()), len(free) >= amount):
            self.move(free[:amount], day, "available", "", to)

    def of(self, holder, *states):
        return self.serials(lambda _, serial: serial.holder == holder and serial.state in states)

    @rule(holder=HOLDERS, day=DAYS)
    def commit(self, holder, day):
        held = self.of(holder, "reserved")
        if self.both(
            lambda: self.books.commit(holder, day, self.by()),
            all(serial.day <= day and (lot["expires"] or date.max) >= day for lot, serial in held),
        ):
            self.move(held, day, "committed", holder)

    @rule(holder=HOLDERS, day=DAYS, states=st.sampled_from((("reserved",), ("reserved", "committed"))))
    def release(self, holder, day, states):
        held = self.of(holder, *states)
        if self.both(lambda: self.books.release(holder, day, self.by(), states), all(serial.day <= day for _, serial in held)):
            self.move(held, day, "available")

    @rule(holder=HOLDERS, day=DAYS)
    def retire(self, holder, day):
        held = self.of(holder, "committed")
        if self.both(lambda: self.books.retire(holder, day, self.by()), all(serial.day <= day for _, serial in held)):
            self.move(held, day, "retired", holder)

    @rule(day=DAYS)
    def expire(self, day):
        self.books.expire(day, self.by())
        for own in self.lots.values():
            gone = self.serials(lambda lot, serial, own=own: lot is own and serial.state in FREE and (lot["expires"] or date.max) < day)
            if gone:
                self.move(gone, max(own["expires"] + timedelta(days=1), *(serial.day for _, serial in gone)), "expired")

    @precondition(lambda self: len(self.lots) > 4)
    @rule(data=st.data(), day=DAYS)
    def void(self, data, day):
        name = data.draw(st.sampled_from(sorted(self.lots)))
        held = self.serials(lambda lot, serial: lot is self.lots[name] and serial.state in FREE)
        if self.both(lambda: self.books.void(name, day, self.by()), bool(held) and all(serial.day <= day for _, serial in held)):
            self.move(held, day, "void")

    @rule(day=DAYS)
    def balances_of_a_day(self, day):
        """Sum what the model booked up to the day; what is free and over is told as expired."""
        wanted = {}
        for booked, lot, state, place, sign in self.booked:
            if booked <= day:
                over = state in FREE and (lot["expires"] or date.max) < day
                key = (place, "expired" if over else state)
                wanted[key] = wanted.get(key, 0) + sign
        found = {(each.key.place, each.state): each.amount for each in self.books.balances(on=day)}
        assert found == {key: amount for key, amount in wanted.items() if amount}

    @invariant()
    def every_serial_is_where_the_model_has_it(self):
        found = {}
        for each in self.books.parts():
            for number in range(each.range.first, each.range.last + 1):
                assert (each.range.credit, number) not in found
                found[each.range.credit, number] = (each.state, each.place, each.holder, each.day)
        wanted = {
            (name, number): (serial.state, serial.place, serial.holder, serial.day)
            for name, lot in self.lots.items()
            for number, serial in enumerate(lot["serials"], 1)
        }
        assert found == wanted

    def teardown(self):
        assert self.books.check() == []
        assert self.ledger.verify() == []


@pytest.mark.slow
def test_the_books_and_the_model_agree(ledger):
    machine = type("Machine", (Books,), {"ledger": ledger})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    )
