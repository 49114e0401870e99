"""Changes in an order of their own, and webhooks"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("articles", sa.Column("change_number", sa.Integer(), nullable=True))
    op.create_index("ix_articles_change_number", "articles", ["change_number"])
    op.create_table(
        "told_articles",
        sa.Column("article_id", text, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("status", text, nullable=False),
        sa.Column("replies", sa.JSON(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", text, primary_key=True),
        sa.Column("app_id", text, sa.ForeignKey("apps.id"), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("disabled_at", moment, nullable=True),
    )
    op.create_index("ix_webhooks_app_id", "webhooks", ["app_id"])
    _create_deliveries()


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("webhook_id", text, sa.ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("event", text, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("error", text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("tried_at", moment, nullable=True),
    )
    op.create_index("ix_webhook_deliveries_webhook_id", "webhook_deliveries", ["webhook_id"])
    op.create_index("ix_webhook_deliveries_created_at", "webhook_deliveries", ["created_at"])
