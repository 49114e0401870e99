"""What messages need and their place in lists; claims, read marks, saved lists, daily sets, votes on topics"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SHORT = sa.String(length=255)
UNSORTED = sa.text("need IS NULL")


def upgrade() -> None:
    _articles()
    _topics()
    _people()
    op.create_index("ix_users_name", "users", ["name"])
    op.create_index("ix_article_hyperlinks_url", "article_hyperlinks", ["url"])
    op.create_index("ix_reply_hyperlinks_url", "reply_hyperlinks", ["url"])


def _articles() -> None:
    for column in (
        sa.Column("language", SHORT),
        sa.Column("cluster_votes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cluster_helpful", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("need", SHORT),
        sa.Column("need_since", sa.DateTime(timezone=True)),
        sa.Column("queue_place", sa.Double(), nullable=False, server_default="0"),
    ):
        op.add_column("articles", column)
    op.create_index(
        "ix_articles_need",
        "articles",
        ["need", "status", "queue_place", "id", "listed"],
        sqlite_where=sa.text("listed = 1"),
        postgresql_where=sa.text("listed"),
    )
    found = ["language", "article_type", "cluster_reply_count", "cluster_request_count", "cluster_requested_at"]
    found += ["cluster_votes", "cluster_helpful", "created_at", "cluster_id", "listed"]
    op.create_index(
        "ix_articles_list",
        "articles",
        ["queue_place", "id", "status", "need", *found],
        sqlite_where=sa.text("listed = 1"),
        postgresql_where=sa.text("listed"),
    )
    op.create_index("ix_articles_unsorted", "articles", ["id"], sqlite_where=UNSORTED, postgresql_where=UNSORTED)


def _topics() -> None:
    op.create_table(
        "article_category_feedbacks",
        sa.Column("article_id", SHORT, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("category_id", SHORT, sa.ForeignKey("categories.id"), primary_key=True),
        sa.Column("user_id", SHORT, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_article_category_feedbacks_user_id", "article_category_feedbacks", ["user_id"])
    op.create_table(
        "topic_suggestions",
        sa.Column("article_id", SHORT, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("category_id", SHORT, sa.ForeignKey("categories.id"), primary_key=True),
        sa.Column("share", sa.Double(), nullable=False),
    )


def _people() -> None:
    op.create_table(
        "claims",
        sa.Column("article_id", SHORT, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", SHORT, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_claims_user_id", "claims", ["user_id"])
    op.create_index("ix_claims_expires_at", "claims", ["expires_at"])
    op.create_table(
        "read_marks",
        sa.Column("user_id", SHORT, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("article_id", SHORT, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_to_others", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_read_marks_article_id", "read_marks", ["article_id"])
    op.create_table(
        "saved_lists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", SHORT, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", SHORT, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("user_id", "name"),
    )
    op.create_table(
        "daily_picks",
        sa.Column("day", SHORT, primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("article_id", SHORT, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("need", SHORT, nullable=False),
    )
    op.create_index("ix_daily_picks_article_id", "daily_picks", ["article_id"])
    op.create_table(
        "kept_queries",
        sa.Column("id", SHORT, primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_kept_queries_created_at", "kept_queries", ["created_at"])
