"""What an app makes of what people type, and pictures sent together."""

import pytest

from bot.simulator.testing import FakeLine
from bot.simulator.world.typed import marks
from tests.simulator.conftest import Listener

BOT = {"userId": "Ubot", "isSelf": True}
ANN = {"userId": "Uann", "isSelf": False}
ANN_LEE = {"userId": "Ulee", "isSelf": False}


def test_mentions_are_counted_in_utf16_units() -> None:
    found = marks("😀 @Bot is it true?", {"Bot": BOT})
    assert found == {"mention": {"mentionees": [{"index": 3, "length": 4, "type": "user", **BOT}]}}


def test_the_longest_name_is_meant() -> None:
    found = marks("@Ann Lee and @Ann", {"Ann": ANN, "Ann Lee": ANN_LEE})["mention"]
    assert isinstance(found, dict)
    assert [(one["userId"], one["index"], one["length"]) for one in found["mentionees"]] == [
        ("Ulee", 0, 8),
        ("Uann", 13, 4),
    ]


def test_at_most_twenty_mentions() -> None:
    found = marks("@Bot " * 30, {"Bot": BOT})["mention"]
    assert isinstance(found, dict)
    assert len(found["mentionees"]) == 20


def test_words_that_are_emoji() -> None:
    assert [(one["index"], one["length"]) for one in marks("𠮷(brown) (bear) (cony)", {})["emojis"]] == [
        (2, 7),
        (17, 6),
    ]


@pytest.mark.parametrize("text", ["", "nobody@Bob", "(", "(bear)", "@", "Bot"])
def test_nothing_to_mark(text: str) -> None:
    assert marks(text, {"Bot": BOT}) == {}


def test_a_mention_with_a_quote_reaches_the_bot(line: FakeLine, listener: Listener) -> None:
    ann, ben = line.person("Ann"), line.person("Ben")
    group = line.group("G", [ann, ben])
    said = line.phone.text(ben, "Garlic cures everything", chat=group)
    line.mention(ann, "@Ben (brown) is that true?", chat=group, quoted=said.message)
    message = listener.events[-1]["message"]
    assert message["quotedMessageId"] == said.message.id
    assert message["text"] == "@Bot @Ben (brown) is that true?"
    mentions = message["mention"]["mentionees"]
    assert [(one["userId"], one["isSelf"]) for one in mentions] == [
        (line.store.bot_user_id(), True),
        (ben.id, False),
    ]
    assert len(message["emojis"]) == 1


def test_nobody_is_mentioned_in_a_private_chat(line: FakeLine) -> None:
    assert "mention" not in line.phone.typed(line.person(), "@Bot hello", bot_name="Bot").message.content


def test_an_album_is_several_webhooks(line: FakeLine, listener: Listener) -> None:
    person = line.person()
    line.send_album(person, 3)
    sets = [event["message"]["imageSet"] for event in listener.events]
    assert [(one["index"], one["total"]) for one in sets] == [(1, 3), (2, 3), (3, 3)]
    assert len({one["id"] for one in sets}) == 1
    old = line.phone.album(person, 2, numbered=False)
    assert [set(said.message.content["imageSet"]) for said in old] == [{"id"}, {"id"}]
