"""Pictures in Cofacts' shapes: found by an address, published by one, and shown by ours."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from factcheck.api.graphql import attachments
from factcheck.api.graphql.attachments import ApiMedia
from factcheck.api.graphql.context import Context
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.media.folder import FolderStore
from factcheck.models import Article, MediaFile, Status
from factcheck.services.media_lookup import KnownFiles
from tests.api.conftest import Act
from tests.api.serving import Site, serving
from tests.fakes.pictures import FakeLooker
from tests.fakes.service import service
from tests.pictures import jpeg

WORDS = "Drinking a glass of warm salt water each morning cures high blood pressure, says a doctor."
BASE = "https://fact.example"


@pytest.fixture
def files() -> Iterator[dict[str, bytes]]:
    """What a server of somebody else's has, by path; its address is under ''."""
    kept: dict[str, bytes] = {}
    with service() as server:
        server.answer = lambda sent: (200, {}, kept[sent.path]) if sent.path in kept else (404, {}, b"")
        kept[""] = server.url("").encode()
        yield kept


@pytest.fixture
def looker() -> FakeLooker:
    looker = FakeLooker()
    looker.write(jpeg(1), WORDS)
    return looker


@pytest.fixture
def media(factory: SessionFactory, looker: FakeLooker, tmp_path: Path) -> ApiMedia:
    store = FolderStore(tmp_path / "media")
    known = KnownFiles(factory, looker, store)
    return ApiMedia(store, looker, known, tmp_path / "incoming", BASE, allow_loopback=True)


@pytest.fixture
def act(context: Context, media: ApiMedia, secret: str, files: dict[str, bytes]) -> Iterator[Act]:
    app = Flask(__name__)
    app.register_blueprint(graphql_blueprint(replace(context, media=media)))
    with serving(app) as site:

        def act(query: str, *, fails: bool = False, stranger: bool = False, path: str = "/a.jpg") -> Any:
            return asked(site, query, files[""].decode() + path, "" if stranger else secret, fails=fails)

        yield act


def asked(site: Site, query: str, url: str, secret: str, *, fails: bool) -> Any:
    headers = {"Content-Type": "application/json", **({"x-app-secret": secret} if secret else {})}
    body = {"query": query, "variables": {"url": url}}
    answer = site.send("POST", "/graphql?userId=U1" if secret else "/graphql", body, headers).json()
    if fails:
        return answer["errors"][0]["message"]
    assert "errors" not in answer, answer
    return answer["data"]


CREATE = """mutation($url: String!) { CreateMediaArticle(mediaUrl: $url, articleType: IMAGE, reason: "is it?",
  reference: {type: LINE}) { id } }"""
SEARCH = """query($url: String!) { ListArticles(filter: {mediaUrl: $url, articleTypes: [TEXT, IMAGE, AUDIO, VIDEO],
  transcript: {shouldCreate: true}}, orderBy: [{_score: DESC}], first: 9) { edges { score mediaSimilarity
  highlight { text } node { id text articleType attachmentHash attachmentUrl(variant: THUMBNAIL)
  originalAttachmentUrl: attachmentUrl(variant: ORIGINAL) } } } }"""


def test_a_picture_is_published_and_found_by_an_address(act: Act, files: dict[str, bytes]) -> None:
    files["/a.jpg"] = jpeg(1)
    article_id = act(CREATE)["CreateMediaArticle"]["id"]
    assert act(CREATE)["CreateMediaArticle"]["id"] == article_id
    files["/b.jpg"] = jpeg(1, quality=40)
    [edge] = act(SEARCH, path="/b.jpg")["ListArticles"]["edges"]
    assert edge["mediaSimilarity"] > 0.9
    assert edge["score"] > 90
    assert edge["highlight"]["text"]
    node = edge["node"]
    assert (node["id"], node["text"], node["articleType"]) == (article_id, WORDS, "IMAGE")
    assert node["attachmentHash"].startswith("image.")
    assert node["attachmentUrl"] == f"{BASE}/article/{article_id}/thumbnail"
    assert node["originalAttachmentUrl"] == f"{BASE}/article/{article_id}/file"
    files["/c.jpg"] = jpeg(2)
    assert act(SEARCH, path="/c.jpg")["ListArticles"]["edges"] == []


def test_a_stranger_has_nothing_fetched(act: Act, files: dict[str, bytes], looker: FakeLooker) -> None:
    files["/a.jpg"] = jpeg(1)
    assert act(SEARCH, stranger=True)["ListArticles"]["edges"] == []
    assert "userId is not set" in act(CREATE, stranger=True, fails=True)
    assert looker.looked == []


@pytest.mark.parametrize("status", [Status.NORMAL, Status.BLOCKED])
def test_what_is_covered_or_hidden_has_no_address(
    act: Act, files: dict[str, bytes], factory: SessionFactory, status: Status
) -> None:
    files["/a.jpg"] = jpeg(1)
    article_id = act(CREATE)["CreateMediaArticle"]["id"]
    with transaction(factory) as session:
        article = session.get_one(Article, article_id)
        article.covered, article.status = status == Status.NORMAL, status
    one = f'query {{ GetArticle(id: "{article_id}") {{ id attachmentUrl }} }}'
    assert act(one)["GetArticle"] == {"id": article_id, "attachmentUrl": None}


def test_what_cannot_be_taken_is_said_and_nothing_is_kept(
    act: Act, files: dict[str, bytes], media: ApiMedia, factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    files["/a.jpg"] = b"<svg/>"
    assert "no picture, film or sound" in act(CREATE, fails=True)
    assert "cannot be fetched" in act(CREATE, fails=True, path="/nothing")
    files["/a.jpg"] = jpeg(1)
    as_film = act(CREATE.replace("articleType: IMAGE", "articleType: VIDEO"), fails=True)
    assert "VIDEO" in as_film
    assert "IMAGE" in as_film
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(attachments, "_places", places)
    with places:
        assert "just now" in act(CREATE, fails=True)
    monkeypatch.setattr(attachments, "MAX_PICTURE_BYTES", 100)
    assert "too big" in act(CREATE, fails=True)
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(MediaFile)) == 0
    assert list(media.store.file_ids()) == []
    assert list(media.incoming.iterdir()) == []


def test_an_address_that_is_not_open_to_everybody_is_not_asked(
    context: Context, media: ApiMedia, secret: str, files: dict[str, bytes], looker: FakeLooker
) -> None:
    files["/a.jpg"] = jpeg(1)
    app = Flask(__name__)
    app.register_blueprint(graphql_blueprint(replace(context, media=replace(media, allow_loopback=False))))
    with serving(app) as site:
        url = files[""].decode() + "/a.jpg"
        assert "cannot be fetched" in asked(site, CREATE, url, secret, fails=True)
    assert looker.looked == []
