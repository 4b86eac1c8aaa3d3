"""Credits: lots, double-entry lines, serial ranges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of credits."""
    op.create_table(
        "credit",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("number", sa.BigInteger, sa.ForeignKey("audit.number"), nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("item", sa.String(60), nullable=False),
        sa.Column("industry", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("nature", sa.String(40), nullable=False),
        sa.Column("evidence", sa.String(80), sa.ForeignKey("record.id"), nullable=False),
        sa.Column("expires", sa.String(10)),
        sa.UniqueConstraint("source", "item", name="credit_once"),
    )
    op.create_table(
        "credit_entry",
        sa.Column("posting", sa.BigInteger, sa.ForeignKey("audit.number"), primary_key=True, autoincrement=False),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("credit", sa.String(80), sa.ForeignKey("credit.id"), nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("first", "last")),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
    )
    op.create_index("credit_entry_credit", "credit_entry", ["credit", "first"])
    op.create_table(
        "credit_part",
        sa.Column("credit", sa.String(80), sa.ForeignKey("credit.id"), primary_key=True),
        sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("posting", sa.BigInteger, nullable=False),
    )
    op.create_index("credit_part_held", "credit_part", ["state", "place"])
    op.create_index("credit_part_holder", "credit_part", ["holder"])


def downgrade() -> None:
    """Take the tables away; the acts stay in the chain."""
    for name in ("credit_part", "credit_entry", "credit"):
        op.drop_table(name)
