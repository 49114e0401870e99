"""The same on PostgreSQL, by its own programs; `test_restore` has what needs no server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.buttons.menu import Action
from factcheck.backup.backup import count_rows, make_backup
from factcheck.backup.errors import BackupError
from factcheck.backup.restore import restore_backup
from factcheck.db.migrate import migrate
from factcheck.db.session import make_engine, make_session_factory, read_only
from factcheck.models import Article, InboxEvent, Status
from factcheck.services.erasure_log import ErasureLog
from factcheck.settings import Settings
from tests.bot.chatting import Chatting
from tests.bot.test_conversation import submit
from tests.bot.test_settings import call
from tests.conftest import MovableClock
from tests.factcheck.backup.restoring import KEY
from tests.postgresql import own_schema

pytestmark = pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")


@pytest.fixture
def settings(postgresql_schema: str | None, tmp_path: Path) -> Iterator[Settings]:
    """Of a schema that the test may empty."""
    if postgresql_schema is None:
        pytest.skip("TEST_DATABASE_URL names no PostgreSQL server")
    with own_schema() as url:
        yield Settings(database_url=url, secret_key=KEY, var_dir=tmp_path)


def test_a_backup_fills_an_empty_database(settings: Settings, clock: MovableClock, tmp_path: Path) -> None:
    engine = make_engine(settings.database_url)
    migrate(engine)
    log = ErasureLog(settings.resolved_erasures_file, KEY)
    chat = Chatting(make_session_factory(engine), clock, erasure_log=log)
    article_id, file = submit(chat), tmp_path / "a.backup"
    chat.search.available = False
    chat.say("Are elephants afraid of mice because mice crawl up their trunks at night?")
    manifest = make_backup(settings, file, clock=clock)
    with engine.connect() as connection:
        assert count_rows(connection) == manifest.rows
    chat.search.available = True
    clock.advance(minutes=1)
    chat.press(call(chat, Action.ERASE), "Yes, delete it all")
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(settings, file, notices=None, clock=clock)
    with engine.begin() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    done = restore_backup(settings, file, notices=None, clock=clock)
    assert (done.closed_events, done.erased) == (1, 1)
    chat.line.sent.clear()
    clock.advance(minutes=10)
    chat.worker.run_due_jobs()
    assert chat.line.sent == []
    with read_only(chat.factory) as session:
        assert session.get_one(Article, article_id).status == Status.DELETED
        assert all(event.handled_at for event in session.scalars(select(InboxEvent)))
    engine.dispose()
