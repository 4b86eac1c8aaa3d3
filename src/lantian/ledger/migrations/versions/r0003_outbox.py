"""Letters that go out with an act, and who asked for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of letters and subscriptions."""
    op.create_table(
        "letter",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("record", sa.String(80), index=True),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.String(32), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("sent_at", sa.String(32)),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.Text, nullable=False, index=True),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("least", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("subscription")
    op.drop_table("letter")
