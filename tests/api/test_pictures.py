"""A picture is compared through the API as on the pages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from factcheck.api.rest.openapi import document
from factcheck.api.rest.routes import Api
from factcheck.api.rest.transport import ROUTES, rest_blueprint
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.limits import MAX_UPLOAD_BYTES
from factcheck.media.examining import examine
from factcheck.media.folder import FolderStore
from factcheck.models import MediaFile
from factcheck.services import asked_files
from factcheck.services.asked_files import MediaAccess
from factcheck.services.media import keep_row, row_of
from factcheck.services.media_articles import submit_file
from factcheck.services.media_lookup import KnownFiles
from factcheck.services.users import get_or_create_volunteer
from tests.api.serving import Answer, Site, serving
from tests.conftest import MovableClock
from tests.editor_ui.world import SECRET, World
from tests.fakes.pictures import FakeLooker
from tests.pictures import jpeg, kept

WORDS = "Drinking a glass of warm salt water each morning cures high blood pressure."
FORM = "multipart/form-data; boundary=xyz"


@pytest.fixture
def media(factory: SessionFactory, tmp_path: Path) -> MediaAccess:
    looker = FakeLooker()
    looker.write(jpeg(1), WORDS)
    store = FolderStore(tmp_path / "media")
    known = KnownFiles(factory, looker, store)
    return MediaAccess(store, looker, known, tmp_path / "incoming")


@pytest.fixture
def site(api: Api, media: MediaAccess) -> Iterator[Site]:
    app = Flask(__name__)
    app.register_blueprint(rest_blueprint(replace(api, media=media)))
    with serving(app) as running:
        yield running


@pytest.fixture
def picture(factory: SessionFactory, media: MediaAccess, clock: MovableClock, tmp_path: Path, world: World) -> str:
    examined = examine(kept(tmp_path / "sent", jpeg(1)), tmp_path, media.looker)
    with transaction(factory) as session:
        user = get_or_create_volunteer(session, "asker@example.org", secret_key=SECRET, locale="en", now=clock())
        session.flush()
        keep_row(session, row_of(examined), now=clock())
        article_id = submit_file(session, examined.id, user, now=clock()).id
    world.reply(article_id, "Salt raises blood pressure.")
    return article_id


def send(site: Site, body: bytes, *, name: str = "picture") -> Answer:
    head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
    form = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + body + b"\r\n--xyz--\r\n"
    return site.send("POST", "/api/v1/match", form, {"Content-Type": FORM})


def test_a_picture_is_compared_and_not_kept(
    site: Site, media: MediaAccess, factory: SessionFactory, picture: str
) -> None:
    found = send(site, jpeg(1, quality=40))
    assert found.status == 200, found.body
    told = found.json()
    assert (told["outcome"], told["candidates"][0]["article"]["id"]) == ("ANSWER", picture)
    assert told["candidates"][0]["article"]["replies"][0]["reply"]["text"] == "Salt raises blood pressure."
    assert send(site, jpeg(2)).json() == {"outcome": "UNKNOWN", "changes": [], "candidates": []}
    assert list(media.incoming.iterdir()) == []
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(MediaFile)) == 1


@pytest.mark.parametrize(
    ("body", "name", "status", "field"),
    [
        (b"<svg onload=alert(1)>", "picture", 422, "picture"),
        (jpeg(1)[:200], "picture", 422, "picture"),
        (b"", "picture", 422, "picture"),
        (jpeg(1), "file", 422, "picture"),
        (b"\xff\xd8\xff" + b"0" * (MAX_UPLOAD_BYTES + 100_000), "picture", 413, ""),
    ],
)
def test_what_is_no_picture_is_refused(site: Site, body: bytes, name: str, status: int, field: str) -> None:
    answer = send(site, body, name=name)
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in answer.json()["errors"]] == ([field] if field else [])


def test_only_some_are_looked_at_at_once(site: Site) -> None:
    for _ in range(asked_files.AT_ONCE):
        asked_files._places.acquire()
    try:
        assert "in a moment" in send(site, jpeg(1)).json()["errors"][0]["reason"]
    finally:
        for _ in range(asked_files.AT_ONCE):
            asked_files._places.release()
    assert send(site, jpeg(1)).status == 200


def test_where_no_pictures_are_taken_it_is_said(api: Api) -> None:
    app = Flask(__name__)
    app.register_blueprint(rest_blueprint(api))
    with serving(app) as running:
        assert send(running, jpeg(1)).json()["errors"][0]["reason"] == "Pictures cannot be looked up here."
        other = running.send("POST", "/api/v1/topics", b"", {"Content-Type": FORM})
        assert other.status == 405


def test_the_document_says_that_a_picture_is_taken() -> None:
    body = document(ROUTES, "https://fact.example")["paths"]["/api/v1/match"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/json", "multipart/form-data"}
