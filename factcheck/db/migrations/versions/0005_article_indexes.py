"""Indexes of articles that SQLite, which keeps no statistics, uses only where they help"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.drop_index("ix_articles_queue", table_name="articles")
    op.drop_index("ix_articles_cluster_id", table_name="articles")
    op.create_index(
        "ix_articles_queue",
        "articles",
        ["cluster_reply_count", "cluster_request_count", "status"],
        sqlite_where=sa.text("listed = 1"),
        postgresql_where=sa.text("listed"),
    )
    op.create_index("ix_articles_cluster", "articles", ["cluster_id", "status"])
    op.create_index("ix_articles_user_id", "articles", ["user_id"])
