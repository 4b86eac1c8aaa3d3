"""Records with their evidence; accounts with their sessions and invitations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of records and accounts."""
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_table(
        "record",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("flow", sa.String(40), nullable=False, index=True),
        sa.Column("place", sa.String(6), nullable=False, index=True),
        sa.Column("owner", sa.String(40)),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("body", "made_by")),
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("made_at", "moved_at")),
    )
    op.create_table(
        "evidence",
        sa.Column("record", sa.String(80), sa.ForeignKey("record.id"), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("enterprise", sa.String(40)),
        *(sa.Column(name, sa.Text) for name in ("password", "totp")),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("closed_until", sa.String(32)),
    )
    op.create_table(
        "session",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(80), sa.ForeignKey("account.name"), nullable=False, index=True),
        sa.Column("form", sa.String(64), nullable=False),
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("made_at", "seen_at")),
    )
    op.create_table(
        "invitation",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(80), sa.ForeignKey("account.name"), nullable=False, index=True),
        sa.Column("ends_at", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    """Take them away; the audit chain stays."""
    for name in ("invitation", "session", "account", "evidence", "record"):
        op.drop_table(name)
    op.drop_index("ix_audit_subject", "audit")
