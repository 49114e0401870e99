"""Taking one's data along, and closing the account."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, select

from factcheck.backup.aftermath import erase_again
from factcheck.db.base import Base
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import ArticleReplyFeedback, Job, LoginSession, Reply, User
from factcheck.services import own_account
from factcheck.services.accounts import start_login
from factcheck.services.erasure import job_kinds as erasure_kinds
from factcheck.services.erasure_log import NOTE_ERASURE, ErasureLog
from factcheck.services.traces import GIVEN, OWN, WITH_THE_ROW
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.world import World
from tests.stored import everything

EMAIL = "amy@example.org"


def test_every_table_that_names_a_person_was_thought_of():
    """A new one is either given to others, and stays under a pseudonym, or goes with the person."""
    naming = {mapper.class_ for mapper in Base.registry.mappers if "user_id" in mapper.columns}
    assert naming == {*GIVEN, *OWN, *WITH_THE_ROW}
    for model, columns in own_account.OWN.values():
        assert model in naming
        assert set(columns) <= set(inspect(model).columns.keys())


def test_all_that_is_kept_can_be_taken_along(volunteer: Browser, world: World):
    mine = world.article("a message that I reported")
    world.reply(mine, "My own words about it.", by=EMAIL)
    world.vote(mine, world.reply(mine, "Words of somebody else."), 1, by=EMAIL, comment="Well said.")
    volunteer.get(f"/article/{mine}/write")
    volunteer.submit("/draft", text="Half an answer.")
    volunteer.get("/me")
    link = next(a for a in volunteer.main.all("a") if a.get("href") == "/me/data")
    assert "download" in link.attrs
    answer = volunteer.client.get("/me/data")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = answer.get_json()
    assert kept["account"]["email"] == EMAIL
    assert [reply["text"] for reply in kept["replies"]] == ["My own words about it."]
    assert [(vote["score"], vote["comment"]) for vote in kept["ratings"]] == [(1, "Well said.")]
    assert [one["device"] for one in kept["log_ins"]] == ["Firefox, Linux"]
    assert [draft["text"] for draft in kept["drafts"]] == ["Half an answer."]
    assert "Words of somebody else." not in answer.text


def test_a_closed_account_leaves_its_work_and_no_name(
    volunteer: Browser, app: Flask, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    world.reply(article_id, "My own words about it.", by=EMAIL)
    volunteer.get(f"/article/{article_id}/write")
    volunteer.submit("/draft", text="Half an answer.")
    volunteer.get("/me")
    volunteer.submit("/snippets", snippet_text="What I often say.")
    volunteer.submit("/me/name", name="Aunt Amy")
    elsewhere = logged_in(app, world, EMAIL)
    with transaction(session_factory) as session:
        start_login(session, EMAIL, now=world.clock())
    volunteer.get("/me/close")
    assert "cannot be undone" in volunteer.main.text
    volunteer.submit("/me/close")
    volunteer.follow()
    assert "Your account is closed" in volunteer.main.text
    for browser in (volunteer, elsewhere):
        browser.get("/me", status=303)
    left = everything(session_factory)
    assert EMAIL not in left
    assert "Aunt Amy" not in left
    assert "Half an answer." not in left
    assert "What I often say." not in left
    page = Browser(app).get(f"/article/{article_id}")
    assert "My own words about it." in page.text
    assert "Aunt Amy" not in page.text


def test_an_account_without_work_leaves_nothing(volunteer: Browser, session_factory: SessionFactory):
    volunteer.get("/me/close")
    volunteer.submit("/me/close")
    with read_only(session_factory) as session:
        assert session.scalars(select(User)).all() == session.scalars(select(LoginSession)).all() == []


def test_a_backup_of_before_does_not_bring_it_back(
    volunteer: Browser, world: World, session_factory: SessionFactory, clock: MovableClock, tmp_path: Path
):
    """What is noted beside the database is applied to the state of before."""
    world.vote((article := world.article("a message")), world.reply(article), 1, by=EMAIL)
    log = ErasureLog(tmp_path / "erasures", "k")
    with read_only(session_factory) as session:
        before = session.scalars(select(User).where(User.email == EMAIL)).one()
    volunteer.get("/me/close")
    volunteer.submit("/me/close")
    note = next(kind for kind in erasure_kinds(clock, log, "k") if kind.name == NOTE_ERASURE)
    with read_only(session_factory) as session:
        note.handler(session.scalars(select(Job.payload).where(Job.kind == NOTE_ERASURE)).one())
    with transaction(session_factory) as session:
        session.get_one(User, before.id).email = EMAIL
    with transaction(session_factory) as session:
        assert erase_again(session, log, log.since(clock() - timedelta(days=1)), now=clock()) == 1
    with read_only(session_factory) as session:
        assert session.get_one(User, before.id).email is None
        assert session.scalars(select(ArticleReplyFeedback.user_id)).one() == before.id
        assert session.scalars(select(Reply)).one()
