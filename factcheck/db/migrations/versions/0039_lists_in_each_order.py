"""Lists of messages are read from an index in each of their orders; else each page sorts all messages"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

LONG_AGO = {"postgresql": "'1970-01-01 00:00:00+00'::timestamptz", "sqlite": "'1970-01-01 00:00:00.000000'"}


def upgrade() -> None:
    op.drop_index("ix_articles_cluster_requested_at", "articles")
    requested = sa.text(f"coalesce(cluster_requested_at, {LONG_AGO[op.get_bind().dialect.name]})")
    for name, order in (
        ("asked", ["cluster_request_count", requested]),
        ("recent", [requested]),
        ("oldest", ["created_at"]),
    ):
        op.create_index(
            f"ix_articles_{name}",
            "articles",
            [*order, "id", "need", "status", "listed"],
            postgresql_where=sa.text("listed"),
            sqlite_where=sa.text("listed = 1"),
        )
