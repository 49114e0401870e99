"""All models; importing this package makes every mapper complete."""

from factcheck.models.chat import Delivery, Dialogue, InboxEvent, Match, Notice
from factcheck.models.content import (
    Article,
    ArticleCategory,
    ArticleHyperlink,
    ArticleReply,
    ArticleReplyFeedback,
    Category,
    Cooccurrence,
    Reply,
    ReplyHyperlink,
    ReplyRequest,
)
from factcheck.models.enums import ArticleType, DeliveryState, JobState, ReplyType, Status
from factcheck.models.people import LINE_BOT, WEBSITE, App, LoginToken, User
from factcheck.models.work import Job, WorkerSign

__all__ = [
    "LINE_BOT",
    "WEBSITE",
    "App",
    "Article",
    "ArticleCategory",
    "ArticleHyperlink",
    "ArticleReply",
    "ArticleReplyFeedback",
    "ArticleType",
    "Category",
    "Cooccurrence",
    "Delivery",
    "DeliveryState",
    "Dialogue",
    "InboxEvent",
    "Job",
    "JobState",
    "LoginToken",
    "Match",
    "Notice",
    "Reply",
    "ReplyHyperlink",
    "ReplyRequest",
    "ReplyType",
    "Status",
    "User",
    "WorkerSign",
]
