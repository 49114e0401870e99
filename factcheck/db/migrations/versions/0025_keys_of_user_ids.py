"""Numbered keys of published user ids"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

text = sa.String(length=255)


def upgrade() -> None:
    op.add_column("users", sa.Column("published_key", sa.Integer(), nullable=True))
    op.create_table(
        "user_id_keys",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "former_published_ids",
        sa.Column("published_id", text, primary_key=True),
        sa.Column("user_id", text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_former_published_ids_user_id", "former_published_ids", ["user_id"])
