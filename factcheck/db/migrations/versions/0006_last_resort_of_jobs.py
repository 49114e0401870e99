"""What follows a job that is given up, and how often its work has failed, beside its payload; an index by kind"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

changes = ("jobs.payload",)

KEYS = ("last_resort", "failures")


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_resort", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_jobs_kind", ["kind", "state", "priority", "due_at"], unique=False)
    jobs = sa.table(
        "jobs",
        sa.column("id", sa.Integer),
        sa.column("payload", sa.JSON),
        sa.column("last_resort", sa.String),
        sa.column("failures", sa.Integer),
    )
    connection = op.get_bind()
    for job_id, payload in connection.execute(sa.select(jobs.c.id, jobs.c.payload)).all():
        if "last_resort" in payload:
            connection.execute(
                jobs.update()
                .where(jobs.c.id == job_id)
                .values(
                    payload={name: value for name, value in payload.items() if name not in KEYS},
                    last_resort=payload["last_resort"],
                    failures=payload.get("failures", 0),
                )
            )
