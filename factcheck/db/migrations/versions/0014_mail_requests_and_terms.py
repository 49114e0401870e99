"""Who asked on the web for a check, and is told by mail; the terms that a volunteer accepted"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    text = sa.String(length=255)
    op.create_table(
        "mail_requests",
        sa.Column("id", text, primary_key=True),
        sa.Column("email", text, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("locale", text, nullable=False),
        sa.Column("article_id", text, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=True),
        sa.Column("user_id", text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
    )
    for column in ("email", "article_id", "user_id"):
        op.create_index(op.f(f"ix_mail_requests_{column}"), "mail_requests", [column])
    op.add_column("users", sa.Column("terms_version", text, nullable=True))
    op.add_column("users", sa.Column("terms_accepted_at", sa.DateTime(timezone=True), nullable=True))
