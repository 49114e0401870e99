"""All files of the dataset, in the order in which they are shown."""

from sqlalchemy import literal, select, union

from factcheck.dataset.columns import Column, DataFile, app_column, time_column
from factcheck.dataset.forms import day
from factcheck.dataset.message_files import (
    ARTICLE_CATEGORIES,
    ARTICLE_HYPERLINKS,
    ARTICLES,
    CATEGORIES,
    REPLY_REQUESTS,
)
from factcheck.dataset.reply_files import ARTICLE_REPLIES, ARTICLE_REPLY_FEEDBACKS, REPLIES, REPLY_HYPERLINKS
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleReplyFeedback,
    Reply,
    ReplyRequest,
    User,
)

_SIGNED = (Article, Reply, ArticleReply, ArticleCategory, ReplyRequest, ArticleReplyFeedback)
_contributors = union(*(select(table.user_id).where(table.user_id.is_not(None)) for table in _SIGNED))

_LAST_ACTIVE = (
    "The day on which the person was last seen, as its midnight in UTC; empty if unknown. The time of day is not "
    "published: it would tell when somebody wrote to the bot in private."
)

ANONYMIZED_USERS = DataFile(
    "anonymized_users",
    "People with at least one row in the other files. Those who never published anything are not listed.",
    (
        Column("userIdsha256", "Stands for the person in the other files.", User.published_id),
        app_column(User.app_id),
        time_column("createdAt", "When the person was first seen.", User.created_at),
        Column("lastActiveAt", _LAST_ACTIVE, User.last_active_at, day),
        Column("blockedReason", "Always empty: why somebody was blocked is not published.", literal("")),
    ),
    User,
    (User.published_id,),
    only=User.id.in_(_contributors),
)

DATA_FILES = (
    ARTICLES,
    ARTICLE_HYPERLINKS,
    ARTICLE_CATEGORIES,
    CATEGORIES,
    ARTICLE_REPLIES,
    REPLIES,
    REPLY_HYPERLINKS,
    REPLY_REQUESTS,
    ARTICLE_REPLY_FEEDBACKS,
    ANONYMIZED_USERS,
)
