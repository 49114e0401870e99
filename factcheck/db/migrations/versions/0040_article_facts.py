"""What matching compares of an article is stored; the worker derives it"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.create_table(
        "article_facts",
        sa.Column("article_id", sa.String(255), sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("code", sa.String(255), nullable=False),
        sa.Column("text_mark", sa.String(255), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
