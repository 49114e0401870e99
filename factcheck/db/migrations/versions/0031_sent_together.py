"""What was sent together is looked up by the article"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

FILL = """INSERT INTO cooccurrence_articles (article_id, cooccurrence_id)
SELECT DISTINCT articles.id, cooccurrences.id FROM cooccurrences
JOIN {parts} ON true JOIN articles ON articles.id = parts.value"""
PARTS = {
    "postgresql": "LATERAL unnest(string_to_array(cooccurrences.article_ids, '_')) AS parts (value)",
    "sqlite": "json_each('[' || replace(json_quote(cooccurrences.article_ids), '_', '\",\"') || ']') AS parts",
}


def upgrade() -> None:
    article, together = (sa.ForeignKey(f"{table}.id", ondelete="CASCADE") for table in ("articles", "cooccurrences"))
    op.create_table(
        "cooccurrence_articles",
        sa.Column("article_id", sa.String(length=255), article, primary_key=True),
        sa.Column("cooccurrence_id", sa.Integer(), together, primary_key=True),
    )
    op.create_index("ix_cooccurrence_articles_cooccurrence_id", "cooccurrence_articles", ["cooccurrence_id"])
    op.execute(FILL.format(parts=PARTS[op.get_bind().dialect.name]))
