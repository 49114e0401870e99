"""Digests of the copies of files, and which of them are damaged"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.add_column("media_files", sa.Column("full_digest", sa.LargeBinary(32), nullable=True))
    op.add_column("media_files", sa.Column("thumbnail_digest", sa.LargeBinary(32), nullable=True))
    op.add_column("media_files", sa.Column("damaged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_media_files_damaged",
        "media_files",
        ["damaged_at"],
        sqlite_where=sa.text("damaged_at IS NOT NULL"),
        postgresql_where=sa.text("damaged_at IS NOT NULL"),
    )
