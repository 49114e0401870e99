"""Pictures, films and sounds (M): what is kept of them, and when it goes."""

import io
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import delete, select, update

from bot.private.taking import TAKE_FILE
from bot.simulator.world.chats import Chat
from factcheck.db.session import transaction
from factcheck.jobs.queue import Effects
from factcheck.models import (
    Article,
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
from tests.failures.pictures import CLAIM, open_events, picture, published
from tests.pictures import jpeg
from tests.stored import count


def files(bot: Bot) -> tuple[int, int, list[str]]:
    return count(bot.factory, MediaFile), count(bot.factory, SentFile), list(bot.store.file_ids())


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
    assert count(seeing.factory, Article) == 1


def flipped(picture_hash: bytes, bits: int) -> bytes:
    return (int.from_bytes(picture_hash) ^ ((1 << bits) - 1)).to_bytes(32)


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
    assert count(seeing.factory, MediaFile) == 1
    assert list(seeing.store.file_ids())


def test_what_is_declined_is_gone(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada))
    assert list(seeing.store.file_ids())
    assert "I have deleted what you sent" in words(seeing.press(ada, "No, do not publish"))
    seeing.wait(minutes=2)
    assert files(seeing) == (0, 0, [])


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
        assert files(seeing) == (0, 0, [])
        assert count(seeing.factory, Article, Article.status == Status.NORMAL) == 0
        assert count(seeing.factory, TranscriptRevision) == 0


def test_m04_a_picture_taken_back_while_it_is_fetched_leaves_nothing(seeing: Bot, ada: Chat) -> None:
    sent = picture(seeing, ada)
    seeing.line.script_content(sent, [202, {"status": 200, "body": jpeg(1)}])
    seeing.send(sent)
    unsend = seeing.line.phone.unsend(sent.message)
    assert unsend is not None
    assert seeing.send(unsend) == []
    assert seeing.wait(seconds=30) == []
    assert count(seeing.factory, MediaFile) == 0
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
    assert (count(seeing.factory, MediaFile), list(seeing.store.file_ids())) == (0, [])


def test_deleting_everything_deletes_pictures(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada, 1))
    seeing.press(ada, "Yes, publish and check it")
    seeing.send(picture(seeing, ada, 2))
    seeing.say(ada, "delete my data")
    seeing.press(ada, "Yes, delete it all")
    seeing.wait(minutes=2)
    assert files(seeing) == (0, 0, [])


def test_a_picture_nobody_answered_for_goes_after_a_week(seeing: Bot, ada: Chat) -> None:
    seeing.send(picture(seeing, ada))
    seeing.wait(days=9)
    [sweep] = [kind for kind in media.job_kinds(seeing.factory, seeing.store, seeing.clock) if kind.every]
    effects = sweep.handler({})
    with transaction(seeing.factory) as session:
        effects(session)
    seeing.wait(minutes=2)
    assert (count(seeing.factory, MediaFile), list(seeing.store.file_ids())) == (0, [])


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
