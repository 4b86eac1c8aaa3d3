"""The tables of the ledger; times are text in one form, so that both stores hold the same bytes under the hash."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, MetaData, String, Table, Text

metadata = MetaData()
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("place", String(12), nullable=False),
    Column("kind", String(80), nullable=False, index=True),
    Column("subject", Text, nullable=False, index=True),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("once", String(80), unique=True),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
record = Table(
    "record",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("flow", String(40), nullable=False, index=True),
    Column("place", String(6), nullable=False, index=True),
    Column("owner", String(40)),
    Column("state", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("moved_at", String(32), nullable=False),
)
evidence = Table(
    "evidence",
    metadata,
    Column("record", String(80), ForeignKey("record.id"), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", String(32), nullable=False),
)
account = Table(
    "account",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("place", String(6), nullable=False),
    Column("enterprise", String(40)),
    Column("password", Text),
    Column("totp", Text),
    Column("counter", BigInteger, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("closed_until", String(32)),
)
session = Table(
    "session",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", String(80), ForeignKey("account.name"), nullable=False, index=True),
    Column("form", String(64), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
)
invitation = Table(
    "invitation",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", String(80), ForeignKey("account.name"), nullable=False, index=True),
    Column("ends_at", String(32), nullable=False),
)
