"""Pictures, films, sounds, files and places (M). They are kept and not understood yet. What is tested is the part of
each row that applies now: every such message gets its word, an album one word for all, nothing is downloaded, and no
address in an event is fetched."""

import socket
from typing import Any

import pytest
from sqlalchemy import select

from bot.simulator.world.chats import Chat
from bot.simulator.world.phone import Said
from factcheck.db.session import read_only
from factcheck.models import Article, Delivery, InboxEvent
from tests.failures.harness import Bot, words

HINT = "For now I can only read text"
UNSEEN = "What I say is about the text alone"


def kept(bot: Bot) -> list[dict[str, Any]]:
    """What is left in the inbox of messages that were handled."""
    with read_only(bot.factory) as session:
        rows = session.scalars(select(InboxEvent).where(InboxEvent.handled_at.is_not(None)).order_by(InboxEvent.id))
        return [row.payload for row in rows if row.payload]


def waiting(bot: Bot) -> int:
    with read_only(bot.factory) as session:
        return len(session.scalars(select(InboxEvent).where(InboxEvent.handled_at.is_(None))).all())


def assert_nothing_was_downloaded(bot: Bot) -> None:
    assert bot.line.calls("*/content*") == []
    with read_only(bot.factory) as session:
        assert session.scalars(select(Article)).all() == []


@pytest.mark.parametrize("name", ["photo.png", "film.mp4", "voice.m4a", "letter.pdf"])
def test_m01_media_is_kept_and_gets_one_kind_sentence(bot: Bot, ada: Chat, name: str) -> None:
    said = bot.send(bot.line.phone.attach(ada, name, b"bytes"))
    assert words(said).count(HINT) == 1
    (event,) = kept(bot)
    assert event["message"]["id"]
    assert "replyToken" not in event
    assert_nothing_was_downloaded(bot)


def test_m01_a_place_is_kept_too_and_a_sticker_is_not(bot: Bot, ada: Chat) -> None:
    assert HINT in words(bot.send(bot.line.phone.location(ada)))
    bot.wait(seconds=30)
    assert "Thank you!" in words(bot.send(bot.line.phone.sticker(ada)))
    assert [event["message"]["type"] for event in kept(bot)] == ["location"]


def test_m01_a_picture_beside_a_text_does_not_hold_up_its_answer(bot: Bot, ada: Chat) -> None:
    claim = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months."
    bot.publish(claim, "A spoon does nothing of the kind.")
    phone = bot.line.phone
    said = words(bot.send(phone.image(ada), phone.text(ada, claim), phone.image(ada), phone.sticker(ada)))
    assert "A spoon does nothing of the kind." in said
    assert said.index(UNSEEN) < said.index("A spoon does nothing")
    assert said.count(UNSEEN) == 1
    assert HINT not in said
    assert waiting(bot) == 0


@pytest.mark.parametrize("media", ["image", "film"])
def test_m13_what_comes_just_after_a_text_that_was_answered_is_said_to_be_unseen(
    bot: Bot, ada: Chat, media: str
) -> None:
    claim = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months."
    bot.publish(claim, "A spoon does nothing of the kind.")
    phone = bot.line.phone
    assert UNSEEN not in words(bot.say(ada, claim))
    bot.wait(seconds=1)
    said = words(bot.send(phone.image(ada) if media == "image" else phone.attach(ada, "film.mp4", b"bytes")))
    assert "I have only looked at the text" in said
    bot.wait(seconds=30)
    assert HINT in words(bot.send(phone.image(ada))), "long after, it stands alone"


def test_m13_an_unknown_text_beside_a_picture_is_asked_about_with_the_same_remark(bot: Bot, ada: Chat) -> None:
    phone = bot.line.phone
    said = words(
        bot.send(phone.text(ada, "The old clock on the town hall is to be sold by auction."), phone.image(ada))
    )
    assert UNSEEN in said
    assert "May we publish this message?" in said
    assert HINT not in said


@pytest.mark.parametrize("status", [202, 404, 410])
def test_m02_m04_what_the_content_would_answer_does_not_matter_yet(bot: Bot, ada: Chat, status: int) -> None:
    film = bot.line.phone.attach(ada, "film.mp4", b"bytes")
    bot.line.script_content(film, [status] * 5)
    assert HINT in words(bot.send(film))
    assert_nothing_was_downloaded(bot)


def test_m03_a_film_that_cannot_be_converted_gets_the_same_word(bot: Bot, ada: Chat) -> None:
    assert HINT in words(bot.send(bot.line.phone.attach(ada, "film.mp4", b"not a film")))
    assert bot.line.calls("*/transcoding") == []


def test_m04_an_unsent_picture_is_forgotten(bot: Bot, ada: Chat) -> None:
    picture = bot.line.phone.image(ada)
    bot.send(picture)
    unsend = bot.line.phone.unsend(picture.message)
    assert unsend is not None
    assert bot.send(unsend) == []
    assert [event for event in kept(bot) if "message" in event] == []


def test_m05_m06_size_and_kind_of_a_file_are_not_looked_at(bot: Bot, ada: Chat) -> None:
    event = bot.line.phone.attach(ada, "bomb.zip", b"x", "image/png").event
    event["message"] |= {"fileSize": 10**15, "fileName": "..\\..\\x" * 1000, "duration": -1}
    assert HINT in words(bot.send(event))
    assert_nothing_was_downloaded(bot)


@pytest.mark.parametrize("host", ["169.254.169.254", "localhost", "[::1]"])
def test_m07_an_address_in_an_event_is_never_fetched(
    bot: Bot, ada: Chat, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = bot.line.phone.image(ada).event
    address = f"http://{host}/latest"
    event["message"]["contentProvider"] = {
        "type": "external",
        "originalContentUrl": address,
        "previewImageUrl": address,
    }
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def watch(name: Any, *rest: Any, **more: Any) -> Any:
        asked.append(str(name))
        return resolve(name, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", watch)
    assert HINT in words(bot.send(event))
    assert host.strip("[]") not in asked
    assert_nothing_was_downloaded(bot)


def trickle(bot: Bot, album: list[Said], over: float) -> str:
    said = ""
    for picture in album:
        said += words(bot.send(picture))
        said += words(bot.wait(seconds=over / len(album)))
    return said


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 2, 0, 1, 3)])
def test_m08_an_album_out_of_order_over_three_seconds_gets_one_answer(
    bot: Bot, ada: Chat, order: tuple[int, ...]
) -> None:
    album = bot.line.phone.album(ada, 5)
    assert trickle(bot, [album[index] for index in order], 3).count(HINT) == 1
    assert bot.wait(seconds=60) == []
    assert len(kept(bot)) == 5
    assert waiting(bot) == 0


def test_m08_an_album_with_a_missing_picture_is_dealt_with_after_a_while_and_a_late_one_is_quiet(
    bot: Bot, ada: Chat
) -> None:
    album = bot.line.phone.album(ada, 5)
    assert HINT not in trickle(bot, album[:4], 3)
    assert words(bot.wait(seconds=6)).count(HINT) == 1
    assert bot.send(album[4]) == []
    assert len(kept(bot)) == 5
    assert waiting(bot) == 0


def test_m08_an_album_of_an_old_app_goes_by_time(bot: Bot, ada: Chat) -> None:
    album = bot.line.phone.album(ada, 4, numbered=False)
    said = trickle(bot, album, 3) + words(bot.wait(seconds=3))
    assert said.count(HINT) == 1
    assert bot.wait(seconds=60) == []
    assert waiting(bot) == 0


def test_m08_pictures_sent_at_once_without_an_album_get_one_answer(bot: Bot, ada: Chat) -> None:
    pictures = [bot.line.phone.image(ada) for _ in range(3)]
    assert words(bot.send(*pictures)).count(HINT) == 1
    assert bot.wait(seconds=60) == []


def test_m08_the_album_is_answered_with_the_token_of_its_last_picture(bot: Bot, ada: Chat) -> None:
    album = bot.line.phone.album(ada, 2)
    bot.send(*album)
    with read_only(bot.factory) as session:
        assert session.scalars(select(Delivery.reply_token)).all() == [album[1].event["replyToken"]]


def test_m10_the_same_picture_twice_makes_no_article(bot: Bot, ada: Chat) -> None:
    for _ in range(2):
        assert HINT in words(bot.send(bot.line.phone.image(ada)))
        bot.wait(seconds=30)
    assert_nothing_was_downloaded(bot)


def test_m10_the_same_event_twice_is_one(bot: Bot, ada: Chat) -> None:
    picture = bot.line.phone.image(ada)
    assert words(bot.send(picture, picture)).count(HINT) == 1
    assert bot.send(picture) == []
    assert len(kept(bot)) == 1


def test_m12_a_link_to_media_is_not_made_and_leads_nowhere(bot: Bot, ada: Chat) -> None:
    picture = bot.line.phone.image(ada)
    bot.send(picture)
    client = bot.web.test_client()
    for path in (f"/media/{picture.message.id}", f"/content/{picture.message.id}?signature=x"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("message", [{"type": "hologram", "id": "9"}, {"id": "9"}, {"type": "text", "id": "9"}])
def test_w23_an_unknown_kind_of_message_gets_a_polite_hint(bot: Bot, ada: Chat, message: dict[str, Any]) -> None:
    event = bot.line.phone.text(ada, "x").event
    event["message"] = message
    assert HINT in words(bot.send(event))
    assert kept(bot) == []
