from factcheck.dataset.columns import (
    ARTICLE_ID,
    Column,
    app_column,
    count_column,
    status_column,
    text_column,
    time_column,
    user_column,
    with_user,
)
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.parents import ARTICLE
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import ReplyRequest, Status, User
from factcheck.services.withheld import REASON_WITHHELD


def _read(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "reason": record.text("reason"),
        "status": record.choice("status", Status, Status.NORMAL),
        "positive_feedback_count": record.count("positiveFeedbackCount"),
        "negative_feedback_count": record.count("negativeFeedbackCount"),
        "created_at": record.moment("createdAt"),
    }
    return Draft(values, app=record.app(), user_hash=record.user_hash())


REPLY_REQUESTS = DataFile(
    name="reply_requests",
    description="People who asked for a check of a message. One row a person and message.",
    columns=(
        Column("articleId", ARTICLE_ID, ReplyRequest.article_id),
        text_column(
            "reason",
            "Why the person doubts the message, in their words; may be empty, and is while row or message is BLOCKED.",
            ReplyRequest.reason,
            REASON_WITHHELD,
        ),
        status_column(ReplyRequest.status),
        count_column("positiveFeedbackCount", "Votes for the reason.", ReplyRequest.positive_feedback_count),
        count_column("negativeFeedbackCount", "Votes against the reason.", ReplyRequest.negative_feedback_count),
        user_column("Who asked"),
        app_column(User.app_id),
        time_column("createdAt", "When the person first asked.", ReplyRequest.created_at),
    ),
    rows_from=with_user(ReplyRequest, ReplyRequest.user_id),
    order=(ReplyRequest.id,),
    identity=("articleId", "userIdsha256"),
    withdrawn=("reason",),
    table=table_of(ReplyRequest),
    required=("articleId",),
    key=("article_id", "user_id"),
    read=_read,
    parents=(ARTICLE,),
)
