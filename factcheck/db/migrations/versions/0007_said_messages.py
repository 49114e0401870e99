"""Which article a message of the bot was about, by LINE's id, so that somebody can quote it"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    text = sa.String(length=255)
    op.add_column("deliveries", sa.Column("article_id", text, nullable=True))
    op.create_table(
        "said_messages",
        sa.Column("message_id", text, primary_key=True),
        sa.Column("delivery_id", sa.Integer(), sa.ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index(op.f("ix_said_messages_delivery_id"), "said_messages", ["delivery_id"])
