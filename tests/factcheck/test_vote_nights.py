"""What a night makes of the votes in the database."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.queue import no_effects
from factcheck.models import (
    Apart,
    ArticleReply,
    ArticleReplyFeedback,
    Reply,
    Status,
    VoteDecision,
    VoteNight,
    VoteReason,
    VoteStatus,
    VoteTrace,
)
from factcheck.services.editing import edit_reply, words_since
from factcheck.services.feedback import vote
from factcheck.services.replies import ReplyDraft, replies_for
from factcheck.services.second_accounts import counted_apart, mailbox_of, origin_of
from factcheck.services.traces import make_nobody
from factcheck.services.vote_nights import DECIDE_VOTES, decide_now, is_due, job_kinds, load_log
from factcheck.votes.night import replay
from tests.conftest import MovableClock
from tests.factcheck.world import NOW, add_article, add_reply, add_user, user

Place = tuple[str, str]
DAY = timedelta(days=1)


def established(factory: SessionFactory, count: int) -> Place:
    """A reply that nobody rated, and so many people who have each rated three others on three days."""
    with transaction(factory) as session:
        places = []
        for number in range(3):
            link = add_reply(session, add_article(session, f"an earlier message, number {number}"), f"writer-{number}")
            places.append((link.article_id, link.reply_id))
        for number in range(count):
            voter = add_user(session, f"voter-{number}")
            for day, place in enumerate(places):
                vote(session, *place, voter, 1, now=NOW - (9 - day) * DAY)
        link = add_reply(session, add_article(session, "the message"), "author")
        return link.article_id, link.reply_id


def cast(factory: SessionFactory, place: Place, numbers: range, score: int, **values: object) -> None:
    with transaction(factory) as session:
        for number in numbers:
            vote(session, *place, user(session, f"voter-{number}"), score, now=NOW, **values)  # type: ignore[arg-type]


def decided(factory: SessionFactory, place: Place, days: int = 1) -> ArticleReply:
    with transaction(factory) as session:
        decide_now(session, now=NOW + days * DAY)
    with read_only(factory) as session:
        return session.get_one(ArticleReply, place)


def test_a_reply_rises_with_the_votes_of_people_who_come_back(factory: SessionFactory) -> None:
    place = established(factory, 12)
    assert decided(factory, place).vote_status == VoteStatus.UNRATED
    cast(factory, place, range(2), 1)
    assert decided(factory, place).vote_status == VoteStatus.UNRATED
    cast(factory, place, range(2, 6), 1, reasons=[VoteReason.CLEAR])
    link = decided(factory, place)
    assert (link.vote_status, link.vote_reasons) == (VoteStatus.PROVISIONAL, [VoteReason.CLEAR])
    cast(factory, place, range(6, 12), 1)
    assert decided(factory, place).vote_status == VoteStatus.HELPFUL


def test_votes_of_strangers_are_shown_and_decide_nothing(factory: SessionFactory) -> None:
    place = established(factory, 0)
    with transaction(factory) as session:
        for number in range(30):
            vote(session, *place, add_user(session, f"new-{number}"), 1, now=NOW)
    link = decided(factory, place)
    assert (link.positive_feedback_count, link.vote_status) == (30, VoteStatus.UNRATED)


def test_what_is_against_a_reply_counts_with_a_reason(factory: SessionFactory) -> None:
    place = established(factory, 6)
    cast(factory, place, range(3), -1)
    assert decided(factory, place).vote_status == VoteStatus.UNRATED
    cast(factory, place, range(3), -1, reasons=[VoteReason.INCORRECT])
    link = decided(factory, place)
    assert (link.vote_status, link.vote_reasons, link.negative_feedback_count) == (
        VoteStatus.DISPUTED,
        [VoteReason.INCORRECT],
        3,
    )


def test_the_best_reply_comes_first_and_the_disputed_last(factory: SessionFactory) -> None:
    place = established(factory, 6)
    with transaction(factory) as session:
        article = session.get_one(ArticleReply, place).article
        popular = add_reply(session, article, "writer-1")
        for number in range(9):
            vote(session, article.id, popular.reply_id, add_user(session, f"new-{number}"), 1, now=NOW)
        third = add_reply(session, article, "writer-2")
        cast_ids = (third.article_id, third.reply_id)
    cast(factory, place, range(5), 1)
    cast(factory, cast_ids, range(3), -1, reasons=[VoteReason.BIASED])
    decided(factory, place)
    with read_only(factory) as session:
        order = [link.reply_id for link in replies_for(session.get_one(ArticleReply, place).article)]
    assert order == [place[1], popular.reply_id, cast_ids[1]], "the counts of strangers raise nothing"


def test_a_status_is_made_again_from_the_log(factory: SessionFactory) -> None:
    place = established(factory, 12)
    nights = [NOW - 6 * DAY, NOW + DAY, NOW + 2 * DAY]
    cast(factory, place, range(11), 1)
    with transaction(factory) as session:
        for at in nights:
            decide_now(session, now=at)
        kept = {
            (night, row.article_id, row.reply_id): (row.status, row.helpful)
            for row, night in session.execute(
                select(VoteDecision, VoteNight.at).join(VoteNight, VoteNight.id == VoteDecision.night_id)
            )
        }
        again = replay(load_log(session), nights)
    made = {}
    before: dict[Place, object] = {}
    for night in again:
        for key, decision in night.decisions.items():
            if before.get(key) != decision.standing:
                made[night.at, *key] = (decision.standing.status, decision.standing.tally.helpful)
            before[key] = decision.standing
    assert kept == made
    assert kept[nights[1], *place] == (VoteStatus.HELPFUL, 11)


def test_nothing_is_kept_twice_for_a_night_that_brings_nothing_new(factory: SessionFactory) -> None:
    place = established(factory, 5)
    cast(factory, place, range(5), 1)
    decided(factory, place)
    decided(factory, place, 2)
    with read_only(factory) as session:
        decisions = select(func.count()).select_from(VoteDecision).where(VoteDecision.reply_id == place[1])
        assert session.scalar(decisions) == 1
        assert session.scalar(select(func.count()).select_from(VoteNight)) == 2


def test_the_job_decides_once_a_night(factory: SessionFactory, clock: MovableClock) -> None:
    place = established(factory, 4)
    cast(factory, place, range(4), 1)
    (kind,) = job_kinds(factory, clock)
    assert kind.name == DECIDE_VOTES
    for hours, due in ((0, True), (1, False), (23, True), (1, False)):
        clock.now = clock() + timedelta(hours=hours)
        with read_only(factory) as session:
            assert is_due(session, now=clock()) == due
        effects = kind.handler({})
        assert (effects is not no_effects) == due
        with transaction(factory) as session:
            effects(session)


def test_a_reply_that_says_something_else_is_rated_anew(factory: SessionFactory) -> None:
    place = established(factory, 6)
    cast(factory, place, range(5), 1)
    assert decided(factory, place).vote_status == VoteStatus.PROVISIONAL
    with transaction(factory) as session:
        reply = session.get_one(Reply, place[1])
        source = ReplyDraft(reply.type, reply.text, "https://example.org/new", "x" * 20)
        edit_reply(session, reply.id, source, user(session, "author"), seen_version=1, now=NOW + DAY)
    assert decided(factory, place, 2).vote_status == VoteStatus.PROVISIONAL, "a better source says the same"
    with transaction(factory) as session:
        advertisement = ReplyDraft("RUMOR", "Buy our cure", "https://example.org/new", "x" * 20)
        edit_reply(session, place[1], advertisement, user(session, "author"), seen_version=2, now=NOW + 3 * DAY)
    with read_only(factory) as session:
        assert session.get_one(ArticleReply, place).vote_status == VoteStatus.UNRATED, "at once"
        assert words_since(session, [place[1]]) == {place[1]: NOW + 3 * DAY}
    assert decided(factory, place, 4).vote_status == VoteStatus.UNRATED


def aparts(factory: SessionFactory, place: Place) -> dict[str, str | None]:
    with read_only(factory) as session:
        query = select(ArticleReplyFeedback.user_id, ArticleReplyFeedback.apart)
        return dict(session.execute(query.where(ArticleReplyFeedback.reply_id == place[1])).all())


def test_accounts_of_one_mailbox_count_once(factory: SessionFactory) -> None:
    place = established(factory, 4)
    with transaction(factory) as session:
        for number, address in enumerate(("ann@example.org", "ann+2@example.org", "ben@example.org")):
            user(session, f"voter-{number}").email = address
        user(session, "voter-3").email = "author+x@example.org"
        user(session, "author").email = "author@example.org"
    cast(factory, place, range(4), 1)
    decided(factory, place)
    found = aparts(factory, place)
    assert found["voter-0"] is None
    assert found["voter-2"] is None
    assert found["voter-1"] == Apart.SAME_MAILBOX
    assert found["voter-3"] == Apart.SAME_MAILBOX, "it is the author's own"
    with read_only(factory) as session:
        shown = {(row.user.id, row.sign, row.votes) for row in counted_apart(session, 10)}
    assert ("voter-3", Apart.SAME_MAILBOX, 1) in shown


def test_two_accounts_at_one_browser_within_a_minute(factory: SessionFactory) -> None:
    place = established(factory, 3)
    here = origin_of("192.0.2.0/24", "Browser 1.0", "key")
    with transaction(factory) as session:
        for number, seconds in enumerate((0, 30, 100)):
            at = NOW + timedelta(seconds=seconds)
            vote(session, *place, user(session, f"voter-{number}"), 1, now=at, origin=here)
        vote(session, *place, user(session, "voter-0"), 1, now=NOW + timedelta(seconds=101), origin=here)
    decided(factory, place)
    assert aparts(factory, place) == {"voter-0": None, "voter-1": Apart.SAME_NETWORK, "voter-2": None}
    assert origin_of("192.0.2.0/24", "Browser 1.0", "other key") != here


def test_a_second_account_stays_one_when_it_is_closed(factory: SessionFactory) -> None:
    place = established(factory, 2)
    with transaction(factory) as session:
        user(session, "voter-0").email = "ann@example.org"
        user(session, "voter-1").email = "ann+2@example.org"
    cast(factory, place, range(2), 1, origin="0" * 32)
    decided(factory, place)
    with transaction(factory) as session:
        make_nobody(session, user(session, "voter-1"), secret_key="k", now=NOW)
    decided(factory, place, 2)
    assert aparts(factory, place)["voter-1"] == Apart.SAME_NETWORK
    with read_only(factory) as session:
        assert session.scalars(select(VoteTrace.user_id)).all() == ["voter-0"]


def test_hidden_votes_and_replies_decide_nothing(factory: SessionFactory) -> None:
    place = established(factory, 5)
    cast(factory, place, range(5), 1)
    with transaction(factory) as session:
        for row in session.scalars(select(ArticleReplyFeedback).where(ArticleReplyFeedback.reply_id == place[1])):
            row.status = Status.BLOCKED
    assert decided(factory, place).vote_status == VoteStatus.UNRATED


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Ann+cofacts@Example.org", "ann@example.org"),
        ("a.n.n+x@googlemail.com", "ann@gmail.com"),
        ("a.n.n@example.org", "a.n.n@example.org"),
        ("+tag@example.org", "+tag@example.org"),
    ],
)
def test_the_mailbox_of_an_address(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox
