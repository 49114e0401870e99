"""Loads the trial texts (`fixtures/`) into a database. Doing it again adds nothing."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from factcheck import ids
from factcheck.errors import FactlineError
from factcheck.models import Article, ArticleCategory, Category, Reply, User
from factcheck.services.articles import submit_article
from factcheck.services.feedback import vote
from factcheck.services.replies import ReplyDraft, write_reply
from factcheck.services.replies import attach_reply as attach
from factcheck.services.users import ensure_app

FOLDER = Path(__file__).parent.parent / "fixtures"


def load_fixtures(session: Session, *, secret_key: str, now: datetime, folder: Path = FOLDER) -> int:
    """Returns the number of new articles. Raises FactlineError where the folder is missing, as in an installed
    package."""
    if not folder.is_dir():
        raise FactlineError(f"The trial messages are not at {folder}. They come with the source code only.")
    users = {row["key"]: _user(session, row, secret_key, now) for row in _rows(folder, "users")}
    categories = {row["key"]: _category(session, row, now) for row in _rows(folder, "categories")}
    articles: dict[str, Article] = {}
    new = 0
    for row in _rows(folder, "articles"):
        known = session.get(Article, ids.article_id(row["text"]))
        articles[row["key"]] = known or _article(session, row, users, categories, now)
        new += known is None
    if new:
        _replies(session, folder, users, articles, now)
    return new


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _days_ago(row: dict[str, Any], now: datetime) -> datetime:
    return now - timedelta(days=row["created_days_ago"])


def _user(session: Session, row: dict[str, Any], secret_key: str, now: datetime) -> User:
    user_id = f"fixture-{row['key']}"
    user = session.get(User, user_id)
    if user is None:
        ensure_app(session, row["app"])
        user = User(
            id=user_id,
            app_id=row["app"],
            name=row["name"],
            published_id=ids.published_user_id(secret_key, user_id),
            created_at=now,
        )
        session.add(user)
        session.flush()
    return user


def _category(session: Session, row: dict[str, Any], now: datetime) -> Category:
    category = session.get(Category, f"fixture-{row['key']}")
    if category is None:
        category = Category(
            id=f"fixture-{row['key']}",
            title=row["title"],
            description=row["description"],
            created_at=now,
            updated_at=now,
        )
        session.add(category)
        session.flush()
    return category


def _article(
    session: Session,
    row: dict[str, Any],
    users: dict[str, User],
    categories: dict[str, Category],
    now: datetime,
) -> Article:
    created = _days_ago(row, now)
    article = None
    for number, request in enumerate(row["requests"]):
        asked = min(now, created + timedelta(hours=5 * number))
        article = submit_article(session, row["text"], users[request["user"]], now=asked, reason=request["reason"])
    if article is None:
        raise ValueError(f"fixture article {row['key']!r} has no request")
    session.add(
        ArticleCategory(
            article_id=article.id,
            category_id=categories[row["category"]].id,
            user_id=article.user_id,
            app_id=article.app_id,
            created_at=created,
            updated_at=created,
        )
    )
    return article


def _replies(
    session: Session, folder: Path, users: dict[str, User], articles: dict[str, Article], now: datetime
) -> None:
    texts = {row["key"]: row for row in _rows(folder, "replies")}
    for link_row in _rows(folder, "article_replies"):
        row = texts[link_row["reply"]]
        article, reply_id = articles[link_row["article"]], _reply_id(row["key"])
        at = max(_days_ago(row, now), article.created_at or now)  # a reply may be older than its article
        reply = session.get(Reply, reply_id)
        if reply is None:
            draft = ReplyDraft(row["type"], row["text"], row["reference"], reply_id)
            link = write_reply(session, article, draft, users[row["user"]], now=at)
        else:
            link = attach(session, article, reply, users[link_row["user"]], now=at)
        for number, feedback in enumerate(link_row["feedbacks"]):
            voted = min(now, at + timedelta(hours=3 * number))
            voter = users[feedback["user"]]
            vote(session, article.id, link.reply_id, voter, feedback["score"], now=voted, comment=feedback["comment"])


def _reply_id(key: str) -> str:
    return ids.base36(int.from_bytes(hashlib.sha256(key.encode()).digest(), "big"))[:20]
