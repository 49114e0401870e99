"""Verdicts of a cluster beside its counters, in the index of lists: a filter need not read every reply

The worker fills the column (`factcheck.services.sorting`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0015"
branch_labels = None
depends_on = None

LISTED = {"sqlite_where": sa.text("listed = 1"), "postgresql_where": sa.text("listed")}


def upgrade() -> None:
    op.add_column("articles", sa.Column("cluster_verdicts", sa.Integer(), nullable=False, server_default="0"))
    # Under its name, which the release before gives SQLite.
    op.drop_index("ix_articles_list", "articles")
    found = ["language", "article_type", "cluster_reply_count", "cluster_request_count", "cluster_requested_at"]
    found += ["cluster_votes", "cluster_helpful", "cluster_verdicts", "created_at", "cluster_id", "listed"]
    op.create_index("ix_articles_list", "articles", ["queue_place", "id", "status", "need", *found], **LISTED)
