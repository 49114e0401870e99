"""The daily mail to a volunteer: once a day, only with news, and no longer when nobody gets it."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.outbound.digest import mail_digest
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.models import ArticleReply, User
from factcheck.services import digests
from factcheck.services.digests import is_for_good, mark_of, user_of_mark
from factcheck.services.drafts import NEW_REPLY, DraftKey, save_draft
from factcheck.services.feedback import vote
from factcheck.services.handing import hand_on
from factcheck.services.replies import ReplyDraft, new_form_key
from factcheck.services.users import get_or_create_line_user, get_or_create_volunteer
from tests.bot.chatting import Chatting
from tests.conftest import MovableClock
from tests.fakes.mailer import FakeMailer
from tests.job_kinds import bot_job_handlers

MORNING = datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Taipei"))


class Office:
    """A writer whose reply people rate, and the worker that mails."""

    def __init__(self, chat: Chatting) -> None:
        self.chat, self.clock, self.factory = chat, chat.clock, chat.factory
        self.clock.now = MORNING
        self.mailer = FakeMailer()
        context = replace(chat.context, mailer=self.mailer, mail_bounces="bounces@factline.example")
        [plan] = digests.job_kinds(self.factory, self.clock)
        self._plan = plan.handler
        self.worker = Worker(self.factory, bot_job_handlers(context), clock=self.clock)
        self.article_id = chat.publish("a message", "It is not true.")
        with transaction(self.factory) as session:
            writer = session.scalars(select(User).where(User.email == "writer@x.org")).one()
            digests.want_digest(writer, wanted=True, now=self.clock())
            self.writer_id = writer.id

    def rate(self, who: str, score: int, comment: str = "", *, somewhat: bool = False) -> None:
        with transaction(self.factory) as session:
            user = get_or_create_line_user(session, who, secret_key="key", locale="en", now=self.clock())
            session.flush()
            reply_id = session.scalars(select(ArticleReply.reply_id)).one()
            now = self.clock()
            vote(session, self.article_id, reply_id, user, score, now=now, comment=comment, somewhat=somewhat)

    def day(self, **later: float) -> int:
        """What the worker does for a while; returns how many mails have been sent in all."""
        self.clock.advance(**later)
        for _ in range(2):
            effects = self._plan({})
            with transaction(self.factory) as session:
                effects(session)
            self.worker.run_due_jobs()
        return len(self.mailer.sent)

    def writer(self) -> User:
        with read_only(self.factory) as session:
            user = session.get_one(User, self.writer_id)
            session.expunge(user)
            return user


@pytest.fixture
def office(chat: Chatting) -> Office:
    return Office(chat)


def test_one_mail_a_day_with_news(office: Office) -> None:
    assert office.day(hours=1) == 0, "it was asked for today"
    office.clock.advance(minutes=1)
    office.rate("Ub", 1, "I looked it up, too.")
    office.rate("Uc", -1)
    assert office.day(hours=20) == 0, "nobody is mailed at night"
    assert office.day(hours=4) == 1
    assert office.day(hours=1) == 1
    to, subject, body = office.mailer.sent[0]
    assert (to, subject) == ("writer@x.org", "News about your work on Factline")
    assert "helpful for 1, somewhat for 0, not helpful for 1" in body
    assert "I looked it up, too." in body
    [stop] = office.mailer.stops
    assert stop in body
    assert office.mailer.bounces == [f"bounces+{mark_of('key', office.writer_id)}@factline.example"]
    assert office.day(days=1) == 1, "no news, no mail"
    office.clock.advance(minutes=1)
    office.rate("Ub", -1)
    office.rate("Ud", 0, somewhat=True)
    assert office.day(days=1) == 2
    assert "helpful for 0, somewhat for 1, not helpful for 1" in office.mailer.sent[1][2]


def test_a_draft_that_was_handed_on_is_told_without_its_words(office: Office) -> None:
    article_id = office.chat.publish("another message")
    office.clock.advance(minutes=1)
    now = office.clock()
    with transaction(office.factory) as session:
        giver = get_or_create_volunteer(session, "giver@x.org", secret_key="key", locale="en", now=now)
        session.flush()
        half = ReplyDraft("RUMOR", "Half an answer.", "", new_form_key())
        draft = save_draft(session, DraftKey(giver.id, article_id, NEW_REPLY), half, seen_version=0, now=now)
        hand_on(session, draft.id, giver, session.get_one(User, office.writer_id), now=now)
    assert office.day(days=1) == 1
    body = office.mailer.sent[0][2]
    assert f"Somebody handed you a draft of a reply.\nhttps://factline.example/article/{article_id}/write" in body
    assert "Half an answer" not in body


def test_many_things_are_not_all_told(office: Office) -> None:
    office.clock.advance(minutes=1)
    for number in range(30):
        office.rate(f"U{number}", 1, f"comment {number}")
    assert office.day(days=1) == 1
    assert office.mailer.sent[0][2].count("> ") == 3


def test_it_ends_when_it_is_no_longer_wanted(office: Office) -> None:
    """Also between the planning and the sending."""
    office.clock.advance(days=1)
    office.rate("Ub", 1)
    with transaction(office.factory) as session:
        digests.want_digest(session.get_one(User, office.writer_id), wanted=False, now=office.clock())
    assert office.day() == 0
    effects = mail_digest(office.chat.context, office.writer_id, MORNING.isoformat())
    with transaction(office.factory) as session:
        effects(session)
    assert office.mailer.sent == []


def test_an_address_that_is_refused_ends_it(office: Office) -> None:
    office.clock.advance(days=1)
    office.rate("Ub", 1)
    office.mailer.knows = False
    assert office.day() == 0
    assert not office.writer().wants_digest
    assert office.writer().mail_refused_at == office.clock()
    office.mailer.knows = True
    office.rate("Ub", -1)
    assert office.day(days=1) == 0


def test_a_mail_server_that_is_away_loses_nothing(office: Office) -> None:
    office.clock.advance(days=1)
    office.rate("Ub", 1)
    office.mailer.available = False
    assert office.day() == 0
    office.mailer.available = True
    assert office.day(hours=1) == 1


RETURNED = """From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; writer@x.org
Action: {action}
Status: {status}

--b--
"""


@pytest.mark.parametrize(
    ("action", "status", "ended"),
    [
        ("failed", "5.1.1", True),
        ("Failed", "5.2.2 (full)", True),
        ("delayed", "4.2.2", False),
        ("failed", "4.4.7", False),
    ],
)
def test_a_returned_mail_says_whether_it_is_for_good(action: str, status: str, ended: bool) -> None:
    assert is_for_good(RETURNED.format(to="x@y.example", action=action, status=status).encode()) == ended


def test_anything_else_that_is_returned_ends_nothing() -> None:
    for message in (
        b"",
        b"\xff\xfe",
        b"Subject: I am on holiday\n\nUntil Monday.",
        b"Content-Type: message/delivery-status",
    ):
        assert not is_for_good(message)


def test_only_a_mail_of_ours_comes_back() -> None:
    address = f"bounces+{mark_of('key', 'abc123')}@factline.example"
    assert user_of_mark("key", address) == "abc123"
    assert user_of_mark("key", address.upper()) == "abc123"
    for wrong in ("bounces@factline.example", address.replace("abc123", "abc124"), "", "+-@"):
        assert user_of_mark("key", wrong) == ""
    assert user_of_mark("another", address) == ""


def test_the_mark_fits_into_an_address(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        user = get_or_create_line_user(session, "U1", secret_key="key", locale="en", now=clock())
        name = f"{'b' * 20}+{mark_of('key', user.id)}"
    assert len(name) <= 64  # RFC 5321, 4.5.3.1.1
