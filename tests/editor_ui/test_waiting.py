"""Replies that wait before they are published: taken back, approved, and read by who publishes them."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, transaction
from factcheck.jobs import queue
from factcheck.models import Job, PendingReply, User
from factcheck.moderation import pending
from factcheck.moderation.pending import PUBLISH_REPLY
from factcheck.services.notices import NOTIFY_ASKERS
from factcheck.settings import Settings
from tests.editor_ui.browser import Browser, logged_in, write
from tests.editor_ui.conftest import SETTINGS
from tests.editor_ui.world import World


def windowed(build: Callable[[Settings], Flask]) -> Flask:
    return build(replace_undo(SETTINGS, 120))


def replace_undo(settings: Settings, seconds: int) -> Settings:
    return settings.model_copy(update={"undo_seconds": seconds})


def test_a_reply_can_be_taken_back_before_anybody_is_told(
    build: Callable[[Settings], Flask], world: World, visitor: Browser, factory: SessionFactory
) -> None:
    app = windowed(build)
    article_id = world.article("Soup cures everything")
    author, other = logged_in(app, world, "amy@example.org"), logged_in(app, world, "bob@example.org")
    write(author, article_id, "Too quick")
    page = author.follow()
    assert "until then you can take it back" in page.text
    assert "Too quick" in page.text
    assert "Too quick" not in other.get(f"/article/{article_id}").text
    assert "Too quick" not in Browser(app).get(f"/article/{article_id}").text
    with transaction(factory) as session:
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == NOTIFY_ASKERS)) == 0
    author.get(f"/article/{article_id}")
    author.submit("/take-back")
    assert "Its text is in your draft" in author.follow().text
    assert "Too quick" in author.get(f"/article/{article_id}/write").text


def test_a_reply_is_published_by_its_job_after_a_restart(
    build: Callable[[Settings], Flask], world: World, factory: SessionFactory
) -> None:
    app = windowed(build)
    article_id = world.article("Soup cures everything")
    author = logged_in(app, world, "amy@example.org")
    write(author, article_id, "Soup is soup")
    [kind] = pending.job_kinds(world.clock)
    with transaction(factory) as session:
        assert queue.claim(session, "worker", now=world.clock(), kinds=queue.Kinds((PUBLISH_REPLY,))) is None
        [job] = session.scalars(select(Job).where(Job.kind == PUBLISH_REPLY))
        kind.handler(job.payload)(session)
    assert "Soup is soup" in Browser(app).get(f"/article/{article_id}").text


def test_two_who_are_known_publish_what_waits(
    app: Flask, reviewer: Browser, world: World, factory: SessionFactory
) -> None:
    article_id = world.article("Soup cures everything")
    world.hold(article_id, "Soup is only soup", by="fresh@example.org")
    names = ["ann@example.org", "ben@example.org"]
    for name in names:
        for number in range(3):
            world.reply(world.article(f"{name} answered {number}"), by=name)
        user_id = world.user(name)
        with transaction(factory) as session:
            session.get_one(User, user_id).created_at = world.clock().replace(year=2025)
    fresh = logged_in(app, world, "fresh@example.org")
    assert "You cannot help with this yet" in fresh.get("/waiting?lang=en").text
    for name in names:
        browser = logged_in(app, world, name)
        assert "Soup is only soup" in browser.get("/waiting").text
        browser.submit("/approve")
    assert "Soup is only soup" in Browser(app).get(f"/article/{article_id}").text


def reword(factory: SessionFactory, words: str) -> None:
    """What its author does on another page."""
    with transaction(factory) as session:
        session.scalars(select(PendingReply)).one().text = words


def test_a_reviewer_publishes_only_what_they_read(
    app: Flask, reviewer: Browser, world: World, visitor: Browser, factory: SessionFactory
) -> None:
    article_id = world.article("Soup cures everything")
    write(logged_in(app, world, "amy@example.org"), article_id, "Soup is soup")
    links = [str(node.get("href")) for node in reviewer.get("/waiting").all("a")]
    [address] = [link for link in links if link.startswith("/review/pending/")]
    reviewer.get(f"{address}?lang=en")
    reword(factory, "Add LINE: rich888")
    reviewer.post(address, {"decision": "PUBLISH", "seen": reviewer.root.all("input", name="seen")[0].get("value")})
    assert "just decided" in reviewer.follow().text
    reviewer.get("/waiting?lang=en")
    reword(factory, "Soup is soup again")
    reviewer.submit("/approve")
    assert "Please read it again" in reviewer.follow().text
    assert "again" not in visitor.get(f"/article/{article_id}").text
    reviewer.submit("/approve")
    assert "is published" in reviewer.follow().text
    assert "Soup is soup again" in visitor.get(f"/article/{article_id}").text
