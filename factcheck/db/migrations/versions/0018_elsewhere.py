"""Fact-checks from elsewhere"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outside_sources",
        sa.Column("id", text, primary_key=True),
        sa.Column("kind", text, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("publisher", text, nullable=False),
        sa.Column("licence", text, nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("disabled_at", moment, nullable=True),
        sa.Column("tried_at", moment, nullable=True),
        sa.Column("read_at", moment, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
    )
    op.create_table(
        "outside_checks",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("source_id", "outside_sources"),
        sa.Column("key", text, nullable=False),
        _key("article_id", "articles"),
        _key("reply_id", "replies"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("publisher", text, nullable=False),
        sa.Column("licence", text, nullable=False),
        sa.Column("published_at", moment, nullable=True),
        sa.Column("seen_at", moment, nullable=False),
        sa.UniqueConstraint("source_id", "key"),
    )
    op.create_index("ix_outside_checks_article_id", "outside_checks", ["article_id"])
    op.create_index("ix_outside_checks_reply_id", "outside_checks", ["reply_id"])


def _key(name: str, table: str) -> sa.Column[str]:
    return sa.Column(name, text, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)
