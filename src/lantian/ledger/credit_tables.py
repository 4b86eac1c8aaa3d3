"""The tables of credits: lots that a verified fact made, the lines of their double-entry postings, and the serial ranges as they are held now."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from lantian.ledger.tables import audit, metadata, record

credit = Table(
    "credit",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("number", BigInteger, ForeignKey(audit.c.number), nullable=False),
    Column("place", String(6), nullable=False),
    Column("item", String(60), nullable=False),
    Column("industry", String(40), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("source", String(200), nullable=False),
    Column("nature", String(40), nullable=False),
    Column("evidence", String(80), ForeignKey(record.c.id), nullable=False),
    Column("expires", String(10)),
    UniqueConstraint("source", "item", name="credit_once"),
)
entry = Table(
    "credit_entry",
    metadata,
    Column("posting", BigInteger, ForeignKey(audit.c.number), primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("credit", String(80), ForeignKey(credit.c.id), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("place", String(6), nullable=False),
    Column("holder", String(80), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("day", String(10), nullable=False),
    Index("credit_entry_credit", "credit", "first"),
)
part = Table(
    "credit_part",
    metadata,
    Column("credit", String(80), ForeignKey(credit.c.id), primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("place", String(6), nullable=False),
    Column("holder", String(80), nullable=False),
    Column("day", String(10), nullable=False),
    Column("posting", BigInteger, nullable=False),
    Index("credit_part_held", "state", "place"),
    Index("credit_part_holder", "holder"),
)
