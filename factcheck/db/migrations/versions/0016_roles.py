"""What a person may do, and who may do nothing for now"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("users", sa.Column("role", sa.String(length=255), nullable=False, server_default="VOLUNTEER"))
    op.add_column("users", sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
