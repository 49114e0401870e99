"""Whom the bot tells that a reply which they received says something else now: once each, as far as the quota lasts."""

from sqlalchemy import select

from bot.line.client import ToldQuota
from factcheck.db.session import read_only, transaction
from factcheck.models import Article, ArticleReply, Notice, NoticeKind, User
from factcheck.services.articles import request_check
from factcheck.services.editing import edit_reply
from factcheck.services.replies import ReplyDraft, take_back
from factcheck.services.users import get_or_create_line_user
from tests.bot.chatting import Chatting, buttons, words
from tests.bot.test_notices import settle

CLAIM = "Drinking lemon water every morning makes the blood alkaline and cures diabetes, doctors confirm."
OLD = "No: the blood's pH hardly changes."
NEW = "No: the body keeps the blood's pH by itself, and lemon water cures nothing."


def shown(chat: Chatting, *people: str) -> ArticleReply:
    """A reply that these people were shown."""
    article_id = chat.publish(CLAIM)
    link = chat.reply(article_id, OLD)
    chat.worker.run_due_jobs()
    for person in people:
        assert OLD in words(chat.say(CLAIM, person))
    return link


def change(chat: Chatting, link: ArticleReply, text: str, kind: str = "RUMOR") -> None:
    with transaction(chat.factory) as session:
        reply = session.get_one(ArticleReply, (link.article_id, link.reply_id)).reply
        draft = ReplyDraft(kind, text, "https://example.org/source", "")
        author = session.get_one(User, reply.user_id)
        edit_reply(session, reply.id, draft, author, seen_version=reply.version, now=chat.clock())


def test_who_was_shown_it_hears_what_it_says_now_and_can_read_it(chat: Chatting) -> None:
    link = shown(chat, "Ua")
    change(chat, link, NEW, "OPINIONATED")
    assert settle(chat) == []
    [(way, to, text)] = settle(chat, minutes=6)
    assert (way, to) == ("multicast", "Ua")
    assert "was changed" in text
    assert NEW in text
    assert CLAIM[:30] in text
    [_, _, messages] = chat.line.sent[-1]
    assert NEW in words(chat.press(messages, buttons(messages)[0]["label"]))
    assert settle(chat, days=1) == []


def test_changes_in_a_row_are_told_of_once_and_later_ones_again(chat: Chatting) -> None:
    link = shown(chat, "Ua")
    change(chat, link, "No. It does not.")
    settle(chat, minutes=2)
    change(chat, link, NEW)
    sent = [*settle(chat, minutes=4), *settle(chat, minutes=10)]
    assert [NEW in text for _, _, text in sent] == [True]
    chat.clock.advance(days=3)
    change(chat, link, "Yes, after all.", "NOT_RUMOR")
    assert ["Yes, after all." in text for _, _, text in settle(chat, minutes=6)] == [True]
    with read_only(chat.factory) as session:
        assert len(session.scalars(select(Notice).where(Notice.kind == NoticeKind.CHANGE)).all()) == 1


def test_who_saw_it_only_since_the_change_is_not_told(chat: Chatting) -> None:
    link = shown(chat, "Ua")
    chat.clock.advance(minutes=1)
    change(chat, link, NEW)
    assert NEW in words(chat.say(CLAIM, "Ub"))
    assert [to for _, to, _ in settle(chat, minutes=6)] == ["Ua"]


def test_who_only_got_the_first_notice_is_told_too(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM)
    with transaction(chat.factory) as session:
        person = get_or_create_line_user(session, "Uc", secret_key="k", locale="en", now=chat.clock())
        session.flush()
        request_check(session, session.get_one(Article, article_id), person, now=chat.clock())
    link = chat.reply(article_id, OLD)
    assert len(settle(chat)) == 1
    chat.clock.advance(minutes=1)
    change(chat, link, NEW)
    assert [to for _, to, _ in settle(chat, minutes=6)] == ["Uc"]


def test_a_reply_taken_back_after_its_change_is_told_of_as_such(chat: Chatting) -> None:
    link = shown(chat, "Ua")
    change(chat, link, NEW)
    with transaction(chat.factory) as session:
        take_back(session, link.article_id, link.reply_id, session.get_one(User, link.user_id), now=chat.clock())
    [(_, _, text)] = settle(chat, minutes=6)
    assert "taken back" in text


def test_nobody_is_told_who_had_everything_erased(chat: Chatting) -> None:
    link = shown(chat, "Ua", "Ub")
    asked = chat.say("delete what I sent")
    chat.press(asked, buttons(asked)[0]["label"])
    change(chat, link, NEW)
    assert [to for _, to, _ in settle(chat, minutes=6)] == ["Ub"]


def test_it_waits_for_quota(chat: Chatting) -> None:
    link = shown(chat, "Ua")
    chat.line.quota_now = ToldQuota(limit=200, used=200)
    change(chat, link, NEW)
    assert settle(chat, minutes=11) == []
    chat.line.quota_now = ToldQuota(limit=2000, used=200)
    assert len(settle(chat, days=1, minutes=20)) == 1
