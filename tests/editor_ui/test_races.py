"""Two people, or two devices, that send at the same moment: threads with sessions of their own, on both databases.

`test_at_once.py` has the same cases one after the other, with what the pages say.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import (
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Claim,
    Draft,
    Reply,
    ReplyRevision,
    Status,
)
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import World
from tests.stored import count

AMY, BOB = "amy@example.org", "bob@example.org"
GOOD = {"type": "RUMOR", "text": "It is not true.", "reference": "https://example.org/facts"}


def at_once(*sends: Callable[[], object]) -> None:
    """Begins them together, and raises what any of them raised."""
    start = threading.Barrier(len(sends))

    def begin(send: Callable[[], object]) -> object:
        start.wait(timeout=30)
        return send()

    with ThreadPoolExecutor(len(sends)) as pool:
        for future in [pool.submit(begin, send) for send in sends]:
            future.result(timeout=60)


def sending(browser: Browser, action: str, **fields: str) -> Callable[[], object]:
    """Sends a form of the page whatever the answer is; `browser.response` has it."""

    def send() -> None:
        form = browser.form(action)
        token = form.one("input", name="csrf_token").get("value")
        hidden = {one.get("name"): one.get("value") for one in form.all("input", type="hidden")}
        address = next(one for one in _addresses(form) if one.endswith(action))
        browser.response = browser.client.post(address, data={**hidden, **fields, "csrf_token": token})

    return send


def _addresses(form) -> Sequence[str]:
    buttons = (button.get("formaction") for button in form.all("button"))
    return [one.partition("#")[0] for one in (form.get("action"), *filter(None, buttons))]


def statuses(*browsers: Browser) -> list[int]:
    return sorted(browser.response.status_code for browser in browsers)


@pytest.fixture
def two(app: Flask, world: World) -> tuple[Browser, Browser]:
    return logged_in(app, world, AMY), logged_in(app, world, BOB)


def test_of_two_who_publish_at_once_one_reads_the_other_first(
    two: tuple[Browser, Browser], world: World, session_factory: SessionFactory
) -> None:
    article_id = world.article("a message")
    for browser in two:
        browser.get(f"/article/{article_id}/write")
    at_once(*(sending(one, "/replies", **{**GOOD, "text": f"Words {n}."}) for n, one in enumerate(two)))
    assert statuses(*two) == [303, 409]
    late = next(browser for browser in two if browser.response.status_code == 409)
    assert "somebody else replied while you were writing" in late.response.text
    assert count(session_factory, Reply) == count(session_factory, Draft) == 1, "and the text of the other is kept"


def test_one_form_sent_twice_at_once_is_one_reply(app: Flask, world: World, session_factory: SessionFactory) -> None:
    article_id = world.article("a message")
    devices = [logged_in(app, world, AMY) for _ in range(3)]
    for browser in devices:
        browser.get(f"/article/{article_id}/write")
    key = devices[0].form("/replies").one("input", name="form_key").get("value")
    at_once(*(sending(browser, "/replies", **GOOD, form_key=key) for browser in devices))
    assert statuses(*devices) == [303, 303, 303]
    assert len({browser.response.headers["Location"] for browser in devices}) == 1
    assert count(session_factory, Reply) == count(session_factory, ArticleReply) == 1


def test_of_two_changes_of_one_version_one_wins_and_the_other_is_shown_both(
    app: Flask, world: World, session_factory: SessionFactory
) -> None:
    article_id = world.article("a message")
    reply_id = world.reply(article_id, "As it was.", by=AMY)
    devices = [logged_in(app, world, AMY) for _ in range(2)]
    for browser in devices:
        browser.get(f"/article/{article_id}/replies/{reply_id}/edit")
    at_once(*(sending(one, "/edit", **{**GOOD, "text": f"Version of device {n}."}) for n, one in enumerate(devices)))
    assert statuses(*devices) == [303, 409]
    late = devices.index(next(one for one in devices if one.response.status_code == 409))
    assert f"Version of device {late}." in devices[late].response.text
    with read_only(session_factory) as session:
        assert session.get_one(Reply, reply_id).text == f"Version of device {1 - late}."
        assert session.scalars(select(ReplyRevision.text)).all() == ["As it was."]


def test_a_reply_that_two_people_add_at_once_is_there_once(
    two: tuple[Browser, Browser], world: World, session_factory: SessionFactory
) -> None:
    target = world.article("another message")
    reply_id = world.reply(world.article("a message"), by="cat@example.org")
    for browser in two:
        browser.get(f"/article/{target}/write")
    at_once(*(_posting(browser, f"/article/{target}/reuse", reply_id=reply_id) for browser in two))
    assert statuses(*two) == [303, 303]
    with read_only(session_factory) as session:
        links = session.scalars(select(ArticleReply).where(ArticleReply.article_id == target)).all()
        assert [link.status for link in links] == [Status.NORMAL]
        assert session.get_one(Article, target).normal_article_reply_count == 1
    told = [browser.get(browser.response.headers["Location"].partition("#")[0]).text for browser in two]
    assert sum("already added here by" in page for page in told) == 1


def _posting(browser: Browser, address: str, **fields: str) -> Callable[[], object]:
    token = next(node.get("value") for node in browser.root.all("input", name="csrf_token"))

    def send() -> None:
        browser.response = browser.client.post(address, data={**fields, "csrf_token": token})

    return send


def test_one_person_who_rates_on_two_devices_at_once_has_one_vote(
    app: Flask, world: World, session_factory: SessionFactory
) -> None:
    article_id = world.article("a message")
    reply_id = world.reply(article_id, by=BOB)
    devices = [logged_in(app, world, AMY) for _ in range(2)]
    for browser in devices:
        browser.get(f"/article/{article_id}")
    at_once(*(sending(one, "/vote", score=score) for one, score in zip(devices, ("1", "somewhat"), strict=True)))
    assert statuses(*devices) == [303, 303]
    with read_only(session_factory) as session:
        [vote] = session.scalars(select(ArticleReplyFeedback))
        link = session.get_one(ArticleReply, (article_id, reply_id))
        assert link.positive_feedback_count + link.somewhat_feedback_count == 1
        assert link.positive_feedback_count == (vote.score == 1), "counts are those of the vote that stands"


def test_a_reply_is_used_or_taken_back_and_never_half_of_both(
    two: tuple[Browser, Browser], world: World, session_factory: SessionFactory
) -> None:
    amy, bob = two
    source, target = world.article("a message"), world.article("another message")
    reply_id = world.reply(source, by=AMY)
    amy.get(f"/article/{source}/replies/{reply_id}/take-back")
    bob.get(f"/article/{target}/write")
    at_once(sending(amy, "/take-back"), _posting(bob, f"/article/{target}/reuse", reply_id=reply_id))
    assert amy.response.status_code == 303
    assert bob.response.status_code in (303, 410)
    with read_only(session_factory) as session:
        used = session.get(ArticleReply, (target, reply_id))
        assert (used is not None) == (bob.response.status_code == 303)
        assert session.get_one(ArticleReply, (source, reply_id)).status == Status.DELETED
    if used is None:
        assert "taken back a moment ago" in bob.response.text


def test_a_message_that_is_hidden_while_somebody_publishes_loses_no_text(
    two: tuple[Browser, Browser], world: World, session_factory: SessionFactory
) -> None:
    amy, _ = two
    article_id = world.article("a message")
    amy.get(f"/article/{article_id}/write")

    def hide() -> None:
        with transaction(session_factory) as session:
            session.get_one(Article, article_id, with_for_update=True).status = Status.BLOCKED

    at_once(sending(amy, "/replies", **GOOD), hide)
    assert amy.response.status_code in (303, 404, 410)
    published, kept = count(session_factory, Reply), count(session_factory, Draft)
    if amy.response.status_code == 303:
        assert (published, kept) == (1, 0)
    else:
        assert published == 0
        assert GOOD["text"] in amy.response.text


def test_two_who_claim_at_once_both_have_it_and_posting_gives_it_back(
    two: tuple[Browser, Browser], app: Flask, world: World, session_factory: SessionFactory
) -> None:
    _, bob = two
    second_device = logged_in(app, world, AMY)
    article_id = world.article("a message")
    for browser in (*two, second_device):
        browser.get(f"/article/{article_id}")
    at_once(*(sending(browser, "/claim") for browser in (*two, second_device)))
    assert count(session_factory, Claim) == 2, "one a person"
    bob.get(f"/article/{article_id}/write")
    assert "works on it until" in bob.main.text
    bob.submit("/replies", **GOOD)
    with read_only(session_factory) as session:
        assert session.scalars(select(Claim.user_id)).all() == [world.user(AMY)]


def test_one_draft_saved_on_two_devices_at_once_shows_both_texts(
    app: Flask, world: World, session_factory: SessionFactory
) -> None:
    article_id = world.article("a message")
    devices = [logged_in(app, world, AMY) for _ in range(2)]
    for browser in devices:
        browser.get(f"/article/{article_id}/write")
    at_once(*(sending(browser, "/draft", text=f"Text {n}.") for n, browser in enumerate(devices)))
    assert statuses(*devices) == [303, 409]
    assert count(session_factory, Draft) == 1


def test_what_is_counted_of_somebody_does_not_grow_by_sending_again(
    app: Flask, world: World, session_factory: SessionFactory
) -> None:
    """There are no points: all that a profile counts is read from the rows, so that a repeated form adds nothing."""
    article_id = world.article("a message")
    amy = logged_in(app, world, AMY)
    amy.get(f"/article/{article_id}/write")
    form = amy.root
    for _ in range(3):
        amy.root = form
        amy.submit("/replies", **GOOD)
    amy.get("/me")
    amy.submit("/me/profile", is_public="1")
    amy.get("/me")
    bob = logged_in(app, world, BOB)
    bob.get(f"/article/{article_id}")
    page = bob.root
    for _ in range(3):
        bob.root = page
        bob.submit("/vote", score="1")
    profile = next(a.get("href") for a in amy.main.all("a") if a.text == "See your profile")
    bob.get(profile)
    assert "1 reply · 1 found helpful" in bob.main.text
