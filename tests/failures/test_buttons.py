"""Buttons that are forged, old, pressed twice or pressed in another language (P)."""

import re

import pytest
from sqlalchemy import select

from bot.simulator.validation.node import JSONObject
from bot.simulator.world.chats import Chat
from bot.simulator.world.pressing import pressables
from factcheck.db.session import transaction
from factcheck.models import Article, ArticleReplyFeedback, Dialogue, Status, User
from factcheck.services.replies import take_back
from tests.failures.harness import Bot, words
from tests.stored import count

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."
ANSWER = "A spoon does nothing of the kind."
NEWS = "From tomorrow on every bicycle in town needs two bells, otherwise the police will take it away at once!"
HELPFUL, NONE, CONSENT = "👍 Helpful", "None of these", "Yes, publish and check it"


def data_of(messages: list[JSONObject], label: str) -> str:
    found = [one.action["data"] for message in messages for one in pressables(message) if one.label == label]
    return str(found[0])


def send_data(bot: Bot, person: Chat, data: object, **fields: object) -> list[JSONObject]:
    return bot.send(bot.line.phone.event("postback", person, postback={"data": data, **fields}))


def ask_consent(bot: Bot, person: Chat) -> list[JSONObject]:
    said = bot.say(person, NEWS)
    return bot.press(person, NONE) if NONE in bot.line.labels(person) else said


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        "{}",
        '{"state": "CONSENT", "input": 1}',
        "1:",
        "1:zzzzzzzzzzzz:yes",
        "1:zzzzzzzzzzzz:up:down",
        "2:",
        "2:nonsense",
        "2:read",
        "2:read:../../etc/passwd",
        "2:mine:99999999999999999999",
        "2:mine:-1",
        "2:language:xx",
        "2:notices:perhaps",
        "2:reply:a:b",
        "9:from:the:future",
        "\x00\u202e",
        "ก" * 300,
        "y" * 100_000,
        5,
        None,
        ["1"],
        {"a": 1},
    ],
)
def test_p01_unknown_data_gets_a_hint(bot: Bot, data: object) -> None:
    ada = bot.person()
    said = send_data(bot, ada, data)
    assert len(said) == 1
    assert words(said)
    assert bot.wait(minutes=5) == []


def test_p01_a_postback_without_data_gets_a_hint(bot: Bot) -> None:
    ada = bot.person()
    for postback in ({}, None, "x", []):
        assert "button" in words(bot.send(bot.line.phone.event("postback", ada, postback=postback)))


def test_p02_an_old_button_says_what_to_do(bot: Bot) -> None:
    ada = bot.person()
    old = ask_consent(bot, ada)
    bot.clock.advance(days=8)
    said = words(send_data(bot, ada, data_of(old, CONSENT)))
    assert "too old" in said
    assert "send me the message again" in said
    assert count(bot.factory, Article) == 0
    bot.say(ada, NEWS)  # the way to restart
    bot.press(ada, CONSENT)
    assert count(bot.factory, Article) == 1


def test_p02_a_question_that_is_no_longer_kept_says_what_to_do(bot: Bot) -> None:
    ada = bot.person()
    old = ask_consent(bot, ada)
    with transaction(bot.factory) as session:
        for row in session.scalars(select(Dialogue)):
            session.delete(row)
    assert "send a message" in words(send_data(bot, ada, data_of(old, CONSENT)))


def test_p03_a_double_click_does_one_thing(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    answer = bot.say(ada, CLAIM)
    data = data_of(answer, HELPFUL)
    first = bot.line.phone.postback(ada, data)
    bot.clock.advance(milliseconds=50)
    second = bot.line.phone.postback(ada, data)
    said = bot.send(first, second)
    assert len(said) == 1
    assert "Thank you!" in words(said)
    assert count(bot.factory, ArticleReplyFeedback) == 1


def test_p04_forged_and_altered_buttons_do_nothing(bot: Bot) -> None:
    article = bot.publish(CLAIM, ANSWER)
    ada, eve = bot.person("Ada"), bot.person("Eve")
    answer = data_of(bot.say(ada, CLAIM), HELPFUL)
    question = data_of(ask_consent(bot, ada), CONSENT)
    forged = [
        answer,
        question,
        re.sub(r"[^:]+$", "99", question),
        re.sub(r"[^:]+$", "typed", answer),
        f"1:{article}:up",
        answer.upper(),
    ]
    for data in forged:
        assert "I do not know this button" in words(send_data(bot, eve, data)), data
    for data in (re.sub(r"[^:]+$", choice, question) for choice in ("99", "up", "none", "0")):
        assert "I do not know this button" in words(send_data(bot, ada, data)), data
    assert count(bot.factory, ArticleReplyFeedback) == 0
    assert count(bot.factory, Article) == 1
    assert "Thank you!" in words(send_data(bot, ada, answer))  # hers


def test_p04_what_is_gone_meanwhile_is_said_to_be(bot: Bot) -> None:
    article = bot.publish(CLAIM)
    written = bot.reply(article, ANSWER)
    bot.settle()
    ada = bot.person()
    data = data_of(bot.say(ada, CLAIM), HELPFUL)
    with transaction(bot.factory) as session:
        writer = session.get_one(User, written.user_id)
        take_back(session, article, written.reply_id, writer, now=bot.clock())
    assert "no longer available" in words(send_data(bot, ada, data))
    with transaction(bot.factory) as session:
        session.get_one(Article, article).status = Status.BLOCKED
    for data in (f"2:read:{article}", f"2:replies:{article}", f"2:reply:{article}:{written.reply_id}"):
        said = words(send_data(bot, ada, data))
        assert "no longer available" in said, data
        assert ANSWER not in said


def test_p06_consent_twice_publishes_once(bot: Bot) -> None:
    ada = bot.person()
    data = data_of(ask_consent(bot, ada), CONSENT)
    both = [bot.line.phone.postback(ada, data) for _ in range(2)]
    said = bot.send(*both)
    assert len(said) == 1
    assert "Thank you" in words(said)
    assert count(bot.factory, Article) == 1
    bot.clock.advance(seconds=5)
    again = words(send_data(bot, ada, data))
    assert "already answered" in again
    assert count(bot.factory, Article) == 1


def test_p07_parameters_of_a_button_are_ignored(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    data = data_of(bot.say(ada, CLAIM), HELPFUL)
    moment = {"datetime": "2026-03-01T10:00"}
    assert "Thank you!" in words(send_data(bot, ada, data, params=moment))
    switched = {"newRichMenuAliasId": "x", "status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    assert len(send_data(bot, ada, "menu", params=switched)) == 1
    for params in (None, 5, ["x"], {"date": {"deep": 1}}):
        assert len(send_data(bot, ada, "x", params=params)) == 1


def test_p08_buttons_work_in_another_language_and_a_later_release(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    data = data_of(bot.say(ada, CLAIM), HELPFUL)
    consent = data_of(ask_consent(bot, ada), CONSENT)
    send_data(bot, ada, "2:language:zh-Hant")
    bot.clock.advance(days=6)
    assert "謝謝" in words(send_data(bot, ada, data))
    assert re.search("[一-鿿]", words(send_data(bot, ada, consent)))
    assert count(bot.factory, ArticleReplyFeedback) == 1
    assert count(bot.factory, Article) == 2


def test_p09_a_quoted_message_that_is_kept_no_more_is_asked_for_again(bot: Bot) -> None:
    ada = bot.person()
    said = bot.line.phone.text(ada, NEWS)
    bot.send(said)
    bot.press(ada, "No, do not publish")
    bot.wait(seconds=30)
    assert "do not have that message any more" in words(bot.say(ada, "is it true?", quotedMessageId=said.message.id))


def test_p09_the_answer_of_the_bot_can_be_quoted_as_line_names_it(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    bot.say(ada, CLAIM)
    for said in [message for message in bot.sent() if message.from_bot]:
        bot.wait(seconds=30)
        assert ANSWER in words(bot.say(ada, "is it true?", quotedMessageId=said.id))
