"""Keyed digests of the names by which somebody who is blocked would come back"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

text = sa.String(length=255)


def upgrade() -> None:
    op.create_table(
        "blocked_names",
        sa.Column("digest", text, primary_key=True),
        sa.Column("reason", text, nullable=False),
        sa.Column(
            "action_id", sa.Integer(), sa.ForeignKey("moderation_actions.id", ondelete="SET NULL"), nullable=True
        ),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_blocked_names_action_id", "blocked_names", ["action_id"])
    op.create_index("ix_blocked_names_kept_at", "blocked_names", ["kept_at"])
