"""A project before the gates: what each asks of the law on the day and of the place, and what it notes of its reasons, its gaps and what would cure it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lantian.approvals.model import Application, Facts, Offset, Part, Result
from lantian.kernel.errors import LantianError
from lantian.kernel.finding import Message
from lantian.law import LawBook, LawValue

REGIONS = ("bth13", "yrd25", "prd9")
STEP = 0.001
"""The smallest amount that the ledger of credits numbers."""
TINY = 1e-9
"""The share that doubles may add or lose in a sum of amounts."""


Key = tuple[str, tuple[Any, ...]]


class Rules:
    """The law of gates by day, table and key, found once."""

    def __init__(self, law: LawBook) -> None:
        """Keep the law."""
        self.law = law
        self.days: dict[date, dict[Key, LawValue | None]] = {}
        self._limits: dict[tuple[Any, ...], LawValue | None] = {}
        self._rows: dict[str, dict[tuple[Any, ...], list[LawValue]]] = {}

    def find(self, table: str, on: date, *key: Any) -> LawValue | None:
        """Give the value of a key in force on a day, None where there is none; of several the one that starts last."""
        found = self.days.setdefault(on, {})
        asked = (table, key)
        if asked not in found:
            if table not in self._rows:
                rows: dict[tuple[Any, ...], list[LawValue]] = {}
                for value in self.law.values(table):
                    rows.setdefault(tuple(value.key.values()), []).append(value)
                self._rows[table] = rows
            holding = [each for each in self._rows[table].get(key, ()) if each.holds(on)]
            found[asked] = max(holding, key=lambda each: each.valid_from, default=None)
        return found[asked]

    def of_standard(self, standard: str, on: date, *key: Any) -> LawValue | None:
        """Give an emission limit of a standard in force on a day, None where there is none."""
        asked = (standard, on, key)
        if asked not in self._limits:
            found = [each for each in self.law.values("law_emission_limit", on=on, standard=standard) if tuple(each.key.values()) == key]
            self._limits[asked] = found[0] if found else None
        return self._limits[asked]


class Question:
    """One project at one gate; ``full`` says whether reasons are wanted or only the result."""

    __slots__ = ("_day", "app", "because", "facts", "full", "missing", "on", "parts", "rules", "used")

    def __init__(self, rules: Rules, facts: Facts, app: Application, on: date, *, full: bool = True) -> None:
        """Take the project, the facts of its place and the law of the day."""
        self.rules, self.facts, self.app, self.on, self.full = rules, facts, app, on, full
        self._day = rules.days.setdefault(on, {})
        self.because: list[Message] = []
        self.used: list[LawValue] = []
        self.missing: list[str] = []
        self.parts: list[Part] = []

    def law(self, table: str, *key: Any) -> LawValue | None:
        """Give a law value and note that the answer rests on it."""
        asked = (table, key)
        found = self._day[asked] if asked in self._day else self.rules.find(table, self.on, *key)
        if self.full and found is not None:
            self.used.append(found)
        return found

    def must(self, table: str, *key: Any) -> LawValue:
        """Give a law value that stands on every day of the plan; one that is lacking raises ``LantianError``."""
        found = self.law(table, *key)
        if found is None:
            raise LantianError(f"{table} has no {' '.join(map(str, key))} in force on {self.on}; projects are judged from the plan of 2013-09-10 on")
        return found

    def of_class(self, name: str) -> bool:
        """Tell whether the project's industry is one that a word of the law means; noted only where it is."""
        found = self.rules.find("law_industry_class", self.on, name)
        if found is None or self.app.industry not in found.value:
            return False
        if self.full:
            self.used.append(found)
        return True

    def in_regions(self) -> bool:
        """Tell whether the place lies in one of the three regions."""
        groups = self.facts.groups(self.app.place)
        for name in REGIONS:
            if name in groups:
                self.law("law_gate_region", name)
                return True
        return False

    def say(self, result: Result, key: str, **values: Any) -> Result:
        """Give a result with its reason."""
        if self.full:
            self.because.append(Message(f"gate.{key}", {name: plain(each) for name, each in values.items()}))
        return result

    def lacks(self, *names: str) -> Result:
        """Give unknown: these facts are missing."""
        self.missing.extend(names)
        return "unknown"

    def change(self, make: Callable[[], Part]) -> None:
        """Note a part of what would cure it."""
        if self.full:
            self.parts.append(make())

    def offered(self, item: str, own: str = "") -> float | None:
        """Give how much of an item the project offers and the ledger holds for it, only of an industry where one is named; None where the ledger cannot tell."""
        asked: dict[tuple[str, str, tuple[str, ...]], tuple[Offset, float]] = {}
        for each in self.app.offsets:
            if each.item != item or (own and each.industry != own):
                continue
            account = (each.place, each.industry, each.serials)
            asked[account] = (each, each.amount + (asked[account][1] if account in asked else 0.0))
        total = 0.0
        for each, amount in asked.values():
            held = self.facts.credit_held(each, self.app, self.on)
            if held is None:
                return None
            total += min(held, amount)
        return total

    def more(self, item: str, needed: float, held: float, industry: str = "") -> None:
        """Note how much more of an item than what is held would do; a thousandth less would not."""
        if not self.full:
            return
        app = self.app
        amount = up(needed - held)
        if not enough(held + amount, needed):
            amount = round(amount + STEP, 3)
        self.change(
            lambda: Part(
                "offset",
                item,
                Offset(app.place, item, industry or app.industry, amount),
                Message("gate.cure.offset", {"amount": plain(amount), "item": item_word(item)}),
                Offset(app.place, item, industry or app.industry, round(amount - STEP, 3)),
            )
        )

    def document(self, name: str) -> None:
        """Note that a document is to be handed in."""
        self.change(lambda: Part("document", name, name, Message("gate.cure.document", {"name": Message(f"gate.document.{name}")})))

    def world(self, name: str, **values: Any) -> None:
        """Note what must change in the world, not in the project."""
        self.change(lambda: Part("world", name, None, Message(f"gate.cure.{name}", {each: plain(value) for each, value in values.items()})))


def enough(held: float, needed: float) -> bool:
    """Tell whether an amount is reached, up to what doubles lose.

    >>> enough(0.1 + 0.2, 0.3), enough(11.999, 12), enough(0, 1e-7)
    (True, False, False)
    """
    return held >= needed * (1 - TINY)


def up(amount: float) -> float:
    """Round an amount up to the ledger's thousandths; what a double adds below a millionth is no amount.

    >>> up(1.2), up(1.2001), up(0.1 + 0.2)
    (1.2, 1.201, 0.3)
    """
    thousandths = amount / STEP
    whole = round(thousandths)
    return (whole if abs(thousandths - whole) < STEP else int(thousandths) + 1) / 1000


def plain(value: Any) -> Any:
    """Write a whole number without its zero.

    >>> plain(24.0), plain(1.25), plain("x")
    (24, 1.25, 'x')
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def item_word(item: str) -> Message:
    """Name what is offset with its unit."""
    kind, _, industry = item.partition(":")
    return Message(f"gate.item.{kind}", {"industry": Message(f"gate.industry.{industry}")} if industry else {})
