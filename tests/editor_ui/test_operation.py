"""How the service is, for admins alone."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import EmbedderUnavailableError, IndexLostError, IndexMismatchError, SearchUnavailableError
from factcheck.jobs import queue
from factcheck.jobs.queue import no_effects
from factcheck.jobs.schedule import JobKind, handlers_of, plan
from factcheck.jobs.worker import PermanentJobError, Worker
from factcheck.models import Hyperlink, Job, JobState, MediaFile, PageFault, PageState, Role, User, WorkerSign
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.test_site import queries_for
from tests.editor_ui.world import World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch

HOUR = timedelta(hours=1)


@pytest.fixture
def admin(app: Flask, world: World, session_factory: SessionFactory) -> Browser:
    browser = logged_in(app, world, "ada@example.org")
    with transaction(session_factory) as session:
        session.execute(update(User).where(User.email == "ada@example.org").values(role=Role.ADMIN))
    return browser


def refuse(_payload: object) -> queue.Effects:
    raise PermanentJobError("LINE says 403")


def work(factory: SessionFactory, clock: MovableClock, *kinds: JobKind) -> None:
    with transaction(factory) as session:
        plan(session, kinds, now=clock())
    Worker(factory, handlers_of(kinds, clock), clock=clock).run_due_jobs()


def rows(browser: Browser) -> dict[str, str]:
    table = browser.root.one(id="recurring").one("tbody")
    return {row.one("th").text: row.text for row in table.all("tr")}


def test_only_admins_see_it(volunteer: Browser, visitor: Browser, admin: Browser) -> None:
    visitor.get("/operation", status=303)
    volunteer.get("/operation", status=403)
    volunteer.get("/me")
    assert not volunteer.main.all("a", href="/operation")
    volunteer.post("/operation/jobs/1/retry", status=403)
    admin.get("/me")
    assert admin.main.all("a", href="/operation")


def test_a_recurring_job_that_has_stopped_is_seen(
    admin: Browser, session_factory: SessionFactory, clock: MovableClock
) -> None:
    admin.get("/operation")
    assert "No worker runs" in admin.main.text
    kinds = JobKind("tidy", lambda _: no_effects, every=HOUR), JobKind("count", lambda _: no_effects, every=24 * HOUR)
    work(session_factory, clock, *kinds)
    with transaction(session_factory) as session:
        session.add(WorkerSign(id="w", host="h", started_at=clock(), seen_at=clock()))
    admin.get("/operation")
    assert "No worker runs" not in admin.main.text
    assert "Mar 1, 2026" in rows(admin)["tidy"]
    assert "on time" in rows(admin)["tidy"]
    clock.advance(hours=3)
    admin.get("/operation")
    assert list(rows(admin)) == ["tidy", "count"], "what is late stands first"
    assert "late" in rows(admin)["tidy"]
    assert "on time" in rows(admin)["count"]
    assert "1 job that comes again is late" in admin.main.text
    work(session_factory, clock, *kinds)
    admin.get("/operation")
    assert "on time" in rows(admin)["tidy"]


def test_dead_jobs_are_tried_again_or_forgotten(
    admin: Browser, session_factory: SessionFactory, clock: MovableClock
) -> None:
    with transaction(session_factory) as session:
        for number in range(2):
            queue.enqueue(session, "send", {"number": number}, now=clock())
    work(session_factory, clock, JobKind("send", refuse))
    admin.get("/operation")
    assert "2 jobs were given up" in admin.main.text
    assert "LINE says 403" in admin.root.one(id="dead").text
    admin.submit("/retry")
    admin.follow()
    assert "The job is tried again." in admin.main.text
    admin.submit("/drop")
    admin.follow()
    with read_only(session_factory) as session:
        assert [job.state for job in session.query(Job)] == [JobState.READY]
    assert "None. That is how it should be." in admin.main.text
    admin.post("/operation/jobs/1/drop", status=404)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SearchUnavailableError("away"), "does not answer"),
        (IndexLostError("It is gone."), "a worker builds it anew"),
        (IndexMismatchError("other"), "was built by another model"),
    ],
)
def test_the_state_of_the_index_is_said(
    error: Exception, said: str, admin: Browser, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    admin.get("/operation")
    assert admin.main.text.count("answers") == 2
    monkeypatch.setattr(search, "containing", fail)
    admin.get("/operation")
    assert said in admin.main.text


def test_a_model_that_is_away_is_said(admin: Browser, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise EmbedderUnavailableError

    monkeypatch.setattr(embedder, "embed_queries", fail)
    admin.get("/operation")
    assert "does not answer" in admin.main.text


def test_damaged_files_are_counted_and_the_command_named(
    admin: Browser, session_factory: SessionFactory, clock: MovableClock
) -> None:
    assert "check-media" not in admin.get("/operation").text
    with transaction(session_factory) as session:
        session.add(MediaFile(id="a" * 64, mime="image/jpeg", bytes=1, created_at=clock(), damaged_at=clock()))
    said = admin.get("/operation").text
    assert "1 kept picture, film or sound is damaged or gone." in said
    assert "python -m factcheck check-media" in said


def test_pages_that_could_not_be_fetched_are_listed(
    admin: Browser, session_factory: SessionFactory, clock: MovableClock, engine: Engine
) -> None:
    few = queries_for(admin, engine, "/operation")
    with transaction(session_factory) as session:
        for number in range(30):
            row = Hyperlink(url=f"https://slow.example/{number}", host="slow.example", state=PageState.ERROR)
            row.error, row.status, row.wanted_at, row.due_at = PageFault.TOO_SLOW, 0, clock(), clock()
            row.tried_at = clock() + timedelta(minutes=number)
            session.add(row)
        session.add(
            Hyperlink(
                url="https://ok.example/",
                host="ok.example",
                state=PageState.OK,
                status=200,
                wanted_at=clock(),
                due_at=clock(),
            )
        )
    assert queries_for(admin, engine, "/operation") == few <= 14
    assert "ERROR TOO_SLOW 30" in admin.main.text
    assert "https://slow.example/29" in admin.main.text
    assert "https://slow.example/9 " not in admin.main.text
    assert "https://ok.example/" not in admin.main.text
