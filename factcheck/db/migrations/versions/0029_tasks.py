"""Small tasks, and who had which"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", text, nullable=False),
        sa.Column("article_id", text, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("other_id", text, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("language", text, nullable=False),
        sa.Column("place", sa.Double(), nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("outcome", text, nullable=False),
        sa.Column("room_at", moment, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("decided_at", moment, nullable=True),
        sa.UniqueConstraint("kind", "article_id", "other_id"),
    )
    is_open = sa.text("state = 'OPEN'")
    columns = ["place", "id", "room_at", "language"]
    op.create_index("ix_tasks_open", "tasks", columns, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_tasks_of_kind", "tasks", ["kind", "state"])
    op.create_index("ix_tasks_article_id", "tasks", ["article_id"])
    op.create_index("ix_tasks_other_id", "tasks", ["other_id"])
    op.create_table(
        "task_turns",
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", text, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("taken_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("answer", text, nullable=False),
        sa.Column("answered_at", moment, nullable=True),
    )
    op.create_index("ix_task_turns_user_id", "task_turns", ["user_id"])
    op.create_index("ix_task_turns_taken_at", "task_turns", ["taken_at"])
