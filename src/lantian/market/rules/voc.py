"""The levy on volatile organic compounds in the pilot's sectors, from 2015-10-01 (财税〔2015〕71号)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from lantian.kernel.finding import Message
from lantian.kernel.quantity import exact
from lantian.law import LawBook
from lantian.market.model import VOC, Charged, Discharge, Line
from lantian.market.rules.rates import chain, charge
from lantian.market.rules.words import cited, doubts, item_word, shown, unit_word


def left_out(law: LawBook, row: Discharge, key: str) -> Line:
    """Give the line of something that is not charged, with the reason.

    >>> from lantian.law import book
    >>> left_out(book(), Discharge("o", "VOC", "2015-09", Fraction(1)), "market.voc_not_yet").counts
    False
    """
    called = item_word(law, row.item)
    return Line(row.outlet, row.month, row.item, row.kg, None, None, "", None, None, counts=False, because=(Message(key, {"item": called}),), called=called)


def voc_line(law: LawBook, outlet: Charged, row: Discharge, charged: Iterable[Line], on: date) -> Line:
    """Reckon volatile organics: in the pilot's sectors every outlet, less the benzene, toluene and xylene that were charged already (财税〔2015〕71号)."""
    if not law.values("law_voc_rule", on=on):
        return left_out(law, row, "market.voc_not_yet")
    sectors = law.value("law_voc_rule", on=on, rule="sectors")
    if outlet.sector not in sectors.value:
        return left_out(law, row, "market.voc_sector")
    weight, names = law.value("law_voc_rule", on=on, rule="equivalent"), law.value("law_voc_rule", on=on, rule="deducted")
    taken = [each for each in charged if each.counts and each.item in names.value]
    rate = next((found[0] for code in chain(outlet.place) if (found := law.values("law_voc_rate", on=on, place=code))), None)
    draft = Line(
        row.outlet, row.month, VOC, row.kg, None, None, "", Fraction(1), None, law=(cited(weight), cited(sectors, outlet.sector)), called=item_word(law, VOC)
    )
    if row.kg is None or any(each.kg is None for each in taken):
        return replace(draft, because=(Message("market.no_mass", {"item": item_word(law, VOC), "month": row.month}),))
    kg = max(Fraction(0), row.kg - sum((each.kg or Fraction(0) for each in taken), Fraction(0)))
    equivalents = kg / exact(weight.value)
    draft = replace(draft, kg=kg, equivalents=equivalents)
    if rate is None:
        return replace(draft, because=(Message("market.no_rate", {"place": outlet.place, "day": on.isoformat()}),))
    amount, used = charge(rate, kg, equivalents), (*draft.law, cited(rate))
    told = {
        "kg": shown(kg),
        "equivalents": shown(equivalents),
        "rate": shown(exact(rate.value)),
        "factor": "1",
        "amount": shown(amount),
        "unit": unit_word(rate.unit),
    }
    said = [Message("market.line", told | {"item": item_word(law, VOC)})]
    if taken:
        said.append(Message("market.voc_deducted", {"items": [item_word(law, each.item) for each in taken], "kg": shown(row.kg - kg)}))
    if not row.complete:
        said.append(Message("market.incomplete", {"month": row.month, "item": item_word(law, VOC)}))
    return replace(
        draft, rate=exact(rate.value), unit=rate.unit, amount=amount, law=used, least=not row.complete, because=tuple(said), provisional=doubts(*used)
    )
