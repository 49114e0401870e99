"""Apps that prove themselves, and votes on reasons"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

text = sa.String(length=255)
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("apps", sa.Column("secret_hash", text, nullable=True))
    op.add_column("apps", sa.Column("origins", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("apps", sa.Column("scopes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("apps", sa.Column("requests_a_minute", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("apps", sa.Column("created_at", moment, nullable=True))
    op.add_column("apps", sa.Column("disabled_at", moment, nullable=True))
    op.create_index("ix_apps_secret_hash", "apps", ["secret_hash"])
    op.create_table(
        "reply_request_feedbacks",
        sa.Column(
            "reply_request_id", sa.Integer(), sa.ForeignKey("reply_requests.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("user_id", text, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("reply_request_id", "user_id"),
    )
    op.create_index("ix_reply_request_feedbacks_user_id", "reply_request_feedbacks", ["user_id"])
