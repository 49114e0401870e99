"""Articles in a database, and the job that indexes one."""

from datetime import UTC, datetime

from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.matching.text.normalise import fingerprint
from factcheck.models import WEBSITE, App, Article, Job, Status
from factcheck.ports import SearchBackend
from factcheck.services.indexing import INDEX_ARTICLE
from tests.fakes.embedder import FakeEmbedder
from tests.job_kinds import index_job_handlers

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def add(factory: SessionFactory, article_id: str, text: str, version: int = 1, status: str = Status.NORMAL) -> None:
    with transaction(factory) as session:
        if session.get(App, WEBSITE) is None:
            session.add(App(id=WEBSITE))
            session.flush()
        session.merge(
            Article(
                id=article_id,
                text=text,
                fingerprint=fingerprint(text),
                app_id=WEBSITE,
                version=version,
                status=status,
                created_at=NOW,
            )
        )


def change(factory: SessionFactory, article_id: str, status: str = Status.NORMAL) -> None:
    with transaction(factory) as session:
        article = session.get_one(Article, article_id)
        article.version += 1
        article.status = status


def handle(factory: SessionFactory, search: SearchBackend, article_id: str) -> None:
    handler = index_job_handlers(factory, search, FakeEmbedder())[INDEX_ARTICLE]
    effects = handler({"article_id": article_id})
    with transaction(factory) as session:
        effects(session)


def queued(factory: SessionFactory) -> set[str]:
    with read_only(factory) as session:
        return {job.payload["article_id"] for job in session.scalars(select(Job).where(Job.kind == INDEX_ARTICLE))}
