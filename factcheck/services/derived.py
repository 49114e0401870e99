"""What matching compares of articles, derived when they are indexed and stored, so that a worker which starts, or meets
more articles than its memory holds, need not derive them for each message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs import schedule
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.matching.compare import kept
from factcheck.models import Article, ArticleFacts, Status

DERIVE = "derive_facts"
EVERY = timedelta(hours=1)
"""The pause between two walks through all articles."""
BATCH = 50
"""Articles of one job, some 70 ms of the processor."""

_STORED = select(ArticleFacts.article_id, ArticleFacts.text_mark, ArticleFacts.data).where(
    ArticleFacts.article_id.in_(bindparam("ids", expanding=True)), ArticleFacts.code == bindparam("code")
)


@dataclass(frozen=True)
class Derived:
    article_id: str
    version: int
    """Of the article when its text was read."""
    row: Mapping[str, Any]


def recall(session: Session, texts: Mapping[str, str]) -> None:
    """Reads into the memory what it lacks of articles; `texts`: those of ids, as they are now."""
    missing = [article_id for article_id, text in texts.items() if not kept.is_kept(text)]
    if not missing:
        return
    for article_id, mark, data in session.execute(_STORED, {"ids": missing, "code": kept.code_mark()}):
        if mark == kept.text_mark(texts[article_id]):
            kept.keep(texts[article_id], kept.unpacked(data))


def derive(factory: SessionFactory, article_ids: Sequence[str]) -> list[Derived]:
    """Derives what is compared of those articles that are shown. Call it outside of transactions."""
    shown = select(Article.id, Article.version, Article.text)
    with read_only(factory) as session:
        rows = session.execute(shown.where(Article.id.in_(article_ids), Article.status == Status.NORMAL)).all()
    return [Derived(article_id, version, _row(article_id, text)) for article_id, version, text in rows]


def store(session: Session, found: Sequence[Derived]) -> None:
    """Stores what was derived, but not of a text that was changed meanwhile, or is about to be: it waits for no lock,
    since each change has it derived again."""
    articles = select(Article.id, Article.version).where(Article.id.in_([one.article_id for one in found]))
    held = session.execute(articles.with_for_update(read=True, skip_locked=True))
    versions = {article_id: version for article_id, version in held}  # noqa: C416 - rows are not plain tuples
    rows = [one.row for one in found if versions.get(one.article_id) == one.version]
    if rows:
        new = insert(session, ArticleFacts).values(rows)
        renewed = {name: new.excluded[name] for name in ("code", "text_mark", "data")}
        session.execute(new.on_conflict_do_update(index_elements=["article_id"], set_=renewed))


def look_soon(session: Session, *, now: datetime) -> None:
    """Has the worker look for articles of which nothing is stored, as after an import."""
    schedule.bring_forward(session, DERIVE, now=now)


def job_kinds(factory: SessionFactory) -> tuple[JobKind, ...]:
    """Declares the walk, which each release that derives otherwise begins with."""
    place = ""

    def handle(_payload: dict[str, Any]) -> Effects:
        nonlocal place
        emptied = [] if place else _emptied(factory)
        ids = _underived(factory, place)
        found = derive(factory, ids)
        place = ids[-1] if len(ids) == BATCH else ""

        def effects(session: Session) -> Next | None:
            session.execute(delete(ArticleFacts).where(ArticleFacts.article_id.in_(emptied)))
            store(session, found)
            return Next.AT_ONCE if place else None

        return effects

    return (JobKind(DERIVE, handle, every=EVERY, is_due_at_start=True, is_keyed=True),)


def _underived(factory: SessionFactory, after: str) -> Sequence[str]:
    """Lists the next articles of which nothing is stored, or what other code derived."""
    known = select(Article.id).outerjoin(ArticleFacts, ArticleFacts.article_id == Article.id)
    is_old = or_(ArticleFacts.code.is_(None), ArticleFacts.code != kept.code_mark())
    query = known.where(Article.id > after, Article.status == Status.NORMAL, is_old).order_by(Article.id).limit(BATCH)
    with read_only(factory) as session:
        return session.scalars(query).all()


def _emptied(factory: SessionFactory) -> Sequence[str]:
    """Lists articles whose words a release that stores nothing took away."""
    query = select(ArticleFacts.article_id).join(Article, Article.id == ArticleFacts.article_id)
    with read_only(factory) as session:
        return session.scalars(query.where(Article.text == "").limit(BATCH)).all()


def _row(article_id: str, text: str) -> Mapping[str, Any]:
    facts = kept.derived(text)
    return {
        "article_id": article_id,
        "code": kept.code_mark(),
        "text_mark": kept.text_mark(text),
        "data": kept.packed(facts),
    }
