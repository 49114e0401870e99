import pytest

from factcheck.db.session import SessionFactory
from tests.bot.chatting import Chatting
from tests.bot.group_chatting import GroupChat
from tests.conftest import MovableClock

SHARED_WORDS = 8


@pytest.fixture
def chat(factory: SessionFactory, clock: MovableClock) -> Chatting:
    return Chatting(factory, clock)


@pytest.fixture
def group(chat: Chatting, monkeypatch: pytest.MonkeyPatch) -> GroupChat:
    """The index proposes only what shares some words: with one article known, any other would stand out."""
    everything = chat.search.candidates
    monkeypatch.setattr(
        chat.search, "candidates", lambda query: [hit for hit in everything(query) if (hit.bm25 or 0) >= SHARED_WORDS]
    )
    return GroupChat(chat)
