from typing import Any

from sqlalchemy import literal, select, union

from factcheck import ids
from factcheck.dataset.cell_formats import Kind, midnight
from factcheck.dataset.columns import Column, app_column, time_column
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleReplyFeedback,
    Reply,
    ReplyRequest,
    User,
)
from factcheck.services.pseudonyms import pseudonym
from factcheck.services.published_ids import FOREIGN

_SIGNED = (Article, Reply, ArticleReply, ArticleCategory, ReplyRequest, ArticleReplyFeedback)
_contributors = union(*(select(table.user_id).where(table.user_id.is_not(None)) for table in _SIGNED))

_LAST_ACTIVE = (
    "The day on which the person was last seen, as its midnight in UTC; empty if unknown. The time of day is not "
    "published: it would tell when somebody wrote to the bot in private."
)


def _read(record: Record) -> Draft:
    values = {
        "published_id": record.key("userIdsha256"),
        "app_id": record.app(),
        "created_at": record.moment("createdAt"),
        "last_active_at": record.moment("lastActiveAt"),
    }
    return Draft(values, app=record.app())


def complete_user(values: dict[str, Any]) -> None:
    """Gives a person known only by a hash an id and a pseudonym; nothing is ever sent to them."""
    values["id"] = ids.random_id()
    values["name"] = pseudonym(values["id"])
    values["is_friend"] = False
    values["published_key"] = FOREIGN


ANONYMIZED_USERS = DataFile(
    name="anonymized_users",
    description="People with at least one row in the other files. Those who never published anything are not listed.",
    columns=(
        Column("userIdsha256", "Stands for the person in the other files.", User.published_id),
        app_column(User.app_id),
        time_column("createdAt", "When the person was first seen.", User.created_at),
        Column("lastActiveAt", _LAST_ACTIVE, User.last_active_at, midnight, Kind.MOMENT),
        Column("blockedReason", "Always empty: why somebody was blocked is not published.", literal("")),
    ),
    rows_from=User,
    order=(User.published_id,),
    only=User.id.in_(_contributors),
    identity=("userIdsha256",),
    withdrawn=("createdAt",),
    table=table_of(User),
    required=("userIdsha256",),
    key=("published_id",),
    read=_read,
    complete=complete_user,
)
