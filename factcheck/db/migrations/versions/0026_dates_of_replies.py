"""Replies are found by their dates"""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_index("ix_replies_created_at", "replies", ["created_at"])
    op.create_index("ix_article_replies_created_at", "article_replies", ["created_at"])
