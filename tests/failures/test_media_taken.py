"""Pictures, films and sounds (M), where they are taken: fetched, read, published with consent."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.simulator.world.chats import Chat
from factcheck.db.session import read_only
from factcheck.models import Article, Cooccurrence, MediaFile, SentFile, TranscriptRevision
from tests.failures.harness import Bot, words
from tests.failures.pictures import CLAIM, open_events, picture, published
from tests.pictures import drawn, encoded, jpeg
from tests.stored import count


def test_m01_an_unknown_picture_is_read_and_published_with_consent(seeing: Bot, ada: Chat) -> None:
    said = words(seeing.send(picture(seeing, ada, text=CLAIM)))
    assert "I do not know this picture yet." in said
    assert f"I read: “{CLAIM}”" in said
    assert "It becomes PUBLIC" in said
    assert count(seeing.factory, Article) == 0
    assert open_events(seeing) == 0
    assert "in the queue" in words(seeing.press(ada, "Yes, publish and check it"))
    article = published(seeing)
    assert (article.article_type, article.text) == ("IMAGE", CLAIM)
    assert article.attachment_hash.startswith("image.")
    assert count(seeing.factory, SentFile) == 0, "the article has it now"
    assert count(seeing.factory, TranscriptRevision) == 1


def test_what_seems_private_is_named_before_consent(seeing: Bot, ada: Chat) -> None:
    said = words(seeing.send(picture(seeing, ada, text="Call Mr Lin at 0912-345-678, he has your parcel now.")))
    assert "a phone number" in said
    assert "a person's face" not in said


def test_faces_are_named_before_consent(seeing: Bot, ada: Chat) -> None:
    seeing.looker.faces = 2
    said = words(seeing.send(picture(seeing, ada, text="Call Mr Lin at 0912-345-678, he has your parcel now.")))
    assert "a phone number · a person's face. It would be public, too." in said
    seeing.wait(minutes=2)
    album = [{"id": "7", "index": index, "total": 2} for index in (1, 2)]
    sent = [picture(seeing, ada, seed, text=CLAIM, imageSet=part) for seed, part in enumerate(album, start=2)]
    said = words(seeing.send(*sent)) + words(seeing.wait(seconds=6))
    assert "a person's face" in said
    with read_only(seeing.factory) as session:
        assert set(session.scalars(select(MediaFile.faces))) == {2}


def test_m02_a_film_that_is_not_ready_is_asked_for_again(seeing: Bot, ada: Chat) -> None:
    sent = picture(seeing, ada)
    seeing.line.script_content(sent, [202, 202, {"status": 200, "body": jpeg(1)}])
    assert seeing.send(sent) == []
    assert words(seeing.wait(seconds=3)) == ""
    assert "I do not know this picture yet." in words(seeing.wait(seconds=3))


def test_m02_what_never_gets_ready_is_given_up_and_its_sender_told(seeing: Bot, ada: Chat) -> None:
    sent = picture(seeing, ada)
    seeing.line.script_content(sent, [202])
    said = words(seeing.send(sent))
    for _ in range(8):
        said += words(seeing.wait(seconds=45))
    assert said.count("LINE was still preparing it") == 1
    assert open_events(seeing) == 0


def test_m03_what_line_cannot_convert_is_said_to_be_broken(seeing: Bot, ada: Chat) -> None:
    film = seeing.line.phone.attach(ada, "film.mp4", b"bytes", "video/mp4")
    seeing.line.script_content(film, [{"status": 202, "transcoding": "failed"}])
    assert "the file seems to be broken" in words(seeing.send(film))


@pytest.mark.parametrize("status", [404, 410])
def test_m04_what_is_gone_is_said_to_be_gone(seeing: Bot, ada: Chat, status: int) -> None:
    sent = picture(seeing, ada)
    seeing.line.script_content(sent, [status])
    assert "LINE does not give me that any more." in words(seeing.send(sent))
    assert count(seeing.factory, MediaFile) == 0


def test_m04_line_being_away_is_waited_for(seeing: Bot, ada: Chat) -> None:
    sent = picture(seeing, ada)
    seeing.line.script_content(sent, [500, 503, {"status": 200, "body": jpeg(1)}])
    said = words(seeing.send(sent))
    for _ in range(3):
        said += words(seeing.wait(seconds=5))
    assert said.count("I do not know this picture yet.") == 1


@pytest.mark.parametrize("step", [{"endless": True}, {"length": 11 * 1024 * 1024}])
def test_m05_what_is_too_big_or_never_ends_is_refused(seeing: Bot, ada: Chat, step: dict[str, Any]) -> None:
    sent = picture(seeing, ada)
    seeing.line.script_content(sent, [{"status": 200, **step}])
    assert "That is too big for me." in words(seeing.send(sent))
    assert list(Path(seeing.context.media.incoming).iterdir()) == []  # type: ignore[union-attr]


def test_m08_an_album_is_one_message_with_parts(seeing: Bot, ada: Chat) -> None:
    said = ""
    for index, seed in enumerate((1, 2, 3), start=1):
        album = {"id": "7", "index": index, "total": 3}
        said += words(seeing.send(picture(seeing, ada, seed, text=f"{CLAIM} Part {index}.", imageSet=album)))
    assert said.count("May we publish these messages?") == 1
    assert "Do they belong together?" not in said
    seeing.press(ada, "Yes, publish and check")
    assert count(seeing.factory, Article, Article.article_type == "IMAGE") == 3
    assert count(seeing.factory, Cooccurrence) == 1
    assert open_events(seeing) == 0


def test_m08_an_album_that_lacks_a_picture_is_answered_after_a_while_and_the_late_one_by_itself(
    seeing: Bot, ada: Chat
) -> None:
    albums = [{"id": "7", "index": index, "total": 3} for index in (1, 2, 3)]
    sent = [picture(seeing, ada, seed, imageSet=album) for seed, album in enumerate(albums, start=1)]
    said = words(seeing.send(*sent[:2])) + words(seeing.wait(seconds=6))
    assert said.count("May we publish these messages?") == 1
    late = words(seeing.send(sent[2])) + words(seeing.wait(seconds=6))
    assert late.count("May we publish") == 1
    assert open_events(seeing) == 0


def test_pictures_with_their_text_are_asked_about_together(seeing: Bot, ada: Chat) -> None:
    phone = seeing.line.phone
    text = "Look what the old clock on the town hall says, it will be sold by auction."
    said = words(seeing.send(phone.text(ada, text), picture(seeing, ada, text=CLAIM)))
    said += words(seeing.wait(seconds=3))
    assert "You sent me 2 messages." in said
    assert "🖼️ Drinking a glass" in said
    assert open_events(seeing) == 0


def test_a_full_store_is_said(seeing: Bot, ada: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.private.taking.has_room", lambda _session, _quota: False)
    assert "there is no room for more" in words(seeing.send(picture(seeing, ada)))
    assert count(seeing.factory, MediaFile) == 0


def test_an_animation_is_its_first_picture(seeing: Bot, ada: Chat) -> None:
    body = encoded(drawn(1), "GIF", save_all=True, append_images=[drawn(2)], duration=50)
    assert "I do not know this picture yet." in words(
        seeing.send(seeing.line.phone.attach(ada, "a.gif", body, "image/gif"))
    )


def test_f06_files_places_and_unknown_kinds_get_a_word_of_their_own(seeing: Bot, ada: Chat) -> None:
    phone = seeing.line.phone
    assert "I cannot open files such as documents." in words(seeing.send(phone.attach(ada, "letter.pdf", b"%PDF")))
    seeing.wait(seconds=30)
    assert "I cannot look places up." in words(seeing.send(phone.location(ada)))
    seeing.wait(seconds=30)
    contact = phone.text(ada, "x").event
    contact["message"] = {"type": "contact", "id": "9"}
    assert "I do not know this kind of message." in words(seeing.send(contact))
