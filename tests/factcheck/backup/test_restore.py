"""Backups that are made while others write, and put back: who must not be answered twice, and what stays erased."""

import json
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
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.models import (
    App,
    InboxEvent,
    Job,
)
from factcheck.settings import Settings
from tests.bot.chatting import Chatting
from tests.bot.test_conversation import submit
from tests.bot.test_settings import call
from tests.conftest import MovableClock
from tests.factcheck.backup.restoring import KEY, restored

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
