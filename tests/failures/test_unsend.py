"""U01 to U04: messages that are taken back, and people who are not answered."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from factcheck.db.session import read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.models import (
    Article,
    ArticleReplyFeedback,
    Delivery,
    DeliveryState,
    Dialogue,
    InboxEvent,
    Job,
    Match,
    ReplyRequest,
    Status,
)
from factcheck.services.sweeping import PURGE_DATABASE
from tests.failures.harness import Bot, words
from tests.job_kinds import bot_job_handlers

NEWS = "From tomorrow on every bicycle in town needs two bells, otherwise the police will take it away at once!"
CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."


def left_of(bot: Bot, word: str) -> list[str]:
    """The tables in which a word is left."""
    columns = (Article.text, Dialogue.data, InboxEvent.payload, Delivery.messages)
    with read_only(bot.factory) as session:
        return [
            column.class_.__tablename__
            for column in columns
            if any(word in str(value) for value in session.scalars(select(column)))
        ]


def rows(bot: Bot, model: type[Any]) -> list[Any]:
    with read_only(bot.factory) as session:
        return list(session.scalars(select(model)))


def publish_own(bot: Bot, person: Any, text: str = NEWS) -> Any:
    """Says it and agrees to publish it; returns what was said, with its event."""
    said = bot.line.phone.text(person, text)
    if "None of these" in words(bot.send(said)):
        bot.press(person, "None of these")
    assert "in the queue" in words(bot.press(person, "Yes, publish and check it"))
    return said


def test_u01_a_message_that_is_unsent_before_it_is_handled_is_never_answered(bot: Bot) -> None:
    ada = bot.person()
    said = bot.line.phone.text(ada, NEWS)
    taken_back = bot.line.phone.unsend(said.message)
    assert taken_back is not None
    assert bot.send(said, taken_back) == []
    assert left_of(bot, "From tomorrow") == []
    assert rows(bot, Match) == []


def test_u01_unsent_while_it_is_looked_up(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = bot.person()
    said = bot.line.phone.text(ada, NEWS)
    look_up = bot.search.candidates
    arrived = []

    def take_back_meanwhile(query: Any) -> Any:
        if not arrived:
            arrived.append(bot.line.unsend(ada, said.message))
        return look_up(query)

    monkeypatch.setattr(bot.search, "candidates", take_back_meanwhile)
    assert bot.send(said) == []
    assert [delivery.status for delivery in arrived] == [200]
    assert left_of(bot, "From tomorrow") == []
    assert rows(bot, Delivery) == []


def test_u01_unsent_while_it_waits_for_an_index_that_is_down(bot: Bot) -> None:
    ada = bot.person()
    bot.search.available = False
    assert bot.say(ada, NEWS) == []
    assert left_of(bot, "From tomorrow") == ["inbox_events"]
    bot.line.unsend(ada)
    assert bot.wait(minutes=2) == []
    assert left_of(bot, "From tomorrow") == [], "it goes without waiting for the index"
    assert [job.kind for job in rows(bot, Job)] == [PURGE_DATABASE]
    bot.search.available = True
    assert bot.wait(minutes=2) == []


def test_u01_unsent_when_the_answer_is_decided_and_not_yet_sent(bot: Bot) -> None:
    ada = bot.person()
    bot.line.add_fault("message/reply", "status", times=1, status=429)
    assert bot.say(ada, NEWS) == []
    assert "deliveries" in left_of(bot, "From tomorrow")
    bot.line.unsend(ada)
    assert bot.wait(minutes=5) == []
    assert left_of(bot, "From tomorrow") == []
    assert [delivery.state for delivery in rows(bot, Delivery)] == [DeliveryState.CANCELLED]


def test_u02_what_was_asked_about_it_is_emptied_and_its_buttons_say_so(bot: Bot) -> None:
    ada = bot.person()
    bot.say(ada, NEWS)
    assert bot.send(bot.line.phone.unsend(bot.line.store.history.of_chat(ada.id)[0]) or {}) == []
    assert left_of(bot, "From tomorrow") == []
    assert rows(bot, Match) == []
    assert "too old" in words(bot.press(ada, "Yes, publish and check it"))


def test_u02_what_only_its_sender_published_is_erased_and_a_redelivery_does_not_revive_it(bot: Bot) -> None:
    ada = bot.person()
    said = publish_own(bot, ada)
    bot.line.unsend(ada, said.message)
    assert bot.settle() == []
    for _ in range(2):
        assert left_of(bot, "From tomorrow") == []
        assert [article.status for article in rows(bot, Article)] == [Status.DELETED]
        assert rows(bot, ReplyRequest) == []
        bot.line.redeliver(said)
        assert bot.settle() == []
    assert bot.search.documents == {}


def test_u02_what_somebody_else_asked_about_stays_without_its_sender(bot: Bot) -> None:
    ada, ben = bot.person(), bot.person("Ben")
    said = publish_own(bot, ada)
    bot.say(ben, NEWS)
    bot.line.unsend(ada, said.message)
    bot.settle()
    [article] = rows(bot, Article)
    assert (article.text, article.status, article.user_id) == (NEWS, Status.NORMAL, None)
    assert article.reply_request_count == 1
    assert [request.user_id for request in rows(bot, ReplyRequest)] == [bot.user(ben).id]


def consent_to_known(bot: Bot, person: Any) -> tuple[Any, str]:
    """Agrees to publish what somebody else has published meanwhile; returns what was said and the article's id."""
    said = bot.line.phone.text(person, NEWS)
    bot.send(said)
    article_id = bot.publish(NEWS)
    bot.press(person, "Yes, publish and check it")
    assert len(rows(bot, ReplyRequest)) == 2
    return said, article_id


def test_u02_the_question_about_somebody_elses_article_goes_and_the_article_stays(bot: Bot) -> None:
    ada = bot.person()
    said, article_id = consent_to_known(bot, ada)
    bot.line.unsend(ada, said.message)
    bot.settle()
    [article] = rows(bot, Article)
    assert (article.id, article.text, article.status) == (article_id, NEWS, Status.NORMAL)
    assert article.user_id not in (None, bot.user(ada).id)
    assert article.reply_request_count == 1
    assert [request.user_id for request in rows(bot, ReplyRequest)] == [article.user_id]


def test_u02_only_that_message_goes(bot: Bot) -> None:
    ada = bot.person()
    said = publish_own(bot, ada)
    bot.wait(minutes=1)
    publish_own(bot, ada, CLAIM)
    bot.line.unsend(ada, said.message)
    bot.settle()
    assert {article.text: article.status for article in rows(bot, Article)} == {
        "": Status.DELETED,
        CLAIM: Status.NORMAL,
    }
    assert len(rows(bot, Match)) == 1


def test_u02_the_same_text_sent_twice_stays_until_both_are_unsent(bot: Bot) -> None:
    ada = bot.person()
    first = publish_own(bot, ada)
    with transaction(bot.factory) as session:
        match = session.scalars(select(Match)).one()
        fields = {"outcome": match.outcome, "candidates": [], "text_length": 1, "created_at": bot.clock()}
        again = Match(user_id=match.user_id, submitted_article_id=match.submitted_article_id, submitted=True, **fields)
        again.message_id = "second"
        session.add(again)
    bot.line.unsend(ada, first.message)
    bot.settle()
    assert [article.status for article in rows(bot, Article)] == [Status.NORMAL]
    bot.send(bot.line.phone.event("unsend", ada, unsend={"messageId": "second"}))
    assert [article.status for article in rows(bot, Article)] == [Status.DELETED]


@pytest.mark.parametrize("kind", ["reason", "comment"])
def test_u02_a_reason_or_comment_goes_and_the_question_or_vote_stays(bot: Bot, kind: str) -> None:
    ada = bot.person()
    article_id = bot.publish(CLAIM, None if kind == "reason" else "A spoon does nothing of the kind.")
    bot.say(ada, CLAIM)
    if kind == "comment":
        bot.press(ada, "👎 Not helpful")
    with transaction(bot.factory) as session:
        person = bot.user(ada)
        link = session.scalars(select(ArticleReplyFeedback)).one_or_none()
        request = session.scalars(select(ReplyRequest).where(ReplyRequest.user_id == person.id)).one_or_none()
        if kind == "comment":
            assert link is not None
            link.comment = "From tomorrow on"
        else:
            assert request is not None
            request.reason = "From tomorrow on"
        session.add(
            Match(
                user_id=person.id,
                outcome="UNKNOWN",
                candidates=[],
                text_length=1,
                message_id="added",
                submitted_article_id=article_id,
                created_at=bot.clock(),
            )
        )
    bot.send(bot.line.phone.event("unsend", ada, unsend={"messageId": "added"}))
    with read_only(bot.factory) as session:
        own = ReplyRequest.user_id == person.id
        left = [
            *session.scalars(select(ReplyRequest.reason).where(own)),
            *session.scalars(select(ArticleReplyFeedback.comment)),
        ]
    assert left == [""]


def test_u02_a_message_of_somebody_else_cannot_be_taken_back(bot: Bot) -> None:
    ada, eve = bot.person(), bot.person("Eve")
    said = publish_own(bot, ada)
    bot.send(bot.line.phone.event("unsend", eve, unsend={"messageId": said.message.id}))
    [article] = rows(bot, Article)
    assert (article.text, article.status) == (NEWS, Status.NORMAL)


def test_u03_an_unsend_that_arrives_before_its_message(bot: Bot) -> None:
    ada = bot.person()
    said = bot.line.phone.text(ada, NEWS)
    taken_back = bot.line.phone.unsend(said.message)
    assert taken_back is not None
    assert bot.send(taken_back) == []
    assert bot.send(said) == []
    assert left_of(bot, "From tomorrow") == []


def test_u04_following_right_after_unfollowing_keeps_what_was_chosen(bot: Bot) -> None:
    ada = bot.person()
    bot.send(bot.line.phone.follow(ada))
    with transaction(bot.factory) as session:
        session.merge(bot.user(ada)).wants_notices = False
    bot.wait(seconds=1)
    said = bot.send(bot.line.phone.block(ada), bot.line.phone.follow(ada))
    assert "Welcome back!" in words(said)
    assert "Notices are still off" in words(said)
    assert (bot.user(ada).wants_notices, bot.user(ada).is_friend) == (False, True)


def configured(bot: Bot, **changes: Any) -> None:
    """Restart the worker with other settings."""
    handlers = {**bot.handlers, **bot_job_handlers(replace(bot.context, **changes))}
    bot.worker = Worker(bot.factory, handlers, clock=bot.clock)


def test_u04_a_blocked_person_is_not_answered_and_nothing_is_kept(bot: Bot) -> None:
    ada, ben = bot.person(), bot.person("Ben")
    group = bot.line.group("Neighbours", [ada, ben])
    configured(bot, blocked_users=frozenset({ada.id}))
    assert bot.say(ada, NEWS) == []
    assert bot.say(ada, NEWS, chat=group) == []
    assert bot.send(bot.line.phone.follow(ada)) == []
    assert left_of(bot, "From tomorrow") == []
    assert "May we publish this message?" in words(bot.say(ben, NEWS))


def test_u04_what_a_blocked_person_takes_back_still_goes(bot: Bot) -> None:
    ada = bot.person()
    said = publish_own(bot, ada)
    configured(bot, blocked_users=frozenset({ada.id}))
    bot.line.unsend(ada, said.message)
    bot.settle()
    assert left_of(bot, "From tomorrow") == []


def test_u04_who_sends_too_much_in_a_minute_is_told_so_once(bot: Bot) -> None:
    ada, ben = bot.person(), bot.person("Ben")
    configured(bot, messages_a_minute=3)
    answers = []
    for number in range(7):
        answers.append(words(bot.say(ada, f"{number}? {NEWS}")))
        bot.clock.advance(seconds=4)
    assert ["wait a minute" in answer for answer in answers] == [False, False, False, True, False, False, False]
    assert all(answers[:4])
    assert answers[4:] == ["", "", ""]
    assert bot.press(ada, "Yes, publish and check it") == [], "buttons count, too"
    assert "May we publish this message?" in words(bot.say(ben, NEWS)), "others are not held up"
    bot.clock.advance(minutes=1)
    assert "in the queue" in words(bot.press(ada, "Yes, publish and check it"))
