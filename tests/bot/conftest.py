import pytest

from factcheck.db.session import SessionFactory
from tests.bot.chatting import Chatting
from tests.conftest import MovableClock


@pytest.fixture
def chat(factory: SessionFactory, clock: MovableClock) -> Chatting:
    return Chatting(factory, clock)
