"""Pictures and sounds that a disk has spoilt, or whose store is away: pages go on without them."""

from pathlib import Path
from typing import BinaryIO

import pytest

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory
from factcheck.errors import MediaStoreUnavailableError
from factcheck.services.asked_files import MediaAccess
from factcheck.services.media_checks import check_all
from tests.editor_ui.browser import Browser
from tests.editor_ui.media.conftest import WORDS, publish
from tests.indexer.damage import HARMS

SOUND = (
    b"RIFF" + (36 + 80_000).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0"
) + (b"data" + (80_000).to_bytes(4, "little") + bytes(80_000))
"""Five seconds of silence."""


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_picture_is_not_shown_and_pages_go_on(
    visitor: Browser,
    picture: str,
    media: MediaAccess,
    factory: SessionFactory,
    clock: Clock,
    tmp_path: Path,
    harm: str,
) -> None:
    [file_id] = media.store.file_ids()
    for path in (tmp_path / "media" / file_id[:2] / file_id).iterdir():
        HARMS[harm](path)
    for variant in ("file", "thumbnail"):
        assert visitor.client.get(f"/article/{picture}/{variant}").status_code == 404
    assert WORDS in visitor.get(f"/article/{picture}").text
    assert visitor.get("/").all("img", src=f"/article/{picture}/thumbnail"), "nobody has looked yet"
    assert [one.id for one in check_all(factory, media.store, clock)] == [file_id]
    page = visitor.get(f"/article/{picture}")
    assert "The file cannot be shown at the moment." in page.text
    assert WORDS in page.text
    for address in (f"/article/{picture}", "/"):
        assert not visitor.get(address).all("img", src=f"/article/{picture}/thumbnail")
        assert not visitor.get(address).all("img", src=f"/article/{picture}/file")


@pytest.mark.parametrize("harm", ["emptied", "removed"])
def test_a_sound_of_which_nothing_is_left_is_not_found(
    visitor: Browser, factory: SessionFactory, media: MediaAccess, clock: Clock, tmp_path: Path, harm: str
) -> None:
    article_id = publish(factory, media, clock, tmp_path, SOUND)
    address, part = f"/article/{article_id}/file", {"Range": "bytes=0-"}
    assert visitor.client.get(address, headers=part).status_code == 206
    [path] = (tmp_path / "media").rglob("full")
    HARMS[harm](path)
    assert visitor.client.get(address, headers=part).status_code == 404
    assert visitor.get(f"/article/{article_id}").one("audio")


def test_a_store_that_is_away_takes_the_picture_and_not_the_page(
    visitor: Browser, picture: str, media: MediaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(name: str) -> BinaryIO:
        raise MediaStoreUnavailableError(name)

    monkeypatch.setattr(media.store, "open", away)
    answer = visitor.client.get(f"/article/{picture}/file")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert WORDS in visitor.get(f"/article/{picture}").text
