"""Pictures, films and sounds (M), where they are taken: fetched, looked up, published with consent, forgotten."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete, func, select, update

from bot.private.taking import TAKE_FILE
from bot.simulator.world.chats import Chat
from bot.simulator.world.phone import Said
from factcheck.db.session import read_only, transaction
from factcheck.jobs.queue import Effects
from factcheck.models import (
    Article,
    Cooccurrence,
    InboxEvent,
    MediaFile,
    ModerationKind,
    Reason,
    RemovedPicture,
    SentFile,
    Status,
    TargetKind,
    TranscriptRevision,
)
from factcheck.moderation.actions import Decision
from factcheck.moderation.removal import remove
from factcheck.moderation.targets import Target
from factcheck.ports import PictureText
from factcheck.services import media
from tests.failures.harness import Bot, accepted, words
from tests.indexer.media.films import ffmpeg, film, melody, needs_fpcalc
from tests.pictures import drawn, encoded, jpeg

CLAIM = "Drinking a glass of warm salt water each morning cures high blood pressure within two weeks."


@pytest.fixture
def ada(seeing: Bot) -> Chat:
    return seeing.person()


def picture(bot: Bot, person: Chat, seed: int = 1, text: str = "", *, quality: int = 90, **extra: Any) -> Said:
    body = jpeg(seed, quality=quality)
    if text:
        bot.looker.write(body, text)
    return bot.line.phone.attach(person, "photo.jpg", body, "image/jpeg", **extra)


def count(bot: Bot, model: Any, *which: Any) -> int:
    with read_only(bot.factory) as session:
        return session.scalar(select(func.count()).select_from(model).where(*which)) or 0


def open_events(bot: Bot) -> int:
    return count(bot, InboxEvent, InboxEvent.handled_at.is_(None))


def published(bot: Bot) -> Article:
    with read_only(bot.factory) as session:
        return session.scalars(select(Article).where(Article.article_type != "TEXT")).one()


def test_m01_an_unknown_picture_is_read_and_published_with_consent(seeing: Bot, ada: Chat) -> None:
    said = words(seeing.send(picture(seeing, ada, text=CLAIM)))
    assert "I do not know this picture yet." in said
    assert f"I read: “{CLAIM}”" in said
    assert "It becomes PUBLIC" in said
    assert count(seeing, Article) == 0
    assert open_events(seeing) == 0
    assert "in the queue" in words(seeing.press(ada, "Yes, publish and check it"))
    article = published(seeing)
    assert (article.article_type, article.text) == ("IMAGE", CLAIM)
    assert article.attachment_hash.startswith("image.")
    assert count(seeing, SentFile) == 0, "the article has it now"
    assert count(seeing, TranscriptRevision) == 1


def test_f04_the_same_picture_again_is_answered(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.press(ada, "Yes, publish and check it")
    seeing.reply(published(seeing).id, "Salt raises blood pressure.")
    bob = seeing.person("Bob")
    again = words(seeing.send(picture(seeing, bob, text=CLAIM, quality=40)))
    assert "Salt raises blood pressure." in again
    assert "This is not what I sent" in again, "it is another file, though it looks the same"
    assert count(seeing, Article) == 1


def test_f04_the_same_picture_with_other_words_is_asked_about(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.press(ada, "Yes, publish and check it")
    seeing.reply(published(seeing).id, "Salt raises blood pressure.")
    seeing.settle()
    seeing.looker.texts.clear()
    said = words(seeing.send(picture(seeing, ada, text="Eating seven raw onions stops hair loss.", quality=40)))
    assert "Is it this one?" in said
    assert "Salt raises blood pressure." not in said


def test_f04_words_of_a_known_text_in_an_unknown_picture_are_asked_about(seeing: Bot, ada: Chat) -> None:
    seeing.publish(CLAIM, "Salt raises blood pressure.")
    said = words(seeing.send(picture(seeing, ada, text=CLAIM)))
    assert "Is it this one?" in said
    assert "Salt raises blood pressure." in words(seeing.press(ada, "This one (1)"))


def test_f04_without_a_reader_the_picture_is_still_known(seeing: Bot, ada: Chat) -> None:
    seeing.looker.available = False
    said = words(seeing.send(picture(seeing, ada)))
    assert "I could not read any words in it." in said
    seeing.press(ada, "Yes, publish and check it")
    seeing.reply(published(seeing).id, "An old picture from another place.")
    assert "An old picture" in words(seeing.send(picture(seeing, ada))), "the very same file"
    assert "Is it this one?" in words(seeing.send(picture(seeing, ada, quality=40))), "nobody read the words in it"


def test_cards_show_what_is_neither_covered_nor_without_a_picture(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.press(ada, "Yes, publish and check it")
    article = published(seeing)
    with read_only(seeing.factory) as session:
        file = session.get_one(MediaFile, article.file_id)
    secure = replace(seeing.context, base_url="https://fact.example")
    assert secure.thumbnail_url(article, file) == f"https://fact.example/article/{article.id}/thumbnail"
    plain = replace(seeing.context, base_url="http://fact.example")
    assert plain.thumbnail_url(article, file) == "", "LINE loads nothing over http"
    assert secure.thumbnail_url(article, None) == ""
    article.covered = True
    assert secure.thumbnail_url(article, file) == ""
    article.covered, file.has_thumbnail = False, False
    assert secure.thumbnail_url(article, file) == ""


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


def test_what_looks_like_what_was_removed_is_not_public_until_somebody_has_looked(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.press(ada, "Yes, publish and check it")
    with transaction(seeing.factory) as session:
        known = session.scalars(select(MediaFile.picture_hash)).one() or b""
        target = Target(TargetKind.ARTICLE, session.scalars(select(Article.id)).one())
        remove(
            session, target, Decision(ModerationKind.REMOVE, Reason.ILLEGAL), None, secret_key="k", now=seeing.clock()
        )
        session.execute(update(RemovedPicture).values(picture_hash=flipped(known, 30)))
    seeing.wait(minutes=2)
    seeing.send(picture(seeing, ada, text=CLAIM, quality=50))
    said = words(seeing.press(ada, "Yes, publish and check it"))
    assert "Somebody has to look at this" in said
    assert published(seeing).status == Status.BLOCKED
    with transaction(seeing.factory) as session:
        session.execute(update(RemovedPicture).values(picture_hash=known))
    seeing.send(picture(seeing, ada, text=CLAIM, quality=70))
    assert "no longer available" in words(seeing.press(ada, "Yes, publish and check it"))
    assert count(seeing, Article) == 1


def flipped(picture_hash: bytes, bits: int) -> bytes:
    return (int.from_bytes(picture_hash) ^ ((1 << bits) - 1)).to_bytes(32)


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
    assert count(seeing, MediaFile) == 0


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
    assert count(seeing, Article, Article.article_type == "IMAGE") == 3
    assert count(seeing, Cooccurrence) == 1
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


def test_m10_the_same_picture_twice_makes_one_article(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada))
    seeing.press(ada, "Yes, publish and check it")
    seeing.wait(seconds=30)
    said = words(seeing.send(picture(seeing, ada)))
    assert "You asked about this message before." in said
    assert count(seeing, Article) == 1


def test_m10_two_people_with_one_picture_publish_one_article(seeing: Bot, ada: Chat) -> None:
    bob = seeing.person("Bob")
    seeing.send(picture(seeing, ada))
    seeing.send(picture(seeing, bob))
    assert count(seeing, MediaFile) == 1
    seeing.press(ada, "Yes, publish and check it")
    seeing.press(bob, "Yes, publish and check it")
    assert count(seeing, Article) == 1
    assert published(seeing).reply_request_count == 2


def test_m10_what_came_before_is_not_looked_at_again(seeing: Bot, ada: Chat) -> None:
    bob = seeing.person("Bob")
    seeing.send(picture(seeing, ada, text=CLAIM))
    looked = len(seeing.looker.looked)
    assert f"I read: “{CLAIM}”" in words(seeing.send(picture(seeing, bob)))
    assert len(seeing.looker.looked) == looked


def test_m10_what_nothing_could_read_before_is_read_now(seeing: Bot, ada: Chat) -> None:
    seeing.looker.available = False
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.looker.available = True
    assert f"I read: “{CLAIM}”" in words(seeing.send(picture(seeing, seeing.person("Bob"))))


@needs_fpcalc
def test_m10_a_sound_that_nothing_could_hear_before_is_heard_now(
    seeing: Bot, ada: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = melody(tmp_path / "a.wav", 8, seed=1).read_bytes()
    with monkeypatch.context() as without:
        without.setattr("factcheck.media.examining.has_ffmpeg", lambda: False)
        seeing.send(seeing.line.phone.attach(ada, "a.wav", body, "audio/wav"))
    assert count(seeing, MediaFile, MediaFile.seconds == 0) == 1
    seeing.send(seeing.line.phone.attach(seeing.person("Bob"), "a.wav", body, "audio/wav"))
    assert count(seeing, MediaFile, MediaFile.seconds > 7, MediaFile.sound_print.is_not(None)) == 1


def test_m10_a_file_that_was_forgotten_while_it_came_again_is_kept(seeing: Bot, ada: Chat) -> None:
    """Between seeing that it is known and noting that it was sent."""
    seeing.send(picture(seeing, ada, text=CLAIM))
    sent = picture(seeing, seeing.person("Bob"))
    accepted(seeing.line.deliver(sent))
    take = seeing.handlers[TAKE_FILE]
    forgotten: list[int] = []

    def taken(payload: dict[str, Any]) -> Effects:
        effects = take(payload)
        if not forgotten:
            with transaction(seeing.factory) as session:
                forgotten.append(1)
                session.execute(delete(SentFile))
                media.forget_unneeded(session, session.scalars(select(MediaFile.id)).all(), now=seeing.clock())
        return effects

    seeing.handlers[TAKE_FILE] = taken
    said = words(seeing.settle()) + words(seeing.wait(seconds=5)) + words(seeing.wait(minutes=2))
    assert f"I read: “{CLAIM}”" in said
    assert count(seeing, MediaFile) == 1
    assert list(seeing.store.file_ids())


def test_what_is_declined_is_gone(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada))
    assert list(seeing.store.file_ids())
    assert "I have deleted what you sent" in words(seeing.press(ada, "No, do not publish"))
    seeing.wait(minutes=2)
    assert (count(seeing, MediaFile), count(seeing, SentFile), list(seeing.store.file_ids())) == (0, 0, [])


def test_m04_an_unsent_picture_is_forgotten_whether_or_not_it_was_published(seeing: Bot, ada: Chat) -> None:
    for publishes in (False, True):
        sent = picture(seeing, ada, text=CLAIM)
        seeing.send(sent)
        if publishes:
            seeing.press(ada, "Yes, publish and check it")
        unsend = seeing.line.phone.unsend(sent.message)
        assert unsend is not None
        assert seeing.send(unsend) == []
        seeing.wait(minutes=2)
        assert (count(seeing, MediaFile), count(seeing, SentFile), list(seeing.store.file_ids())) == (0, 0, [])
        assert count(seeing, Article, Article.status == Status.NORMAL) == 0
        assert count(seeing, TranscriptRevision) == 0


def test_m04_a_picture_taken_back_while_it_is_fetched_leaves_nothing(seeing: Bot, ada: Chat) -> None:
    sent = picture(seeing, ada)
    seeing.line.script_content(sent, [202, {"status": 200, "body": jpeg(1)}])
    seeing.send(sent)
    unsend = seeing.line.phone.unsend(sent.message)
    assert unsend is not None
    assert seeing.send(unsend) == []
    assert seeing.wait(seconds=30) == []
    assert count(seeing, MediaFile) == 0
    assert open_events(seeing) == 0


def test_m04_a_picture_taken_back_while_it_is_looked_at_leaves_no_bytes(seeing: Bot, ada: Chat) -> None:
    sent = picture(seeing, ada)

    def taken_back(path: Path) -> PictureText:
        unsend = seeing.line.phone.unsend(sent.message)
        assert unsend is not None
        accepted(seeing.line.deliver(unsend))
        seeing.another_worker().run_due_jobs()
        return PictureText("", 0.0)

    seeing.looker.read = taken_back  # type: ignore[method-assign]
    assert seeing.send(sent) == []
    assert (count(seeing, MediaFile), list(seeing.store.file_ids())) == (0, [])


@needs_fpcalc
def test_f05_a_sound_encoded_anew_is_answered_and_a_part_of_it_asked_about(
    seeing: Bot, ada: Chat, tmp_path: Path
) -> None:
    original = melody(tmp_path / "a.wav", 20, seed=1)
    small, part = tmp_path / "small.mp3", tmp_path / "part.m4a"
    ffmpeg("-i", original, "-b:a", "24k", small)
    ffmpeg("-ss", 6, "-i", original, "-t", 9, "-b:a", "48k", part)

    def hear(path: Path) -> str:
        seeing.wait(seconds=30)
        return words(seeing.send(seeing.line.phone.attach(ada, path.name, path.read_bytes(), "audio/mp4")))

    assert "I do not know this sound yet." in hear(original)
    seeing.press(ada, "Yes, publish and check it")
    seeing.reply(published(seeing).id, "Nobody said that.")
    seeing.settle()
    assert "Nobody said that." in hear(small)
    assert "Is it this one?" in hear(part)
    assert "I do not know this sound yet." in hear(melody(tmp_path / "b.wav", 20, seed=2))


@needs_fpcalc
def test_f05_a_copy_of_a_film_is_asked_about(seeing: Bot, ada: Chat, tmp_path: Path) -> None:
    original = film(tmp_path / "a.mp4", 5, seed=1, sound=melody(tmp_path / "a.wav", 15, 1))
    small = tmp_path / "small.mp4"
    ffmpeg("-i", original, "-vf", "scale=120:90", "-c:v", "mpeg4", "-b:v", "80k", "-c:a", "aac", small)

    def see(path: Path) -> str:
        seeing.wait(seconds=30)
        return words(seeing.send(seeing.line.phone.attach(ada, path.name, path.read_bytes(), "video/mp4")))

    assert "I do not know this film yet." in see(original)
    seeing.press(ada, "Yes, publish and check it")
    seeing.reply(published(seeing).id, "It is from another place.")
    seeing.settle()
    assert "Is it this one?" in see(small)
    assert "I do not know this film yet." in see(film(tmp_path / "b.mp4", 5, seed=2))


def test_deleting_everything_deletes_pictures(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada, 1))
    seeing.press(ada, "Yes, publish and check it")
    seeing.send(picture(seeing, ada, 2))
    seeing.say(ada, "delete my data")
    seeing.press(ada, "Yes, delete it all")
    seeing.wait(minutes=2)
    assert (count(seeing, MediaFile), count(seeing, SentFile), list(seeing.store.file_ids())) == (0, 0, [])


def test_a_picture_nobody_answered_for_goes_after_a_week(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada))
    seeing.wait(days=9)
    [sweep] = [kind for kind in media.job_kinds(seeing.factory, seeing.store, seeing.clock) if kind.every]
    effects = sweep.handler({})
    with transaction(seeing.factory) as session:
        effects(session)
    seeing.wait(minutes=2)
    assert (count(seeing, MediaFile), list(seeing.store.file_ids())) == (0, [])


def test_a_full_store_is_said(seeing: Bot, ada: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.private.taking.has_room", lambda _session, _quota: False)
    assert "there is no room for more" in words(seeing.send(picture(seeing, ada)))
    assert count(seeing, MediaFile) == 0


def test_nothing_but_pixels_is_kept(seeing: Bot, ada: Chat) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Phone"
    body = jpeg(1, exif=exif.tobytes()) + b"PK\x03\x04 a second file behind it"
    seeing.send(seeing.line.phone.attach(ada, "photo.jpg", body, "image/jpeg"))
    (file_id,) = seeing.store.file_ids()
    for variant in ("full", "thumbnail"):
        with seeing.store.open(f"{file_id}/{variant}") as file:
            found = file.read()
        assert b"Secret Phone" not in found
        assert b"PK\x03\x04" not in found
        with Image.open(io.BytesIO(found)) as shown:
            assert dict(shown.getexif()) == {}


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


def test_a_quoted_picture_is_what_is_meant(seeing: Bot, ada: Chat) -> None:
    sent = picture(seeing, ada, text=CLAIM)
    seeing.send(sent)
    seeing.wait(seconds=30)
    said = words(seeing.say(ada, "Is it true?", quotedMessageId=sent.message.id))
    assert "I do not know this picture yet." in said


def test_f37_in_a_group_a_picture_is_looked_at_only_when_somebody_asks_us(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.press(ada, "Yes, publish and check it")
    seeing.reply(published(seeing).id, "Salt raises blood pressure.")
    seeing.settle()
    group = seeing.line.group("Family", [ada])
    sent = picture(seeing, ada, text=CLAIM, chat=group)
    assert seeing.send(sent) == []
    assert len(seeing.line.calls("*/content")) == 1, "of the picture in her own chat"
    asked = seeing.line.phone.typed(ada, "@Factline is it true?", chat=group, bot_name="Factline", quoted=sent.message)
    assert "Salt raises blood pressure." in words(seeing.send(asked))
    assert count(seeing, SentFile) == 0


def test_f37_an_unknown_picture_in_a_group_leaves_nothing(seeing: Bot, ada: Chat) -> None:
    group = seeing.line.group("Family", [ada])
    sent = picture(seeing, ada, text=CLAIM, chat=group)
    seeing.send(sent)
    asked = seeing.line.phone.typed(ada, "@Factline is it true?", chat=group, bot_name="Factline", quoted=sent.message)
    assert words(seeing.send(asked)) != ""
    assert (count(seeing, MediaFile), list(seeing.store.file_ids())) == (0, [])
