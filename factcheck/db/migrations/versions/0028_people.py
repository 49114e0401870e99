"""Profiles, log-ins at providers, joined chats, organisations"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
contracts = "A reply may name an organisation; the release before leaves that empty."

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("is_public", "shows_votes", "shows_reach", "wants_digest"):
        op.add_column("users", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("inbox_seen_at", "digest_at", "mail_refused_at"):
        op.add_column("users", sa.Column(name, moment, nullable=True))
    op.create_index("ix_users_digest_at", "users", ["digest_at"])
    op.add_column("login_tokens", sa.Column("joins_user_id", text, nullable=True))
    _create_identities()
    _create_organisations()


def _user(*, is_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("users.id", ondelete="CASCADE")
    return sa.Column("user_id", text, key, nullable=False, primary_key=is_key)


def _create_identities() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", text, primary_key=True),
        sa.Column("subject", text, primary_key=True),
        _user(),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=False),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"])
    op.create_table(
        "chat_links",
        sa.Column("token_hash", text, primary_key=True),
        _user(),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
    )
    op.create_index("ix_chat_links_user_id", "chat_links", ["user_id"])
    op.create_index("ix_chat_links_expires_at", "chat_links", ["expires_at"])
    op.create_table(
        "joined_chats",
        _user(is_key=True),
        sa.Column("chat_user_id", text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column("joined_at", moment, nullable=False),
    )


def _create_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", text, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_table(
        "memberships",
        _user(is_key=True),
        sa.Column("organisation_id", text, sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("since", moment, nullable=False),
    )
    op.create_index("ix_memberships_organisation_id", "memberships", ["organisation_id"])
    label = sa.Column("organisation_id", text, sa.ForeignKey("organisations.id"), nullable=True)
    op.add_column("replies", label, inline_references=True)
    op.create_index("ix_replies_organisation_id", "replies", ["organisation_id"])
