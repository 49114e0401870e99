"""What was erased, removed or decided after a backup stays so once that is put back."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.buttons.menu import Action
from factcheck.backup.backup import make_backup
from factcheck.backup.restore import restore_backup
from factcheck.clock import utc_now
from factcheck.db.session import read_only, transaction
from factcheck.errors import NotFoundError
from factcheck.models import (
    Article,
    ArticleReply,
    Delivery,
    InboxEvent,
    ModerationKind,
    Reason,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation.actions import Decision, decide, redact, undo
from factcheck.moderation.removal import remove
from factcheck.moderation.targets import Target
from factcheck.services.articles import submit_article
from factcheck.services.erasure_log import ErasureLog, ErasureLogError
from factcheck.settings import Settings
from tests.bot.chatting import Chatting
from tests.bot.test_conversation import NEWS, submit
from tests.bot.test_settings import call
from tests.factcheck.backup.restoring import KEY, restored

HIDE, BLOCK = Decision(ModerationKind.HIDE, Reason.SPAM), Decision(ModerationKind.BLOCK, Reason.SPAM)
REDACT = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)


def test_what_a_person_had_erased_since_is_erased_again(chat: Chatting, settings: Settings, tmp_path: Path) -> None:
    article_id = submit(chat)
    other = submit(chat, "Elephants are afraid of mice because mice crawl up their trunks at night", user="Ub")
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    chat.clock.advance(minutes=1)
    chat.press(call(chat, Action.ERASE), "Yes, delete it all")
    log = settings.resolved_erasures_file.read_text()
    assert "Ua" not in log
    chat = restored(chat, settings, tmp_path / "a.backup")
    with read_only(chat.factory) as session:
        assert session.get_one(Article, article_id).status == Status.DELETED
        assert session.get_one(Article, other).status == Status.NORMAL
        assert NEWS not in "".join(str(messages) for messages in session.scalars(select(Delivery.messages)))


def test_a_message_that_was_taken_back_since_is_taken_back_again(
    chat: Chatting, settings: Settings, tmp_path: Path
) -> None:
    article_id = submit(chat)
    with read_only(chat.factory) as session:
        event = session.scalars(select(InboxEvent).where(InboxEvent.message_id.is_not(None))).first()
        assert event is not None
        message_id = event.message_id
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    chat.clock.advance(minutes=1)
    chat.send(chat.event("unsend", unsend={"messageId": message_id}))
    chat = restored(chat, settings, tmp_path / "a.backup")
    with read_only(chat.factory) as session:
        assert session.get_one(Article, article_id).status == Status.DELETED


def test_what_the_law_forbids_is_removed_again(chat: Chatting, settings: Settings, tmp_path: Path) -> None:
    article_id = submit(chat)
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    chat.clock.advance(minutes=1)
    with transaction(chat.factory) as session:
        target, decision = Target(TargetKind.ARTICLE, article_id), Decision(ModerationKind.REMOVE, Reason.ILLEGAL)
        remove(session, target, decision, None, secret_key=KEY, now=chat.clock())
    chat.worker.run_due_jobs()
    assert article_id not in settings.resolved_erasures_file.read_text()
    chat = restored(chat, settings, tmp_path / "a.backup")
    with read_only(chat.factory) as session:
        assert session.get(Article, article_id) is None


def test_what_reviewers_decided_since_is_decided_again(chat: Chatting, settings: Settings, tmp_path: Path) -> None:
    """Hidden, blocked, put back and redacted; the notes have no words, and nobody is told a second time."""
    spam, wrong = submit(chat), submit(chat, "Call Mr. Wang at 0912-345-678 for garlic that heals", user="Ub")
    reply_id = chat.reply(spam, "Buy pills, not soup.").reply_id
    with transaction(chat.factory) as session:
        slip = decide(session, Target(TargetKind.ARTICLE, wrong), HIDE, None, now=chat.clock()).id
    chat.worker.run_due_jobs()
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    chat.clock.advance(minutes=1)
    with transaction(chat.factory) as session:
        decide(session, Target(TargetKind.REPLY, reply_id), HIDE, None, now=chat.clock())
        undo(session, slip, None, now=chat.clock())
        about, asker = (
            Target(TargetKind.ARTICLE, wrong),
            session.scalars(select(User).where(User.app_user_id == "Ua")).one(),
        )
        redact(session, about, REDACT, None, ["0912-345-678"], secret_key=KEY, now=chat.clock())
        decide(session, Target(TargetKind.USER, asker.published_id), BLOCK, None, now=chat.clock())
    chat.worker.run_due_jobs()
    notes = settings.resolved_erasures_file.read_text()
    assert [words for words in (reply_id, wrong, asker.id, "0912", "Ua") if words in notes] == []
    chat = restored(chat, settings, tmp_path / "a.backup")
    chat.clock.advance(minutes=10)
    chat.worker.run_due_jobs()
    assert chat.line.sent == []
    with read_only(chat.factory) as session:
        assert session.get_one(ArticleReply, (spam, reply_id)).status == Status.BLOCKED
        article = session.get_one(Article, wrong)
        assert (article.status, article.text) == (Status.NORMAL, "Call Mr. Wang at █████ for garlic that heals")
        assert session.get_one(User, asker.id).blocked_at is not None
        assert session.get_one(Article, spam).status == Status.NORMAL  # others answered it
    assert settings.resolved_erasures_file.read_text() == notes


def test_what_was_removed_since_does_not_come_back_by_hand(chat: Chatting, settings: Settings, tmp_path: Path) -> None:
    article_id = submit(chat)
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    with transaction(chat.factory) as session:
        target, decision = Target(TargetKind.ARTICLE, article_id), Decision(ModerationKind.REMOVE, Reason.ILLEGAL)
        remove(session, target, decision, None, secret_key=KEY, now=chat.clock())
    chat.worker.run_due_jobs()
    chat = restored(chat, settings, tmp_path / "a.backup")
    with transaction(chat.factory) as session, pytest.raises(NotFoundError):
        person = session.scalars(select(User)).first()
        assert person is not None
        submit_article(session, NEWS, person, now=chat.clock(), secret_key=KEY)


def test_a_damaged_note_of_what_was_erased_stops_everything(chat: Chatting, settings: Settings, tmp_path: Path) -> None:
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    settings.resolved_erasures_file.write_text("{")
    chat.factory.kw["bind"].dispose()
    with pytest.raises(ErasureLogError, match=r"damaged.*--without-erasures"):
        restore_backup(settings, tmp_path / "a.backup", notices=None, clock=chat.clock)


@pytest.mark.parametrize("damage", [b'{"kind": "person", "dig', b"\xff\n", b"\n"])
def test_what_can_be_read_of_a_damaged_note_is_erased_again_on_demand(
    chat: Chatting, settings: Settings, tmp_path: Path, damage: bytes
) -> None:
    article_id = submit(chat)
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    settings.resolved_erasures_file.write_bytes(damage)
    chat.clock.advance(minutes=1)
    chat.press(call(chat, Action.ERASE), "Yes, delete it all")
    chat.factory.kw["bind"].dispose()
    file = tmp_path / "a.backup"
    assert restore_backup(settings, file, notices="drop", without_erasures=True, clock=chat.clock).erased
    with read_only(chat.factory) as session:
        assert session.get_one(Article, article_id).status == Status.DELETED


def test_a_note_for_which_there_is_no_room_leaves_nothing_and_is_no_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, file, now = ErasureLog(tmp_path / "erasures", KEY), tmp_path / "erasures", utc_now()
    log.note("person", "Ua", at=now, until=now)
    before, write = file.read_bytes(), os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[: len(data) // 2]))
        with pytest.raises(OSError, match="No space left"):
            log.note("person", "Ub", at=now, until=now)
    assert file.read_bytes() == before
    log.note("person", "Ub", at=now, until=now)
    assert [one.digest for one in log.since(now)] == [log.digest("person", name) for name in ("Ua", "Ub")]
