"""Who asks in LINE becomes a volunteer, and stays the same person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import ForbiddenError, InvalidInputError
from factcheck.models import (
    WEBSITE,
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    JoinedChat,
    ModerationKind,
    Reason,
    Role,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation.actions import Decision, decide, undo
from factcheck.moderation.reports import appeal
from factcheck.moderation.targets import Target
from factcheck.moderation.views import actions_concerning
from factcheck.services.articles import submit_article
from factcheck.services.erasure import erase_person_messages
from factcheck.services.feedback import vote
from factcheck.services.joining import LINK_LIFE, finish_joining, leave_chat, start_joining
from factcheck.services.persons import rows_of
from factcheck.services.replies import ReplyDraft, new_form_key, write_reply
from factcheck.services.traces import make_nobody
from factcheck.services.users import get_or_create_line_user, get_or_create_volunteer
from tests.conftest import MovableClock

KEY = "k" * 40
DRAFT = ("RUMOR", "It is not true.", "https://example.org/facts")


@pytest.fixture
def people(factory: SessionFactory, clock: MovableClock) -> tuple[str, str, str]:
    """The ids of somebody in LINE, a volunteer with an address, and an article that has the volunteer's reply."""
    with transaction(factory) as session:
        chat = get_or_create_line_user(session, "U1", secret_key=KEY, locale="ja", now=clock())
        amy = get_or_create_volunteer(session, "amy@example.org", secret_key=KEY, locale="ja", now=clock())
        session.flush()
        article = submit_article(session, "a message", chat, now=clock())
        write_reply(session, article, ReplyDraft(*DRAFT, new_form_key()), amy, now=clock())
        return chat.id, amy.id, article.id


def join(factory: SessionFactory, chat_id: str, before_id: str | None, clock: MovableClock) -> str:
    with transaction(factory) as session:
        token = start_joining(session, session.get_one(User, chat_id), now=clock())
    with transaction(factory) as session:
        before = session.get_one(User, before_id) if before_id else None
        return finish_joining(session, token, before, secret_key=KEY, locale="ja", now=clock()).id


def test_a_new_volunteer_has_the_chat_s_pseudonym_and_comes_back_by_it(
    factory: SessionFactory, people: tuple[str, str, str], clock: MovableClock
) -> None:
    chat_id, _, _ = people
    new = join(factory, chat_id, None, clock)
    assert join(factory, chat_id, None, clock) == new
    with transaction(factory) as session:
        volunteer, chat = session.get_one(User, new), session.get_one(User, chat_id)
        assert (volunteer.app_id, volunteer.email, volunteer.name) == (WEBSITE, None, chat.name)
        assert chat.app_user_id == "U1"
        assert set(rows_of(session, new)) == set(rows_of(session, chat_id)) == {new, chat_id}
        with pytest.raises(ForbiddenError):
            leave_chat(session, volunteer)


@pytest.mark.parametrize("blocked", ["chat", "volunteer"])
def test_who_is_blocked_is_joined_to_nothing(
    factory: SessionFactory, people: tuple[str, str, str], clock: MovableClock, blocked: str
) -> None:
    """It would be another account with the same history."""
    chat_id, amy_id, _ = people
    with transaction(factory) as session:
        session.get_one(User, chat_id if blocked == "chat" else amy_id).blocked_at = clock()
    with pytest.raises(InvalidInputError, match="blocked"):
        join(factory, chat_id, amy_id, clock)


def test_a_decision_about_a_person_is_about_their_chat_too(
    factory: SessionFactory, people: tuple[str, str, str], clock: MovableClock
) -> None:
    chat_id, amy_id, article_id = people
    join(factory, chat_id, amy_id, clock)
    with transaction(factory) as session:
        amy, chat = session.get_one(User, amy_id), session.get_one(User, chat_id)
        target = Target(TargetKind.USER, amy.published_id)
        action = decide(session, target, Decision(ModerationKind.BLOCK, Reason.SPAM), None, now=clock())
        assert (amy.blocked_at, chat.blocked_at) == (clock(), clock())
        assert session.get_one(Article, article_id).status == Status.BLOCKED  # both asked and answered it, nobody else
        undo(session, action.id, None, now=clock())
        assert (amy.blocked_at, chat.blocked_at) == (None, None)
        amy.role = Role.REVIEWER
        reviewer = get_or_create_volunteer(session, "rita@example.org", secret_key=KEY, locale="ja", now=clock())
        reviewer.role = Role.REVIEWER
        session.flush()
        about = Target(TargetKind.USER, chat.published_id)
        with pytest.raises(ForbiddenError, match="Only an admin"):
            decide(session, about, Decision(ModerationKind.BLOCK, Reason.SPAM), reviewer, now=clock())
        hidden = decide(session, about, Decision(ModerationKind.HIDE, Reason.SPAM), None, now=clock())
        with pytest.raises(ForbiddenError, match="Somebody else"):
            undo(session, hidden.id, amy, now=clock())
        assert hidden.id in [one.id for one in actions_concerning(session, amy)]
        appeal(session, hidden.id, amy, "It was right.", now=clock())


def test_a_link_works_once_and_not_for_long(
    factory: SessionFactory, people: tuple[str, str, str], clock: MovableClock
) -> None:
    chat_id, amy_id, _ = people
    with transaction(factory) as session:
        first = start_joining(session, session.get_one(User, chat_id), now=clock())
    with transaction(factory) as session:
        second = start_joining(session, session.get_one(User, chat_id), now=clock())
        with pytest.raises(ForbiddenError):
            start_joining(session, session.get_one(User, amy_id), now=clock())
    clock.advance(minutes=LINK_LIFE / timedelta(minutes=1))
    for token in (first, second, "", "guessed"):
        with transaction(factory) as session, pytest.raises(InvalidInputError):
            finish_joining(session, token, None, secret_key=KEY, locale="ja", now=clock())


def test_a_chat_does_not_open_an_account_with_an_address(
    factory: SessionFactory, people: tuple[str, str, str], clock: MovableClock
) -> None:
    """Somebody may have been talked into joining theirs to another's chat."""
    chat_id, amy_id, _ = people
    assert join(factory, chat_id, amy_id, clock) == amy_id
    with pytest.raises(InvalidInputError):
        join(factory, chat_id, None, clock)
    assert join(factory, chat_id, amy_id, clock) == amy_id


def test_one_person_has_one_vote(factory: SessionFactory, people: tuple[str, str, str], clock: MovableClock) -> None:
    """Of two the later counts, none on one's own, and what is said later changes the one."""
    chat_id, amy_id, article_id = people
    with transaction(factory) as session:
        bob = get_or_create_volunteer(session, "bob@example.org", secret_key=KEY, locale="ja", now=clock())
        session.flush()
        other = submit_article(session, "another message", bob, now=clock())
        theirs = write_reply(session, other, ReplyDraft(*DRAFT, new_form_key()), bob, now=clock()).reply_id
        own = session.scalars(select(ArticleReply.reply_id).where(ArticleReply.user_id == amy_id)).one()
        chat, amy = session.get_one(User, chat_id), session.get_one(User, amy_id)
        vote(session, article_id, own, chat, 1, now=clock())
        vote(session, other.id, theirs, amy, 1, now=clock())
        vote(session, other.id, theirs, chat, -1, now=clock() + timedelta(seconds=1))
        other_id = other.id

    def counts(reply_id: str, at: str) -> tuple[int, int]:
        with transaction(factory) as session:
            link = session.get_one(ArticleReply, (at, reply_id))
            return link.positive_feedback_count, link.negative_feedback_count

    assert counts(own, article_id) == (1, 0)
    assert counts(theirs, other_id) == (1, 1)
    join(factory, chat_id, amy_id, clock)
    assert counts(own, article_id) == (0, 0)
    assert counts(theirs, other_id) == (0, 1)
    with transaction(factory) as session:
        chat, amy = session.get_one(User, chat_id), session.get_one(User, amy_id)
        vote(session, other_id, theirs, amy, 1, now=clock())
        with pytest.raises(ForbiddenError):
            vote(session, article_id, own, chat, 1, now=clock())
    assert counts(theirs, other_id) == (1, 0)
    with transaction(factory) as session:
        vote(session, other_id, theirs, session.get_one(User, chat_id), 0, now=clock())
    assert counts(theirs, other_id) == (0, 0)
    with transaction(factory) as session:
        leave_chat(session, session.get_one(User, amy_id))
        assert rows_of(session, amy_id) == (amy_id,)


def test_who_is_forgotten_in_the_chat_is_no_longer_joined(
    factory: SessionFactory, people: tuple[str, str, str], clock: MovableClock
) -> None:
    chat_id, amy_id, article_id = people
    with transaction(factory) as session:
        reply = session.scalars(select(ArticleReply.reply_id)).one()
        bob = get_or_create_line_user(session, "U2", secret_key=KEY, locale="ja", now=clock())
        session.flush()
        vote(session, article_id, reply, bob, 1, now=clock())
        bob_id = bob.id
    join(factory, bob_id, amy_id, clock)
    with transaction(factory) as session:
        erase_person_messages(session, session.get_one(User, bob_id), now=clock(), received_until=clock())
        make_nobody(session, session.get_one(User, bob_id), secret_key=KEY, now=clock())
    with transaction(factory) as session:
        assert session.scalars(select(JoinedChat)).all() == []
        assert session.scalars(select(ArticleReplyFeedback.user_id)).one() == bob_id
        assert session.get_one(User, chat_id).app_user_id == "U1"
