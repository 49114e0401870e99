"""Votes: somewhat helpful, reasons, what counts, and what each night decides"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)
SECOND_ACCOUNT = sa.text("apart IN ('SAME_MAILBOX', 'SAME_NETWORK', 'ONE_AUTHOR')")


def upgrade() -> None:
    op.add_column(
        "article_replies", sa.Column("somewhat_feedback_count", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("article_replies", sa.Column("vote_status", text, nullable=False, server_default="UNRATED"))
    op.add_column("article_replies", sa.Column("vote_reasons", sa.JSON(), nullable=False, server_default="[]"))
    votes = "article_reply_feedbacks"
    op.add_column(votes, sa.Column("somewhat", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(votes, sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(votes, sa.Column("marked", text, nullable=True))
    op.add_column(votes, sa.Column("apart", text, nullable=True, server_default="NEWCOMER"))
    op.create_index(
        "ix_article_reply_feedbacks_second_account",
        votes,
        ["apart", "user_id"],
        sqlite_where=SECOND_ACCOUNT,
        postgresql_where=SECOND_ACCOUNT,
    )
    _create_traces()
    _create_decisions()


def _key(name: str, table: str) -> sa.Column[str]:
    return sa.Column(name, text, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def _create_traces() -> None:
    op.create_table(
        "vote_traces",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("user_id", "users"),
        _key("reply_id", "replies"),
        sa.Column("origin", text, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_index("ix_vote_traces_user_id", "vote_traces", ["user_id"])
    op.create_index("ix_vote_traces_reply_id", "vote_traces", ["reply_id"])
    op.create_index("ix_vote_traces_at", "vote_traces", ["at"])
    op.create_index("ix_vote_traces_origin_at", "vote_traces", ["origin", "at"])


def _create_decisions() -> None:
    op.create_table(
        "vote_nights",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
    )
    op.create_index("ix_vote_nights_at", "vote_nights", ["at"])
    op.create_table(
        "vote_decisions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("night_id", sa.Integer(), sa.ForeignKey("vote_nights.id"), nullable=False),
        _key("article_id", "articles"),
        _key("reply_id", "replies"),
        sa.Column("status", text, nullable=False),
        sa.Column("helpful", sa.Integer(), nullable=False),
        sa.Column("somewhat", sa.Integer(), nullable=False),
        sa.Column("not_helpful", sa.Integer(), nullable=False),
        sa.Column("bound", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
    )
    op.create_index("ix_vote_decisions_night_id", "vote_decisions", ["night_id"])
    op.create_index("ix_vote_decisions_reply_id", "vote_decisions", ["reply_id"])
    op.create_index("ix_vote_decisions_link", "vote_decisions", ["article_id", "reply_id", "id"])
