"""Chats: messages that wait for each other, groups, what people were shown, notices to many, facts about our account"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

OPEN = sa.text("handled_at IS NULL")
PENDING = sa.text("state = 'PENDING'")


def upgrade() -> None:
    _more_columns()
    _notices_of_two_kinds()
    _new_tables()


def _more_columns() -> None:
    add = op.add_column
    text, time = sa.String(length=255), sa.DateTime(timezone=True)
    add("users", sa.Column("wants_notices", sa.Boolean(), nullable=False, server_default=sa.true()))
    add("inbox_events", sa.Column("type", text, nullable=False, server_default=""))
    add("inbox_events", sa.Column("message_id", text, nullable=True))
    add("inbox_events", sa.Column("held_at", time, nullable=True))
    add("inbox_events", sa.Column("told_to_wait_at", time, nullable=True))
    op.create_index(op.f("ix_inbox_events_message_id"), "inbox_events", ["message_id"])
    op.create_index("ix_inbox_events_open", "inbox_events", ["received_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    add("matches", sa.Column("message_id", text, nullable=True))
    add("matches", sa.Column("submitted_article_id", text, nullable=True))
    op.create_index(op.f("ix_matches_message_id"), "matches", ["message_id"])
    add("deliveries", sa.Column("recipients", sa.JSON(), nullable=True))
    add("deliveries", sa.Column("reply_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    add("deliveries", sa.Column("answers_message_id", text, nullable=True))
    op.create_index(op.f("ix_deliveries_answers_message_id"), "deliveries", ["answers_message_id"])
    op.create_index(
        "ix_deliveries_pending", "deliveries", ["created_at"], sqlite_where=PENDING, postgresql_where=PENDING
    )


def _notices_of_two_kinds() -> None:
    old = "uq_notices_user_id_article_id"
    with op.batch_alter_table("notices") as batch:  # nothing points to this table
        batch.add_column(sa.Column("kind", sa.String(length=255), nullable=False, server_default="REPLY"))
        batch.add_column(sa.Column("reply_id", sa.String(length=255), nullable=False, server_default=""))
        batch.add_column(sa.Column("shown_reply_id", sa.String(length=255), nullable=False, server_default=""))
        batch.drop_constraint(old, type_="unique")
        batch.create_unique_constraint(
            "uq_notices_user_id_article_id_kind_reply_id", ["user_id", "article_id", "kind", "reply_id"]
        )


def _new_tables() -> None:
    text, time = sa.String(length=255), sa.DateTime(timezone=True)
    op.create_table(
        "article_views",
        sa.Column("user_id", text, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("article_id", text, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("reply_id", text, primary_key=True),
        sa.Column("viewed_at", time, nullable=False),
    )
    op.create_index("ix_article_views_reply", "article_views", ["article_id", "reply_id"])
    op.create_table(
        "groups",
        sa.Column("id", text, primary_key=True),
        sa.Column("kind", text, nullable=False),
        sa.Column("joined_at", time, nullable=True),
        sa.Column("left_at", time, nullable=True),
    )
    op.create_table(
        "group_matches",
        sa.Column("message_id", text, primary_key=True),
        sa.Column("group_id", text, sa.ForeignKey("groups.id", ondelete="CASCADE"), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("outcome", text, nullable=False),
        sa.Column("answered_article_id", text, nullable=True),
        sa.Column("answered_at", time, nullable=True),
        sa.Column("event_at", time, nullable=False),
    )
    op.create_index(op.f("ix_group_matches_group_id"), "group_matches", ["group_id"])
    op.create_table(
        "line_facts",
        sa.Column("name", text, primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_at", time, nullable=False),
    )
    op.create_table(
        "usage_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", time, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("chat_kind", text, nullable=False),
        sa.Column("article_id", text, nullable=True),
        sa.Column("reply_id", text, nullable=True),
        sa.Column("detail", text, nullable=False),
    )
    op.create_index("ix_usage_events_at", "usage_events", ["at"])
