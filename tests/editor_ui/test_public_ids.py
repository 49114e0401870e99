"""Pages of messages and replies whose ids Cofacts has published with spaces and Chinese characters in them."""

from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from factcheck.db.session import SessionFactory
from tests.dataset.published import ARTICLE_ID, MESSAGE, REPLY_IDS, import_published
from tests.editor_ui.browser import Browser, link_in
from tests.editor_ui.world import World
from tests.fakes.mailer import FakeMailer

PAGE = f"/article/{quote(ARTICLE_ID)}"


@pytest.fixture(autouse=True)
def published(session_factory: SessionFactory, world: World, tmp_path: Path) -> None:
    import_published(session_factory, tmp_path)
    world.index(ARTICLE_ID, MESSAGE)


def test_every_link_to_a_message_and_its_replies_leads_there(visitor: Browser) -> None:
    visitor.get("/?show=all")
    assert PAGE in {link.get("href") for link in visitor.main.all("a")}
    visitor.get(PAGE)
    assert all(f"Reply {number}." in visitor.main.text for number in range(len(REPLY_IDS)))
    pages = {link.get("href") for link in visitor.main.all("a") if link.get("href").startswith("/reply/")}
    assert pages == {f"/reply/{quote(reply_id)}" for reply_id in REPLY_IDS}
    for page in pages:
        visitor.get(page)
        back = next(link.get("href") for link in visitor.main.all("a") if link.get("href").startswith("/article/"))
        place = back.partition("#")[2]
        assert " " not in back
        assert visitor.get(back.partition("#")[0]).all("article", id=place), back


def test_places_on_a_page_have_names_without_spaces(visitor: Browser) -> None:
    visitor.get(PAGE)
    places = [card.get("id") for card in visitor.root.all("article") if card.get("id").startswith("reply-")]
    assert len(set(places)) == len(REPLY_IDS)
    assert f"reply-{REPLY_IDS[-1]}" in places  # links that are out there go on working
    assert not [place for place in places if set(place) & set(" \t\n")]


@pytest.mark.parametrize("reply_id", REPLY_IDS)
def test_a_reply_is_rated_and_the_rating_said_beside_it(volunteer: Browser, reply_id: str) -> None:
    volunteer.get(PAGE)
    volunteer.submit(f"{PAGE}/replies/{quote(reply_id)}/vote", score="1")
    volunteer.follow()
    place = volunteer.address.partition("#")[2]
    (card,) = volunteer.root.all("article", id=place)
    assert "Thank you for your rating." in card.text


def test_who_writes_has_seen_the_replies_that_are_there(volunteer: Browser) -> None:
    """None of them counts as one that came in between."""
    volunteer.get(f"{PAGE}/write")
    volunteer.submit(f"{PAGE}/replies", type="RUMOR", text="No poison is drawn.", reference="https://example.org/x")
    volunteer.follow()
    assert "No poison is drawn." in volunteer.main.text


def test_a_reply_is_used_again(volunteer: Browser, world: World) -> None:
    other = world.article(MESSAGE + ", says an aunt")
    volunteer.get(f"/article/{other}/reuse?q=Reply")
    volunteer.post(f"/article/{other}/reuse", {"reply_id": REPLY_IDS[0]})
    volunteer.follow()
    assert "Reply 0." in volunteer.main.text


def test_logging_in_leads_back_to_the_page(visitor: Browser, mailer: FakeMailer) -> None:
    visitor.get(PAGE)
    login = next(link.get("href") for link in visitor.root.one("header").all("a") if "/login" in link.get("href"))
    visitor.get(login)
    visitor.submit("/login", email="amy@example.org", status=200)
    visitor.get(link_in(mailer))
    visitor.submit(link_in(mailer).partition("?")[0])
    visitor.follow()
    assert visitor.address == PAGE
    assert MESSAGE in visitor.main.text


def test_a_page_for_volunteers_leads_to_the_log_in_and_back(visitor: Browser) -> None:
    page = f"{PAGE}/replies/{quote(REPLY_IDS[0])}/take-back"
    visitor.get(f"{page}?a=1", status=303)
    target = parse_qs(urlsplit(visitor.response.headers["Location"]).query)["next"]
    assert target == [f"{page}?a=1"]


def test_the_same_page_in_another_language(visitor: Browser) -> None:
    visitor.get(PAGE)
    alternates = [each.get("href") for each in visitor.root.all("link") if each.get("hreflang") == "zh-Hant"]
    assert alternates == [f"http://localhost{PAGE}?lang=zh-Hant"]
    (link,) = [each.get("href") for each in visitor.root.all("a") if each.get("hreflang") == "zh-Hant"]
    visitor.get(link, status=303)
    assert visitor.response.headers["Location"] == PAGE


@pytest.mark.parametrize("asked", [ARTICLE_ID, f"http://localhost{PAGE}", f"http://localhost/article/{ARTICLE_ID}?x=1"])
def test_searching_for_the_id_or_the_address_leads_to_the_message(visitor: Browser, asked: str) -> None:
    visitor.get(f"/search?q={quote(asked)}", status=302)
    assert visitor.response.headers["Location"] == PAGE


@pytest.mark.parametrize("hostile", ["a%2Fb", "a%00b", "a%0Ab", "a%20%20b", "%FF", "%2e%2e", "a" * 101, "%E2%80%AE"])
def test_an_id_that_cannot_be_is_not_found(visitor: Browser, hostile: str) -> None:
    visitor.get(f"/article/{hostile}", status=404)
    visitor.get(f"/reply/{hostile}", status=404)
