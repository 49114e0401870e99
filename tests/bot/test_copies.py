"""Copies of one message in the chat: one reply answers all, each person is told once, a copy is offered once."""

import pytest
from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs.worker import Worker
from factcheck.matching.decide.decision import Outcome
from factcheck.models import Article, ArticleReplyFeedback, Notice
from tests.bot.chatting import Chatting, words
from tests.bot.deciding import decided
from tests.conftest import MovableClock
from tests.job_kinds import bot_job_handlers, index_job_handlers

CLAIM = "Doctors at the city hospital found that drinking cold lemon water every morning turns the blood acid."
COPY = "Doctors at the city hospital have found that drinking cold lemon water every morning turns the blood acid."
REPLY = "No drink changes the blood like that."


@pytest.fixture
def chat(factory: SessionFactory, clock: MovableClock) -> Chatting:
    chat = Chatting(factory, clock)
    indexing = index_job_handlers(factory, chat.search, chat.embedder, clock=clock)
    chat.worker = Worker(factory, {**bot_job_handlers(chat.context), **indexing}, clock=clock)
    return chat


@pytest.fixture
def copies(chat: Chatting, clock: MovableClock) -> tuple[str, str]:
    first = chat.publish(CLAIM)
    clock.advance(minutes=1)
    second = chat.publish(COPY)
    with read_only(chat.factory) as session:
        assert session.get_one(Article, second).cluster_id == first
    return first, second


def test_a_copy_is_answered_with_the_reply_to_the_other_and_can_be_rated(
    chat: Chatting, copies: tuple[str, str]
) -> None:
    chat.reply(copies[0], REPLY)
    chat.worker.run_due_jobs()
    said = chat.say(COPY)
    assert REPLY in words(said)
    chat.press(said, "👍 Helpful")
    with read_only(chat.factory) as session:
        assert session.scalars(select(ArticleReplyFeedback.article_id)).all() == [copies[0]]


def test_who_asked_about_both_is_told_once_of_the_one_asked_first(chat: Chatting, copies: tuple[str, str]) -> None:
    for user, texts in {"Ua": (COPY, CLAIM), "Ub": (CLAIM,), "Uc": (COPY,)}.items():
        for text in texts:
            chat.say(text, user)
    before = len(chat.line.sent)
    chat.reply(copies[1], REPLY)
    chat.reply(copies[0], "The same once more.")
    chat.worker.run_due_jobs()
    assert sorted(to for _, to, _ in chat.line.sent[before:]) == ["Ua", "Ub", "Uc"]
    with read_only(chat.factory) as session:
        told = session.scalars(select(Notice.article_id).order_by(Notice.id)).all()
        assert sorted(told) == sorted([copies[1], copies[0], copies[1]])


def test_people_who_wait_are_counted_together(chat: Chatting, copies: tuple[str, str]) -> None:
    chat.say(CLAIM, "Ub")
    assert "Waiting for a reply: 3" in words(chat.say(COPY, "Ua")), "the asker, Ub and Ua"


def test_of_several_copies_one_is_offered(chat: Chatting, copies: tuple[str, str]) -> None:
    with decided(Outcome.CHOOSE):
        said = words(
            chat.say("My aunt heard that drinking cold lemon water every morning turns the blood acid, I doubt it")
        )
    assert "Doctors at the city hospital" in said
    assert ("This one (1)" in said, "This one (2)" in said) == (True, False)
