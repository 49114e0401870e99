"""The files about replies."""

from sqlalchemy.orm import outerjoin

from factcheck.dataset.columns import (
    ARTICLE_ID,
    NORMALIZED_URL,
    PAGE_TITLE,
    REPLY_ID,
    Column,
    DataFile,
    app_column,
    count_column,
    status_column,
    time_column,
    user_column,
    with_user,
)
from factcheck.dataset.forms import number
from factcheck.models import ArticleReply, ArticleReplyFeedback, Reply, ReplyHyperlink, User

REPLIES = DataFile(
    "replies",
    "Fact-checks that volunteers wrote. They are never changed. Whether one is shown: status in article_replies.csv.",
    (
        Column("id", "Id of the reply.", Reply.id),
        Column(
            "type",
            "RUMOR: contains misinformation. NOT_RUMOR: contains true information. OPINIONATED: contains personal "
            "opinion. NOT_ARTICLE: outside the scope of checking.",
            Reply.type,
        ),
        Column("reference", "Sources, or (OPINIONATED) other views.", Reply.reference),
        user_column("Who wrote it"),
        app_column(Reply.app_id),
        Column("text", "What the reply says.", Reply.text),
        time_column("createdAt", "When it was written.", Reply.created_at),
    ),
    with_user(Reply, Reply.user_id),
    (Reply.id,),
)

REPLY_HYPERLINKS = DataFile(
    "reply_hyperlinks",
    "Web addresses in the replies and their references.",
    (
        Column("replyId", REPLY_ID, ReplyHyperlink.reply_id),
        Column("url", "The address as it stands in the reply.", ReplyHyperlink.url),
        Column("normalizedUrl", NORMALIZED_URL, ReplyHyperlink.normalized_url),
        Column("title", PAGE_TITLE, ReplyHyperlink.title),
    ),
    ReplyHyperlink,
    (ReplyHyperlink.id,),
)

ARTICLE_REPLIES = DataFile(
    "article_replies",
    "Which reply stands at which message. One reply can stand at many messages; votes are about this link.",
    (
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
    outerjoin(with_user(ArticleReply, ArticleReply.user_id), Reply, ArticleReply.reply_id == Reply.id),
    (ArticleReply.article_id, ArticleReply.reply_id),
)

ARTICLE_REPLY_FEEDBACKS = DataFile(
    "article_reply_feedbacks",
    "Votes on replies. One row a person and row of article_replies.csv; a later vote replaces an earlier one.",
    (
        Column("articleId", ARTICLE_ID, ArticleReplyFeedback.article_id),
        Column("replyId", REPLY_ID, ArticleReplyFeedback.reply_id),
        Column("score", "1: helpful. -1: not helpful. 0: vote withdrawn.", ArticleReplyFeedback.score, number),
        Column("comment", "What the person said about the reply; may be empty.", ArticleReplyFeedback.comment),
        status_column(ArticleReplyFeedback.status),
        user_column("Who voted"),
        app_column(User.app_id),
        time_column("createdAt", "When the person first voted.", ArticleReplyFeedback.created_at),
    ),
    with_user(ArticleReplyFeedback, ArticleReplyFeedback.user_id),
    (ArticleReplyFeedback.id,),
)
