"""The working calendar of the law, and the terms of a case on it."""

from __future__ import annotations

from datetime import date, timedelta

from lantian.enforcement.model import Term
from lantian.enforcement.rules.terms import WorkingCalendar, calendar_from, term
from lantian.kernel.errors import InputError
from lantian.law import LawBook


def working_calendar(law: LawBook) -> WorkingCalendar:
    """Give the working calendar of every yearly notice that the law holds."""
    return calendar_from((str(value.key["first"]), value.value) for value in law.values("law_public_holiday"))


def case_term(law: LawBook, step: str, start: date) -> Term:
    """Give the last day of a step of a case that is counted from a day, by the procedure in force on it."""
    found = law.values("law_case_term", on=start, step=step)
    if not found:
        raise InputError(f"no term of {step!r} is known on {start}; the rules of procedure here begin 2010-03-01")
    return term(working_calendar(law), start, int(found[0].value["days"]), str(found[0].value["calendar"]))


def recheck_term(law: LawBook, served: date) -> date | None:
    """Give the last day of a re-check after an order was served; None where no rule named one yet."""
    found = law.values("law_recheck", on=served, item="within")
    return served + timedelta(days=int(found[0].value)) if found else None
