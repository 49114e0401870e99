import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.models import LINE_BOT, Article, Delivery, Job, Notice, ReplyRequest, Status
from factcheck.services.notices import NOTIFY_ASKERS, enqueue_notices, people_to_tell, record_notice
from tests.factcheck.world import NOW, add_article, add_user, user

TEXT = "Lemon water makes the blood alkaline"


def asked_by(session: Session, *keys: str) -> Article:
    for key in keys:
        add_user(session, key, app_id=LINE_BOT)
        article = add_article(session, TEXT, key)
    return article


def told(session: Session, article: Article, limit: int = 10) -> list[str]:
    return [person.id for person, _ in people_to_tell(session, article, limit)]


def add_delivery(session: Session) -> int:
    delivery = Delivery(to="U-a", retry_key="key", messages=[], created_at=NOW)
    session.add(delivery)
    session.flush()
    return delivery.id


def test_the_job_exists_exactly_if_its_cause_does(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = asked_by(session, "a")
    with pytest.raises(RuntimeError), transaction(factory) as session:
        enqueue_notices(session, article, now=NOW)
        session.flush()
        raise RuntimeError
    query = select(Job).where(Job.kind == NOTIFY_ASKERS)
    with read_only(factory) as session:
        assert session.scalars(query).all() == []
    with transaction(factory) as session:
        enqueue_notices(session, article, now=NOW)
    with read_only(factory) as session:
        job = session.scalars(query).one()
        assert (job.payload, job.priority) == ({"article_id": article.id}, queue.NOTICES)


def test_people_are_told_in_the_order_they_asked_and_in_parts(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = asked_by(session, "c", "a", "b")
        assert told(session, article, 2) == ["c", "a"]
        delivery = add_delivery(session)
        for person, _ in people_to_tell(session, article, 2):
            record_notice(session, person, article.id, delivery, now=NOW)
        assert told(session, article, 2) == ["b"]


def test_who_is_not_told(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = asked_by(session, "left", "hidden", "nameless", "stays")
        add_article(session, TEXT, "volunteer")
        add_article(session, "another message", "stays")
        asked_by_another = add_user(session, "another", app_id=LINE_BOT)
        add_article(session, "another message", asked_by_another.id)
        user(session, "left").is_friend = False
        user(session, "nameless").app_user_id = None
        request = select(ReplyRequest).where(ReplyRequest.user_id == "hidden")
        session.scalars(request).one().status = Status.BLOCKED
        assert told(session, article) == ["stays"]


def test_a_person_is_told_once_for_each_article(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = asked_by(session, "a")
        other = add_article(session, "another message", "a")
        record_notice(session, user(session, "a"), article.id, add_delivery(session), now=NOW)
        assert told(session, article) == []
        assert told(session, other) == ["a"]
    with pytest.raises(IntegrityError), transaction(factory) as session:
        record_notice(session, user(session, "a"), article.id, add_delivery(session), now=NOW)
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_who_comes_back_as_a_friend_is_told_again(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = asked_by(session, "a")
        user(session, "a").is_friend = False
        assert told(session, article) == []
        user(session, "a").is_friend = True
        assert told(session, article) == ["a"]
