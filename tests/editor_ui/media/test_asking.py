"""Pictures with which somebody asks: looked up, and not kept."""

import io
import threading

import pytest
from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only
from factcheck.models import MediaFile
from factcheck.services import asked_files
from factcheck.services.asked_files import MediaAccess
from tests.editor_ui.browser import Browser
from tests.editor_ui.media.conftest import WORDS
from tests.editor_ui.world import World
from tests.fakes.pictures import FakeLooker
from tests.pictures import jpeg


def upload(browser: Browser, address: str, body: bytes, name: str = "photo.jpg") -> str:
    answer = browser.client.post(address, data={"picture": (io.BytesIO(body), name), "message": ""})
    return f"{answer.status_code} {answer.get_data(as_text=True)}"


def test_f04_a_picture_is_searched_for(visitor: Browser, picture: str, looker: FakeLooker, media: MediaAccess) -> None:
    looker.write(jpeg(1), WORDS)
    found = upload(visitor, "/search/picture", jpeg(1, quality=40))
    assert found.startswith("200")
    assert f"/article/{picture}" in found
    assert "No message has this picture" in upload(visitor, "/search/picture", jpeg(2))
    assert list(media.incoming.iterdir()) == []


def test_f04_a_picture_is_checked(
    visitor: Browser, picture: str, looker: FakeLooker, world: World, factory: SessionFactory
) -> None:
    looker.write(jpeg(1), WORDS)
    world.reply(picture, "Salt raises blood pressure.")
    said = upload(visitor, "/check", jpeg(1, quality=40))
    assert "Salt raises blood pressure." in said
    unknown = upload(visitor, "/check", jpeg(2))
    assert "Nobody has checked this message yet" in unknown
    assert "We have not kept your picture." in unknown
    with read_only(factory) as session:
        assert len(session.scalars(select(MediaFile)).all()) == 1


@pytest.mark.parametrize("address", ["/check", "/search/picture"])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<svg onload=alert(1)>", "422"),
        (jpeg(1)[:200], "422"),
        (b"", "422"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "422"),
    ],
)
def test_what_is_no_picture_is_refused(visitor: Browser, address: str, body: bytes, said: str) -> None:
    assert upload(visitor, address, body).startswith(said)


@pytest.mark.parametrize("address", ["/check", "/search/picture"])
def test_a_crowd_with_pictures_leaves_room_for_pages(
    visitor: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(asked_files, "_places", places)
    assert upload(visitor, address, jpeg(1)).startswith("200")
    assert upload(visitor, address, jpeg(1)).startswith("200"), "its place is free again"
    with places:
        assert "Other pictures are looked at just now." in upload(visitor, address, jpeg(1))


@pytest.mark.parametrize("address", ["/check", "/search/picture"])
def test_a_picture_that_is_too_big_is_refused_before_it_is_read(visitor: Browser, address: str) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
    body = head + jpeg(1) + bytes(6 * 1024 * 1024) + b"\r\n--x--\r\n"
    answer = visitor.client.post(address, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
