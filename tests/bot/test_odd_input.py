"""Events, presses and texts that nobody expects."""

import pytest
from sqlalchemy import select

from factcheck.db.session import read_only
from factcheck.models import (
    Article,
    Job,
)
from tests.bot.chatting import Chatting, words
from tests.bot.test_conversation import CLAIM, NEWS
from tests.stored import count


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "no words"),
        (" ", "no words"),
        ("?", "no words"),
        ("喝", "too short"),
        ("hi", "Hello"),
        ("😀😀", "All right"),
    ],
)
def test_l01_very_short_texts_get_a_hint(chat: Chatting, text: str, hint: str) -> None:
    assert hint in words(chat.say(text))


@pytest.mark.parametrize("kind", ["image", "file", "location", "hologram"])
def test_w23_other_messages_get_a_hint(chat: Chatting, kind: str) -> None:
    assert "only read text" in words(chat.send(chat.event("message", message={"type": kind, "id": "5"})))


def test_w21_w22_w24_what_is_not_for_us_is_handled_silently(chat: Chatting) -> None:
    said = chat.send(
        chat.event("message", mode="standby", message={"type": "text", "id": "1", "text": CLAIM}),
        chat.event("beacon"),
        chat.event("message", source={"type": "group", "groupId": "C1"}, message={"type": "text", "text": CLAIM}),
        chat.event("message", source=None, message={"type": "text", "text": CLAIM}),
        {"type": "message", "webhookEventId": "bare"},
    )
    assert said == []
    assert count(chat.factory, Job) == 0


def test_p02_an_old_button_is_explained(chat: Chatting) -> None:
    consent = chat.say(NEWS)
    chat.clock.advance(days=8)
    assert "too old" in words(chat.press(consent, "Yes, publish and check it"))
    assert count(chat.factory, Article) == 0


def test_p04_a_button_of_somebody_else_does_nothing(chat: Chatting) -> None:
    consent = chat.say(NEWS)
    assert "do not know this button" in words(chat.press(consent, "Yes, publish and check it", "Umallory"))
    assert count(chat.factory, Article) == 0


@pytest.mark.parametrize("data", ["", "x" * 1000, "{}", "1:aaaaaaaaaaaa:yes", '{"sessionId": 1}'])
def test_p01_strange_postbacks_are_explained(chat: Chatting, data: str) -> None:
    said = chat.send(chat.event("postback", postback={"data": data, "params": {"date": "2026-01-01"}}))
    assert "do not know this button" in words(said)


def test_l14_odd_text_is_taken_literally(chat: Chatting) -> None:
    odd = NEWS + " {{7*7}} %(x)s <script>alert(1)</script> '; DROP TABLE articles;-- \u202e \ud800\x00"
    article_id = submit_odd(chat, odd)
    with read_only(chat.factory) as session:
        assert "<script>alert(1)</script> '; DROP TABLE" in session.get_one(Article, article_id).text


def submit_odd(chat: Chatting, text: str) -> str:
    consent = chat.say(text)
    chat.press(consent, "Yes, publish and check it")
    with read_only(chat.factory) as session:
        return session.scalars(select(Article.id)).one()
