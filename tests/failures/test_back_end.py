"""The index, the model or the database is away, slow or odd (B)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.inbound import still_working
from bot.inbound.queue import HANDLE_EVENT
from bot.outbound.outbox import DELIVER
from bot.private.index_away import LOOK_AGAIN
from bot.simulator.testing import LineServer
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import SearchUnavailableError
from factcheck.jobs.schedule import plan
from factcheck.models import Article, Dialogue, Job
from factcheck.ports import Hit, SearchQuery
from indexer.backends.elasticsearch.backend import ElasticsearchSearch
from tests.bot.chatting import longer
from tests.conftest import MovableClock
from tests.failures.harness import Bot, Site, words
from tests.fakes.service import Reply, Sent, Service, service
from tests.indexer.conftest import expecting

CLAIM = "Microwaving food destroys all of its vitamins, which is why hospitals have forbidden the ovens everywhere."
ANSWER = "Microwaves keep more vitamins than boiling does."
TAKES_LONGER = "I am still looking"
CONSENT = "Yes, publish and check it"


def jobs_left(bot: Bot) -> list[str]:
    with read_only(bot.factory) as session:
        return list(session.scalars(select(Job.kind).where(Job.kind.in_((HANDLE_EVENT, LOOK_AGAIN, DELIVER)))))


def tell_who_waits(bot: Bot) -> None:
    """As a worker does when it starts."""
    with transaction(bot.factory) as session:
        plan(session, still_working.job_kinds(bot.context), now=bot.clock())


@pytest.mark.parametrize("part", ["search", "embedder"])
def test_b01_messages_wait_for_a_part_that_is_away(bot: Bot, part: str) -> None:
    """Nothing is lost and nothing is stuck: the person hears that it takes longer (T04), then gets the answer, once.
    What is certainly a copy needs no model."""
    bot.publish(longer(CLAIM), ANSWER)
    tell_who_waits(bot)
    ada, ben = bot.person("Ada"), bot.person("Ben")
    failing: Any = getattr(bot, part)
    failing.available = False
    first = words(bot.say(ada, CLAIM) + bot.say(ben, "Something else entirely that nobody has ever heard of before"))
    for _ in range(6):
        first += words(bot.wait(seconds=30))
    failing.available = True
    later = words(bot.wait(minutes=2))
    told = "".join(bot.line.texts(ada))
    assert told.count("About the message") == 1
    assert told.count(TAKES_LONGER) == (part == "search")
    assert "".join(bot.line.texts(ben)).count(TAKES_LONGER) == 1
    assert (ANSWER in first, ANSWER in later) == (part == "embedder", part == "search")
    assert len(bot.line.received(ben)) >= 1
    assert bot.wait(minutes=30) == []
    assert jobs_left(bot) == []


@pytest.fixture
def cluster() -> Iterator[Service]:
    """An Elasticsearch that answers whatever it is told to."""
    with service() as cluster:
        yield cluster


def answering(status: int, body: bytes) -> Callable[[Sent], Reply]:
    headers = {"x-elastic-product": "Elasticsearch", "content-type": "application/json"}
    return lambda _sent: (status, headers, body)


ODD_ANSWERS = [
    (500, b""),
    (503, b"<html>busy</html>"),
    (200, b"null"),
    (200, b"{}"),
    (200, b"[]"),
    (200, b'{"hits": null, "responses": null}'),
    (200, b'{"hits": {"hits": [{"_id": null}]}, "responses": [{}]}'),
    (200, b"not json"),
]


@pytest.mark.parametrize(("status", "body"), ODD_ANSWERS)
def test_b01_an_odd_answer_of_the_index_is_an_outage(cluster: Service, status: int, body: bytes) -> None:
    cluster.answer = answering(status, body)
    search = ElasticsearchSearch([cluster.url("")], "odd", expecting())
    with pytest.raises(SearchUnavailableError):
        search.candidates(SearchQuery(text=CLAIM, vector=None, fingerprint="", urls=[], limit=5))


def test_b01_the_bot_outlives_an_odd_index(
    factory: SessionFactory,
    clock: MovableClock,
    tmp_path: Path,
    line_server: LineServer,
    site: Site,
    cluster: Service,
) -> None:
    backend = ElasticsearchSearch([cluster.url("")], "odd", expecting())
    with Bot(factory, clock, tmp_path, line_server, site, search=backend) as bot:
        tell_who_waits(bot)
        ada = bot.person()
        for status, body in ODD_ANSWERS:
            cluster.answer = answering(status, body)
            bot.say(ada, f"{CLAIM} {status} {len(body)}")
            assert TAKES_LONGER in words(bot.wait(seconds=31))
            assert bot.wait(seconds=40) == [], "not that the message is unknown"
        assert len(bot.line.received(ada)) == len(ODD_ANSWERS)
        with read_only(factory) as session:
            assert {job.state for job in session.scalars(select(Job))} <= {"READY"}  # they wait; none is given up


def test_b02_no_results_and_poor_results_are_shown(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = bot.person()
    assert words(bot.say(ada, CLAIM))  # an empty index
    article = bot.publish(CLAIM + " (sic)")
    hits = [
        Hit("no such article", 1.0, 1, 0.99, 1, same_fingerprint=False, shared_urls=0),
        Hit(article, None, None, None, None, same_fingerprint=False, shared_urls=0),
    ]
    monkeypatch.setattr(bot.search, "candidates", lambda _query: hits)
    bot.wait(minutes=1)  # what is sent within a moment belongs together
    assert words(bot.say(ada, CLAIM + "?"))
    bot.wait(minutes=1)
    monkeypatch.setattr(bot.search, "candidates", lambda _query: hits[:1])
    assert words(bot.say(ada, CLAIM + "!"))
    assert jobs_left(bot) == []


def test_b02_a_reply_with_hardly_anything_is_a_card_all_the_same(bot: Bot) -> None:
    article = bot.publish(CLAIM)
    written = bot.reply(article, ANSWER, "NOT_ARTICLE")
    with transaction(bot.factory) as session:
        reply = session.merge(written).reply
        reply.text, reply.reference = " ", ""
    bot.settle()
    said = bot.say(bot.person(), CLAIM)
    assert [message["type"] for message in said][-1] == "flex"
    assert [call.status for call in bot.line.calls("*/message/*")] == [200]


def test_b04_a_failing_submission_is_tried_again(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = bot.person()
    bot.say(ada, CLAIM)
    with monkeypatch.context() as patch:
        patch.setattr("bot.private.submit.submit_article", fail)
        bot.press(ada, CONSENT)
        bot.wait(seconds=10)
    assert articles(bot) == []
    bot.wait(minutes=2)
    assert articles(bot) == [CLAIM]
    assert "".join(bot.line.texts(ada)).count("in the queue") == 1


def fail(*_arguments: Any, **_options: Any) -> None:
    raise ConnectionResetError("the database hung up")


def articles(bot: Bot) -> list[str]:
    with read_only(bot.factory) as session:
        return list(session.scalars(select(Article.text)))


def test_b05_a_reply_of_any_length_is_given_without_waiting_for_more(bot: Bot) -> None:
    """Answers of a language model come later; what holds now: a volunteer's reply is sent at once, and cut to size."""
    bot.publish(CLAIM, "Long story. " * 416)
    said = bot.say(bot.person(), CLAIM)
    assert "Long story." in words(said)
    assert len(said) <= 5
    assert [call.status for call in bot.line.calls("*/message/*")] == [200]


def test_b06_a_message_published_just_now_is_known_before_the_index_knows_it(bot: Bot) -> None:
    ada, ben = bot.person("Ada"), bot.person("Ben")
    bot.say(ada, CLAIM)
    bot.press(ada, CONSENT)
    bot.search.documents.clear()
    assert "I know this message" in words(bot.say(ben, CLAIM))
    assert articles(bot) == [CLAIM]


def test_b06_when_all_questions_are_lost_old_buttons_are_explained(bot: Bot) -> None:
    ada = bot.person()
    bot.say(ada, CLAIM)
    with transaction(bot.factory) as session:
        for row in session.scalars(select(Dialogue)):
            session.delete(row)
    assert "send a message" in words(bot.press(ada, CONSENT))
    assert CONSENT in words(bot.say(ada, CLAIM))  # a fresh start
