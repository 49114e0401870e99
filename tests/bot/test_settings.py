"""What a person can set in the chat, and what follows of it."""

import re

import pytest

from bot.buttons.menu import Action, encode
from bot.i18n import locale_of_line, translator
from bot.messages import preferences
from bot.simulator.validation.messages import validate_messages
from factcheck.db.session import transaction
from factcheck.languages import LANGUAGES, TAGS
from factcheck.services.joining import finish_joining
from factcheck.services.persons import rows_of
from tests.bot.chatting import Chatting, buttons, words


def call(chat: Chatting, action: Action, *arguments: str, user: str = "Ua") -> list[dict[str, object]]:
    """A press on a menu's button."""
    return chat.send(chat.event("postback", user, postback={"data": encode(action, *arguments)}))


def test_the_settings_show_how_things_are_and_lead_everywhere(chat: Chatting) -> None:
    card = call(chat, Action.SETTINGS)
    for part in ("Language: English", "Notices: on", "My messages: 0 (new replies: 0)"):
        assert part in words(card)
    assert [button["data"] for button in buttons(card)] == [
        encode(Action.MINE),
        encode(Action.NOTICES, "off"),
        encode(Action.LANGUAGE),
        encode(Action.VOLUNTEER),
        encode(Action.ERASE),
    ]


def test_who_asks_can_help(chat: Chatting) -> None:
    """By a button or in words; the link is the chat's own and works once."""
    for said in (chat.press(call(chat, Action.SETTINGS), "Help to check"), chat.say("Become a volunteer")):
        [link] = re.findall(r"https://factline\.example/join/([\w-]+)\?lang=en", str(said))
        assert "Please do not forward it" in words(said)
    with transaction(chat.factory) as session:
        volunteer = finish_joining(session, link, None, secret_key="key", locale="en", now=chat.clock())
        session.flush()
        assert chat.user().id in rows_of(session, volunteer.id)


def test_the_language_is_chosen_by_its_own_name_and_kept(chat: Chatting) -> None:
    question = chat.press(call(chat, Action.SETTINGS), "🌐 Change the language")
    assert [button["label"] for button in buttons(question)] == [language.name for language in LANGUAGES]
    assert "用繁體中文和您對話" in words(chat.press(question, "繁體中文"))
    assert chat.user().locale == "zh-Hant"
    assert "語言：繁體中文" in words(call(chat, Action.SETTINGS))
    chat.line.languages["Ua"] = "en"
    assert "歡迎回來" in words(chat.send(chat.event("follow")))


@pytest.mark.parametrize("wrong", [(), ("de",), ("zh",)])
def test_a_language_that_the_bot_does_not_speak_is_asked_for_again(chat: Chatting, wrong: tuple[str, ...]) -> None:
    assert "Which language" in words(call(chat, Action.LANGUAGE, *wrong))
    assert chat.user().locale == "en"


@pytest.mark.parametrize(
    ("line", "locale"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("zh_CN", "zh-Hant"),
        ("zh-Hans", "zh-Hant"),
        ("en-US", "en"),
        ("ja", "ja"),
        ("TH", "th"),
        ("tha", "en"),
        ("vi", "en"),
        ("", "th"),
        (None, "th"),
    ],
)
def test_lines_languages_are_understood(line: str | None, locale: str) -> None:
    assert locale_of_line(line, "th") == locale


def test_notices_can_be_turned_off_and_on(chat: Chatting) -> None:
    off = chat.press(call(chat, Action.SETTINGS), "Turn notices off")
    assert "Notices are off" in words(off)
    assert not chat.user().wants_notices
    on = chat.press(off, "Turn notices on")
    assert "Notices: on" in words(on)
    assert chat.user().wants_notices


def test_a_button_that_says_neither_on_nor_off_changes_nothing(chat: Chatting) -> None:
    call(chat, Action.NOTICES, "off")
    assert "Notices: off" in words(call(chat, Action.NOTICES, "perhaps"))
    assert not chat.user().wants_notices


def test_f29_following_again_keeps_the_opt_out_and_says_so(chat: Chatting) -> None:
    assert "Hello! I am Factline" in words(chat.send(chat.event("follow")))
    call(chat, Action.NOTICES, "off")
    chat.send(chat.event("unfollow"))
    again = words(chat.send(chat.event("follow", follow={"isUnblocked": True})))
    assert "Welcome back!" in again
    assert "Notices are still off" in again
    assert "Turn notices on" in again
    assert "Hello! I am" not in again
    assert (chat.user().wants_notices, chat.user().is_friend) == (False, True)


def test_who_had_blocked_the_bot_before_it_remembers_is_welcomed_back(chat: Chatting) -> None:
    said = words(chat.send(chat.event("follow", follow={"isUnblocked": True})))
    assert "Welcome back!" in said
    assert "still off" not in said


def test_a_button_of_an_older_language_still_works(chat: Chatting) -> None:
    card = call(chat, Action.SETTINGS)
    call(chat, Action.LANGUAGE, "zh-Hant")
    assert "已關閉通知" in words(chat.press(card, "Turn notices off"))


@pytest.mark.parametrize("locale", TAGS)
def test_line_takes_all_of_it_in_every_language(locale: str) -> None:
    t, many = translator(locale), 10**9
    for messages in (
        [preferences.settings_card(t, locale, wants_notices=True, messages=many, new=many)],
        [preferences.settings_card(t, locale, wants_notices=False, messages=0, new=0)],
        preferences.ask_language(t, locale),
        [preferences.language_changed(t, locale)],
        [preferences.notices_changed(t, wants_notices=True)],
        preferences.ask_to_erase(t, "a" * 12),
        preferences.erased(t, deleted=many, kept=many),
        preferences.nothing_erased(t),
        preferences.too_fast(t),
        [preferences.welcome_back(t, wants_notices=False)],
    ):
        assert validate_messages(messages) == []


def test_nobody_without_notices_is_promised_one(chat: Chatting) -> None:
    text = "The city will close the old bridge for cars on Monday because the river is high."
    chat.publish(text)
    chat.send(chat.event("postback", postback={"data": "2:notices:off"}))
    known = chat.say(text)
    source = chat.press(chat.say("明天開始，腳踏車都要裝兩個鈴鐺，沒有裝的會被警察拖走！"), "None of these")
    consent = source
    for said in (known, chat.press(consent, "Yes, publish and check it")):
        assert "will tell you" not in words(said)
        assert "You will find replies in “My messages”" in words(said)
        assert "Notices are on" in words(chat.press(said, "Turn notices on"))
        chat.send(chat.event("postback", postback={"data": "2:notices:off"}))
