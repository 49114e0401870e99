"""A volunteer's time zone and keys; drafts that are handed on; lists of replies; when recurring jobs last succeeded"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    text, moment = sa.String(length=255), sa.DateTime(timezone=True)
    op.add_column("users", sa.Column("time_zone", text, nullable=True))
    op.add_column("users", sa.Column("single_keys", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("saved_lists", sa.Column("kind", text, nullable=False, server_default="messages"))
    op.add_column("drafts", sa.Column("given_by_id", text, nullable=True))
    op.add_column("drafts", sa.Column("given_at", moment, nullable=True))
    op.create_index("ix_drafts_given_by_id", "drafts", ["given_by_id"])
    op.create_table(
        "job_runs",
        sa.Column("kind", text, primary_key=True),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("planned_at", moment, nullable=False),
        sa.Column("done_at", moment, nullable=True),
    )
