"""What a small task is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from editor_ui.queries.links import Link, pages_at
from factcheck.models import Article, Category, Reply, Task, TaskKind
from factcheck.services.topics import topics_of


@dataclass(frozen=True)
class Subject:
    article: Article
    reply: Reply | None = None
    other: Article | None = None
    topics: Sequence[Category] = ()
    """Those that the nearest messages have come first."""
    link: Link | None = None


def subject_of(session: Session, task: Task, viewer_id: str) -> Subject:
    article = session.get_one(Article, task.article_id)
    if task.kind == TaskKind.SAME:
        return Subject(article, other=session.get_one(Article, task.other_id))
    if task.kind == TaskKind.TOPIC:
        topics = topics_of(session, article.id, viewer_id)
        return Subject(article, topics=list(dict.fromkeys([*topics.suggested, *topics.others])))
    reply = session.scalars(select(Reply).where(Reply.id == task.other_id)).one()
    if task.kind == TaskKind.REFERENCE:
        return Subject(article, reply, link=pages_at(session, [task.url]).get(task.url))
    return Subject(article, reply)
