"""People, articles and replies for tests, and a way to do things at the same moment."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from factcheck.models import LINE_BOT, WEBSITE, Article, ArticleReply, User
from factcheck.services.articles import submit_article
from factcheck.services.replies import ReplyDraft, new_form_key, write_reply
from factcheck.services.users import ensure_app
from tests.waiting import PATIENCE_SECONDS

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def add_user(session: Session, key: str, *, app_id: str = WEBSITE) -> User:
    ensure_app(session, app_id)
    user = User(id=key, app_id=app_id, name=key, published_id=f"published-{key}", created_at=NOW)
    if app_id == LINE_BOT:
        user.app_user_id = f"U-{key}"
    session.add(user)
    session.flush()
    return user


def user(session: Session, key: str, *, app_id: str = WEBSITE) -> User:
    """The person with this key, made at first use."""
    return session.get(User, key) or add_user(session, key, app_id=app_id)


def add_article(session: Session, text: str, asker: str = "asker", *, now: datetime = NOW) -> Article:
    return submit_article(session, text, user(session, asker), now=now)


def draft(
    text: str = "Not true.", *, kind: str = "RUMOR", reference: str = "https://example.org", key: str = ""
) -> ReplyDraft:
    return ReplyDraft(kind, text, reference, key or new_form_key())


def add_reply(session: Session, article: Article, author: str = "author", *, now: datetime = NOW) -> ArticleReply:
    return write_reply(session, article, draft(), user(session, author), now=now)


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Do all actions in threads that start together. Returns what each returned, or the exception it raised."""
    start = threading.Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(number: int, action: Callable[[], object]) -> None:
        start.wait()
        try:
            results[number] = action()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive(), "still waiting for each other"
    return results
