"""Replies that wait, reports, decisions of reviewers, and what was removed for good"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("articles", sa.Column("text_digest", text, nullable=True))
    op.create_index("ix_articles_text_digest", "articles", ["text_digest"])
    op.add_column("replies", sa.Column("blocked_at", moment, nullable=True))
    op.add_column("replies", sa.Column("redacted_at", moment, nullable=True))
    _create_pending()
    _create_actions()
    _create_reports()
    op.create_table(
        "removed_contents",
        sa.Column("digest", text, primary_key=True),
        sa.Column("removed_at", moment, nullable=False),
    )


def _key(name: str, table: str, *, nullable: bool = False, ondelete: str = "CASCADE") -> sa.Column[str]:
    return sa.Column(name, text, sa.ForeignKey(f"{table}.id", ondelete=ondelete), nullable=nullable)


def _person(name: str) -> sa.Column[str]:
    return _key(name, "users", nullable=True, ondelete="SET NULL")


def _create_pending() -> None:
    op.create_table(
        "pending_replies",
        sa.Column("id", text, primary_key=True),
        sa.Column("kind", text, nullable=False),
        _key("article_id", "articles"),
        _key("reply_id", "replies", nullable=True),
        _key("user_id", "users"),
        sa.Column("type", text, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("mark", text, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("refused_at", moment, nullable=True),
    )
    for column in ("article_id", "reply_id", "user_id", "mark", "due_at"):
        op.create_index(f"ix_pending_replies_{column}", "pending_replies", [column])
    op.create_table(
        "approvals",
        _key("pending_id", "pending_replies"),
        _key("user_id", "users"),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("pending_id", "user_id"),
    )
    op.create_index("ix_approvals_user_id", "approvals", ["user_id"])


def _create_actions() -> None:
    op.create_table(
        "moderation_actions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", moment, nullable=False),
        _person("moderator_id"),
        sa.Column("action", text, nullable=False),
        sa.Column("reason", text, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("target_kind", text, nullable=False),
        sa.Column("target_id", text, nullable=False),
        _person("subject_id"),
        sa.Column("wave", text, nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", moment, nullable=True),
    )
    for column in ("at", "subject_id", "wave"):
        op.create_index(f"ix_moderation_actions_{column}", "moderation_actions", [column])
    op.create_index("ix_moderation_actions_target", "moderation_actions", ["target_kind", "target_id"])
    op.create_table(
        "moderation_changes",
        sa.Column("id", sa.Integer(), primary_key=True),
        _action("action_id", nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("item_id", text, nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("forget_at", moment, nullable=True),
    )
    op.create_index("ix_moderation_changes_action_id", "moderation_changes", ["action_id"])
    op.create_index("ix_moderation_changes_forget_at", "moderation_changes", ["forget_at"])


def _action(name: str, *, nullable: bool) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("moderation_actions.id", ondelete="CASCADE"), nullable=nullable)


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("target_kind", text, nullable=False),
        sa.Column("target_id", text, nullable=False),
        sa.Column("source", text, nullable=False),
        sa.Column("reason", text, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _person("user_id"),
        _action("action_id", nullable=True),
        sa.Column("open_key", text, nullable=True, unique=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        _person("closed_by"),
        sa.Column("upheld", sa.Boolean(), nullable=True),
    )
    op.create_index("ix_reports_target", "reports", ["target_kind", "target_id"])
    op.create_index("ix_reports_open", "reports", ["closed_at", "created_at"])
    for column in ("user_id", "action_id"):
        op.create_index(f"ix_reports_{column}", "reports", [column])
