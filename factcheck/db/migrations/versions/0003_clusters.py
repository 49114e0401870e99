"""Clusters: articles that are copies of one message"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Columns are added one by one. To copy the table into a new one, as batch operations on SQLite do, would empty the
    # tables that point to it: dropping the old one deletes its rows, and that cascades.
    add = op.add_column
    add("articles", sa.Column("cluster_id", sa.String(length=255), nullable=False, server_default=""))
    add("articles", sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.true()))
    add("articles", sa.Column("cluster_size", sa.Integer(), nullable=False, server_default="1"))
    add("articles", sa.Column("cluster_request_count", sa.Integer(), nullable=False, server_default="0"))
    add("articles", sa.Column("cluster_reply_count", sa.Integer(), nullable=False, server_default="0"))
    add("articles", sa.Column("cluster_requested_at", sa.DateTime(timezone=True), nullable=True))
    add("articles", sa.Column("cluster_checked", sa.Boolean(), nullable=False, server_default=sa.false()))
    add("articles", sa.Column("not_a_copy_by", sa.String(length=255), nullable=True))
    op.execute(  # each article is a cluster of its own
        "UPDATE articles SET cluster_id = id, cluster_request_count = reply_request_count, "
        "cluster_reply_count = normal_article_reply_count, cluster_requested_at = last_requested_at"
    )
    op.drop_index("ix_articles_queue", table_name="articles")
    op.drop_index("ix_articles_last_requested_at", table_name="articles")
    op.create_index(op.f("ix_articles_cluster_id"), "articles", ["cluster_id"])
    op.create_index("ix_articles_cluster_requested_at", "articles", ["cluster_requested_at"])
    op.create_index(
        "ix_articles_queue", "articles", ["status", "listed", "cluster_reply_count", "cluster_request_count"]
    )
