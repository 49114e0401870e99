"""Reporting a reply in the chat; what moderation hides is gone there, too."""

from sqlalchemy import select

from factcheck.db.session import read_only, transaction
from factcheck.models import ArticleReply, ModerationKind, Report, ReportSource, TargetKind, User
from tests.bot.chatting import Chatting, words
from tests.factcheck.moderating import do, target

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."


def test_a_reply_is_reported_with_a_reason(chat: Chatting) -> None:
    chat.publish(CLAIM, "Buy our spoons!")
    asked = chat.press(chat.press(chat.say(CLAIM), "👎 Not helpful"), "Report it")
    assert "What is wrong with this reply?" in words(asked)
    for _ in range(2):
        assert "A reviewer will look at it" in words(chat.press(asked, "Advertising or spam"))
    with read_only(chat.factory) as session:
        report = session.scalars(select(Report)).one()
        assert (report.source, report.reason, report.target_kind) == (ReportSource.CHAT, "SPAM", TargetKind.REPLY)
        reporter = session.get_one(User, report.user_id)
        assert reporter.app_user_id == "Ua"
        reply_id = report.target_id
    with transaction(chat.factory) as session:
        do(session, ModerationKind.HIDE, target(TargetKind.REPLY, reply_id), None)
    assert "This reply is no longer available" in words(chat.press(asked, "Another reason"))
    assert "Buy our spoons" not in words(chat.say(CLAIM))


def test_whoever_was_shown_a_hidden_reply_is_told(chat: Chatting) -> None:
    chat.publish(CLAIM, "Buy our spoons!")
    chat.say(CLAIM)
    before = len(chat.line.sent)
    with transaction(chat.factory) as session:
        reply_id = session.scalars(select(ArticleReply.reply_id)).one()
        do(session, ModerationKind.HIDE, target(TargetKind.REPLY, reply_id), None, now=chat.clock())
    chat.clock.advance(minutes=6)
    chat.worker.run_due_jobs()
    told = [message for _, _, messages in chat.line.sent[before:] for message in messages]
    assert "was taken back" in words(told)


def test_who_is_blocked_may_look_up_and_publish_nothing(chat: Chatting) -> None:
    consent = chat.say(CLAIM)
    with transaction(chat.factory) as session:
        user = session.scalars(select(User).where(User.app_user_id == "Ua")).one()
        do(session, ModerationKind.BLOCK, target(TargetKind.USER, user.published_id), None)
    assert "I still look up messages" in words(chat.press(consent, "Yes, publish and check it"))
    chat.publish("The old bridge is closed for cars on Friday because the river is high.", "Yes, it is.")
    answer = chat.say("The old bridge is closed for cars on Friday because the river is high.")
    assert "Yes, it is." in words(answer)
    assert "I still look up messages" in words(chat.press(answer, "👍 Helpful"))
