"""Lists by date read an index, also where some rows have no date; tombstones of what is gone"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

LONG_AGO = {"postgresql": "'1970-01-01 00:00:00+00'::timestamptz", "sqlite": "'1970-01-01 00:00:00.000000'"}


def upgrade() -> None:
    long_ago = LONG_AGO[op.get_bind().dialect.name]
    for name, table, column, *place in (
        ("ix_articles_dated", "articles", "created_at", "id"),
        ("ix_articles_requested", "articles", "last_requested_at", "id"),
        ("ix_replies_dated", "replies", "created_at", "id"),
        ("ix_article_replies_dated", "article_replies", "created_at", "article_id", "reply_id"),
        ("ix_reply_requests_dated", "reply_requests", "created_at", "id"),
        ("ix_article_reply_feedbacks_dated", "article_reply_feedbacks", "created_at", "id"),
    ):
        op.create_index(name, table, [sa.text(f"coalesce({column}, {long_ago})"), *place])
    op.create_index("ix_analytics_day", "analytics", ["day", "id"])
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "gone_articles",
        sa.Column("article_id", sa.String(length=255), primary_key=True),
        sa.Column("change_number", sa.Integer(), nullable=True),
        sa.Column("gone_at", moment, nullable=False),
    )
    op.create_index("ix_gone_articles_change_number", "gone_articles", ["change_number"])
    op.create_index("ix_gone_articles_gone_at", "gone_articles", ["gone_at"])
