"""What matching compares of articles, derived when they are indexed and stored, so that a worker which starts, or meets
more articles than its memory holds, need not derive them for each message."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs import schedule
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.matching.compare import kept
from factcheck.models import Article, ArticleFacts, Status
from factcheck.services.indexing import forget_facts

DERIVE = "derive_facts"
EVERY = timedelta(hours=1)
"""The pause between two walks through all articles."""
BATCH = 50
"""Articles of one job, which must not keep messages waiting."""

_STORED = select(ArticleFacts.article_id, ArticleFacts.text_mark, ArticleFacts.data).where(
    ArticleFacts.article_id.in_(bindparam("ids", expanding=True)), ArticleFacts.code == bindparam("code")
)


Row = Mapping[str, Any]
"""A row of `ArticleFacts`."""


def recall(session: Session, texts: Mapping[str, str]) -> None:
    """Reads into the memory what it lacks of articles; `texts`: those of ids, as they are now."""
    missing = [article_id for article_id, text in texts.items() if not kept.is_kept(text)]
    if not missing:
        return
    for article_id, mark, data in session.execute(_STORED, {"ids": missing, "code": kept.code_mark()}):
        if mark == kept.text_mark(texts[article_id]):
            kept.keep(texts[article_id], kept.unpacked(data))


def derive(articles: Iterable[tuple[str, int, str]]) -> list[Row]:
    """Derives what is compared of articles: of each its id, version and text. Call it outside of transactions."""
    return [
        {
            "article_id": article_id,
            "version": version,
            "code": kept.code_mark(),
            "text_mark": kept.text_mark(text),
            "data": kept.packed(kept.derived(text)),
        }
        for article_id, version, text in articles
    ]


def store(session: Session, rows: Sequence[Row]) -> None:
    """Stores what was derived, but not of a text changed meanwhile, or about to be: it waits for no lock, since each
    change has it derived again."""
    articles = select(Article.id, Article.version).where(Article.id.in_([row["article_id"] for row in rows]))
    held = session.execute(articles.with_for_update(read=True, skip_locked=True))
    versions = {article_id: version for article_id, version in held}  # noqa: C416 - rows are not plain tuples
    fresh = [row for row in rows if versions.get(row["article_id"]) == row["version"]]
    if fresh:
        new = insert(session, ArticleFacts).values(fresh)
        renewed = {name: new.excluded[name] for name in ("version", "code", "text_mark", "data")}
        session.execute(new.on_conflict_do_update(index_elements=["article_id"], set_=renewed))


def look_soon(session: Session, *, now: datetime) -> None:
    """Has the worker look for articles of which nothing is stored, as after an import."""
    schedule.bring_forward(session, DERIVE, now=now)


def job_kinds(factory: SessionFactory) -> tuple[JobKind, ...]:
    """Declares the walk, which each release that derives otherwise begins with."""
    place = ""

    def handle(_payload: dict[str, Any]) -> Effects:
        stale = _stale(factory, place)
        rows = derive((one.id, one.version, one.text) for one in stale if one.status == Status.NORMAL)

        def effects(session: Session) -> Next | None:
            nonlocal place
            forget_facts(session, [one.id for one in stale if one.status != Status.NORMAL])
            store(session, rows)
            place = stale[-1].id if len(stale) == BATCH else ""
            return Next.AT_ONCE if place else None

        return effects

    return (JobKind(DERIVE, handle, every=EVERY, is_due_at_start=True, is_keyed=True),)


def _stale(factory: SessionFactory, after: str) -> Sequence[Any]:
    """Reads the next articles of which nothing is stored, or what other code derived, or of words that are others now:
    a worker of the release before changes and takes back words, and knows no such rows."""
    is_old = or_(ArticleFacts.code != kept.code_mark(), ArticleFacts.version != Article.version)
    is_new = and_(ArticleFacts.article_id.is_(None), Article.status == Status.NORMAL)
    query = select(Article.id, Article.version, Article.text, Article.status).where(Article.id > after)
    query = query.outerjoin(ArticleFacts, ArticleFacts.article_id == Article.id).where(or_(is_old, is_new))
    with read_only(factory) as session:
        return session.execute(query.order_by(Article.id).limit(BATCH)).all()
