"""Messages of one burst that do not belong together, or are asked about each: one button for each."""

import re
from typing import Any

from factcheck.models import Article
from tests.bot.chatting import Chatting, words
from tests.bot.test_burst_question import BELLS, CATS, MOON, NO, SPOON, YES, forward, labels, rows, together


def test_no_gives_a_button_for_each_and_all_of_them_work(chat: Chatting) -> None:
    chat.publish(SPOON, "A spoon does nothing of the kind.")
    listed = chat.press(forward(chat, SPOON, CATS), NO)
    first, second = labels(listed)
    assert "A spoon does nothing" in words(chat.press(listed, first))
    source = chat.press(chat.press(listed, second), "None of these")
    assert "May we publish this message?" in words(source)
    chat.press(source, "Yes, publish and check it")
    assert "A spoon does nothing" in words(chat.press(listed, first))
    assert "no longer available" in words(chat.press(listed, second))


def publish_one(chat: Chatting, listed: Any, number: int) -> str:
    """Press a message of a list, have it published; returns the article's id."""
    source = chat.press(listed, labels(listed)[number])
    if "None of these" in labels(source):
        source = chat.press(source, "None of these")
    said = chat.press(source, "Yes, publish and check it")
    return str(re.search(r"/article/(\w+)", str(said))[1])  # type: ignore[index]


def test_f11_asked_about_each_instead_of_all_they_still_belong_together(chat: Chatting) -> None:
    spoon = chat.publish(SPOON, "A spoon does nothing of the kind.")
    found = chat.press(forward(chat, SPOON, CATS, BELLS, MOON), YES)
    listed = chat.press(found, "Ask me about each")
    assert len(labels(listed)) == 3
    assert together(chat) == []
    cats = publish_one(chat, listed, 0)
    assert together(chat) == ["_".join(sorted([spoon, cats]))]
    moon = publish_one(chat, listed, 2)
    assert together(chat) == ["_".join(sorted([spoon, cats, moon]))]


def test_what_somebody_else_published_meanwhile_still_belongs_to_the_others(chat: Chatting) -> None:
    listed = chat.press(chat.press(forward(chat, CATS, BELLS), YES), "Ask me about each")
    cats = publish_one(chat, listed, 0)
    consent = chat.press(listed, labels(listed)[1])
    bells = chat.publish(BELLS)
    chat.press(consent, "Yes, publish and check it")
    assert together(chat) == ["_".join(sorted([cats, bells]))]


def test_one_that_is_published_from_its_card_is_not_forgotten_when_the_others_are(chat: Chatting) -> None:
    chat.publish(SPOON, "A spoon does nothing of the kind.")
    found = chat.press(forward(chat, f"Please forward!! {SPOON}", CATS, BELLS), YES)
    wrong = chat.press(found, "Show the reply")
    source = chat.press(wrong, "This is not what I sent")
    chat.press(source, "Yes, publish and check it")
    chat.press(found, "Yes, publish and check")
    assert len(articles := [row.id for row in rows(chat, Article)]) == 4
    assert together(chat) == ["_".join(sorted(articles))]


def test_messages_that_do_not_belong_together_are_recorded_as_nothing(chat: Chatting) -> None:
    listed = chat.press(forward(chat, CATS, BELLS), NO)
    publish_one(chat, listed, 0)
    publish_one(chat, listed, 1)
    assert len(rows(chat, Article)) == 2
    assert together(chat) == []
