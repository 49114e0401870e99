"""What is said to stand in pictures, by version; who opened what disturbs"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "transcript_revisions",
        sa.Column("article_id", text, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("alternative_text", sa.Text(), nullable=False),
        sa.Column("user_id", text, sa.ForeignKey("users.id", ondelete="SET NULL"), nullable=True),
        sa.Column("by_machine", sa.Boolean(), nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "number"),
    )
    op.create_index("ix_transcript_revisions_user_id", "transcript_revisions", ["user_id"])
    op.create_index("ix_transcript_revisions_state", "transcript_revisions", ["state", "created_at"])
    op.create_table(
        "media_openings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("article_id", text, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("user_id", text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
    )
    for column in ("article_id", "user_id", "opened_at"):
        op.create_index(f"ix_media_openings_{column}", "media_openings", [column])
