"""The lines of one outlet and month: levy to the end of 2017, tax from 2018; equivalents, rate, factor, the items charged, each explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from lantian.kernel.finding import Message
from lantian.kernel.quantity import exact
from lantian.law import LawBook
from lantian.market.model import VOC, Charged, Discharge, Line
from lantian.market.rules.choose import choose
from lantian.market.rules.factor import Factor, levy_factor, tax_factor
from lantian.market.rules.rates import charge, named_by, row_of
from lantian.market.rules.voc import left_out, voc_line
from lantian.market.rules.words import both_words, cited, doubts, item_word, shown, unit_word

Rate = Callable[[LawBook, Discharge, Charged, date], Factor]
GENERATED = "generated"
"""The method of a row that holds what was generated instead of what was emitted."""


def levy_lines(law: LawBook, outlet: Charged, emitted: Iterable[Discharge], on: date) -> tuple[Line, ...]:
    """Give the levy's lines of an outlet for the month that begins on a day: the items charged, those left out, volatile organics for themselves."""
    rows = _best(law, emitted)
    voc = [each for each in rows if each.item == VOC]
    places = int(law.value("law_levy_rule", on=on, rule="items").value)
    lines = _lines(law, outlet, [each for each in rows if each.item != VOC], on, "law_levy_rate", places, levy_factor)
    return (*lines, *(voc_line(law, outlet, each, lines, on) for each in voc))


def tax_lines(law: LawBook, outlet: Charged, emitted: Iterable[Discharge], on: date) -> tuple[Line, ...]:
    """Give the tax's lines of an outlet for the month that begins on a day; volatile organics as such are no item of the tax."""
    rows = _best(law, emitted, generated=bool(outlet.generated_ground))
    places = int(law.value("law_tax_rule", on=on, rule="items").value)
    lines = _lines(law, outlet, [each for each in rows if each.item != VOC], on, "law_tax_rate", places, tax_factor)
    if outlet.generated_ground:
        ground = law.value("law_tax_generated", on=on, ground=outlet.generated_ground)
        told = Message("market.generated", {"ground": both_words(ground.value["zh"], ground.value["en"])})
        kept = {each.item for each in rows if each.method == GENERATED}
        lines = tuple(
            replace(line, least=line.item not in kept, because=(*line.because, told), law=(*line.law, cited(ground, outlet.generated_ground))) for line in lines
        )
    return (*lines, *(left_out(law, each, "market.voc_untaxed") for each in rows if each.item == VOC))


def _best(law: LawBook, emitted: Iterable[Discharge], *, generated: bool = False) -> list[Discharge]:
    """Take for each item the row whose method comes first in the order of the law (tax law art. 10); generated amounts only where they are asked for."""
    rank = {str(each.key["method"]): int(each.value) for each in law.values("law_tax_data")} | {
        GENERATED: 0 if generated else len(law.values("law_tax_data")) + 1
    }
    best: dict[str, Discharge] = {}
    for each in sorted(emitted, key=lambda row: (row.kg is None, rank[row.method], row.item)):
        if each.method != GENERATED or generated:
            best.setdefault(each.item, each)
    return list(best.values())


def _lines(law: LawBook, outlet: Charged, rows: list[Discharge], on: date, table: str, places: int, factor: Rate) -> tuple[Line, ...]:
    drafts = {row.item: _line(law, outlet, row, on, table, factor(law, row, outlet, on)) for row in rows}
    plain = {item: (line.amount or Fraction(0)) / (line.factor or 1) for item, line in drafts.items()}
    chosen = choose({item: line.equivalents for item, line in drafts.items()}, plain, places)
    lines = []
    for item, line in drafts.items():
        if item in chosen.left:
            line = replace(line, counts=False, because=(*line.because, Message("market.not_among", {"item": item_word(law, item), "places": places})))
        elif item in chosen.perhaps and line.amount is not None:
            line = replace(line, amount=None, because=(*line.because, Message("market.place_open", {"item": item_word(law, item), "places": places})))
        if item in chosen.tied:
            line = replace(line, provisional=(*line.provisional, Message("market.tied", {"items": [item_word(law, each) for each in sorted(chosen.tied)]})))
        lines.append(line)
    return tuple(sorted(lines, key=lambda each: (not each.counts, -(each.equivalents or 0), each.item)))


def _line(law: LawBook, outlet: Charged, row: Discharge, on: date, table: str, factor: Factor) -> Line:
    """Reckon one item; an unknown mass or rate leaves the amount unknown."""
    weight, rate = law.value("law_equivalent", on=on, item=row.item), row_of(law, table, outlet.place, on, row.item)
    per = exact(weight.value["kg"])
    draft = Line(
        row.outlet,
        row.month,
        row.item,
        row.kg,
        None if row.kg is None else row.kg / per,
        None,
        "",
        factor.value,
        None,
        law=(cited(weight, per),),
        called=item_word(law, row.item),
    )
    if rate is None:
        return replace(draft, because=(Message("market.no_rate", {"place": outlet.place, "day": on.isoformat()}),))
    used = (*draft.law, cited(rate), *factor.law)
    draft = replace(draft, rate=exact(rate.value), unit=rate.unit, law=used, provisional=(*doubts(*used), *factor.doubts, *_unsure_limit(law, row)))
    if row.kg is None or draft.equivalents is None:
        return replace(draft, because=(Message("market.no_mass", {"item": item_word(law, row.item), "month": row.month}),))
    amount = charge(rate, row.kg, draft.equivalents) * factor.value
    told = {name: shown(number) for name, number in (("kg", row.kg), ("equivalents", draft.equivalents), ("rate", draft.rate), ("factor", factor.value))}
    said = [Message("market.line", told | {"item": item_word(law, row.item), "unit": unit_word(rate.unit), "amount": shown(amount)}), *factor.because]
    own = named_by(law, table, rate, outlet.place, on) and rate.key.get("bound", "set") == "set"
    if not own:
        said.append(Message("market.rate_least", {"place": outlet.place, "rate": shown(draft.rate)}))
    if not row.complete:
        said.append(Message("market.incomplete", {"month": row.month, "item": item_word(law, row.item)}))
    if row.substituted:
        said.append(Message("market.substituted", {"percent": shown(100 * row.substituted / row.kg) if row.kg else "0"}))
    return replace(draft, amount=amount, least=factor.least or not own or not row.complete, because=tuple(said))


def _unsure_limit(law: LawBook, row: Discharge) -> tuple[Message, ...]:
    return (Message("market.limit_unsure", {"item": item_word(law, row.item)}),) if row.provisional else ()
