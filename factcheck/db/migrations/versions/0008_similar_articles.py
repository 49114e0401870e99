"""Messages that may make the same claim, as pairs; which articles were not compared yet"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("articles", sa.Column("similar_checked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_articles_similar_unchecked",
        "articles",
        ["id"],
        sqlite_where=sa.text("similar_checked = 0"),
        postgresql_where=sa.text("NOT similar_checked"),
    )
    op.create_table(
        "similar_articles",
        sa.Column("article_id", sa.String(length=255), nullable=False),
        sa.Column("other_id", sa.String(length=255), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "other_id"),
    )
    op.create_index("ix_similar_articles_other_id", "similar_articles", ["other_id"])
