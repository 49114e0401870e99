"""By what copies of removed pictures are known; faces in pictures"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "removed_pictures",
        sa.Column("picture_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("media_files", sa.Column("faces", sa.Integer(), nullable=False, server_default="0"))
