"""Messages that are copies of one another, for tests, and what must hold of their clusters."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise
from factcheck.models import Article, Status
from factcheck.ports import SearchDocument
from factcheck.services.clustering import (
    cluster_article,
)
from factcheck.services.clusters import cluster_counters, join
from tests.factcheck.world import NOW, add_article
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch

TEXT = "大家注意！衛福部公布最新研究，每天早上喝一杯冰檸檬水會讓血液變酸，嚴重的話三個月內會傷腎，請轉告家裡的長輩。"
COPY = "各位好朋友，" + TEXT
OTHER_COPY = TEXT + "太可怕了！"
OTHER_NUMBER = TEXT.replace("三個月", "六個月")
DAY = timedelta(days=1)


def index(search: FakeSearch, *articles: Article) -> None:
    for article in articles:
        words = normalise(article.text)
        vectors = FakeEmbedder().embed_passages([words])
        mark, urls = fingerprint(article.text), extract_urls(article.text)
        search.index([SearchDocument(article.id, 1, words, mark, urls, vectors)])


def add(factory: SessionFactory, search: FakeSearch, *texts: str) -> list[str]:
    """One article a text, a day apart, reported by 'asker 0', 'asker 1' ... and found by the index."""
    with transaction(factory) as session:
        articles = [add_article(session, text, f"asker {n}", now=NOW + n * DAY) for n, text in enumerate(texts)]
    index(search, *articles)
    return [article.id for article in articles]


def cluster(factory: SessionFactory, search: FakeSearch, *article_ids: str) -> None:
    for article_id in article_ids:
        with transaction(factory) as session:
            cluster_article(factory, search, article_id, lambda: NOW)(session)


def joined(factory: SessionFactory, *texts: str) -> list[str]:
    """Articles that are copies of the first one."""
    ids = add(factory, FakeSearch(), *texts)
    with transaction(factory) as session:
        for article_id in ids[1:]:
            assert join(session, article_id, ids[0], now=NOW)
    return ids


def clusters(factory: SessionFactory, article_ids: list[str]) -> list[str]:
    with read_only(factory) as session:
        return clusters_of(session, article_ids)


def clusters_of(session: Session, article_ids: list[str]) -> list[str]:
    return [session.get_one(Article, article_id).cluster_id for article_id in article_ids]


def assert_true_counters(session: Session) -> None:
    """Every article says what the rows say, and one of each cluster that has a shown one is listed."""
    session.flush()
    for column, value in cluster_counters().items():
        wrong = select(Article.text).where(column.is_distinct_from(value))
        assert session.scalars(wrong).all() == [], column.key
    listed = session.scalars(select(Article.cluster_id).where(Article.listed)).all()
    shown = session.scalars(select(Article.cluster_id).where(Article.status == Status.NORMAL).distinct()).all()
    assert sorted(listed) == sorted(shown)
