"""Drafts, revisions of replies, snippets, and what volunteers are told"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("replies", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("replies", sa.Column("edited_at", moment, nullable=True))
    op.create_table(
        "reply_revisions",
        _key("reply_id", "replies"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_content(),
        sa.Column("created_at", moment, nullable=True),
        sa.Column("replaced_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("reply_id", "number"),
    )
    _create_drafts()
    _create_snippets()
    _create_notices()


def _key(name: str, table: str) -> sa.Column[str]:
    return sa.Column(name, text, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def _content() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("type", text, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
    )


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("user_id", "users"),
        _key("article_id", "articles"),
        sa.Column("form", text, nullable=False),
        *_content(),
        sa.Column("form_key", text, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.UniqueConstraint("user_id", "article_id", "form"),
    )
    op.create_index("ix_drafts_article_id", "drafts", ["article_id"])
    op.create_index("ix_drafts_updated_at", "drafts", ["updated_at"])


def _create_snippets() -> None:
    op.create_table(
        "snippets",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("user_id", "users"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_index("ix_snippets_user_id", "snippets", ["user_id"])


def _create_notices() -> None:
    op.create_table(
        "editor_notices",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("user_id", "users"),
        _key("reply_id", "replies"),
        sa.Column("since_version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=True),
        sa.UniqueConstraint("user_id", "reply_id"),
    )
    op.create_index("ix_editor_notices_reply_id", "editor_notices", ["reply_id"])
