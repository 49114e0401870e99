"""Pages of strangers are the same for everybody, and nobody else's page is."""

import gzip

import pytest

from editor_ui.routes import REVALIDATED
from editor_ui.sharing import SHARED
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World


@pytest.fixture
def article(world: World) -> str:
    article_id = world.article("a message", reasons=["why"])
    world.reply(article_id)
    return f"/article/{article_id}"


def test_a_stranger_s_page_may_be_kept_by_caches(visitor: Browser, article: str):
    visitor.get(article)
    headers = visitor.response.headers
    assert headers["Cache-Control"] == SHARED
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(visitor.response.vary)
    assert "Set-Cookie" not in headers
    etag = headers["ETag"]
    visitor.get(article)
    assert visitor.response.headers["ETag"] == etag


def test_what_changed_has_another_name(visitor: Browser, world: World, article: str):
    visitor.get(article)
    etag = visitor.response.headers["ETag"]
    world.reply(article.removeprefix("/article/"), "Another reply.")
    visitor.get(article)
    assert visitor.response.headers["ETag"] != etag


def test_a_page_of_somebody_who_is_logged_in_is_theirs(volunteer: Browser, article: str):
    volunteer.get(article, **{"Accept-Encoding": "gzip"})
    assert volunteer.response.headers["Cache-Control"] == REVALIDATED
    assert "ETag" not in volunteer.response.headers
    assert "Content-Encoding" not in volunteer.response.headers, "it holds a token"


def test_a_page_that_says_what_was_just_done_is_one_person_s(volunteer: Browser, visitor: Browser):
    volunteer.get("/about")
    volunteer.submit("/logout")
    volunteer.follow()
    assert "You are logged out." in volunteer.main.text
    assert volunteer.response.headers["Cache-Control"] == REVALIDATED
    volunteer.get("/")
    assert "You are logged out." not in volunteer.main.text
    assert volunteer.response.headers["Cache-Control"] == SHARED


def test_what_is_not_there_is_not_kept(visitor: Browser):
    visitor.get("/article/nothing", status=404)
    assert visitor.response.headers["Cache-Control"] == REVALIDATED


@pytest.mark.parametrize("address", ["/about", "/static/style.css"])
def test_it_is_packed_for_those_who_can_unpack_it(visitor: Browser, address: str):
    plain = visitor.client.get(address)
    packed = visitor.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in plain.vary


def test_files_come_without_a_cookie(volunteer: Browser):
    volunteer.get("/about")
    answer = volunteer.client.get("/static/style.css", buffered=True)
    assert answer.headers["Cache-Control"] == "public, max-age=2592000"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.vary
