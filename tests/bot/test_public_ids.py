"""Messages and replies whose ids Cofacts has published with spaces and Chinese characters in them, in the chat."""

from pathlib import Path
from urllib.parse import quote

import pytest

from bot.buttons.menu import Action, decode, encode
from factcheck.db.session import transaction
from factcheck.ids import MAX_PUBLIC_ID_BYTES
from factcheck.services.indexing import enqueue_indexing
from tests.bot.chatting import Chatting, words
from tests.dataset.published import ARTICLE_ID, MESSAGE, REPLY_IDS, import_published

LINK = f"https://factline.example/article/{quote(ARTICLE_ID)}"


@pytest.fixture
def published(chat: Chatting, tmp_path: Path) -> Chatting:
    import_published(chat.factory, tmp_path)
    with transaction(chat.factory) as session:
        enqueue_indexing(session, ARTICLE_ID, now=chat.clock())
    chat.worker.run_due_jobs()
    return chat


@pytest.mark.parametrize("link", [LINK, f"{LINK.lower()}?utm_source=line", f"看這個 {LINK}/ 謝謝"])
def test_its_address_shows_its_reply(published: Chatting, link: str) -> None:
    assert "Reply " in words(published.say(link))


def test_forwarding_it_gives_its_address_as_one_can_press_it(published: Chatting) -> None:
    said = published.say(MESSAGE)
    assert "Reply " in words(said)
    assert LINK in str(said)


@pytest.mark.parametrize("reply_id", REPLY_IDS)
def test_each_of_its_replies_is_shown_by_its_button(published: Chatting, reply_id: str) -> None:
    listed = published.send(published.event("postback", postback={"data": encode(Action.REPLIES, ARTICLE_ID)}))
    data = encode(Action.REPLY, ARTICLE_ID, reply_id)
    assert data in str(listed)
    said = published.send(published.event("postback", postback={"data": data}))
    assert f"Reply {REPLY_IDS.index(reply_id)}." in words(said)


def test_two_of_the_longest_ids_fit_into_a_button() -> None:
    longest = "a" * MAX_PUBLIC_ID_BYTES
    data = encode(Action.TELL, longest, longest)
    assert len(data) <= 300
    found = decode(data)
    assert found is not None
    assert found.arguments == (longest, longest)


@pytest.mark.parametrize("hostile", ["", " a", "a\nb", "a\x00", "社" * 34, "a/b", "a:b:c:d"])
def test_what_is_no_id_is_in_no_button(hostile: str) -> None:
    with pytest.raises(ValueError, match="not what a button can carry"):
        encode(Action.READ, hostile)
    assert decode(f"2:read:{hostile}") is None


@pytest.mark.parametrize("tail", ["a%2Fb", "a%00", "%20a", "%FF", "a%20%20b", "a%3Fb", "%E7%A4%BE" * 34])
def test_an_address_with_what_is_no_id_is_a_text_like_any_other(published: Chatting, tail: str) -> None:
    assert "Reply " not in words(published.say(f"https://factline.example/article/{tail}"))
