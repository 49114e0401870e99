"""Verdicts of a cluster in the index of lists, so that a filter need not read every reply; evenings together

The worker fills the new column (`factcheck.services.sorting`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

SHORT = sa.String(length=255)


def upgrade() -> None:
    op.add_column("articles", sa.Column("cluster_verdicts", sa.Integer(), nullable=False, server_default="0"))
    # Under its name, which the release before gives SQLite.
    op.drop_index("ix_articles_list", "articles")
    found = ["language", "article_type", "cluster_reply_count", "cluster_request_count", "cluster_requested_at"]
    found += ["cluster_votes", "cluster_helpful", "cluster_verdicts", "created_at", "cluster_id", "listed"]
    op.create_index(
        "ix_articles_list",
        "articles",
        ["queue_place", "id", "status", "need", *found],
        sqlite_where=sa.text("listed = 1"),
        postgresql_where=sa.text("listed"),
    )
    _evenings()


def _evenings() -> None:
    op.create_table(
        "evenings",
        sa.Column("id", SHORT, primary_key=True),
        sa.Column("user_id", SHORT, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_evenings_user_id", "evenings", ["user_id"])
    op.create_index("ix_evenings_created_at", "evenings", ["created_at"])
    op.create_table(
        "evening_messages",
        sa.Column("evening_id", SHORT, sa.ForeignKey("evenings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("article_id", SHORT, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("need", SHORT, nullable=False),
    )
    op.create_index("ix_evening_messages_article_id", "evening_messages", ["article_id"])
