"""The audit chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
ZEROS = "0" * 64


def upgrade() -> None:
    """Make the chain and its head."""
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("actor", "origin")),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False, index=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("subject", "before", "after", "ground")),
        sa.Column("once", sa.String(80), unique=True),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"one": 1, "number": 0, "hash": ZEROS}])


def downgrade() -> None:
    """Take the chain away; nothing of it is left."""
    op.drop_table("audit_head")
    op.drop_table("audit")
