"""Log-ins with a row each; where a log-in link was asked for; when a job's time was decided"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("due_set_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("login_tokens", sa.Column("network", sa.String(length=255), nullable=True))
    op.create_index("ix_login_tokens_created_at", "login_tokens", ["created_at"])
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.String(length=255), nullable=False),
        sa.Column("device", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"])
