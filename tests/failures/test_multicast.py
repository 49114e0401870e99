"""One call for many people (rows T19 and T20), over HTTP: somebody LINE does not know, calls that break off, a
process that is killed between two."""

import pytest
from sqlalchemy import select

from bot.simulator.world.chats import Chat
from factcheck.db.session import read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.models import Notice, User
from tests.factcheck.crowd import all_ask
from tests.failures.harness import Bot, push_to_all, retry_keys, statuses, words

CLAIM = "Drinking lemon water every morning makes the blood alkaline and cures diabetes, doctors confirm."
REPLY = "No: the blood's pH hardly changes."


def test_t19_500_people_are_one_call_and_somebody_unknown_does_not_spoil_it(bot: Bot) -> None:
    people = [bot.person(f"P{number}") for number in range(9)]
    stranger = Chat(**{**vars(people[0]), "id": "U" + "0" * 32})
    push_to_all(bot, *people[:4], stranger, *people[4:])
    assert all(len(bot.line.received(person)) == 1 for person in people)
    assert len(set(retry_keys(bot, "message/multicast"))) == len(retry_keys(bot, "message/multicast"))
    with read_only(bot.factory) as session:
        assert session.scalars(select(User.app_user_id).where(~User.is_friend)).all() == [stranger.id]


@pytest.mark.parametrize("fault", ["done_then_500", "drop"])
def test_t20_a_notice_whose_call_broke_off_reaches_everybody_once(bot: Bot, fault: str) -> None:
    article = bot.publish(CLAIM)
    people = [bot.person(f"P{number}") for number in range(3)]
    for person in people:
        bot.say(person, CLAIM)
    bot.line.add_fault("message/multicast", fault, done=True)
    bot.reply(article, REPLY)
    bot.settle()
    worker = Worker(bot.factory, bot.handlers, clock=bot.clock)  # the other one was killed
    bot.clock.advance(seconds=30)
    worker.run_due_jobs()
    assert [words(bot.line.received(person)).count(REPLY) for person in people] == [1, 1, 1]
    with read_only(bot.factory) as session:
        assert len(session.scalars(select(Notice)).all()) == 3


def test_t19_t20_501_people_are_told_once_although_the_process_is_killed_between_two_calls(bot: Bot) -> None:
    """LINE has sent the first batch, its answer is lost and the process with it; another one goes on."""
    article = bot.publish(CLAIM)
    with bot.line.store.transaction():
        people = [bot.person(f"P{number}") for number in range(501)]
    with transaction(bot.factory) as session:
        all_ask(session, article, [person.id for person in people], locale="en", now=bot.clock())
    bot.line.add_fault("message/multicast", "done_then_500")
    bot.reply(article, REPLY)
    while not bot.line.calls("message/multicast"):
        assert bot.worker.run_one()
    bot.worker = bot.another_worker()
    bot.settle()
    bot.wait(seconds=30)
    batches = [len((call.request or {})["to"]) for call in bot.line.calls("message/multicast")]
    assert sorted(batches) == [1, 500, 500]
    assert sorted(statuses(bot, "message/multicast"), key=str) == [200, 409, 500]
    assert len(set(retry_keys(bot, "message/multicast"))) == 2, "one for each batch, the same when it is repeated"
    assert {len(bot.line.received(person)) for person in people} == {1}
