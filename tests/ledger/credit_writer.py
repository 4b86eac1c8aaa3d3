"""One of several writers that move credits at random: run as a process of its own, ``python credit_writer.py URL PROOF SEED OPERATIONS``.

Each operation carries an intent that another writer may carry too, so that some are asked for twice; prints one line an operation.
"""

from __future__ import annotations

import random
import sys
from datetime import date, datetime

from lantian.kernel.errors import InputError
from lantian.ledger import By, Ledger
from lantian.ledger.credit_books import Credits
from lantian.ledger.credit_model import Key, Source
from lantian.ledger.credit_tables import credit

AT = datetime(2016, 6, 1, 9)
PLACES = ("130100", "130200", "140100")
ITEMS = ("SO2", "NOx", "coal", "capacity:cement")
DAYS = [date(2015, month, 1) for month in range(1, 13)]
LATE = [date(2016, 5, day) for day in range(1, 29)]
HOLDERS = tuple(f"application-{number}" for number in range(1, 41))
SHARED = 10
"""Of so many intents one is shared with the other writers."""


def operate(books, proof, chance, intent):
    """Make one random movement; give its name."""
    by = By("writer", "test", "依据", AT, intent)
    key = Key(chance.choice(PLACES), chance.choice(ITEMS), "power")
    holder, day, amount = chance.choice(HOLDERS), chance.choice(LATE), chance.randint(1, 40)
    kind = chance.choices(("create", "realise", "reserve", "commit", "release", "retire", "transfer", "expire", "void"), (8, 4, 40, 14, 10, 8, 12, 2, 2))[0]
    if kind == "create":
        source = Source(key, chance.randint(1, 200), f"source of {intent}", proof, chance.choice((None, None, date(2016, 5, 20))))
        books.create(source, chance.choice((None, *DAYS)), by)
    elif kind in ("realise", "void"):
        with books.ledger.reading() as connection:
            names = connection.execute(credit.select().with_only_columns(credit.c.id).order_by(credit.c.number)).scalars().all()
        if names and kind == "void":
            books.void(chance.choice(names), LATE[-1], by)
        elif names:
            books.realise(chance.choice(names), chance.choice((None, amount)), proof, AT.date(), by)
    elif kind == "reserve":
        books.reserve(key, amount, holder, day, by)
    elif kind == "transfer":
        books.transfer(key, amount, chance.choice([each for each in PLACES if each != key.place]), day, by)
    elif kind == "expire":
        books.expire(LATE[-1], by)
    elif kind == "release":
        books.release(holder, AT.date(), by, ("reserved", "committed"))
    else:
        getattr(books, kind)(holder, AT.date(), by)
    return kind


def main(url, proof, seed, operations):
    """Make the operations; what the books refuse is refused and counted as such."""
    with Ledger(url) as ledger:
        books = Credits(ledger)
        for number in range(operations):
            own = f"{seed}:{number}"
            intent = f"shared:{number}" if number % SHARED == 0 else own
            chance = random.Random(intent)  # the same intent is the same operation
            try:
                told = operate(books, proof, chance, intent)
            except InputError:
                told = "refused"
            print(told, intent, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
