"""Many people at once: made one by one by the services they take longer than what is to be tested with them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from factcheck.models import LINE_BOT, Article, ReplyRequest, Status, User
from factcheck.services.articles import recount_requests
from factcheck.services.users import ensure_app


def all_ask(session: Session, article_id: str, line_ids: Sequence[str], *, locale: str, now: datetime) -> None:
    """Each of these people, who are new, asks for a check; as `get_or_create_line_user` and `request_check` note it."""
    ensure_app(session, LINE_BOT)
    people = [
        {"id": f"asker-{line_id}", "app_id": LINE_BOT, "app_user_id": line_id, "name": line_id, "locale": locale}
        | {"published_id": f"published-{line_id}", "created_at": now, "last_active_at": now}
        for line_id in line_ids
    ]
    requests = [
        {"article_id": article_id, "user_id": person["id"], "status": Status.NORMAL}
        | {"created_at": now, "updated_at": now}
        for person in people
    ]
    session.execute(insert(User), people)
    session.execute(insert(ReplyRequest), requests)
    article = session.get_one(Article, article_id)
    article.last_requested_at = now
    recount_requests(session, article)
