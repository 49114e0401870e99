"""Texts of any length and kind, coming in and going out (L)."""

import pytest
from sqlalchemy import select

from bot.buttons import menu
from bot.buttons.menu import Action
from bot.messages import flex
from bot.messages.flex import Json
from bot.messages.limits import units
from bot.messages.sharing import share_uri
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.pressing import pressables
from factcheck.db.session import read_only
from factcheck.graphemes import clusters, count
from factcheck.matching.decide.decision import Outcome
from factcheck.matching.decide.thresholds import MOST_CARDS, MOST_PERHAPS
from factcheck.models import Article
from factcheck.ports import Hit, SearchQuery
from tests.bot.deciding import decided
from tests.failures.harness import Bot, words

CLAIM = "Sleeping with wet hair makes the brain cold and causes headaches for the rest of one's life, say nurses."
ANSWER = "Wet hair does not cool the brain."
FAMILY = "\U0001f468‍\U0001f469‍\U0001f467‍\U0001f466"


def texts(messages: list[JSONObject]) -> list[str]:
    return [str(message["text"]) for message in messages if message["type"] == "text"]


def refusals(bot: Bot) -> list[int | None]:
    return [call.status for call in bot.line.calls("*/message/*") if call.status != 200]


def answered_with(bot: Bot, reply: str) -> list[JSONObject]:
    """What somebody is told who asks about an article with this reply."""
    bot.publish(CLAIM, reply)
    said = bot.say(bot.person(), CLAIM)
    assert refusals(bot) == []
    assert len(said) <= 5
    return said


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000\r\n", "a", "？", "ก", FAMILY, "\u200b\u202e\u2060"])
def test_l01_nothing_to_look_up_gets_a_hint(bot: Bot, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[SearchQuery] = []
    monkeypatch.setattr(bot.search, "candidates", lambda query: searched.append(query) or [])
    said = bot.say(bot.person(), text)
    assert len(said) == 1
    assert words(said)
    assert searched == []


@pytest.mark.parametrize("length", [5_001, 10_000])
@pytest.mark.parametrize("piece", [CLAIM, "喝溫檸檬水可以治療高血壓，一週見效。", f"{FAMILY} x "])
def test_l02_long_texts_are_looked_up(bot: Bot, length: int, piece: str) -> None:
    text = (piece * length)[:length]
    bot.publish(text, ANSWER)
    ada = bot.person()
    assert ANSWER in words(bot.say(ada, text))
    assert words(bot.say(ada, ("Quite another matter, seen in the park. " * 400)[:length]))
    assert refusals(bot) == []


def test_l03_a_text_of_exactly_5000_units_is_one_message(bot: Bot) -> None:
    bot.publish(CLAIM, "x")
    around = units(texts(bot.say(bot.person(), CLAIM))[0]) - 1
    other, third = CLAIM.replace("brain", "liver"), "Whoever drinks cold water after a meal gets fat. " * 3
    bot.publish(other, "y" * (5000 - around))
    assert [units(text) for text in texts(bot.say(bot.person(), other))] == [5000]
    bot.publish(third, "z" * 4999 + "\n")
    parts = texts(bot.say(bot.person(), third))
    assert len(parts) == 2
    assert sum(part.count("z") for part in parts) == 4999
    assert all(units(part) <= 5000 for part in parts)
    assert refusals(bot) == []


@pytest.mark.parametrize("sign", ["\U0001f600", FAMILY, "\U00020bb7", "q\u0301\u0323", "กำ้"])
def test_l04_no_cluster_is_ever_cut(bot: Bot, sign: str) -> None:
    reply = sign * (4_990 // len(sign))
    parts = texts(answered_with(bot, reply))
    assert all(units(part) <= 5000 for part in parts)
    whole = "".join(parts)
    assert whole.count(sign) == reply.count(sign)
    assert all(sign.startswith(cluster) is (cluster == sign) for part in parts for cluster in clusters(part))


def test_l05_what_is_too_long_for_five_messages_is_cut_and_linked(bot: Bot) -> None:
    article = bot.publish(CLAIM)
    ada = bot.person()
    bot.say(ada, CLAIM)
    bot.reply(article, "\U0001f600" * 5_000)
    told = bot.settle()
    assert 1 <= len(told) <= 5
    said = bot.say(bot.person("Ben"), CLAIM)
    assert len(said) <= 5
    assert said[-1]["type"] == "flex"  # the buttons are always kept
    assert f"https://factline.example/article/{article}" in words(said)
    assert refusals(bot) == []


@pytest.mark.parametrize("alt", ["", " ", "x" * 1501, FAMILY * 500, "\n"])
def test_l06_alternative_texts_are_cut_or_replaced(bot: Bot, alt: str) -> None:
    taken(bot, flex.flex_message(alt, flex.bubble(body=[flex.text("card")])))


def taken(bot: Bot, *messages: Json) -> None:
    """LINE takes what was built."""
    ada = bot.person()
    bot.context.line.push(ada.id, list(messages), "123e4567-e89b-12d3-a456-426614174000")
    assert refusals(bot) == []
    assert len(bot.line.received(ada)) == len(messages)


@pytest.mark.parametrize("filling", ["a", "汉", "\U0001f600", FAMILY, "a" + "\u0301" * 300])
def test_l07_many_big_candidates_fit_into_a_carousel(bot: Bot, filling: str) -> None:
    start = "Do not charge your phone at night: the battery explodes, and three houses in our street burned down."
    for number in range(14):
        bot.publish(f"{start} Heard of it {number * 7} times now. {filling * (3_000 // len(filling))} {number}")
    ada = bot.person()
    with decided(Outcome.CHOOSE):
        said = bot.say(ada, f"{start} They told me again {filling * 5}")
    more = bot.press(ada, "Show more")
    assert refusals(bot) == []
    assert [cards_of(said), cards_of(more)] == [MOST_CARDS + 1, MOST_PERHAPS], "the last offers more"


def cards_of(said: list[JSONObject]) -> int:
    (carousel,) = (message["contents"] for message in said if message["type"] == "flex")
    return len(carousel["contents"])  # type: ignore[index, call-overload, arg-type]


def test_l09_labels_are_cut_and_nothing_else_is_used_that_has_them(bot: Bot) -> None:
    cards = []
    for label in ("x" * 41, FAMILY * 41, "กำ้" * 41, "e\u0301" * 300):
        button = flex.postback_button(label, "2:mine")
        assert 1 <= count(str(button["action"]["label"])) <= 40
        link = flex.link_button(label, "https://example.org/")
        cards.append(flex.flex_message("card", flex.bubble(body=[flex.text("card")], footer=[button, link])))
    taken(bot, *cards)
    bot.publish(CLAIM, ANSWER)
    bot.say(bot.person(), CLAIM)
    for message in bot.sent():  # quick replies do not exist on desktops; the sender is always the bot itself
        assert "quickReply" not in message.content
        assert "sender" not in message.content


def test_l10_long_data_of_a_button_cannot_be_built(bot: Bot) -> None:
    with pytest.raises(ValueError, match="postback data"):
        flex.postback_button("x", "1" * 301)
    with pytest.raises(ValueError, match="button"):
        menu.encode(Action.READ, "a" * 101)
    taken(bot, flex.flex_message("x", flex.bubble(body=[flex.postback_button("x", "1" * 300)])))
    bot.publish(CLAIM, ANSWER)
    said = bot.say(bot.person(), CLAIM)
    data = [str(one.action["data"]) for message in said for one in pressables(message) if "data" in one.action]
    assert data
    assert max(map(len, data)) < 40


@pytest.mark.parametrize(
    "url",
    [
        "https://例え.jp/ä b?q=ก&r=😀#x y",
        "https://example.org/a b\nc",
        "https://example.org/100%",
        "https://example.org/?q=%E4%B8%AD&r=a+b",
        "https://example.org/" + "ก" * 100,
        "https://example.org/" + "x" * 980,
        share_uri("😀 ก" * 1000, "https://example.org/"),
    ],
)
def test_l11_addresses_are_escaped_or_shortened(bot: Bot, url: str) -> None:
    taken(bot, flex.flex_message("x", flex.bubble(body=[flex.link_button("x", url)])))


def test_l11_an_address_that_is_too_long_is_not_cut(bot: Bot) -> None:
    with pytest.raises(ValueError, match="too long"):
        flex.link_button("x", "https://example.org/" + "x" * 981)


@pytest.mark.parametrize("mark", ["\u202e", "\u202b", "\u2067", "\u200f"])
def test_l15_marks_of_direction_cannot_turn_our_sentences_round(bot: Bot, mark: str) -> None:
    ada = bot.person()
    asked = words(bot.say(ada, f"{mark}The old clock on the town hall is sold by auction{mark}."))
    bot.publish(f"{mark}{CLAIM}", ANSWER)
    bot.wait(seconds=30)
    answered = words(bot.say(ada, f"Please forward! {CLAIM}"))
    assert "The old clock" in asked
    assert ANSWER in answered
    assert mark not in asked
    assert mark not in answered


def test_l15_words_from_right_to_left_keep_to_their_quotation_marks(bot: Bot) -> None:
    asked = words(bot.say(bot.person(), "שעון העירייה הישן יימכר במכירה פומבית ביום שישי"))
    assert "“\u2068שעון" in asked
    assert asked.count("\u2068") == asked.count("\u2069")


def test_l14_odd_characters_are_kept_and_placeholders_are_not_looked_up(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []

    def candidates(query: SearchQuery) -> list[Hit]:
        searched.append(query.text)
        return []

    monkeypatch.setattr(bot.search, "candidates", candidates)
    odd = "\u202eRTL\u202c \u200f <em class='hit'>5 < 6</em> {{7*7}} %(x)s %s \x07\x1b[31m \\u0000 &amp; $HOME"
    text = f"@Ben (brown) {CLAIM} {odd}"
    said = bot.line.phone.typed(bot.person(), f"{text}\x00\ud800", bot_name="Factline").event
    message = said["message"]
    assert isinstance(message, dict)
    message["mention"] = {"mentionees": [{"index": 0, "length": 4, "type": "user", "userId": "U1"}]}
    asked = words(bot.send(said))
    assert refusals(bot) == []
    assert searched
    assert all("(brown)" not in query and "@Ben" not in query for query in searched)
    assert CLAIM.lower() in searched[0].lower()
    assert asked

    person = bot.line.store.chats.people()[0]
    bot.press(person, "Yes, publish and check it")
    with read_only(bot.factory) as session:
        kept = session.scalars(select(Article.text)).one()
    assert odd.replace("\x07", "").replace("\x1b", "") in kept.replace("\x07", "").replace("\x1b", "")
    assert "\x00" not in kept
    assert refusals(bot) == []


def test_l16_a_text_longer_than_line_sends_is_not_looked_up(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[SearchQuery] = []
    monkeypatch.setattr(bot.search, "candidates", lambda query: searched.append(query) or [])
    ada = bot.person()
    text = "Please forward this to everybody. " * 30_000
    assert "longer than 20000 characters" in words(bot.say(ada, text))
    assert bot.say(ada, text, chat=bot.line.group("Family", [ada])) == []
    assert searched == []
