"""What is kept of a person's answer to a match: `python -m indexer evaluate --live` counts it."""

import pytest
from sqlalchemy import select

from factcheck.db.session import read_only
from factcheck.matching.decide.decision import Outcome
from factcheck.models import Match
from tests.bot.chatting import Chatting
from tests.bot.deciding import decided

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."
FORWARDED = f"Please forward!! {CLAIM}"
BRIDGE = "The city will close the old bridge for cars on Monday because the river is high."
SECOND_BRIDGE = "The city opens a new bridge road over the old river for bicycles on Monday, free of charge for a year."
VAGUE = "The city will close the old bridge for cars on Friday because the river is high."

NONE, NOT_IT = "None of these", "This is not what I sent"


def outcome(chat: Chatting) -> tuple[str | None, str | None, bool, bool]:
    with read_only(chat.factory) as session:
        match = session.scalars(select(Match)).one()
        return match.shown_article_id, match.chosen_article_id, match.refused, match.submitted


Offer = tuple[list[str], list[dict[str, object]]]


@pytest.fixture
def offered(chat: Chatting) -> Offer:
    """Ids of two articles in the order of the offer, and the offer: whatever the pair model thinks of them."""

    for text in (BRIDGE, SECOND_BRIDGE):
        chat.publish(text, "True.")
    with decided(Outcome.CHOOSE):
        messages = chat.say(VAGUE)
    with read_only(chat.factory) as session:
        match = session.scalars(select(Match)).one()
        assert len(match.candidates) == 2
        return [candidate["article_id"] for candidate in match.candidates], messages


def test_an_answer_is_shown_and_chosen_only_once_found_helpful(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "A spoon does nothing of the kind.")
    answer = chat.say(CLAIM)
    assert outcome(chat) == (article_id, None, False, False)
    chat.press(answer, "👎 Not helpful")
    assert outcome(chat) == (article_id, None, False, False)
    chat.press(answer, "👍 Helpful")
    assert outcome(chat) == (article_id, article_id, False, False)


def test_a_refused_answer_is_kept_as_wrong_even_if_nothing_is_published(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "A spoon does nothing of the kind.")
    source = chat.press(chat.say(FORWARDED), NOT_IT)
    assert outcome(chat) == (article_id, None, True, False)
    chat.press(source, "No, do not publish")
    assert outcome(chat) == (article_id, None, True, False)


def test_the_same_message_without_a_reply_was_shown_and_can_be_refused(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM)
    waiting = chat.say(FORWARDED)
    assert outcome(chat) == (article_id, None, False, False)
    chat.press(waiting, NOT_IT)
    assert outcome(chat) == (article_id, None, True, False)


def test_a_choice_among_those_offered(chat: Chatting, offered: Offer) -> None:
    ids, messages = offered
    assert outcome(chat) == (None, None, False, False)
    chat.press(messages, "This one (1)")
    assert outcome(chat) == (None, ids[0], False, False)


def test_none_of_those_offered_then_published(chat: Chatting, offered: Offer) -> None:
    source = chat.press(offered[1], NONE)
    assert outcome(chat) == (None, None, True, False)
    chat.press(source, "Yes, publish and check it")
    assert outcome(chat) == (None, None, True, True)


def test_who_refuses_one_and_chooses_another_has_chosen(chat: Chatting, offered: Offer) -> None:
    ids, messages = offered
    first = chat.press(messages, "This one (1)")
    chat.press(first, NOT_IT)
    assert outcome(chat) == (None, None, True, False)
    chat.press(messages, "This one (2)")
    assert outcome(chat) == (None, ids[1], False, False)


def test_refusing_what_was_looked_at_before_leaves_the_choice(chat: Chatting, offered: Offer) -> None:
    ids, messages = offered
    first = chat.press(messages, "This one (1)")
    chat.press(messages, "This one (2)")
    chat.press(first, NOT_IT)
    assert outcome(chat) == (None, ids[1], False, False)


def test_an_unknown_message_has_nothing_to_refuse(chat: Chatting) -> None:
    source = chat.say(CLAIM)
    chat.press(source, "Yes, publish and check it")
    assert outcome(chat) == (None, None, False, True)
