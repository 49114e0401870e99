"""What messages need of volunteers, and when that changes."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Category, Claim, Need, User
from factcheck.services import sorting
from factcheck.services.articles import request_check
from factcheck.services.claims import claim
from factcheck.services.daily import daily_set, day_of, pick_day
from factcheck.services.editing import edit_reply
from factcheck.services.feedback import vote
from factcheck.services.filters import Filters, Tab
from factcheck.services.queue import Wanted, list_ids
from factcheck.services.replies import ReplyDraft, new_form_key, take_back
from factcheck.services.topics import set_topic, topics_of, vote_topic
from tests.conftest import MovableClock
from tests.factcheck.world import NOW, add_article, add_reply, user

DAY = timedelta(days=1)


def work(factory: SessionFactory, clock: MovableClock) -> None:
    """What the worker does until nothing is left."""
    [kind] = sorting.job_kinds(factory, clock)
    again = True
    while again:
        effects = kind.handler({})
        with transaction(factory) as session:
            again = effects(session) is not None


def need(factory: SessionFactory, text: str) -> Need:
    with read_only(factory) as session:
        return Need(session.scalars(select(Article.need).where(Article.text == text)).one())


def test_what_nobody_asks_about_retires_and_comes_back(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        add_article(session, "a message", now=clock())
    assert need(factory, "a message") == Need.REPLY
    clock.advance(days=15)
    work(factory, clock)
    assert need(factory, "a message") == Need.STUCK
    clock.advance(days=50)
    work(factory, clock)
    assert need(factory, "a message") == Need.RETIRED
    clock.advance(days=100)
    with transaction(factory) as session:
        article = session.scalars(select(Article)).one()
        request_check(session, article, user(session, "somebody else"), now=clock())
    assert need(factory, "a message") == Need.REPLY
    work(factory, clock)
    assert need(factory, "a message") == Need.REPLY, "it waits anew"


def test_replies_need_votes_until_they_have_three(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, "a message")
        link = add_reply(session, article)
        for number in range(3):
            assert article.need == Need.VOTES
            vote(session, article.id, link.reply_id, user(session, f"voter {number}"), 1, now=NOW)
        assert (article.need, article.cluster_votes, article.cluster_helpful) == (Need.NOTHING, 3, 1)
        vote(session, article.id, link.reply_id, user(session, "voter 0"), 0, now=NOW)
        assert article.need == Need.VOTES


def test_what_another_release_wrote_is_sorted(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        answered = add_article(session, "answered", now=clock())
        link = add_reply(session, answered)
        for number in range(3):
            vote(session, answered.id, link.reply_id, user(session, f"voter {number}"), 1, now=NOW)
        add_article(session, "新的訊息", now=clock())
        session.flush()
        forgotten = {"need": None, "language": None, "cluster_votes": 0, "queue_place": 0, "cluster_verdicts": 0}
        session.execute(update(Article).values(forgotten))
    work(factory, clock)
    assert (need(factory, "answered"), need(factory, "新的訊息")) == (Need.NOTHING, Need.REPLY)
    with read_only(factory) as session:
        assert session.scalars(select(Article.language).where(Article.text == "新的訊息")).one() == "zh-Hant"
        assert list_ids(session, Wanted(clock(), Tab.ALL), 0, 5)


def test_what_is_answered_is_found_by_its_verdict(factory: SessionFactory, clock: MovableClock) -> None:
    def found(kind: str) -> list[str]:
        with read_only(factory) as session:
            return list_ids(session, Wanted(clock(), Tab.ALL, filters=Filters(verdict=kind)), 0, 5)

    with transaction(factory) as session:
        article = add_article(session, "answered", now=clock())
        link = add_reply(session, article)
        article_id, reply_id, author = article.id, link.reply_id, link.user_id
    assert (found("RUMOR"), found("NOT_RUMOR")) == ([article_id], [])
    with transaction(factory) as session:  # a release that keeps no verdicts
        session.execute(update(Article).values(cluster_verdicts=0))
    assert found("RUMOR") == []
    work(factory, clock)
    assert found("RUMOR") == [article_id]
    with transaction(factory) as session:
        changed = ReplyDraft("NOT_RUMOR", "It is true.", "https://example.org/true", new_form_key())
        edit_reply(session, reply_id, changed, session.get_one(User, author), seen_version=1, now=clock())
    assert (found("RUMOR"), found("NOT_RUMOR")) == ([], [article_id])
    with transaction(factory) as session:
        take_back(session, article_id, reply_id, session.get_one(User, author), now=clock())
    assert found("NOT_RUMOR") == []


def texts_of(session: Session, viewer: str | None, now: MovableClock) -> list[str]:
    return [pick.article.text for pick in daily_set(session, viewer, now=now()).picks]


def test_the_day_s_set_stays_the_same_and_comes_to_an_end(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        for number in range(12):
            add_article(session, f"message {number}", now=clock())
    work(factory, clock)
    with read_only(factory) as session:
        first = texts_of(session, None, clock)
    assert len(first) == 10
    clock.advance(hours=1)
    with transaction(factory) as session:
        add_article(session, "much wanted", now=clock())
        for number in range(20):
            add_article(session, "much wanted", f"asker {number}", now=clock())
        picked = session.scalars(select(Article).where(Article.text.in_(first))).all()
        for article in picked:
            add_reply(session, article, now=clock())
        pick_day(session, now=clock())
    with read_only(factory) as session:
        daily = daily_set(session, None, now=clock())
        assert texts_of(session, None, clock) == first
        assert daily.done == 10
    clock.advance(days=1)
    work(factory, clock)
    with read_only(factory) as session:
        assert daily_set(session, None, now=clock()).day == day_of(clock())
        tomorrow = texts_of(session, None, clock)
    assert tomorrow[0] == "much wanted"
    assert not set(tomorrow) & set(first)


def test_a_reply_ends_its_writer_s_claim_alone(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, "a message")
        for name in ("author", "other"):
            claim(session, article, user(session, name), now=NOW)
            claim(session, article, user(session, name), now=NOW + DAY)
        add_reply(session, article)
        assert session.scalars(select(Claim.user_id)).all() == ["other"]


def test_a_topic_that_most_refuse_no_longer_finds_the_message(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        session.add(Category(id="food", title="Food", description=""))
        article = add_article(session, "a message")
        setter, others = user(session, "setter"), [user(session, f"other {number}") for number in range(2)]
        session.flush()
        set_topic(session, article, "food", setter, now=NOW)
        set_topic(session, article, "food", others[0], now=NOW)
        wanted = Wanted(NOW, Tab.ALL, filters=Filters(topic="food"))
        assert list_ids(session, wanted, 0, 5) == [article.id]
        for person in others:
            vote_topic(session, article.id, "food", person, -1, now=NOW)
            vote_topic(session, article.id, "food", person, -1, now=NOW)
        assert list_ids(session, wanted, 0, 5) == []
        [shown] = topics_of(session, article.id, setter.id).shown
        assert (shown.downs, shown.refused, shown.is_own) == (2, True, True)
        vote_topic(session, article.id, "food", others[0], 0, now=NOW)
        vote_topic(session, article.id, "food", others[1], 1, now=NOW)
        assert list_ids(session, wanted, 0, 5) == [article.id]
