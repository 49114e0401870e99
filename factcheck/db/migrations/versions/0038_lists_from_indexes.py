"""Indexes that lists are read from: in the order in which the dataset is written, on PostgreSQL (sorting a million
messages took 15 seconds, and again after each moment of the reading), and of all that a search asks of its hits"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.drop_index("ix_articles_cluster", "articles")
    op.create_index("ix_articles_cluster", "articles", ["cluster_id", "status", "listed", "id"])
    if op.get_bind().dialect.name == "postgresql":
        for table in ("articles", "replies"):
            op.create_index(f"ix_{table}_by_bytes", table, [sa.text('id COLLATE "C"')])
