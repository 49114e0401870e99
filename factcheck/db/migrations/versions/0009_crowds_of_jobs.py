"""Jobs behind many of their key, and indexes of what a claim looks at"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("behind", sa.Boolean(), nullable=False, server_default=sa.false()))
    _index("next", ["priority", "due_at", "id"], "state = 'READY' AND behind = 0", "state = 'READY' AND NOT behind")
    _index("running", ["id"], "state = 'RUNNING'", "state = 'RUNNING'")
    _index("behind", ["key", "id"], "behind", "behind")
    op.drop_index("ix_jobs_due", "jobs")  # SQLite would choose it


def _index(name: str, columns: list[str], sqlite_where: str, postgresql_where: str) -> None:
    op.create_index(
        f"ix_jobs_{name}",
        "jobs",
        columns,
        sqlite_where=sa.text(sqlite_where),
        postgresql_where=sa.text(postgresql_where),
    )
