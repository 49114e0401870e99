"""Greeting, tutorial, small talk, telling friends."""

from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons.talk import Talk
from bot.i18n import translator
from bot.inbound.events import storable
from bot.line.account import store_fact
from bot.messages import introductions, sharing
from bot.messages.answers import verdict
from bot.messages.limits import MAX_URI
from bot.messages.sharing import SHARE, share_article_uri, share_uri
from bot.simulator.validation.messages import validate_messages
from factcheck.db.session import read_only, transaction
from factcheck.languages import TAGS
from factcheck.models import Article, ReplyType
from tests.bot.chatting import Chatting, buttons, words

LINK = "https://factline.example/article/1abc"


@pytest.mark.parametrize("locale", TAGS)
def test_everything_said_here_is_valid(locale: str) -> None:
    t = translator(locale)
    for messages in (
        introductions.greeting(t),
        introductions.tutorial(t),
        introductions.example(t),
        introductions.no_words(t),
        sharing.share_card(t, LINK),
        *(introductions.small_talk(t, talk) for talk in Talk),
    ):
        assert validate_messages(messages) == []


def test_f27_a_new_friend_sees_the_tutorial_and_an_example(chat: Chatting) -> None:
    greeting = chat.send(chat.event("follow"))
    assert "1. Press and hold" in words(greeting)
    example = chat.press(greeting, "Show me an example")
    assert "📘 EXAMPLE\n\n❌ Contains misinformation\nAbout the message “Put a silver spoon" in words(example)
    assert "1. Press and hold" in words(chat.press(example, "How it works"))
    assert "1. Press and hold" in words(chat.say("怎麼用"))


def test_f12_small_talk_makes_no_article(chat: Chatting) -> None:
    assert "Hello! 👋" in words(chat.say("你好"))
    assert "I am a computer program" in words(chat.say("who are you?"))
    assert "You are welcome" in words(chat.say("謝謝"))
    assert "Which message do you mean?" in words(later(chat, "is this true?"))
    assert "I see no words here" in words(chat.say("？？"))
    with read_only(chat.factory) as session:
        assert session.query(Article).count() == 0


def later(chat: Chatting, text: str) -> list[dict[str, Any]]:
    """Said, and answered after the moment in which the message that is meant may come."""
    assert chat.say(text) == []
    before = len(chat.line.sent)
    chat.clock.advance(seconds=2)
    chat.worker.run_due_jobs()
    return [message for _, _, messages in chat.line.sent[before:] for message in messages]


def link_of(found: object) -> str:
    """The address of the first button that opens a page of LINE."""
    if isinstance(found, list):
        return next(filter(None, map(link_of, found)), "")
    if isinstance(found, dict):
        if str(found.get("uri", "")).startswith(SHARE):
            return str(found["uri"])
        return link_of(list(found.values()))
    return ""


def test_f48_telling_friends_names_the_bots_own_page(chat: Chatting) -> None:
    assert "https://factline.example" in unquote(link_of(chat.say("share")))
    with transaction(chat.factory) as session:
        store_fact(session, "account", {"user_id": "Ubot", "basic_id": "@factline"}, now=chat.clock())
    asked = chat.press(chat.say("你是誰"), "📣 Tell friends")
    assert "https://line.me/R/ti/p/%40factline" in unquote(link_of(asked))


def test_f30_what_helped_can_be_shared(chat: Chatting) -> None:
    article_id = chat.publish("Putting a silver spoon into the fridge makes vegetables stay fresh.", "It does not.")
    said = chat.press(chat.say("Putting a silver spoon into the fridge makes vegetables stay fresh."), "👍 Helpful")
    shared = unquote(link_of(said))
    for part in ("silver spoon", "Contains misinformation", f"https://factline.example/article/{article_id}"):
        assert part in shared


def test_f48_after_submitting_friends_can_be_asked(chat: Chatting) -> None:
    consent = chat.say("The moon is made of green cheese, say astronomers.")
    said = chat.press(consent, "Yes, publish and check it")
    assert "The moon is made of green" in unquote(link_of(said))
    assert "Tell the volunteers more" in [each["label"] for each in buttons(said)]


texts = st.one_of(
    st.text(max_size=2000).map(storable),
    st.sampled_from(["字", "👨‍👩‍👧‍👦", "กำ", "e\u0301", "%", "&?#/ "]).map(lambda piece: piece * 1500),
)


@given(text=texts, tail=st.one_of(st.just(""), st.just(LINK), texts))
def test_l11_a_link_that_shares_is_never_too_long_nor_cut_inside(text: str, tail: str) -> None:
    uri = share_uri(text, tail)
    assert len(uri) <= MAX_URI
    assert uri.isascii()
    shared = unquote(uri.removeprefix(SHARE), errors="strict")
    kept = shared.removesuffix(f"\n{tail}").removesuffix("…")
    assert text.startswith(kept) or shared == tail


@given(text=texts)
def test_f48_the_links_are_always_whole(text: str) -> None:
    for locale in TAGS:
        bot_link = sharing.friend_link("@factline")
        uri = share_article_uri(translator(locale), text, LINK, bot_link)
        assert len(uri) <= MAX_URI
        assert LINK in unquote(uri)
        assert unquote(uri).endswith(bot_link)


@pytest.mark.parametrize("locale", TAGS)
def test_f48_the_verdict_is_whole_where_there_is_little_room(locale: str) -> None:
    t, bot_link = translator(locale), sharing.friend_link("@factline")
    url = "https://" + "long" * 25 + ".example/article/1abc"
    for kind in ReplyType:
        shared = unquote(share_article_uri(t, sharing.answered(t, "ข่าวลือ" * 20, kind), url, bot_link))
        assert f"{verdict(t, kind)}\n" in shared
        assert "ข่าวลือข่าว" in shared


def test_a_long_text_is_cut_between_letters() -> None:
    family = "👨‍👩‍👧‍👦"
    shared = unquote(share_uri(family * 100, LINK).removeprefix(SHARE))
    text, _, link = shared.partition("\n")
    assert link == LINK
    assert text.rstrip("…").replace(family, "") == ""
    assert text.count(family) > 5
