"""Pictures, films and sounds: files, who sent them, and what an article shows"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "media_files",
        sa.Column("id", text, primary_key=True),
        sa.Column("type", text, nullable=False),
        sa.Column("mime", text, nullable=False),
        sa.Column("media_id", text, nullable=False),
        sa.Column("picture_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("was_read", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_index("ix_media_files_created_at", "media_files", ["created_at"])
    op.create_table(
        "sent_files",
        sa.Column("message_id", text, primary_key=True),
        sa.Column("chat_id", text, nullable=False),
        sa.Column("file_id", text, nullable=True),
        sa.Column("fault", text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    for column in ("chat_id", "file_id", "created_at"):
        op.create_index(f"ix_sent_files_{column}", "sent_files", [column])
    op.add_column("articles", sa.Column("file_id", text, nullable=True))
    op.add_column("articles", sa.Column("attachment_hash", text, nullable=False, server_default=""))
    op.add_column("articles", sa.Column("alternative_text", sa.Text(), nullable=False, server_default=""))
    op.add_column("articles", sa.Column("covered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_articles_file_id", "articles", ["file_id"])
    op.create_index("ix_articles_attachment_hash", "articles", ["attachment_hash"])
