"""The database is away, a worker dies, a hundred webhooks come at once (W28 to W30)."""

import threading
from concurrent.futures import ThreadPoolExecutor

from bot.simulator.validation.node import JSONObject
from bot.simulator.world.events import build, ulid
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.jobs import queue
from tests.failures.harness import Bot, accepted, words
from tests.failures.test_webhook import ANSWER, CLAIM, stored


def test_w28_without_its_database_the_bot_asks_for_a_redelivery(bot: Bot) -> None:
    """LINE is told 503, at once, and sends the event again; nothing else could keep it."""
    bot.publish(CLAIM, ANSWER)
    gone = make_engine("postgresql+psycopg://nobody@127.0.0.1:9/none")
    bot.web_uses(make_session_factory(gone))
    said = bot.line.phone.text(bot.person(), CLAIM)
    answer = bot.line.deliver(said)
    gone.dispose()
    assert answer.status == 503
    assert stored(bot) == (0, 0)
    bot.web_uses(bot.factory)
    bot.clock.advance(seconds=30)
    accepted(bot.line.redeliver(said))
    assert ANSWER in words(bot.settle())


def test_w29_a_worker_that_dies_is_followed_by_another(bot: Bot) -> None:
    """The kill itself: tests/e2e. Here the time at which the next one takes over."""
    bot.publish(CLAIM, ANSWER)
    accepted(bot.line.send_text(bot.person(), CLAIM))
    with transaction(bot.factory) as session:
        assert queue.claim(session, "a worker that is killed now", now=bot.clock()) is not None
    assert bot.settle() == []
    assert ANSWER in words(bot.wait(seconds=queue.LEASE.total_seconds() + 1))
    assert [call.status for call in bot.line.calls("message/reply")] == [200]
    assert bot.wait(minutes=30) == []


def test_w30_a_burst_of_webhooks_is_kept_whole(bot: Bot) -> None:
    """How quick: `make bench`."""
    now = bot.clock().timestamp()
    burst = [
        build(
            "message",
            {"type": "user", "userId": f"U{number:032x}"},
            now,
            reply_token=f"{number:032x}",
            event_id=ulid(now + number),
            fields={"message": {"type": "text", "id": str(number + 1), "text": CLAIM}},
        )
        for number in range(100)
    ]
    barrier = threading.Barrier(20)

    def post(events: list[JSONObject]) -> list[int | None]:
        barrier.wait()
        return [bot.line.deliver(event).status for event in events]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, [burst[start::20] for start in range(20)]))
    assert answers == [[200] * 5] * 20
    assert stored(bot) == (100, 100)
