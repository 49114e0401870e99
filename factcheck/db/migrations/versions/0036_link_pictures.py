"""Pictures that linked pages show of themselves"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "link_pictures",
        sa.Column("url", sa.Text(), sa.ForeignKey("hyperlinks.url", ondelete="CASCADE"), primary_key=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
    )
