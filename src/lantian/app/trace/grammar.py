"""The grammar of trace ids: a kind, then its words, with a colon between them."""

from __future__ import annotations

from dataclasses import dataclass

from lantian.kernel.errors import InputError, unknown


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of id: its shape as people read it, and how many words it may have."""

    shape: str
    least: int
    most: int


KINDS = {
    "day": Kind("day:PLACE:2015-12-08[:PM2.5]", 2, 3),
    "cities": Kind("cities:2015-12-08", 1, 1),
    "station": Kind("station:STATION:2015-12-08", 2, 2),
    "hour": Kind("hour:STATION:2015-12-08T18[:PM2.5]", 2, 3),
    "period": Kind("period:PLACE:2015-12[:PM2.5]", 2, 3),
    "rank": Kind("rank:key74:2015-11[:change]", 2, 3),
    "finding": Kind("finding:C008:PLACE|nation:2015-12-31", 3, 3),
    "findings": Kind("findings:PLACE|nation:2015-12-31", 2, 2),
    "score": Kind("score:2014[:PLACE]", 1, 2),
    "forecast": Kind("forecast:PLACE:2015-12-08", 2, 2),
    "record": Kind("record:warning-12", 1, 1),
    "records": Kind("records:FLOW", 1, 1),
    "outlet": Kind("outlet:ID:2015-12-08T18:SO2", 3, 3),
    "outlets": Kind("outlets:2015-12-08", 1, 1),
    "stack": Kind("stack:OUTLET", 1, 1),
    "firm": Kind("firm:CREDIT-CODE", 1, 1),
    "laws": Kind("laws:all", 1, 1),
    "table": Kind("table:air_hourly", 1, 1),
    "tables": Kind("tables:all", 1, 1),
    "law": Kind("law:law_limit", 1, 1),
    "credits": Kind("credits:PLACE|all", 1, 1),
}
UNTRACED = {
    "form": "a number that a visitor may choose or types",
    "code_of_source": "an example of a program or address, to be copied",
    "address": "a date, telephone number or address that is no figure",
    "calendar": "a scale, date or page number",
    "law_text": "words of a law or of the plan as they were written",
}
"""The reasons for which a figure may stand on a page without an id."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An id taken apart."""

    text: str
    kind: str
    words: tuple[str, ...]

    def word(self, number: int) -> str | None:
        """Give a word that may be missing."""
        return self.words[number] if number < len(self.words) else None


def parse_trace(text: str) -> Asked:
    """Take an id apart; one of another shape raises ``InputError``.

    >>> parse_trace("hour:guanyuan:2015-12-08T18:00:PM2.5").words
    ('guanyuan', '2015-12-08T18', 'PM2.5')
    """
    kind, _, rest = text.partition(":")
    if kind not in KINDS:
        raise unknown("kind of trace id", kind, KINDS)
    words = rest.split(":") if rest else []
    whole = [word for place, word in enumerate(words) if not (place and word == "00" and "T" in words[place - 1])]
    shape = KINDS[kind]
    # The id of an outlet may hold colons itself.
    if kind in ("outlet", "stack") and len(whole) > shape.most:
        whole = _joined(whole, shape.most)
    if not shape.least <= len(whole) <= shape.most or not all(whole):
        raise InputError(f"no trace id {text!r}; write it as {shape.shape}")
    return Asked(text, kind, tuple(whole))


def _joined(words: list[str], most: int) -> list[str]:
    """Join the first words of too many, so that ``most`` are left."""
    over = len(words) - most + 1
    return [":".join(words[:over]), *words[over:]]
