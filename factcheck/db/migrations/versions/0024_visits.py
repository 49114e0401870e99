"""Visits by day, and outcomes of matching by day"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

text = sa.String(length=255)


def upgrade() -> None:
    op.create_table(
        "visit_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", text, nullable=False),
        sa.Column("doc_type", text, nullable=False),
        sa.Column("doc_id", text, nullable=False),
        sa.Column("visitor", text, nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
    )
    op.create_index("ix_visit_notes_day", "visit_notes", ["day", "doc_type", "doc_id"])
    op.create_table(
        "visit_keys",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("key", text, nullable=False),
    )
    counts = ("line_user", "line_visit", "web_user", "web_visit", "liff_user", "liff_visit")
    op.create_table(
        "analytics",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("doc_type", text, nullable=False),
        sa.Column("doc_id", text, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.UniqueConstraint("doc_type", "doc_id", "day"),
    )
    op.create_table(
        "match_counts",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("outcome", text, primary_key=True),
        sa.Column("matches", sa.Integer(), nullable=False),
    )
