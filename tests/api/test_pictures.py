"""A picture is compared through the API as on the pages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from factcheck.api.graphql.context import Context
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.api.rest.openapi import document
from factcheck.api.rest.routes import Api
from factcheck.api.rest.transport import ROUTES, rest_blueprint
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.limits import MAX_UPLOAD_BYTES
from factcheck.media.examining import examine
from factcheck.media.folder import FolderStore
from factcheck.models import Article, MediaFile, TranscriptRevision
from factcheck.services import asked_files
from factcheck.services.asked_files import MediaAccess
from factcheck.services.media import keep_row, row_of
from factcheck.services.media_articles import submit_file
from factcheck.services.media_lookup import KnownHashes
from factcheck.services.users import get_or_create_volunteer
from tests.api.serving import Answer, Site, serving
from tests.conftest import MovableClock
from tests.editor_ui.world import SECRET, World
from tests.fakes.pictures import FakeLooker
from tests.fakes.service import Service, service
from tests.pictures import jpeg, kept

WORDS = "Drinking a glass of warm salt water each morning cures high blood pressure."
FORM = "multipart/form-data; boundary=xyz"


@pytest.fixture
def media(factory: SessionFactory, tmp_path: Path) -> MediaAccess:
    looker = FakeLooker()
    looker.write(jpeg(1), WORDS)
    store, known = FolderStore(tmp_path / "media"), KnownHashes(factory, looker)
    return MediaAccess(store, looker, known, tmp_path / "incoming", allow_loopback=True)


@pytest.fixture
def site(api: Api, context: Context, media: MediaAccess) -> Iterator[Site]:
    app = Flask(__name__)
    app.register_blueprint(rest_blueprint(replace(api, media=media)))
    app.register_blueprint(graphql_blueprint(replace(context, media=media, base_url="https://fact.example")))
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


@pytest.fixture
def pictures() -> Iterator[Service]:
    """A server whose paths are the numbers of pictures."""
    with service() as running:
        running.answer = lambda sent: (200, {}, jpeg(int(sent.path[1:]), quality=40))
        yield running


def ask(site: Site, query: str, headers: dict[str, str] | None = None, **variables: Any) -> Any:
    body = {"query": query, "variables": variables}
    return site.send("POST", "/graphql?userId=U1", body, headers).json()


SEARCH = """query($mediaUrl: String!) { ListArticles(filter: { mediaUrl: $mediaUrl
  articleTypes: [TEXT, IMAGE, AUDIO, VIDEO] transcript: { shouldCreate: true } } orderBy: [{ _score: DESC }] first: 9) {
  edges { score mediaSimilarity node { id articleType attachmentUrl(variant: THUMBNAIL) attachmentHash replyCount } } }
}
"""


def test_a_client_searches_by_the_address_of_a_picture(site: Site, picture: str, pictures: Service) -> None:
    [edge] = ask(site, SEARCH, mediaUrl=pictures.url("/1"))["data"]["ListArticles"]["edges"]
    node = edge["node"]
    assert (node["id"], node["articleType"], node["replyCount"]) == (picture, "IMAGE", 1)
    assert node["attachmentUrl"] == f"https://fact.example/article/{picture}/thumbnail"
    assert node["attachmentHash"].startswith("image.")
    assert edge["mediaSimilarity"] == edge["score"] > 0.9
    assert ask(site, SEARCH, mediaUrl=pictures.url("/2"))["data"]["ListArticles"]["edges"] == []
    for url in ("http://127.0.0.1:1/", "file:///etc/passwd", "nonsense"):
        assert "could not be fetched" in ask(site, SEARCH, mediaUrl=url)["errors"][0]["message"]


def test_no_internal_address_is_fetched(context: Context, media: MediaAccess, pictures: Service, picture: str) -> None:
    app = Flask(__name__)
    app.register_blueprint(graphql_blueprint(replace(context, media=replace(media, allow_loopback=False))))
    with serving(app) as running:
        told = ask(running, SEARCH, mediaUrl=pictures.url("/1"))
    assert "could not be fetched" in told["errors"][0]["message"]
    assert pictures.sent == []


def test_a_client_submits_a_picture_once(
    site: Site, factory: SessionFactory, pictures: Service, media: MediaAccess, secret: str
) -> None:
    create = """mutation($url: String!, $kind: ArticleTypeEnum!) { CreateMediaArticle(mediaUrl: $url,
      articleType: $kind, reference: {type: LINE}, reason: "odd") { id } }"""
    headers = {"x-app-secret": secret}
    made = [
        ask(site, create, headers, url=pictures.url("/1"), kind="IMAGE")["data"]["CreateMediaArticle"]["id"]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    query = """query($id: String) { GetArticle(id: $id) { text articleType transcribedAt attachmentUrl
      replyRequests { reason } contributors { userId } aiTranscripts { text type status __typename } } }"""
    found = ask(site, query, id=made[0])["data"]["GetArticle"]
    machine = {"text": WORDS, "type": "TRANSCRIPT", "status": "SUCCESS", "__typename": "AITranscript"}
    assert (found["text"], found["aiTranscripts"], found["contributors"]) == (WORDS, [machine], [])
    assert (found["replyRequests"], found["articleType"]) == ([{"reason": "odd"}], "IMAGE")
    assert found["transcribedAt"].endswith("Z")
    assert found["attachmentUrl"] == f"https://fact.example/article/{made[0]}/file"
    assert "Only texts" in ask(site, create, headers, url=pictures.url("/1"), kind="VIDEO")["errors"][0]["message"]
    assert "userId is set" in ask(site, create, None, url=pictures.url("/1"), kind="IMAGE")["errors"][0]["message"]
    assert len(pictures.sent) == 2, "who may not write has nothing fetched"


def test_who_wrote_down_what_stands_in_a_picture_is_named(
    site: Site, factory: SessionFactory, clock: MovableClock, picture: str
) -> None:
    with transaction(factory) as session:
        writer = get_or_create_volunteer(session, "writer@example.org", secret_key=SECRET, locale="en", now=clock())
        session.flush()
        published = writer.published_id
        last = TranscriptRevision(article_id=picture, number=7, text="By hand.", user_id=writer.id, created_at=clock())
        session.add(last)
        session.get_one(Article, picture).covered = True
    query = """query($id: String) { GetArticle(id: $id) { attachmentUrl attachmentHash
      contributors { userId appId updatedAt user { id } } aiTranscripts { text } } }"""
    found = ask(site, query, id=picture)["data"]["GetArticle"]
    assert [(one["userId"], one["user"]["id"]) for one in found["contributors"]] == [(published, published)]
    assert found["attachmentUrl"] is None, "it is covered"
    assert found["attachmentHash"]
