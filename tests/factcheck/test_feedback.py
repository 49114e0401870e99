import pytest
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError
from factcheck.limits import MAX_COMMENT_LENGTH
from factcheck.models import Article, ArticleReply, ArticleReplyFeedback, Status
from factcheck.services.articles import get_article
from factcheck.services.feedback import vote
from factcheck.services.replies import attach_reply, take_back
from tests.factcheck.world import NOW, add_article, add_reply, add_user, at_once, user

TEXT = "Lemon water makes the blood alkaline"
Place = tuple[str, str]


@pytest.fixture
def place(factory: SessionFactory) -> Place:
    """(article id, reply id) of a published reply by 'author'."""
    return published(factory)


def published(factory: SessionFactory, voters: int = 0) -> Place:
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, TEXT))
        for number in range(voters):
            add_user(session, f"voter-{number}")
        return link.article_id, link.reply_id


def cast(factory: SessionFactory, place: Place, key: str, score: int, comment: str = "") -> None:
    with transaction(factory) as session:
        vote(session, *place, user(session, key), score, now=NOW, comment=comment)


def counts(factory: SessionFactory, place: Place) -> tuple[int, int]:
    with read_only(factory) as session:
        link = session.get_one(ArticleReply, place)
        return link.positive_feedback_count, link.negative_feedback_count


def comment_of(factory: SessionFactory, key: str) -> str:
    with read_only(factory) as session:
        return session.scalars(select(ArticleReplyFeedback.comment).where(ArticleReplyFeedback.user_id == key)).one()


def test_votes_are_counted_changed_and_withdrawn(factory: SessionFactory, place: Place) -> None:
    cast(factory, place, "a", 1)
    cast(factory, place, "b", 1)
    cast(factory, place, "c", -1)
    assert counts(factory, place) == (2, 1)
    cast(factory, place, "a", -1)
    assert counts(factory, place) == (1, 2)
    cast(factory, place, "b", 0)
    cast(factory, place, "c", -1)
    assert counts(factory, place) == (0, 2)
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(ArticleReplyFeedback)) == 3


def test_a_comment_stays_until_it_is_replaced_or_the_score_changes(factory: SessionFactory, place: Place) -> None:
    cast(factory, place, "a", 1, "clear")
    cast(factory, place, "a", 1)
    assert comment_of(factory, "a") == "clear"
    cast(factory, place, "a", 1, "very clear 👍")
    assert comment_of(factory, "a") == "very clear 👍"
    cast(factory, place, "a", -1)
    assert comment_of(factory, "a") == "", "it explained the other score"


def test_votes_that_moderation_hid_do_not_count(factory: SessionFactory, place: Place) -> None:
    cast(factory, place, "a", 1)
    with transaction(factory) as session:
        session.scalars(select(ArticleReplyFeedback)).one().status = Status.BLOCKED
    cast(factory, place, "b", 1)
    assert counts(factory, place) == (1, 0)


def test_one_cannot_rate_what_one_wrote_or_added(factory: SessionFactory, place: Place) -> None:
    with transaction(factory) as session:
        other = add_article(session, "another message")
        reply = session.get_one(ArticleReply, place).reply
        attach_reply(session, other, reply, user(session, "ben"), now=NOW)
        for article_id, key in [(place[0], "author"), (other.id, "author"), (other.id, "ben")]:
            with pytest.raises(ForbiddenError):
                vote(session, article_id, place[1], user(session, key), 1, now=NOW)
        vote(session, place[0], place[1], user(session, "ben"), 1, now=NOW)
    assert counts(factory, place) == (1, 0)


@pytest.mark.parametrize("score", [2, -2, 99])
def test_only_three_scores_exist(factory: SessionFactory, place: Place, score: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        cast(factory, place, "a", score)
    assert caught.value.field == "score"


def test_a_comment_has_a_limit(factory: SessionFactory, place: Place) -> None:
    cast(factory, place, "a", 1, "好" * MAX_COMMENT_LENGTH)
    with pytest.raises(InvalidInputError) as caught:
        cast(factory, place, "a", 1, "好" * (MAX_COMMENT_LENGTH + 1))
    assert caught.value.field == "comment"


def test_what_is_not_shown_cannot_be_rated(factory: SessionFactory, place: Place) -> None:
    for unknown in [(place[0], "nothing"), ("nothing", place[1])]:
        with pytest.raises(NotFoundError):
            cast(factory, unknown, "a", 1)
    with transaction(factory) as session:
        take_back(session, *place, user(session, "author"), now=NOW)
    with pytest.raises(NotFoundError):
        cast(factory, place, "a", 1)


@pytest.mark.parametrize("status", [Status.BLOCKED, Status.DELETED])
def test_replies_of_a_hidden_article_cannot_be_rated(factory: SessionFactory, place: Place, status: Status) -> None:
    with transaction(factory) as session:
        session.get_one(Article, place[0]).status = status
    with pytest.raises(NotFoundError):
        cast(factory, place, "a", 1)
    assert counts(factory, place) == (0, 0)


def test_people_who_vote_at_once_are_all_counted(factory: SessionFactory) -> None:
    place = published(factory, voters=8)
    scores = [1, 1, 1, 1, 1, -1, -1, -1]
    votes = [lambda n=n, s=s: cast(factory, place, f"voter-{n}", s) for n, s in enumerate(scores)]  # type: ignore[misc]
    assert at_once(*votes) == [None] * 8
    assert counts(factory, place) == (5, 3)


def test_one_person_who_votes_twice_at_once_counts_once(factory: SessionFactory) -> None:
    place = published(factory, voters=1)
    assert at_once(*[lambda: cast(factory, place, "voter-0", 1)] * 4) == [None] * 4
    assert counts(factory, place) == (1, 0)


def test_a_changed_vote_counts_what_others_voted_meanwhile(postgresql_factory: SessionFactory) -> None:
    place = published(postgresql_factory, voters=2)
    cast(postgresql_factory, place, "voter-0", 1)
    with transaction(postgresql_factory) as slow:
        page = get_article(slow, place[0])
        assert page.article_replies[0].positive_feedback_count == 1, "what the person looks at: one vote"
        cast(postgresql_factory, place, "voter-1", 1)
        vote(slow, *place, user(slow, "voter-0"), -1, now=NOW)
        assert page.article_replies[0].positive_feedback_count == 1
    assert counts(postgresql_factory, place) == (1, 1)


def test_what_was_taken_back_meanwhile_cannot_be_rated(postgresql_factory: SessionFactory) -> None:
    place = published(postgresql_factory, voters=1)
    with postgresql_factory() as slow:
        page = get_article(slow, place[0])
        assert len(page.article_replies) == 1, "what the person looks at"
        with transaction(postgresql_factory) as quick:
            take_back(quick, *place, user(quick, "author"), now=NOW)
        with pytest.raises(NotFoundError):
            vote(slow, *place, user(slow, "voter-0"), 1, now=NOW)
        assert page.id == place[0]
