"""Backups that are made while others write, and put back: who must not be answered twice, and what stays erased."""

import json
import os
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.buttons.menu import Action
from bot.worker import all_kinds
from factcheck.backup import aftermath
from factcheck.backup import sqlite as sqlite_files
from factcheck.backup.archive import MANIFEST
from factcheck.backup.backup import make_backup
from factcheck.backup.errors import BackupError
from factcheck.backup.restore import restore_backup
from factcheck.cli import main
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.errors import NotFoundError
from factcheck.models import (
    App,
    Article,
    ArticleReply,
    Delivery,
    InboxEvent,
    Job,
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
from tests.conftest import MovableClock

KEY = "key"
HIDE, BLOCK = Decision(ModerationKind.HIDE, Reason.SPAM), Decision(ModerationKind.BLOCK, Reason.SPAM)
REDACT = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
QUIET = {
    "fetch_links",
    "make_figures",
    "plan_digests",
    "make_tasks",
    "sort_queue",
    "decide_votes",
    "tend_links",
    "deliver",  # decided by its delivery
    "leave_chat",
    "link_menu",
    "link_menus",
    "ask_line",
    "tell_waiting",
    "erase_rest",
    "note_erasure",
    "forget_person",
    "purge_database",
    "purge_index",
    "forget_words",
    "moderate_rest",
    "publish_reply",  # whoever is told of it is told once
    "revise_exports",
    "derive_facts",
    "find_similar",
    "index_article",
    "check_index",
    "cluster_article",
    "watch_index",
    "verify_index",
    "rebuild_index",
    "export_dataset",
    "housekeeping",
    "forget_files",
    "remove_bytes",
    "sweep_media",
    "check_media",
    "transcribe",
    "read_pictures",
    "count_visits",
    "number_changes",
    "read_sources",
    "send_webhook",  # its receiver knows the event by its id
}
"""Kinds of jobs that may run again after a backup was put back: nobody is told anything twice."""


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=sqlite_url, secret_key=KEY, var_dir=tmp_path)


@pytest.fixture
def factory(settings: Settings) -> SessionFactory:
    return make_session_factory(make_engine(settings.database_url))


@pytest.fixture
def chat(factory: SessionFactory, clock: MovableClock, settings: Settings) -> Chatting:
    return Chatting(factory, clock, erasure_log=ErasureLog(settings.resolved_erasures_file, KEY))


def restored(chat: Chatting, settings: Settings, file: Path, notices: str | None = "drop") -> Chatting:
    """The service is stopped, the backup put back, and the service started."""
    chat.factory.kw["bind"].dispose()
    restore_backup(settings, file, notices=notices, clock=chat.clock)
    chat.line.sent.clear()
    chat.worker.run_due_jobs()
    return chat


def write_until(stop: threading.Event, url: str, written: list[str]) -> None:
    factory = make_session_factory(make_engine(url))
    while not stop.is_set():
        name = f"app-{len(written)}"
        with transaction(factory) as session:
            session.add_all([App(id=name), App(id=f"{name}-b")])
        written.append(name)
    factory.kw["bind"].dispose()


def test_a_backup_under_load_is_whole_and_can_be_put_back(settings: Settings, tmp_path: Path) -> None:
    written: list[str] = []
    stop = threading.Event()
    writer = threading.Thread(target=write_until, args=(stop, settings.database_url, written))
    writer.start()
    before: list[int] = []
    try:
        for number in range(3):
            while len(written) < 20 * (number + 1):
                stop.wait(0.001)
            before.append(len(written))
            make_backup(settings, tmp_path / f"{number}.backup")
    finally:
        stop.set()
        writer.join()
    for number, least in enumerate(before):
        restore_backup(settings, tmp_path / f"{number}.backup", notices=None)
        with closing(sqlite3.connect(tmp_path / "factline.sqlite")) as connection:
            found = {row[0] for row in connection.execute("SELECT id FROM apps WHERE id LIKE 'app-%'")}
        firsts = {name for name in found if not name.endswith("-b")}
        assert firsts >= set(written[:least]), "what was written before the backup"
        assert {f"{name}-b" for name in firsts} == found - firsts, "each transaction as a whole"
        assert firsts == set(written[: len(firsts)])


def test_what_was_open_then_is_not_answered_again(chat: Chatting, settings: Settings, tmp_path: Path) -> None:
    chat.search.available = False
    chat.publish("Elephants are afraid of mice because mice crawl up their trunks at night", "They are not.")
    assert chat.say("Are elephants afraid of mice because mice crawl up their trunks at night?") == []
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    chat.search.available = True
    chat.clock.advance(minutes=1)
    chat.worker.run_due_jobs()
    assert len(chat.line.sent) == 1
    chat = restored(chat, settings, tmp_path / "a.backup")
    chat.clock.advance(minutes=10)
    chat.worker.run_due_jobs()
    assert chat.line.sent == []
    with read_only(chat.factory) as session:
        assert all(event.handled_at and event.payload is None for event in session.scalars(select(InboxEvent)))


def notice_waiting(chat: Chatting) -> str:
    article_id = submit(chat)
    chat.line.sent.clear()
    chat.reply(article_id, "It is not true.")  # its job waits
    return article_id


@pytest.mark.parametrize(("notices", "told"), [("send", 1), ("drop", 0)])
def test_notices_that_waited_are_asked_about(
    chat: Chatting, settings: Settings, tmp_path: Path, notices: str, told: int
) -> None:
    notice_waiting(chat)
    make_backup(settings, tmp_path / "a.backup", clock=chat.clock)
    chat.factory.kw["bind"].dispose()
    before = (tmp_path / "factline.sqlite").read_bytes()
    with pytest.raises(BackupError, match="--notices send or --notices drop"):
        restore_backup(settings, tmp_path / "a.backup", notices=None, clock=chat.clock)
    assert (tmp_path / "factline.sqlite").read_bytes() == before
    chat = restored(chat, settings, tmp_path / "a.backup", notices)
    chat.clock.advance(minutes=10)
    chat.worker.run_due_jobs()
    assert len(chat.line.sent) == told


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


def test_two_restores_at_once_keep_the_database_before(
    settings: Settings, factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    """One is refused while the other is at it; of two in one second the second keeps what the first put there."""
    file, database = tmp_path / "a.backup", tmp_path / "factline.sqlite"
    make_backup(settings, file)
    with transaction(factory) as session:
        session.add(App(id="since"))
    factory.kw["bind"].dispose()
    with sqlite_files.alone(database), pytest.raises(BackupError, match="Another restore"):
        restore_backup(settings, file, notices=None, clock=clock)
    first, second = (restore_backup(settings, file, notices=None, clock=clock).kept for _ in range(2))
    assert first != second
    for kept, apps in ((first, 1), (second, 0)):
        with closing(sqlite3.connect(str(kept))) as connection:
            assert connection.execute("SELECT count(*) FROM apps WHERE id = 'since'").fetchone() == (apps,)


def test_a_service_that_starts_while_a_backup_is_put_back_keeps_its_database(
    settings: Settings, factory: SessionFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backup(settings, tmp_path / "a.backup")
    factory.kw["bind"].dispose()
    check = sqlite_files.check
    with closing(sqlite3.connect(tmp_path / "factline.sqlite")) as service:

        def start_service(copy: Path) -> None:
            check(copy)
            service.execute("SELECT count(*) FROM apps").fetchone()

        monkeypatch.setattr(sqlite_files, "check", start_service)
        with pytest.raises(BackupError, match="Stop web and worker"):
            restore_backup(settings, tmp_path / "a.backup", notices=None)
    assert not list(tmp_path.glob("*.before-*"))


def test_without_what_was_erased_before_it_nothing_is_put_back(
    chat: Chatting, settings: Settings, tmp_path: Path
) -> None:
    """Another folder has another file, or none, and what people had erased would come back in silence."""
    file, noted = tmp_path / "a.backup", settings.resolved_erasures_file
    submit(chat)
    chat.press(call(chat, Action.ERASE), "Yes, delete it all")
    make_backup(settings, file, clock=chat.clock)
    chat.factory.kw["bind"].dispose()
    noted.rename(tmp_path / "elsewhere")
    with pytest.raises(BackupError, match="ERASURES_FILE"):
        restore_backup(settings, file, notices=None, clock=chat.clock)
    restore_backup(settings, file, notices=None, without_erasures=True, clock=chat.clock)
    (tmp_path / "elsewhere").rename(noted)
    assert restore_backup(settings, file, notices=None, clock=chat.clock).kept


def test_every_kind_of_job_was_thought_of(factory: SessionFactory, settings: Settings) -> None:
    kinds = {kind.name for kind in all_kinds(settings.model_copy(update={"line_channel_access_token": "x"}), factory)}
    assert kinds == QUIET | aftermath.CONVERSATION | aftermath.NOTICES


def changed(file: Path, **values: Any) -> Path:
    """A copy whose manifest says something else."""
    copy = file.with_name(f"{'-'.join(values)}.backup")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(copy, "w") as out:
        for name in source.namelist():
            content = source.read(name)
            out.writestr(name, json.dumps(json.loads(content) | values) if name == MANIFEST else content)
    return copy


def test_what_does_not_fit_is_refused_and_nothing_is_changed(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    manifest = make_backup(settings, file)
    assert file.stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "factline.sqlite").read_bytes()
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[:-2000])
    garbled = tmp_path / "garbled.backup"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    garbled.write_bytes(content)
    other_key = settings.model_copy(update={"secret_key": "another"})
    for given, backup, reason in (
        (settings, tmp_path / "none.backup", "no file"),
        (settings, cut, "damaged"),
        (settings, garbled, "damaged"),
        (settings, changed(file, sha256="0"), "checksum"),
        (settings, changed(file, format=2), "cannot read"),
        (settings, changed(file, kind="postgresql"), "is of postgresql"),
        (settings, changed(file, rows=manifest.rows | {"apps": 99}), "not the rows"),
        (other_key, file, "another SECRET_KEY"),
    ):
        with pytest.raises(BackupError, match=reason):
            restore_backup(given, backup, notices=None)
    with pytest.raises(BackupError, match="already"):
        make_backup(settings, file)
    assert (tmp_path / "factline.sqlite").read_bytes() == before


def test_a_database_that_is_in_use_is_not_replaced(settings: Settings, factory: SessionFactory, tmp_path: Path) -> None:
    make_backup(settings, tmp_path / "a.backup")
    with read_only(factory) as session:
        session.scalar(select(Job.id))
        with pytest.raises(BackupError, match="Stop web and worker"):
            restore_backup(settings, tmp_path / "a.backup", notices=None)


@pytest.mark.parametrize("content", [b"", b"no database " * 500, None])
def test_the_commands_bring_back_what_a_disk_lost(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
) -> None:
    database = tmp_path / "factline.sqlite"
    for name, value in (("DATABASE_URL", settings.database_url), ("SECRET_KEY", KEY), ("VAR_DIR", str(tmp_path))):
        monkeypatch.setenv(name, value)
    assert main(["backup", str(tmp_path / "a.backup")]) == 0
    assert "found whole" in capsys.readouterr().out
    database.unlink()
    if content is not None:
        database.write_bytes(content)
        assert main(["backup", str(tmp_path / "b.backup")]) == 1
        assert str(database) in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "a.backup")]) == 0
    assert main(["backup", str(tmp_path / "c.backup")]) == 0
    kept = [path for path in tmp_path.glob("factline.sqlite.before-*") if not path.name.endswith(("-wal", "-shm"))]
    assert [path.read_bytes() for path in kept] == ([] if content is None else [content])
