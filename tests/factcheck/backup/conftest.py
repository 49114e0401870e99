from pathlib import Path

import pytest

from factcheck.db.session import SessionFactory, make_engine, make_session_factory
from factcheck.services.erasure_log import ErasureLog
from factcheck.settings import Settings
from tests.bot.chatting import Chatting
from tests.conftest import MovableClock
from tests.factcheck.backup.restoring import KEY


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=sqlite_url, secret_key=KEY, var_dir=tmp_path)


@pytest.fixture
def factory(settings: Settings) -> SessionFactory:
    return make_session_factory(make_engine(settings.database_url))


@pytest.fixture
def chat(factory: SessionFactory, clock: MovableClock, settings: Settings) -> Chatting:
    return Chatting(factory, clock, erasure_log=ErasureLog(settings.resolved_erasures_file, KEY))
