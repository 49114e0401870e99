"""The words of a picture: corrected, compared, decided about and put back."""

import pytest
from flask import Flask
from sqlalchemy import select

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only
from factcheck.models import TranscriptRevision
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.media.conftest import WORDS, age, article_of
from tests.editor_ui.test_races import at_once, sending, statuses
from tests.editor_ui.world import World


def test_words_that_wait_or_were_refused_are_not_for_everybody(
    app: Flask, volunteer: Browser, visitor: Browser, picture: str, world: World, factory: SessionFactory, clock: Clock
) -> None:
    """A new account cannot publish on the page of versions what it cannot publish beside the picture."""
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit("/transcript", text="Casino! Add LINE: win88", alternative_text="")
    assert "win88" in volunteer.follow().text
    assert "win88" not in visitor.get(address).text
    other = logged_in(app, world, "bob@example.org")
    age(factory, "bob@example.org", clock)
    assert "win88" in other.get(address).text
    other.submit("/decide", accepts="0")
    third = logged_in(app, world, "cat@example.org")
    for browser, sees in ((other, False), (third, False), (visitor, False), (volunteer, True)):
        assert ("win88" in browser.get(address).text) == sees
    other.get(address)
    other.submit("/transcript", text="Warm salt water", alternative_text="")  # the refused one has taken a number
    assert "Warm salt water" in visitor.get(address).text


def test_words_are_corrected_compared_and_put_back(
    volunteer: Browser, visitor: Browser, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    age(factory, "amy@example.org", clock)
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit(address, text=WORDS.replace("salt", "sugar"), alternative_text="A glass of water")
    assert "Your change is shown." in volunteer.follow().text
    changed = article_of(factory, picture)
    assert ("sugar" in changed.text, changed.alternative_text) == (True, "A glass of water")
    page = visitor.get(address)
    assert [one.text for one in page.all("del")] == ["taken out: salt"]
    assert page.text.count("Read by a machine") == 1
    volunteer.get(address)
    volunteer.submit(f"{address}/1/revert")
    assert article_of(factory, picture).text == WORDS
    with read_only(factory) as session:
        assert len(session.scalars(select(TranscriptRevision)).all()) == 3
    assert visitor.get(f"/article/{picture}").all("img", alt=changed.alternative_text) == []


def test_a_new_accounts_change_waits_for_somebody_else(
    volunteer: Browser, app: Flask, world: World, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit(address, text="nonsense", alternative_text="")
    assert "somebody else looks at the change" in volunteer.follow().text
    assert article_of(factory, picture).text == WORDS
    assert volunteer.client.post(f"{address}/2/decide", data={"accepts": "1"}).status_code == 400, "no token"
    bob = logged_in(app, world, "bob@example.org")
    age(factory, "bob@example.org", clock)
    bob.get(address)
    bob.submit(f"{address}/2/decide", accepts="0")
    assert "It is not shown." in bob.follow().text
    assert article_of(factory, picture).text == WORDS
    volunteer.get(address)
    volunteer.submit(address, text="better words for it", alternative_text="")
    bob.get(address)
    bob.submit(f"{address}/3/decide", accepts="1")
    assert article_of(factory, picture).text == "better words for it"


def test_what_waits_is_shown_to_volunteers_alone_and_listed(
    volunteer: Browser, visitor: Browser, app: Flask, world: World, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit(address, text="Buy my pills at pills.example", alternative_text="")
    assert "pills" not in visitor.get(address).text
    assert "pills" in volunteer.get(address).text
    assert "pills" not in volunteer.get("/waiting").text, "one's own, and a new account's"
    bob = logged_in(app, world, "bob@example.org")
    age(factory, "bob@example.org", clock)
    assert bob.get("/waiting").all("a", href=f"{address}#version-2")
    bob.get(address)
    bob.submit(f"{address}/2/decide", accepts="0")
    assert "pills" not in bob.get("/waiting").text


def test_a_change_that_was_overtaken_becomes_the_newest_when_it_is_shown(
    volunteer: Browser, visitor: Browser, app: Flask, world: World, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    volunteer.submit(address, text="the new account's words", alternative_text="")
    bob = logged_in(app, world, "bob@example.org")
    age(factory, "bob@example.org", clock)
    bob.get(address)
    bob.submit(address, text="what bob wrote meanwhile", alternative_text="")
    assert article_of(factory, picture).text == "what bob wrote meanwhile"
    bob.get(address)
    bob.submit(f"{address}/2/decide", accepts="1")
    assert article_of(factory, picture).text == "the new account's words"
    assert next(one.text for one in visitor.get(address).all("ins")).endswith("the new account's words")
    bob.get(address)
    bob.submit(f"{address}/3/revert")
    assert article_of(factory, picture).text == "what bob wrote meanwhile"


def test_of_two_who_change_the_words_at_the_same_moment_one_is_shown_both(
    volunteer: Browser, app: Flask, world: World, picture: str, factory: SessionFactory, clock: Clock
) -> None:
    bob = logged_in(app, world, "bob@example.org")
    for email in ("amy@example.org", "bob@example.org"):
        age(factory, email, clock)
    address = f"/article/{picture}/transcript"
    for browser in (volunteer, bob):
        browser.get(address)
    words = {"first": volunteer, "second": bob}
    at_once(*(sending(one, address, text=f"{name} words", alternative_text="") for name, one in words.items()))
    assert statuses(volunteer, bob) == [303, 409]
    late, early = sorted(words, key=lambda name: -words[name].response.status_code)
    assert "Somebody has changed it" in words[late].response.text
    assert f"{late} words" in words[late].response.text
    assert article_of(factory, picture).text == f"{early} words"


@pytest.mark.parametrize(("field", "length"), [("text", 20_001), ("alternative_text", 501)])
def test_too_many_words_come_back(volunteer: Browser, picture: str, field: str, length: int) -> None:
    address = f"/article/{picture}/transcript"
    volunteer.get(address)
    page = volunteer.submit(address, 422, **{field: "a" * length})
    assert "Please use at most" in page.text
    assert "a" * 500 in page.one("textarea", name=field).text


def test_a_text_has_no_transcript(visitor: Browser, world: World) -> None:
    visitor.get(f"/article/{world.article('A text about something, which is long enough.')}/transcript", 404)
