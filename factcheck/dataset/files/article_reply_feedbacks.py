from factcheck.dataset.columns import (
    ARTICLE_ID,
    REPLY_ID,
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
from factcheck.dataset.parents import ARTICLE, LINK, LINK_KEY
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import ArticleReplyFeedback, Status, User
from factcheck.services.withheld import COMMENT_WITHHELD


def _read(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "reply_id": record.key("replyId"),
        "score": record.score("score"),
        "comment": record.text("comment"),
        "status": record.choice("status", Status, Status.NORMAL),
        "created_at": record.moment("createdAt"),
    }
    return Draft(values, app=record.app(), user_hash=record.user_hash())


ARTICLE_REPLY_FEEDBACKS = DataFile(
    name="article_reply_feedbacks",
    description="Votes on replies. One row a person and row of article_replies.csv;"
    " a later vote replaces an earlier one.",
    columns=(
        Column("articleId", ARTICLE_ID, ArticleReplyFeedback.article_id),
        Column("replyId", REPLY_ID, ArticleReplyFeedback.reply_id),
        count_column("score", "1: helpful. -1: not helpful. 0: vote withdrawn.", ArticleReplyFeedback.score),
        text_column(
            "comment",
            "What the person said about the reply; may be empty, and is while row, message or reply is BLOCKED.",
            ArticleReplyFeedback.comment,
            COMMENT_WITHHELD,
        ),
        status_column(ArticleReplyFeedback.status),
        user_column("Who voted"),
        app_column(User.app_id),
        time_column("createdAt", "When the person first voted.", ArticleReplyFeedback.created_at),
    ),
    rows_from=with_user(ArticleReplyFeedback, ArticleReplyFeedback.user_id),
    order=(ArticleReplyFeedback.id,),
    identity=("articleId", "replyId", "userIdsha256"),
    withdrawn=("comment",),
    table=table_of(ArticleReplyFeedback),
    required=("articleId", "replyId", "score"),
    key=(*LINK_KEY, "user_id"),
    read=_read,
    parents=(ARTICLE, LINK),
)
