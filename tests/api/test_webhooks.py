"""Changes are told to webhooks: signed, tried again, logged, and never to addresses that are not open to everybody."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import OperatorError
from factcheck.fetching.calls import WebCaller
from factcheck.jobs import queue
from factcheck.models import Article, HookState, Job, TargetKind, User, WebhookDelivery
from factcheck.moderation.removal import delete_content
from factcheck.moderation.targets import Target
from factcheck.services import webhooks
from factcheck.services.apps import register_app
from factcheck.services.changes import State, events_of, number_changes
from factcheck.services.replies import take_back
from tests.conftest import MovableClock
from tests.editor_ui.world import SECRET, World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch
from tests.fakes.service import Service, service

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"
Run = Callable[[], int]


@pytest.fixture
def receiver() -> Iterator[Service]:
    with service() as running:
        yield running


@pytest.fixture
def hook(factory: SessionFactory, clock: MovableClock, secret: str, receiver: Service) -> str:
    with transaction(factory) as session:
        return webhooks.add_webhook(session, "LINE_CLIENT", receiver.url("/told"), [], now=clock()).id


@pytest.fixture
def run(factory: SessionFactory, clock: MovableClock) -> Run:
    """What the worker does: numbers changes, then sends what is due; tells how much was sent."""
    return running(factory, clock, WebCaller("Factline", allow_loopback=True, seconds=5))


def running(factory: SessionFactory, clock: MovableClock, caller: WebCaller) -> Run:
    [kind] = webhooks.job_kinds(factory, caller, clock, secret_key=SECRET)

    def run() -> int:
        with transaction(factory) as session:
            number_changes(session, now=clock())
        with read_only(factory) as session:
            due = select(Job).where(Job.kind == webhooks.SEND_WEBHOOK, Job.due_at <= clock()).order_by(Job.id)
            jobs = session.scalars(due).all()
        for job in jobs:
            effects = kind.handler(job.payload)
            with transaction(factory) as session:
                effects(session)
                session.delete(session.get_one(Job, job.id))
        return len(jobs)

    return run


def told(receiver: Service) -> list[tuple[str, str]]:
    bodies = [json.loads(sent.body) for sent in receiver.sent]
    return [(body["type"], body["data"].get("status", "")) for body in bodies]


def test_what_changes_is_told_signed_and_names_nobody(
    world: World, factory: SessionFactory, clock: MovableClock, receiver: Service, hook: str, run: Run
) -> None:
    article_id = world.article(LEMON)
    assert run() == 1
    reply_id = world.reply(article_id, "It does not.")
    run()
    with transaction(factory) as session:
        bob = session.scalars(select(User).where(User.email == "bob@example.org")).one()
        take_back(session, article_id, reply_id, bob, now=clock())
    run()
    with transaction(factory) as session:
        session.execute(update(Article).values(status="BLOCKED", change_number=None))
    run()
    assert run() == 0
    assert told(receiver) == [
        ("article.created", "NORMAL"),
        ("reply.created", "NORMAL"),
        ("reply.status", "DELETED"),
        ("article.status", "BLOCKED"),
    ]
    for sent in receiver.sent:
        name, moment = sent.headers["webhook-id"], sent.headers["webhook-timestamp"]
        key = base64.b64decode(webhooks.secret_of(SECRET, hook).removeprefix("whsec_"))
        signature = hmac.new(key, f"{name}.{moment}.".encode() + sent.body, hashlib.sha256).digest()
        assert sent.headers["webhook-signature"] == f"v1,{base64.b64encode(signature).decode()}"
        assert b"lemon" not in sent.body
        assert b"bob" not in sent.body
    assert json.loads(receiver.sent[1].body)["data"] == {
        "articleId": article_id,
        "replyId": reply_id,
        "status": "NORMAL",
    }


def test_a_new_webhook_is_not_told_of_what_was_there(
    world: World, receiver: Service, run: Run, clock: MovableClock, factory: SessionFactory, secret: str
) -> None:
    world.reply(world.article(LEMON), "It does not.")
    clock.advance(minutes=1)
    with transaction(factory) as session:
        webhooks.add_webhook(session, "LINE_CLIENT", receiver.url(), [], now=clock())
    assert run() == 0


def test_a_receiver_that_is_away_is_tried_again_and_then_given_up(
    world: World, factory: SessionFactory, clock: MovableClock, receiver: Service, hook: str, run: Run
) -> None:
    receiver.answer = lambda _sent: (500, {}, b"")
    world.article(LEMON)
    for pause in (timedelta(0), *webhooks.PAUSES):
        clock.now += pause
        assert run() == 1
        assert run() == 0
    assert len({sent.headers["webhook-id"] for sent in receiver.sent}) == 1
    with read_only(factory) as session:
        [row] = webhooks.deliveries_of(session, hook)
        assert (row.state, row.attempts, row.error) == (HookState.FAILED, 1 + len(webhooks.PAUSES), "HTTP 500")
        assert webhooks.webhook(session, hook).failures == 1
    receiver.answer = lambda _sent: (200, {}, b"thanks")
    with transaction(factory) as session:
        webhooks.replay(session, row.id, now=clock())
        webhooks.replay(session, row.id, now=clock())
    assert run() == 1
    with read_only(factory) as session:
        assert session.get_one(WebhookDelivery, row.id).state == HookState.SENT
        assert webhooks.webhook(session, hook).failures == 0


def test_one_that_never_answers_is_switched_off(
    world: World, factory: SessionFactory, clock: MovableClock, receiver: Service, hook: str, run: Run
) -> None:
    receiver.answer = lambda _sent: (500, {}, b"")
    with transaction(factory) as session:
        webhooks.webhook(session, hook).failures = webhooks.MOST_FAILURES - 1
    world.article(LEMON)
    for pause in (timedelta(0), *webhooks.PAUSES):
        clock.now += pause
        run()
    with read_only(factory) as session:
        assert webhooks.webhook(session, hook).disabled_at is not None
    world.article("A silver spoon in the fridge keeps all vegetables fresh for three months, says a study")
    assert run() == 0
    with transaction(factory) as session:
        webhooks.send_test(session, hook, now=clock())
    receiver.answer = lambda _sent: (200, {}, b"")
    assert run() == 1
    assert told(receiver)[-1] == ("test", "")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://[::1]:{}/", "https://10.0.0.1/"]
)
def test_no_internal_address_is_called(
    world: World, factory: SessionFactory, clock: MovableClock, receiver: Service, secret: str, url: str
) -> None:
    with transaction(factory) as session:
        hook = webhooks.add_webhook(session, "LINE_CLIENT", url.format(receiver.port), [], now=clock()).id
    world.article(LEMON)
    assert running(factory, clock, WebCaller("Factline", seconds=5))() == 1
    assert receiver.sent == []
    with read_only(factory) as session:
        [row] = webhooks.deliveries_of(session, hook)
        assert (row.status, row.error) == (0, "NOT_PUBLIC")


def test_a_redirect_is_not_followed(world: World, receiver: Service, hook: str, run: Run) -> None:
    receiver.answer = lambda _sent: (302, {"Location": "/elsewhere"}, b"")
    world.article(LEMON)
    run()
    assert [sent.path for sent in receiver.sent] == ["/told"]


def test_only_apps_that_may_have_webhooks(factory: SessionFactory, clock: MovableClock, secret: str) -> None:
    with transaction(factory) as session:
        register_app(session, "READER", name="", scopes=[], now=clock())
        with pytest.raises(OperatorError):
            webhooks.add_webhook(session, "READER", "https://example.org/", [], now=clock())
        for url, events in (
            ("ftp://x.example", []),
            ("https://u:p@x.example", []),
            ("https:///", []),
            ("https://x.example", ["all"]),
        ):
            with pytest.raises(OperatorError):
                webhooks.add_webhook(session, "LINE_CLIENT", url, events, now=clock())


def test_what_was_never_shown_is_no_event() -> None:
    kinds = lambda before, after: [event.kind for event in events_of("a", before, after, None)]  # noqa: E731
    assert kinds(None, State("BLOCKED", {"r": "BLOCKED"})) == []
    assert kinds(None, State("NORMAL", {"r": "NORMAL"})) == ["article.created", "reply.created"]
    assert kinds(State("NORMAL", {}), State("NORMAL", {})) == []
    assert kinds(State("BLOCKED", {"r": "NORMAL"}), State("NORMAL", {"r": "NORMAL"})) == ["article.status"]


def test_numbers_are_given_once_and_in_order(factory: SessionFactory, clock: MovableClock) -> None:
    world = World(factory, FakeSearch(), FakeEmbedder(), clock)
    for number in range(3):
        world.article(f"A message number {number} that went round all over the place")
    with transaction(factory) as session:
        assert number_changes(session, now=clock()) == 3
        assert number_changes(session, now=clock()) == 0
    with read_only(factory) as session:
        assert sorted(session.scalars(select(Article.change_number))) == [1, 2, 3]


def test_what_is_tried_again_holds_up_nothing_new(
    world: World, factory: SessionFactory, clock: MovableClock, receiver: Service, hook: str
) -> None:
    """Jobs of one key wait for the one before, be it due or not: as the worker takes them, not in a loop."""
    [kind] = webhooks.job_kinds(
        factory, WebCaller("Factline", allow_loopback=True, seconds=5), clock, secret_key=SECRET
    )

    def work() -> None:
        with transaction(factory) as session:
            number_changes(session, now=clock())
        while True:
            with transaction(factory) as session:
                job = queue.claim(session, "worker", now=clock(), kinds=queue.Kinds((webhooks.SEND_WEBHOOK,)))
            if job is None:
                return
            effects = kind.handler(job.payload)
            with transaction(factory) as session:
                effects(session)
                session.delete(session.get_one(Job, job.id))

    receiver.answer = lambda _sent: (500, {}, b"")
    for number in range(3):
        world.article(f"A message number {number} that went round all over the place")
        work()
    assert len(receiver.sent) == 3
    receiver.answer = lambda _sent: (200, {}, b"")
    world.article("The one that came when the receiver was back, with other words")
    with transaction(factory) as session:
        webhooks.send_test(session, hook, now=clock())
    work()
    assert [kind for kind, _ in told(receiver)[3:]] == ["test", "article.created"]
    clock.advance(minutes=1)
    work()
    assert len(receiver.sent) == 8
    assert len({sent.headers["webhook-id"] for sent in receiver.sent}) == 5
    with read_only(factory) as session:
        assert {row.state for row in webhooks.deliveries_of(session, hook)} == {HookState.SENT}


def test_what_was_removed_for_good_is_told(
    world: World, factory: SessionFactory, clock: MovableClock, receiver: Service, hook: str, run: Run
) -> None:
    article_id = world.article(LEMON)
    run()
    with transaction(factory) as session:
        delete_content(session, Target(TargetKind.ARTICLE, article_id), clock())
    run()
    assert told(receiver) == [("article.created", "NORMAL"), ("article.status", "DELETED")]
    assert json.loads(receiver.sent[1].body)["data"] == {"articleId": article_id, "status": "DELETED"}
