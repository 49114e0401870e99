"""Small tasks: who gets which, and what independent answers decide."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import ForbiddenError, GoneError, InvalidInputError, NotFoundError
from factcheck.models import (
    WEBSITE,
    Article,
    ArticleCategory,
    Category,
    Hyperlink,
    PageState,
    SimilarArticle,
    Task,
    TaskKind,
    TaskState,
    TaskTurn,
    User,
)
from factcheck.services import task_making, tasks
from factcheck.services.articles import submit_article
from factcheck.services.feedback import vote
from factcheck.services.inbox import Event, inbox_of
from factcheck.services.replies import ReplyDraft, new_form_key, take_back, write_reply
from factcheck.services.task_rules import MARGINS, MOST_ANSWERS, Standing, rating_standing, standing
from factcheck.services.users import ensure_app, get_or_create_volunteer
from tests.conftest import MovableClock


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], Standing(wanted=3)),
        (["SAME"], Standing(wanted=2)),
        (["SAME", "SAME", "SAME"], Standing(outcome="SAME")),
        (["SAME", "DIFFERENT"], Standing(wanted=3)),
        (["SAME", "SAME", "DIFFERENT", "SAME"], Standing(wanted=1)),
        (["UNSURE", "SKIPPED", "SAME"], Standing(wanted=2)),
        (["UNSURE"] * MOST_ANSWERS, Standing(split=True)),
        (["SKIPPED"] * 50, Standing(wanted=3)),
        (["SAME", "DIFFERENT"] * 4 + ["SAME"], Standing(split=True)),
    ],
)
def test_a_margin_decides(answers: list[str], expected: Standing) -> None:
    assert standing(TaskKind.SAME, answers) == expected
    assert standing(TaskKind.SAME, reversed(answers)) == expected


def test_a_rating_needs_as_many_as_a_message() -> None:
    assert [rating_standing(votes).wanted for votes in range(4)] == [3, 2, 1, 0]


class Bench:
    """People and messages, by the real services."""

    def __init__(self, factory: SessionFactory, clock: MovableClock) -> None:
        self.factory, self.clock = factory, clock

    def person(self, name: str) -> str:
        with transaction(self.factory) as session:
            email = f"{name}@example.org"
            return get_or_create_volunteer(session, email, secret_key="k", locale="en", now=self.clock()).id

    def article(self, text: str) -> str:
        asker = self.person("asker")
        with transaction(self.factory) as session:
            return submit_article(session, text, session.get_one(User, asker), now=self.clock()).id

    def reply(self, article_id: str, by: str) -> str:
        with transaction(self.factory) as session:
            draft = ReplyDraft("RUMOR", "No.", "https://example.org/facts", new_form_key())
            article = session.get_one(Article, article_id)
            return write_reply(session, article, draft, session.get_one(User, by), now=self.clock()).reply_id

    def make(self) -> None:
        [kind] = task_making.job_kinds(self.factory, self.clock)
        effects = kind.handler({})
        with transaction(self.factory) as session:
            effects(session)

    def next(self, person: str, *languages: str) -> int | None:
        with transaction(self.factory) as session:
            user = session.get_one(User, person)
            task = tasks.hand_out(session, user, languages, now=self.clock())
            return task.id if task else None

    def answer(self, task_id: int, person: str, given: str) -> str:
        with transaction(self.factory) as session:
            task = tasks.answer(session, task_id, session.get_one(User, person), given, now=self.clock())
            return task.outcome

    def task(self, task_id: int) -> Task:
        with read_only(self.factory) as session:
            task = session.get_one(Task, task_id)
            session.expunge(task)
            return task


@pytest.fixture
def bench(factory: SessionFactory, clock: MovableClock) -> Bench:
    return Bench(factory, clock)


def pair(bench: Bench) -> tuple[str, str]:
    one, other = bench.article("Drink salt water against the flu"), bench.article("Salt water cures influenza")
    with transaction(bench.factory) as session:
        for first, second in ((one, other), (other, one)):
            session.add(SimilarArticle(article_id=first, other_id=second, probability=0.6))
    return one, other


def test_three_who_agree_make_two_messages_one(bench: Bench) -> None:
    one, other = pair(bench)
    bench.make()
    bench.make()
    people = [bench.person(name) for name in "abcde"]
    given = {bench.next(person) for person in people[:3]}
    assert len(given) == 1
    [task_id] = given
    assert task_id is not None
    assert bench.next(people[3]) is None, "three are asked, and three are enough"
    assert bench.next(people[0]) == task_id, "opening the page again changes nothing"
    assert [bench.answer(task_id, person, "SAME") for person in people[:3]] == ["", "", "SAME"]
    with pytest.raises(NotFoundError):
        bench.answer(task_id, people[3], "DIFFERENT")
    with read_only(bench.factory) as session:
        clusters = set(session.scalars(select(Article.cluster_id).where(Article.id.in_((one, other)))))
    assert len(clusters) == 1
    bench.make()
    assert bench.next(people[4]) is None, "nothing is asked twice"


def test_three_who_agree_part_two_messages(bench: Bench) -> None:
    pair(bench)
    bench.make()
    people = [bench.person(name) for name in "abcdef"]
    for person, said in zip(people[:5], ("SAME", "DIFFERENT", "DIFFERENT", "UNSURE", "DIFFERENT"), strict=True):
        task_id = bench.next(person)
        assert task_id is not None
        bench.answer(task_id, person, said)
    task_id = bench.next(people[5])
    assert task_id is not None
    assert bench.answer(task_id, people[5], "DIFFERENT") == "DIFFERENT"
    assert bench.answer(task_id, people[5], "SAME") == "DIFFERENT", "sent twice"
    with read_only(bench.factory) as session:
        assert session.scalars(select(SimilarArticle)).all() == []


def test_a_place_is_free_again_when_somebody_is_gone(bench: Bench) -> None:
    pair(bench)
    bench.make()
    people = [bench.person(name) for name in "abcde"]
    first = bench.next(people[0])
    bench.clock.advance(minutes=1)
    assert [bench.next(person) for person in people[1:4]] == [first, first, None]
    bench.clock.advance(minutes=4, seconds=1)
    assert bench.next(people[3]) == first
    assert bench.next(people[4]) is None
    assert first is not None
    assert bench.answer(first, people[0], "SAME") == "", "late, and it counts all the same"
    bench.answer(first, people[1], "SAME")
    assert bench.answer(first, people[3], "SAME") == "SAME"
    with pytest.raises(GoneError):
        bench.answer(first, people[2], "SAME")
    with pytest.raises(InvalidInputError):
        bench.answer(first, people[2], "nonsense")


def test_what_one_passes_on_goes_to_others(bench: Bench) -> None:
    pair(bench)
    bench.make()
    amy = bench.person("amy")
    task_id = bench.next(amy)
    assert task_id is not None
    bench.answer(task_id, amy, "SKIPPED")
    assert bench.next(amy) is None
    assert bench.next(bench.person("bob")) == task_id
    with read_only(bench.factory) as session:
        assert tasks.done_today(session, amy, now=bench.clock()) == 0


def test_a_topic_is_set_by_two(bench: Bench) -> None:
    article = bench.article("a message without a topic")
    with transaction(bench.factory) as session:
        session.add_all([Category(id="health", title="Health"), Category(id="money", title="Money")])
    bench.make()
    for name, said in (("a", "health"), ("b", "money"), ("c", "health"), ("d", "UNSURE")):
        person = bench.person(name)
        task_id = bench.next(person, "en")
        assert task_id is not None, name
        bench.answer(task_id, person, said)
    with read_only(bench.factory) as session:
        assert session.scalars(select(ArticleCategory.category_id)).all() == []
    person = bench.person("f")
    task_id = bench.next(person)
    assert task_id is not None
    assert bench.answer(task_id, person, "health") == "health"
    with read_only(bench.factory) as session:
        assert session.scalars(select(ArticleCategory.article_id)).one() == article
    assert bench.next(bench.person("z")) is None


def test_languages(bench: Bench) -> None:
    bench.article("這是一則中文的訊息，請大家告訴大家")
    with transaction(bench.factory) as session:
        session.add(Category(id="health", title="Health"))
    bench.make()
    amy = bench.person("amy")
    assert bench.next(amy, "en") is None
    assert bench.next(amy, "zh-Hant") is not None


def test_nobody_rates_or_checks_their_own(bench: Bench) -> None:
    """A rating is a vote; a page that does not say so is told to who wrote."""
    article = bench.article("a message with a reply")
    amy, bob, cat = (bench.person(name) for name in ("amy", "bob", "cat"))
    reply = bench.reply(article, amy)
    with transaction(bench.factory) as session:
        session.execute(update(Hyperlink).values(state=PageState.OK))
    bench.make()
    assert bench.next(amy) is None
    kinds = Counter()
    for person in (bob, cat):
        while (task_id := bench.next(person)) is not None:
            kind = bench.task(task_id).kind
            kinds[kind] += 1
            if kind == TaskKind.RATE:
                with transaction(bench.factory) as session:
                    vote(session, article, reply, session.get_one(User, person), 1, now=bench.clock())
            bench.answer(task_id, person, "RATED" if kind == TaskKind.RATE else "NOT_THERE")
    assert kinds == {TaskKind.RATE: 2, TaskKind.REFERENCE: 2}
    with read_only(bench.factory) as session:
        agreed = tasks.checked_references(session, [reply])
        events = [entry.event for entry in inbox_of(session, amy, since=bench.clock() - timedelta(days=1))]
        assert tasks.done_today(session, bob, now=bench.clock()) == 2
    assert agreed == {reply: {"https://example.org/facts": "NOT_THERE"}}
    assert sorted(events) == [Event.UNPROVEN, Event.VOTES]


def test_what_is_gone_is_not_asked(bench: Bench) -> None:
    article = bench.article("a message with a reply")
    amy, bob = bench.person("amy"), bench.person("bob")
    reply = bench.reply(article, amy)
    bench.make()
    task_id = bench.next(bob)
    assert task_id is not None
    with transaction(bench.factory) as session:
        take_back(session, article, reply, session.get_one(User, amy), now=bench.clock())
    assert bench.next(bob) is None
    assert bench.next(bench.person("cat")) is None
    assert bench.task(task_id).state == TaskState.DROPPED


def test_people_who_come_at_once_get_different_tasks(bench: Bench, clock: MovableClock) -> None:
    """Two processes hand out at the same moment: nobody gets one that is full, and nothing is left undone."""
    with transaction(bench.factory) as session:
        ensure_app(session, WEBSITE)
        session.add(Category(id="health", title="Health"))
        session.add_all(User(id=f"p{n}", app_id=WEBSITE, published_id=f"p{n}") for n in range(24))
    for number in range(12):
        bench.article(f"a message without a topic, number {number}")
    bench.make()
    got: list[int | None] = []

    def come(numbers: range) -> None:
        got.extend(bench.next(f"p{number}") for number in numbers)

    threads = [threading.Thread(target=come, args=(range(start, 24, 4),)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(got) == dict.fromkeys(got, MARGINS[TaskKind.TOPIC])
    assert len(set(got)) == 12
    with read_only(bench.factory) as session:
        assert len(session.scalars(select(TaskTurn)).all()) == 24


def test_who_is_blocked_gets_no_task_and_counts_in_none(bench: Bench) -> None:
    one, two = bench.article("Soup cures colds"), bench.article("Soup heals colds")
    with transaction(bench.factory) as session:
        wanted = task_making.Wanted(TaskKind.SAME, *sorted((one, two))[:1], "", 0.0, max(one, two))
        task_making.add_tasks(session, [wanted], now=bench.clock())
    names = [bench.person(f"p{number}") for number in range(MARGINS[TaskKind.SAME])]
    for number, name in enumerate(names):
        with transaction(bench.factory) as session:
            user = session.get_one(User, name)
            task = tasks.hand_out(session, user, (), now=bench.clock())
            assert task is not None
            if number == len(names) - 1:
                session.get_one(User, names[0]).blocked_at = bench.clock()
                session.flush()
            tasks.answer(session, task.id, user, "SAME", now=bench.clock())
            assert task.state == TaskState.OPEN
    with transaction(bench.factory) as session, pytest.raises(ForbiddenError, match="blocked"):
        tasks.hand_out(session, session.get_one(User, names[0]), (), now=bench.clock())
