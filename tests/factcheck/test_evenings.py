"""A list shared out among people for an evening."""

from datetime import timedelta

import pytest

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.models import Article, Evening, EveningMessage, Status
from factcheck.services.evenings import KEPT_FOR, progress_of
from factcheck.services.housekeeping import job_kinds
from factcheck.settings import Settings
from tests.conftest import MovableClock
from tests.editor_ui.world import World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch


@pytest.fixture
def world(factory: SessionFactory, clock: MovableClock) -> World:
    return World(factory, FakeSearch(), FakeEmbedder(), clock)


def test_everybody_gets_messages_of_their_own_and_what_is_answered_counts(
    factory: SessionFactory, world: World, clock: MovableClock
) -> None:
    messages = [world.article(f"message {n}", asked_by=9 - n) for n in range(7)]
    evening_id = world.evening(people=3, each=2)
    clock.advance(minutes=1)
    world.reply(messages[0])
    world.reply(messages[6])  # of nobody's share
    with read_only(factory) as session:
        progress = progress_of(session, evening_id)
        shares = {n: [one.article.id for one in share] for n, share in progress.shares.items()}
        assert (progress.done, progress.replies, progress.helpers) == (1, 1, 1)
    assert shares == {1: [messages[0], messages[3]], 2: [messages[1], messages[4]], 3: [messages[2], messages[5]]}


def test_what_is_hidden_later_is_left_out(factory: SessionFactory, world: World) -> None:
    messages = [world.article(f"message {n}") for n in range(2)]
    evening_id = world.evening(people=5, each=3)
    with transaction(factory) as session:
        session.get_one(Article, messages[0]).status = Status.BLOCKED
    with read_only(factory) as session:
        progress = progress_of(session, evening_id)
        assert [one.article.id for one in progress.messages] == [messages[1]]
        assert progress.evening.people == 2  # nobody comes for nothing


@pytest.mark.parametrize(("people", "each"), [(0, 3), (101, 3), (3, 0), (3, 21), (-1, 1)])
def test_numbers_out_of_range(world: World, people: int, each: int) -> None:
    world.article("a message")
    with pytest.raises(InvalidInputError):
        world.evening(people=people, each=each)


def test_an_empty_list_and_an_unknown_evening(factory: SessionFactory, world: World) -> None:
    with pytest.raises(InvalidInputError):
        world.evening(people=2, each=2)
    with read_only(factory) as session, pytest.raises(NotFoundError):
        progress_of(session, "nothing")


def test_it_is_forgotten_after_a_while(factory: SessionFactory, world: World, clock: MovableClock) -> None:
    world.article("a message")
    evening_id = world.evening(people=1, each=1)
    clock.now += KEPT_FOR + timedelta(days=1)
    [kind] = job_kinds(factory, Settings(trial=True), clock)
    effects = kind.handler({})
    with transaction(factory) as session:
        effects(session)
    with read_only(factory) as session:
        assert session.get(Evening, evening_id) is None
        assert session.query(EveningMessage).count() == 0
