from sqlalchemy.orm import outerjoin

from factcheck.dataset.columns import (
    ARTICLE_ID,
    REPLY_ID,
    Column,
    app_column,
    count_column,
    status_column,
    time_column,
    user_column,
    with_user,
)
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.parents import ARTICLE, LINK_KEY, REPLY
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import ELSEWHERE, ArticleReply, Reply


def _read(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "reply_id": record.key("replyId"),
        **record.judged(),
    }
    return Draft(values, app=record.app(), user_hash=record.user_hash())


ARTICLE_REPLIES = DataFile(
    name="article_replies",
    description="Which reply stands at which message. One reply can stand at many messages; votes are about this link.",
    columns=(
        Column("articleId", ARTICLE_ID, ArticleReply.article_id),
        Column("replyId", REPLY_ID, ArticleReply.reply_id),
        user_column("Who put the reply there (not always its author)"),
        count_column("negativeFeedbackCount", "People who found it not helpful.", ArticleReply.negative_feedback_count),
        count_column("positiveFeedbackCount", "People who found it helpful.", ArticleReply.positive_feedback_count),
        Column("replyType", "`type` of the reply in replies.csv.", Reply.type),
        app_column(ArticleReply.app_id),
        status_column(ArticleReply.status, "DELETED: taken back by the person who put it there. "),
        time_column("createdAt", "When the reply was put there.", ArticleReply.created_at),
        time_column("updatedAt", "When its status last changed.", ArticleReply.updated_at),
    ),
    rows_from=outerjoin(with_user(ArticleReply, ArticleReply.user_id), Reply, ArticleReply.reply_id == Reply.id),
    only=ArticleReply.app_id != ELSEWHERE,
    order=(ArticleReply.article_id, ArticleReply.reply_id),
    identity=("articleId", "replyId"),
    table=table_of(ArticleReply),
    required=("articleId", "replyId"),
    key=LINK_KEY,
    read=_read,
    parents=(ARTICLE, REPLY),
)
