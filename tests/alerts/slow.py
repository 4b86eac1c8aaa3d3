"""A slow, independent reading of the level rules, written from the texts and not from the program: every stretch of days is tried by hand.

Each text is a function of the AQI of some days in a row, none unknown; it gives the highest colour that any stretch of them reaches.
"""

from __future__ import annotations

COLOURS = ("none", "blue", "yellow", "orange", "red")


def stretches(days):
    """Every stretch of days in a row, as lists."""
    return [days[a : b + 1] for a in range(len(days)) for b in range(a, len(days))]


def in_a_row(days, above, count):
    """Some ``count`` days in a row are above a bound."""
    return any(len(s) == count and min(s) > above for s in stretches(days))


def split_by_improvement(days):
    """Cut days wherever two in a row (48 h, the whole days that hold 36 h) are at most 150; what lies between the cuts is one spell."""
    clean = [False] * len(days)
    for at in range(len(days) - 1):
        if days[at] <= 150 and days[at + 1] <= 150:
            clean[at] = clean[at + 1] = True
    pieces, piece = [], []
    for aqi, cut in zip(days, clean, strict=True):
        if cut:
            pieces, piece = [*pieces, piece], []
        else:
            piece.append(aqi)
    return [each for each in [*pieces, piece] if each]


def split_by_clean_day(days):
    """Cut days at every day that is not heavy."""
    pieces, piece = [], []
    for aqi in days:
        if aqi > 200:
            piece.append(aqi)
        else:
            pieces, piece = [*pieces, piece], []
    return [each for each in [*pieces, piece] if each]


def count(days, above):
    return sum(aqi > above for aqi in days)


def worst_of(pieces, colour):
    return max((colour(piece) for piece in pieces), key=COLOURS.index, default="none")


def guide_2013(days):
    def colour(spell):
        if max(spell) >= 500:
            return "red"
        if in_a_row(spell, 300, 3):
            return "orange"
        return "yellow" if len(spell) >= 3 else "none"

    return worst_of(split_by_clean_day(days), colour)


def beijing_2013(days):
    def colour(spell):
        if in_a_row(spell, 300, 3):
            return "red"
        if len(spell) >= 3 and max(spell) > 300:
            return "orange"
        return "yellow" if len(spell) >= 3 or max(spell) > 300 else "blue"

    return worst_of(split_by_clean_day(days), colour)


def beijing_2015(days, reading):
    def colour(spell):
        length = len(spell) * 24
        if length > 72 or (reading == "at_least" and length == 72):
            return "red"
        return {24: "blue", 48: "yellow", 72: "orange"}[length]

    return worst_of(split_by_clean_day(days), colour)


def unified(spell, heavy):
    """The levels of 2016 and 2017 for a spell with so many heavy days."""
    if (heavy >= 4 and in_a_row(spell, 300, 2)) or max(spell) >= 500:
        return "red"
    if heavy >= 3 and max(spell) > 300:
        return "orange"
    return "yellow" if heavy >= 2 else "blue" if heavy else "none"


def bth_2016(days):
    return worst_of(split_by_clean_day(days), lambda spell: unified(spell, len(spell)))


def cn_2017(days):
    return worst_of(split_by_improvement(days), lambda spell: unified(spell, count(spell, 200)))


def cn_2018(days):
    def colour(spell):
        heavy = count(spell, 200)
        if (heavy >= 4 and in_a_row(spell, 300, 2)) or max(spell) >= 500:
            return "red"
        return "orange" if heavy >= 3 else "yellow" if heavy >= 2 else "none"

    return worst_of(split_by_improvement(days), colour)


def cn_2024(days):
    def colour(spell):
        heavy, moderate = count(spell, 200), count(spell, 150)
        if heavy >= 3 and max(spell) > 300:
            return "red"
        if heavy >= 2 or moderate >= 3:
            return "orange"
        return "yellow" if heavy >= 1 or moderate >= 2 else "none"

    return worst_of(split_by_improvement(days), colour)


def shanghai_2014(days):
    if max(days) > 450:
        return "red"
    if max(days) > 300:
        return "orange"
    return "yellow" if in_a_row(days, 200, 2) else "blue" if max(days) > 200 else "none"


READINGS = {
    ("cn:2013", "any"): guide_2013,
    ("cn:2017", "any"): cn_2017,
    ("cn:2018", "any"): cn_2018,
    ("cn:2024", "any"): cn_2024,
    ("bth:2016", "any"): bth_2016,
    ("beijing:2013", "any"): beijing_2013,
    ("beijing:2015", "more_than"): lambda days: beijing_2015(days, "more_than"),
    ("beijing:2015", "at_least"): lambda days: beijing_2015(days, "at_least"),
    ("beijing:2016", "any"): bth_2016,
    ("beijing:2023", "any"): cn_2024,
    ("shanghai:2014", "any"): shanghai_2014,
}


def fillings(days, values):
    """Every way to fill the unknown days with some values."""
    holes = [at for at, aqi in enumerate(days) if aqi is None]
    filled = [list(days)]
    for at in holes:
        filled = [[*each[:at], value, *each[at + 1 :]] for each in filled for value in values]
    return filled
