"""Premiums of clean coal power: earned by the kilowatt-hour, taken back for hours above the limit, with a fine from twice the limit (发改价格〔2014〕536号)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from lantian.kernel.finding import Message
from lantian.kernel.quantity import exact
from lantian.law import LawBook
from lantian.law.model import LawValue
from lantian.market.model import Generated, Premium
from lantian.market.rules.words import cited, doubts, shown

FEN_IN_YUAN = 100
CLASSES = ("kept", "over", "far_over", "excused", "unknown")


def hour_class(power: Generated, fine_from: Fraction) -> str:
    """Say how power sent out counts: kept, over (the premium is taken back), far_over (and a fine), excused (taken back, no fine), unknown.

    >>> [hour_class(Generated(date(2015, 1, 1), "SO2", Fraction(1), m), Fraction(1)) for m in (None, Fraction(0), Fraction(1, 100), Fraction(1))]
    ['unknown', 'kept', 'over', 'far_over']
    """
    if power.multiple is None:
        return "unknown"
    if power.multiple <= 0:
        return "kept"
    if power.excused:
        return "excused"
    return "far_over" if power.multiple >= fine_from else "over"


def premium(law: LawBook, pollutant: str, power: Iterable[Generated]) -> Premium:
    """Reckon the premium of the control against one pollutant: what it earned, what is taken back, how high a fine may be.

    The fine counts the hours that lie ``fine_from`` times the limit above the limit or more, at most ``fine_most`` times their premium. Before the rule was in force
    nothing is taken back by it; power without a valid hour is neither kept nor taken back, and named.
    """
    control = str(law.value("law_tariff_control", pollutant=pollutant).value)
    kwh = dict.fromkeys(CLASSES, Fraction(0))
    earned = taken = fined = Fraction(0)
    used: dict[str, LawValue] = {}
    most: Fraction | None = None
    for each in power:
        rates = law.values("law_tariff_premium", on=each.day, control=control)
        yuan = each.kwh * exact(rates[0].value) / FEN_IN_YUAN if rates else Fraction(0)
        used |= {f"{rates[0].name}{rates[0].valid_from}": rates[0]} if rates else {}
        rules = {str(found.key["rule"]): found for found in law.values("law_tariff_rule", on=each.day)}
        counted = hour_class(each, exact(rules["fine_from"].value)) if rules else "kept"
        kwh[counted] += each.kwh
        earned += yuan
        taken += yuan if counted in ("over", "far_over", "excused") else 0
        if counted == "far_over":
            most = exact(rules["fine_most"].value)
            fined += yuan * most
            used["fine"] = rules["fine_most"]
    total = sum(kwh.values(), Fraction(0))
    law_used = tuple(cited(value) for value in used.values())
    told = {name: shown(kwh[name]) for name in CLASSES}
    because = [Message("market.premium", {"control": {"key": f"market.control.{control}", "values": {}}, "kwh": shown(total), "yuan": shown(earned)})]
    if taken:
        because.append(Message("market.taken_back", told | {"yuan": shown(taken)}))
    if fined and most is not None:
        because.append(Message("market.fine", {"times": shown(most), "yuan": shown(fined)}))
    if kwh["unknown"]:
        because.append(Message("market.power_unknown", {"kwh": told["unknown"]}))
    sums = (total, kwh["over"], kwh["far_over"], kwh["excused"], kwh["unknown"], earned, taken, fined)
    return Premium(control, pollutant, *sums, because=tuple(because), law=law_used, provisional=doubts(*law_used))


def ultra_low_premium(law: LawBook, connected: date, kwh: Fraction, on: date) -> Fraction | None:
    """Give the premium [yuan] for power sent out while a unit kept the ultra-low limits; None before there was one (发改价格〔2015〕2835号).

    >>> from lantian.law import book
    >>> [ultra_low_premium(book(), day, Fraction(1000), date(2016, 5, 1)) for day in (date(2015, 12, 31), date(2016, 1, 1))]
    [Fraction(10, 1), Fraction(5, 1)]
    """
    border = law.values("law_tariff_ultra_low_rule", on=on, rule="border")
    if not border:
        return None
    age = "before" if connected < date.fromisoformat(str(border[0].value)) else "after"
    return kwh * exact(law.value("law_tariff_ultra_low", on=on, connected=age).value) / FEN_IN_YUAN
