"""By what copies of films and sounds are known; an index of when files were published, and one of their sizes"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("media_files", sa.Column("sound_print", sa.LargeBinary(), nullable=True))
    op.add_column("media_files", sa.Column("scene_hashes", sa.LargeBinary(), nullable=True))
    op.create_index("ix_media_files_bytes", "media_files", ["bytes"])
    op.create_index(
        "ix_media_files_unread",
        "media_files",
        ["created_at"],
        sqlite_where=sa.text("was_read = 0 AND type = 'IMAGE'"),
        postgresql_where=sa.text("NOT was_read AND type = 'IMAGE'"),
    )
    op.create_index(
        "ix_articles_with_file",
        "articles",
        ["created_at"],
        sqlite_where=sa.text("file_id IS NOT NULL"),
        postgresql_where=sa.text("file_id IS NOT NULL"),
    )
