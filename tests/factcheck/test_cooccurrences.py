"""What people sent together: kept once a person, and found from each of the messages."""

import pytest
from sqlalchemy import delete, func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Cooccurrence, CooccurrenceArticle
from factcheck.services.cooccurrences import record_cooccurrence, sent_with
from tests.factcheck.world import NOW, user


@pytest.fixture
def ids(factory: SessionFactory) -> list[str]:
    """Of articles, one of which has an id as Cofacts' early ones are."""
    names = ["a", "b_c", "d", "e"]
    with transaction(factory) as session:
        app_id = user(session, "asker").app_id
        session.add_all(Article(id=name, text=name, app_id=app_id, references=[]) for name in names)
    return names


def send(factory: SessionFactory, person: str, *article_ids: str, known_before: tuple[str, ...] = ()) -> None:
    with transaction(factory) as session:
        record_cooccurrence(session, user(session, person), article_ids, now=NOW, known_before=known_before)


def others(factory: SessionFactory, article_id: str) -> list[str]:
    with read_only(factory) as session:
        return list(sent_with(session, article_id))


def test_the_most_often_comes_first_and_each_person_counts_once(factory: SessionFactory, ids: list[str]) -> None:
    for _ in range(3):
        send(factory, "amy", "a", "d")
    send(factory, "bob", "a", "b_c", "e")
    send(factory, "cat", "b_c", "a")
    assert others(factory, "a") == ["b_c", "e", "d"]
    assert others(factory, "b_c") == ["a", "e"]
    assert others(factory, "d") == ["a"]


def test_one_alone_was_sent_with_nothing(factory: SessionFactory, ids: list[str]) -> None:
    send(factory, "amy", "a", "a")
    assert others(factory, "a") == []


def test_a_record_grows_with_what_is_published_later(factory: SessionFactory, ids: list[str]) -> None:
    send(factory, "amy", "a", "d")
    send(factory, "amy", "a", "d", "e", known_before=("a", "d"))
    assert others(factory, "a") == ["d", "e"]
    with read_only(factory) as session:
        assert session.scalars(select(Cooccurrence.article_ids)).all() == ["a_d_e"]


def test_what_a_person_sent_goes_with_them(factory: SessionFactory, ids: list[str]) -> None:
    send(factory, "amy", "a", "d")
    with transaction(factory) as session:
        session.execute(delete(Cooccurrence).where(Cooccurrence.user_id == "amy"))
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(CooccurrenceArticle)) == 0
