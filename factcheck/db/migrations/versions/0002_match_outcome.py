"""What a person did with a match: what was shown without asking, and whether it was refused"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

changes = ("matches.chosen_article_id",)


def upgrade() -> None:
    with op.batch_alter_table("matches", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown_article_id", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("refused", sa.Boolean(), nullable=False, server_default=sa.false()))
    matches = sa.table(
        "matches",
        sa.column("outcome", sa.String),
        sa.column("shown_article_id", sa.String),
        sa.column("chosen_article_id", sa.String),
        sa.column("submitted", sa.Boolean),
        sa.column("refused", sa.Boolean),
    )
    # Until now an answer was written down as chosen by the person, who had not been asked.
    op.execute(
        matches.update()
        .where(matches.c.outcome == "ANSWER")
        .values(shown_article_id=matches.c.chosen_article_id, chosen_article_id=None)
    )
    op.execute(matches.update().where(matches.c.submitted, matches.c.outcome != "UNKNOWN").values(refused=sa.true()))
