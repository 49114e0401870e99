"""Pictures, films and sounds (M) that came before: answered, asked about, and kept once."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.simulator.world.chats import Chat
from factcheck.db.session import read_only
from factcheck.models import Article, MediaFile, SentFile
from tests.failures.harness import Bot, words
from tests.failures.pictures import CLAIM, picture, published
from tests.indexer.media.films import ffmpeg, film, melody, needs_fpcalc
from tests.stored import count


def test_f04_the_same_picture_again_is_answered(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.press(ada, "Yes, publish and check it")
    seeing.reply(published(seeing).id, "Salt raises blood pressure.")
    bob = seeing.person("Bob")
    again = words(seeing.send(picture(seeing, bob, text=CLAIM, quality=40)))
    assert "Salt raises blood pressure." in again
    assert "This is not what I sent" in again, "it is another file, though it looks the same"
    assert count(seeing.factory, Article) == 1


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


def test_m10_the_same_picture_twice_makes_one_article(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada))
    seeing.press(ada, "Yes, publish and check it")
    seeing.wait(seconds=30)
    said = words(seeing.send(picture(seeing, ada)))
    assert "You asked about this message before." in said
    assert count(seeing.factory, Article) == 1


def test_m10_two_people_with_one_picture_publish_one_article(seeing: Bot, ada: Chat) -> None:
    bob = seeing.person("Bob")
    seeing.send(picture(seeing, ada))
    seeing.send(picture(seeing, bob))
    assert count(seeing.factory, MediaFile) == 1
    seeing.press(ada, "Yes, publish and check it")
    seeing.press(bob, "Yes, publish and check it")
    assert count(seeing.factory, Article) == 1
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
    assert count(seeing.factory, MediaFile, MediaFile.seconds == 0) == 1
    seeing.send(seeing.line.phone.attach(seeing.person("Bob"), "a.wav", body, "audio/wav"))
    assert count(seeing.factory, MediaFile, MediaFile.seconds > 7, MediaFile.sound_print.is_not(None)) == 1


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
    assert count(seeing.factory, SentFile) == 0


def test_f37_an_unknown_picture_in_a_group_leaves_nothing(seeing: Bot, ada: Chat) -> None:
    group = seeing.line.group("Family", [ada])
    sent = picture(seeing, ada, text=CLAIM, chat=group)
    seeing.send(sent)
    asked = seeing.line.phone.typed(ada, "@Factline is it true?", chat=group, bot_name="Factline", quoted=sent.message)
    assert words(seeing.send(asked)) != ""
    assert (count(seeing.factory, MediaFile), list(seeing.store.file_ids())) == (0, [])
