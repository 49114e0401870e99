"""A message that is nearly a known one, in a private chat: what is said first, what the buttons do, what is kept."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.i18n import translator
from bot.messages.answers import VERDICT_SIGNS
from factcheck.db.session import read_only, transaction
from factcheck.languages import TAGS
from factcheck.matching.compare.changes import Change, ChangeKind, Difference
from factcheck.matching.decide.decision import Outcome
from factcheck.models import Article, Match, ReplyRequest
from tests.bot.chatting import Chatting, buttons, words
from tests.bot.deciding import ADDED, DEMAND, LINK, WORDS, decided

CLOSED = "Because of the typhoon all schools and offices in the city are closed on Friday, says the mayor."
OPEN = "Because of the typhoon all schools and offices in the city are open as usual on Friday, says the mayor."
REPLY = "The city has said so on its page."
SAME, MINE, NOT_IT = "It is the same thing", "No, please check mine", "This is not what I sent"
YES, NO = "Yes, publish and check it", "No, do not publish"


def differing(chat: Chatting, difference: Difference, text: str = OPEN, **options: Any) -> list[dict[str, Any]]:
    with decided(Outcome.DIFFERS, difference, probability=0.97, **options):
        return chat.say(text)


def match(chat: Chatting) -> Match:
    with read_only(chat.factory) as session:
        return session.scalars(select(Match).order_by(Match.id.desc()).limit(1)).one()


def labels(messages: list[dict[str, Any]]) -> list[str]:
    return [button["label"] for button in buttons(messages)]


def answered(chat: Chatting, kind: str = "NOT_RUMOR") -> str:
    article_id = chat.publish(CLOSED)
    chat.reply(article_id, REPLY, kind)
    return article_id


def test_a_large_difference_is_the_first_line_and_no_verdict_stands_before_it(chat: Chatting) -> None:
    answered(chat)
    text, card = differing(chat, WORDS)
    first, _, rest = text["text"].partition("\n")
    assert first == "You received “open as usual”. The message that was checked says “closed”."
    assert rest.index("About the other message") < rest.index("Contains true information") < rest.index(REPLY)
    assert not any(sign in card["altText"] for sign in VERDICT_SIGNS.values())
    assert labels([card]) == [MINE, SAME]


@pytest.mark.parametrize("locale", TAGS)
def test_in_every_language_nothing_is_vouched_for_before_the_difference(chat: Chatting, locale: str) -> None:
    answered(chat)
    chat.say("hello")
    chat.send(chat.event("postback", postback={"data": f"2:language:{locale}"}))
    text, card = differing(chat, WORDS)
    first = text["text"].splitlines()[0]
    assert "open as usual" in first
    assert "closed" in first
    assert not any(sign in first for sign in VERDICT_SIGNS.values())
    assert text["text"].splitlines()[-1].endswith(f"?lang={locale}"), "the page opens in the language of the chat"
    if locale != "en":
        assert "You received" not in first
        assert translator(locale)("Is it the same thing?") == card["altText"] != "Is it the same thing?"


def test_the_same_thing_gives_the_answer_and_is_kept_as_chosen(chat: Chatting) -> None:
    article_id = answered(chat)
    said = differing(chat, WORDS)
    assert (match(chat).shown_article_id, match(chat).chosen_article_id) == (article_id, None)
    answer = chat.press(said, SAME)
    assert answer[0]["text"].splitlines()[0] == "⭕ Contains true information"
    assert REPLY in words(answer)
    assert (match(chat).chosen_article_id, match(chat).refused) == (article_id, False)
    assert "already answered" in words(chat.press(said, SAME))


def test_check_mine_goes_to_the_consent_question_and_names_what_is_new(chat: Chatting) -> None:
    article_id = answered(chat)
    said = differing(chat, WORDS)
    with decided(Outcome.DIFFERS, WORDS):
        asked = chat.press(said, MINE)
    assert "May we publish this message?" in words(asked)
    assert "New in it: “open as usual”." in words(asked)
    assert (match(chat).outcome, match(chat).shown_article_id, match(chat).refused) == ("DIFFERS", article_id, True)
    assert "in the queue" in words(chat.press(asked, YES))
    with read_only(chat.factory) as session:
        assert session.scalar(select(func.count()).select_from(Article).where(Article.text == OPEN)) == 1


def test_a_small_difference_is_one_line_in_what_was_found(chat: Chatting) -> None:
    answered(chat, "RUMOR")
    text, card = differing(chat, ADDED)
    assert text["text"].startswith("❌ Contains misinformation\n")
    assert "Your message also says “says my aunt from the market”. Nobody has checked that." in text["text"]
    assert text["text"].splitlines()[1].startswith("About the message that volunteers checked: “Because of")
    assert "says my aunt from the market" in words(card), "beside the verdict, too"
    assert "👍 Helpful" in labels([card])
    assert NOT_IT in labels([card])


@pytest.mark.parametrize(("difference", "quoted"), [(DEMAND, "bank card"), (LINK, "https://refund.example/now")])
def test_a_demand_or_link_in_a_true_notice_is_named_as_not_checked(
    chat: Chatting, difference: Difference, quoted: str
) -> None:
    answered(chat)
    text, _ = differing(chat, difference)
    before, _, _ = text["text"].partition("Contains true information")
    assert quoted in before.splitlines()[0]
    assert "Nobody has checked that" in before


def test_what_differs_is_cut_between_characters_and_cannot_turn_our_sentence_round(chat: Chatting) -> None:
    answered(chat)
    odd = Difference((Change(ChangeKind.WORDS, "\u202e" + "👨‍👩‍👧‍👦" * 60, "שלום\u2067 closed"),))
    first = differing(chat, odd)[0]["text"].splitlines()[0]
    assert "\u202e" not in first
    assert "\u2067" not in first
    assert "👨‍👩‍👧‍👦…”" in first
    assert "“\u2068שלום closed\u2069”" in first


def test_nearly_a_message_that_nobody_has_answered_is_the_consent_question_with_that_one_shown(chat: Chatting) -> None:
    chat.publish(CLOSED)
    asked = differing(chat, WORDS)
    assert len(asked) == 1
    assert "May we publish this message?" in words(asked)
    assert CLOSED[:50] in words(asked)
    assert "You received “open as usual”. The message that I know says “closed”." in words(asked)
    assert labels(asked) == [YES, SAME, NO]
    with read_only(chat.factory) as session:
        assert session.scalar(select(func.count()).select_from(ReplyRequest)) == 1, "of who published it"
    assert "I have noted that you ask, too" in words(chat.press(asked, SAME))


def test_consent_to_publish_what_differs_makes_an_article_of_its_own(chat: Chatting) -> None:
    chat.publish(CLOSED)
    assert "in the queue" in words(chat.press(differing(chat, WORDS), YES))
    with read_only(chat.factory) as session:
        assert set(session.scalars(select(Article.text))) == {CLOSED, OPEN}


def test_what_differs_is_not_kept_beside_the_question(chat: Chatting) -> None:
    """It quotes the message, which goes when the question does."""
    answered(chat)
    asked = chat.press(differing(chat, WORDS), MINE)
    chat.press(asked, NO)
    with read_only(chat.factory) as session:
        kept = session.scalars(select(Match)).one()
        assert "open as usual" not in str(kept.candidates)


def test_with_others_at_hand_more_can_be_asked_for(chat: Chatting) -> None:
    chat.publish(CLOSED)
    chat.publish("The mayor of another city has a cold, and stays at home on Friday because of it.")
    asked = differing(chat, WORDS, perhaps=[0.2])
    assert labels(asked) == [YES, SAME, NO, "Perhaps it is one of these?"]
    more = chat.press(asked, "Perhaps it is one of these?")
    assert labels(more) == ["This one (1)", "None of these"]


def test_a_small_difference_is_asked_about_where_plain_answers_are_off(chat: Chatting) -> None:
    answered(chat, "RUMOR")
    asking(chat)
    assert labels(differing(chat, ADDED)) == [MINE, SAME]
    with decided(Outcome.ANSWER, probability=0.99):
        assert labels(chat.say(CLOSED)) == ["This one (1)", "None of these"]
    assert match(chat).outcome == "ANSWER", "what was decided is kept, not what was said"


def asking(chat: Chatting) -> None:
    object.__setattr__(chat.context, "plain_answers", False)


def test_a_row_of_before_and_one_whose_difference_is_gone_are_read(chat: Chatting) -> None:
    """The text is compared anew; if nothing is found to differ, the person chooses."""
    answered(chat)
    first, second = chat.event("message"), chat.event("message")
    for number, event in enumerate((first, second)):
        event["message"] = {
            "type": "text",
            "id": f"m{number}",
            "text": (OPEN, "Another matter altogether, of bicycles.")[number],
        }
    with decided(Outcome.DIFFERS, WORDS, probability=0.97):
        asked = chat.send(first, second)
    with transaction(chat.factory) as session:
        for row in session.scalars(select(Match)):
            row.candidates = [{"article_id": one["article_id"], "probability": 0.97} for one in row.candidates]
    separate = chat.press(asked, "No, they are separate")
    with decided(Outcome.DIFFERS, WORDS):
        assert "You received “open as usual”" in words(chat.press(separate, labels(separate)[0]))
    with decided(Outcome.DIFFERS, None):
        assert labels(chat.press(separate, labels(separate)[1])) == ["This one (1)", "None of these"]
