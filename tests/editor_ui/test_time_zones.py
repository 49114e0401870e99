"""Times as the person who looks wants them; strangers all get the site's."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from editor_ui.language import LANGUAGES, format_moment
from editor_ui.time_zones import SITE, known_zones, zone_names
from factcheck.db.session import SessionFactory, transaction
from factcheck.models import User
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import World

NEW_YORK = "America/New_York"


def first_time(browser: Browser, address: str) -> tuple[str, str]:
    browser.get(address)
    shown = browser.main.all("time")[0]
    return shown.get("datetime"), shown.text


def choose(browser: Browser, zone: str, status: int = 303) -> None:
    browser.get("/me")
    browser.submit("/me/time-zone", status=status, time_zone=zone)


def test_a_volunteer_reads_times_in_their_own_zone_and_nobody_else_does(
    volunteer: Browser, visitor: Browser, app: Flask, world: World
):
    world.article("a message")
    stranger = visitor.client.get("/").data
    choose(volunteer, NEW_YORK)
    volunteer.follow()
    assert volunteer.root.one(id="settings").one(role="status").text == "Times are now said in the zone that you chose."
    chosen = [one for one in volunteer.root.one("select", id="time_zone").all("option") if "selected" in one.attrs]
    assert [one.get("value") for one in chosen] == [NEW_YORK]
    utc = "2026-03-01T12:00:00+00:00"
    moment, text = first_time(volunteer, "/")
    assert (moment, text.replace("\u202f", " ")) == (utc, "Mar 1, 2026 7:00 AM")
    bob = logged_in(app, world, "bob@example.org")
    for other in (bob, visitor):
        moment, text = first_time(other, "/")
        assert (moment, text.replace("\u202f", " ")) == (utc, "Mar 1, 2026 8:00 PM")
    assert visitor.client.get("/").data == stranger
    choose(volunteer, "")
    assert "8:00" in first_time(volunteer, "/")[1]


def test_daylight_saving_is_that_of_the_moment_said(
    volunteer: Browser, world: World, session_factory: SessionFactory, clock: MovableClock
):
    """On 8 March 2026 clocks in New York go from 1:59 to 3:00."""
    choose(volunteer, NEW_YORK)
    texts = {}
    for moment in (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)):
        clock.now = moment
        texts[moment] = world.article(f"at {moment}")
    shown = []
    for article_id in texts.values():
        volunteer.get(f"/article/{article_id}")
        shown.append(volunteer.main.all("time")[0].text.replace("\u202f", " "))
    assert shown == ["Mar 8, 2026 1:59 AM", "Mar 8, 2026 3:00 AM"]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "UTC+8", "x" * 300])
def test_a_zone_that_is_none_is_refused(zone: str, volunteer: Browser):
    choose(volunteer, zone, status=422)
    assert "Choose a place from the list." in volunteer.main.text


def test_a_zone_that_this_machine_no_longer_knows_does_no_harm(
    volunteer: Browser, world: World, session_factory: SessionFactory
):
    world.article("a message")
    with transaction(session_factory) as session:
        session.query(User).filter_by(email="amy@example.org").one().time_zone = "Atlantis/Capital"
    assert "8:00" in first_time(volunteer, "/")[1]


def test_every_place_has_a_name_in_every_language():
    assert {SITE, NEW_YORK, "Asia/Tokyo", "Asia/Bangkok", "Europe/London"} <= known_zones()
    assert len(known_zones()) > 250
    for language in LANGUAGES.values():
        names = zone_names(language.locale)
        assert set(names) == known_zones()
        assert all(names.values())
    assert zone_names("ja")["Asia/Tokyo"] == "日本時間"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_midnight_is_said_like_the_rest_of_its_minute(app: Flask, tag: str):
    """Chinese has another word for the moment alone, and a list shows both."""
    midnight = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    with app.test_request_context(f"/?lang={tag}"):
        shown = {format_moment(midnight), format_moment(midnight.replace(second=41))}
    assert len(shown) == 1
