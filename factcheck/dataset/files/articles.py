from typing import Any

from factcheck import ids
from factcheck.dataset.cell_formats import joined
from factcheck.dataset.columns import (
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
from factcheck.dataset.record import Draft, LeftOutError, Record
from factcheck.db.insert import table_of
from factcheck.matching.text.normalise import fingerprint
from factcheck.models import ELSEWHERE, Article, ArticleType, Status


def _read(record: Record) -> Draft:
    article_type = record.choice("articleType", ArticleType, ArticleType.TEXT)
    text = record.text("text")
    status = record.choice("status", Status, Status.NORMAL)
    if article_type == ArticleType.TEXT and not text.strip() and status != Status.BLOCKED:
        raise LeftOutError("empty text")
    values = {
        "id": record.public_id("id"),
        "text": text,
        "article_type": article_type,
        "status": status,
        "references": [part.strip() for part in record.text("references").split(",") if part.strip()],
        "app_id": record.app(),
        "reply_request_count": record.count("replyRequestCount"),
        "normal_article_reply_count": record.count("normalArticleReplyCount"),
        "created_at": record.moment("createdAt"),
        "updated_at": record.moment("updatedAt"),
        "last_requested_at": record.moment("lastRequestedAt"),
    }
    legacy = article_type == ArticleType.TEXT and bool(text) and ids.article_id(text) != values["id"]
    return Draft(values, app=record.app(), user_hash=record.user_hash(), note="legacy id" if legacy else "")


def _complete(values: dict[str, Any]) -> None:
    values["fingerprint"] = fingerprint(values["text"])


ARTICLES = DataFile(
    name="articles",
    description="Messages that people reported.",
    columns=(
        Column("id", "Id of the message. Of a text message: base-36 XXH64 (seed 0) of the exact text.", Article.id),
        Column("articleType", "TEXT, IMAGE, VIDEO or AUDIO.", Article.article_type),
        status_column(Article.status),
        text_column(
            "text",
            "The message as it was reported; of an image, video or sound: its transcript. Empty while it is BLOCKED.",
            Article.text,
            Article.status == Status.BLOCKED,
        ),
        count_column(
            "normalArticleReplyCount",
            "Number of replies shown with it (rows in article_replies.csv with status NORMAL).",
            Article.normal_article_reply_count,
        ),
        time_column("createdAt", "When it was first reported.", Article.created_at),
        time_column("updatedAt", "When it was last reported again or got or lost a reply.", Article.updated_at),
        time_column("lastRequestedAt", "When somebody last asked for a check.", Article.last_requested_at),
        user_column("Who reported it first"),
        app_column(Article.app_id),
        Column(
            "references",
            "How it was reported, one item a report, separated by commas: LINE, URL.",
            Article.references,
            joined,
        ),
    ),
    rows_from=with_user(Article, Article.user_id),
    only=Article.app_id != ELSEWHERE,
    order=(Article.id,),
    identity=("id",),
    rows_at_once=100,
    withdrawn=("text", "userIdsha256"),
    table=table_of(Article),
    required=("id", "text"),
    key=("id",),
    read=_read,
    complete=_complete,
)
