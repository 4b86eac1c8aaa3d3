"""The law as data: every regulatory number with its dates, clause, source and confidence (DESIGN §1–§3)."""

from lantian.law.book import LawBook, book
from lantian.law.model import LawValue
from lantian.law.service import diff, show

__all__ = ["LawBook", "LawValue", "book", "diff", "show"]
