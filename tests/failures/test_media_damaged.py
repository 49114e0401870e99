"""Kept pictures (M) that a disk has spoilt: what is known of them is in the database, and the chat goes on."""

from pathlib import Path

import pytest

from factcheck.db.session import read_only
from factcheck.models import MediaFile
from factcheck.services import reading
from factcheck.services.media_checks import check_all
from tests.failures.harness import Bot, words
from tests.failures.test_media_taken import CLAIM, picture, published
from tests.indexer.damage import HARMS

REPLY = "It raises it."


def spoil(folder: Path, harm: str) -> dict[Path, bytes]:
    """Both copies of every picture; returns what is left of them."""
    for path in [*folder.glob("*/*/full"), *folder.glob("*/*/thumbnail")]:
        HARMS[harm](path)
    return {path: path.read_bytes() for path in folder.glob("*/*/*")}


def file_of(bot: Bot) -> MediaFile:
    with read_only(bot.factory) as session:
        return session.get_one(MediaFile, published(bot).file_id)


@pytest.mark.parametrize("harm", HARMS)
def test_m14_a_picture_that_is_damaged_on_the_disk_is_still_known(seeing: Bot, tmp_path: Path, harm: str) -> None:
    ada, bea = seeing.person("Ada"), seeing.person("Bea")
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.press(ada, "Yes, publish and check it")
    seeing.reply(published(seeing).id, REPLY)
    seeing.settle()
    left = spoil(tmp_path / "media", harm)
    assert left or harm == "removed"
    assert REPLY in words(seeing.send(picture(seeing, bea, text=CLAIM))), "the same"
    assert REPLY in words(seeing.send(picture(seeing, bea, text=CLAIM, quality=60))), (
        "a copy, by what is in the database"
    )
    assert {path: path.read_bytes() for path in left} == left
    assert [bool(one.fault) for one in check_all(seeing.factory, seeing.store, seeing.clock)].count(True) >= 1
    assert file_of(seeing).damaged_at is not None
    assert REPLY in words(seeing.send(picture(seeing, ada, text=CLAIM))), "and is kept anew, since it was sent again"
    assert file_of(seeing).damaged_at is None
    assert file_of(seeing).id not in [
        one.id for one in check_all(seeing.factory, seeing.store, seeing.clock) if one.fault
    ]


@pytest.mark.parametrize("harm", HARMS)
def test_m14_what_is_damaged_does_not_count_as_a_picture_without_words(seeing: Bot, tmp_path: Path, harm: str) -> None:
    ada = seeing.person()
    seeing.looker.available = False
    seeing.send(picture(seeing, ada, text=CLAIM))
    seeing.press(ada, "Yes, publish and check it")
    spoil(tmp_path / "media", harm)
    seeing.looker.available = True
    [kind] = reading.job_kinds(seeing.factory, seeing.store, seeing.looker, tmp_path / "later", seeing.clock)
    kind.handler({})
    assert not file_of(seeing).was_read
    assert list((tmp_path / "later").iterdir()) == []
