"""How one row of each file is read. Pure; what is costly or random is filled in later, for new rows only."""

from collections.abc import Callable
from typing import Any

from factcheck import ids
from factcheck.dataset.record import Draft, LeftOutError, Record
from factcheck.matching.text.normalise import fingerprint
from factcheck.models import ArticleType, ReplyType, Status
from factcheck.services.articles import MAX_URL_BYTES
from factcheck.services.pseudonyms import pseudonym


def read_user(record: Record) -> Draft:
    values = {
        "published_id": record.key("userIdsha256"),
        "app_id": record.app(),
        "created_at": record.moment("createdAt"),
        "last_active_at": record.moment("lastActiveAt"),
    }
    return Draft(values, app=record.app())


def complete_user(values: dict[str, Any]) -> None:
    """A person known only by a hash: a random id, a pseudonym, and nobody to whom anything is sent."""
    values["id"] = ids.random_id()
    values["name"] = pseudonym(values["id"])
    values["is_friend"] = False


def read_category(record: Record) -> Draft:
    return Draft(
        {
            "id": record.key("id"),
            "title": record.text("title"),
            "description": record.text("description"),
            "created_at": record.moment("createdAt"),
            "updated_at": record.moment("updatedAt"),
        }
    )


def read_article(record: Record) -> Draft:
    article_type = record.choice("articleType", ArticleType, ArticleType.TEXT)
    text = record.text("text")
    if article_type == ArticleType.TEXT and not text.strip():
        raise LeftOutError("empty text")
    values = {
        "id": record.public_id("id"),
        "text": text,
        "article_type": article_type,
        "status": record.choice("status", Status, Status.NORMAL),
        "references": [part.strip() for part in record.text("references").split(",") if part.strip()],
        "app_id": record.app(),
        "reply_request_count": record.count("replyRequestCount"),
        "normal_article_reply_count": record.count("normalArticleReplyCount"),
        "created_at": record.moment("createdAt"),
        "updated_at": record.moment("updatedAt"),
        "last_requested_at": record.moment("lastRequestedAt"),
    }
    legacy = article_type == ArticleType.TEXT and ids.article_id(text) != values["id"]
    return Draft(values, app=record.app(), user_hash=record.user_hash(), note="legacy id" if legacy else "")


def complete_article(values: dict[str, Any]) -> None:
    values["fingerprint"] = fingerprint(values["text"])


def read_reply(record: Record) -> Draft:
    values = {
        "id": record.public_id("id"),
        "type": record.choice("type", ReplyType),
        "text": record.text("text"),
        "reference": record.text("reference"),
        "app_id": record.optional_key("appId"),
        "created_at": record.moment("createdAt"),
    }
    return Draft(values, app=record.optional_key("appId"), user_hash=record.user_hash())


def read_article_reply(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "reply_id": record.key("replyId"),
        **_judged(record),
    }
    return Draft(values, app=record.app(), user_hash=record.user_hash())


def read_article_category(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "category_id": record.key("categoryId"),
        "ai_model": record.optional_key("aiModel"),
        "ai_confidence": record.share("aiConfidence"),
        **_judged(record),
    }
    return Draft(values, app=record.app(), user_hash=record.user_hash())


def _judged(record: Record) -> dict[str, Any]:
    """Columns of rows that have an app, a status and votes."""
    return {
        "app_id": record.app(),
        "positive_feedback_count": record.count("positiveFeedbackCount"),
        "negative_feedback_count": record.count("negativeFeedbackCount"),
        "status": record.choice("status", Status, Status.NORMAL),
        "created_at": record.moment("createdAt"),
        "updated_at": record.moment("updatedAt"),
    }


def read_reply_request(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "reason": record.text("reason"),
        "status": record.choice("status", Status, Status.NORMAL),
        "positive_feedback_count": record.count("positiveFeedbackCount"),
        "negative_feedback_count": record.count("negativeFeedbackCount"),
        "created_at": record.moment("createdAt"),
    }
    return Draft(values, app=record.app(), user_hash=record.user_hash())


def read_feedback(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "reply_id": record.key("replyId"),
        "score": record.score("score"),
        "comment": record.text("comment"),
        "status": record.choice("status", Status, Status.NORMAL),
        "created_at": record.moment("createdAt"),
    }
    return Draft(values, app=record.app(), user_hash=record.user_hash())


def hyperlink_reader(column: str, field: str) -> Callable[[Record], Draft]:
    def read(record: Record) -> Draft:
        url = record.text("url").strip()
        if not url:
            raise LeftOutError("no URL")
        if len(url.encode()) > MAX_URL_BYTES:
            raise LeftOutError(f"URL longer than {MAX_URL_BYTES} bytes")
        values = {
            field: record.key(column),
            "url": url,
            "normalized_url": record.text("normalizedUrl"),
            "title": record.text("title"),
        }
        return Draft(values)

    return read
