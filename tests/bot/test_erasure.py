"""Deleting what one sent: what goes, what others rely on, and that it can be sent again."""

import pytest
from sqlalchemy import select

from bot.buttons.menu import Action
from factcheck.db.session import read_only, transaction
from factcheck.jobs import queue
from factcheck.models import (
    Article,
    ArticleHyperlink,
    ArticleReplyFeedback,
    ArticleView,
    Cooccurrence,
    Delivery,
    DeliveryState,
    Dialogue,
    InboxEvent,
    Job,
    JobState,
    Match,
    Notice,
    ReplyRequest,
    Status,
    User,
)
from factcheck.services.clusters import join
from factcheck.services.erasure import ERASE_REST, erase_person_messages
from factcheck.services.users import get_or_create_line_user
from tests.bot.chatting import Chatting, words
from tests.bot.test_conversation import CLAIM, NEWS, submit
from tests.bot.test_settings import call
from tests.stored import count, everything

LINE_ID = "U" + "5eed" * 8
LINKED = f"{NEWS} https://example.org/bells"


def erase(chat: Chatting, user: str = "Ua") -> str:
    question = call(chat, Action.ERASE, user=user)
    return words(chat.press(question, "Yes, delete it all", user))


def article(chat: Chatting, article_id: str) -> Article:
    with read_only(chat.factory) as session:
        return session.get_one(Article, article_id)


def kept(chat: Chatting, word: str) -> list[str]:
    """The tables in which a word is left."""
    found = []
    with read_only(chat.factory) as session:
        for column in (Article.text, Dialogue.data, InboxEvent.payload, Delivery.messages, ArticleHyperlink.url):
            if any(word in str(value) for value in session.scalars(select(column))):
                found.append(f"{column.class_.__tablename__}.{column.key}")
    return found


def test_it_asks_first_and_keeps_all_that_is_not_to_be_deleted(chat: Chatting) -> None:
    article_id = submit(chat)
    assert "deleted nothing" in words(chat.press(call(chat, Action.ERASE), "No, keep it"))
    assert article(chat, article_id).text == NEWS
    assert count(chat.factory, Match) == 1


def test_everything_that_only_this_person_sent_is_gone(chat: Chatting) -> None:
    article_id = submit(chat, LINKED)
    chat.clock.advance(minutes=1)
    chat.say("Tomorrow all the bicycle shops of the town will close for good, the mayor says.")
    assert set(kept(chat, "omorrow")) >= {"articles.text", "dialogues.data"}
    said = erase(chat)
    assert "I have deleted what you sent me" in said
    assert "Published messages that are deleted: 1." in said
    assert "stay, without any link" not in said
    assert kept(chat, "omorrow") == []
    assert kept(chat, "example.org/bells") == []
    for model in (Match, ArticleView, ReplyRequest, Notice, ArticleHyperlink):
        assert count(chat.factory, model) == 0
    gone = article(chat, article_id)
    assert (gone.status, gone.user_id, gone.fingerprint, gone.reply_request_count) == (Status.DELETED, None, "", 0)
    chat.worker.run_due_jobs()
    assert article_id not in chat.search.documents


@pytest.mark.parametrize("why", ["asked", "answered", "reply taken back"])
def test_what_others_rely_on_stays_without_the_person(chat: Chatting, why: str) -> None:
    article_id = submit(chat)
    chat.clock.advance(minutes=1)
    if why == "asked":
        chat.say(NEWS, "Ub")
    else:
        link = chat.reply(article_id, "No such rule exists.")
    if why == "reply taken back":
        with transaction(chat.factory) as session:
            session.merge(link).status = Status.DELETED
    assert "because others have asked about them or answered them: 1." in erase(chat)
    stays = article(chat, article_id)
    assert (stays.text, stays.status, stays.user_id) == (NEWS, Status.NORMAL, None)
    assert stays.reply_request_count == stays.cluster_request_count == (1 if why == "asked" else 0)
    chat.clock.advance(minutes=1)
    before = len(chat.line.sent)
    chat.reply(article_id, "There is no such rule.")
    chat.worker.run_due_jobs()
    assert len(chat.line.sent) == before + (1 if why == "asked" else 0), "the person is not told any more"


def test_a_message_of_others_only_loses_the_question(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM)
    chat.say(CLAIM)
    assert article(chat, article_id).reply_request_count == 2
    said = erase(chat)
    assert "Published messages" not in said
    stays = article(chat, article_id)
    assert (stays.text, stays.reply_request_count, stays.user_id is None) == (CLAIM, 1, False)


def test_ratings_and_settings_stay(chat: Chatting) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    chat.press(chat.say(CLAIM), "👍 Helpful")
    call(chat, Action.NOTICES, "off")
    assert "Your ratings of replies stay" in erase(chat)
    assert count(chat.factory, ArticleReplyFeedback) == 1
    assert not chat.user().wants_notices


def test_who_it_was_is_forgotten_soon_after(chat: Chatting) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    chat.press(chat.say(CLAIM, LINE_ID), "👍 Helpful", LINE_ID)
    chat.say(NEWS, "Uquiet")
    with transaction(chat.factory) as session:
        dead = queue.enqueue(session, "x", {}, now=chat.clock(), key=f"chat:{LINE_ID}")
        session.get_one(Job, dead).state = JobState.DEAD
        many = {"to": "", "recipients": [LINE_ID, "Ub"], "state": DeliveryState.SENT}
        session.add(Delivery(retry_key="many", created_at=chat.clock(), **many))
    before = chat.user(LINE_ID)
    erase(chat, LINE_ID)
    assert LINE_ID in everything(chat.factory)
    chat.clock.advance(minutes=11)
    chat.worker.run_due_jobs()
    assert LINE_ID not in everything(chat.factory)
    with read_only(chat.factory) as session:
        left = session.get_one(User, before.id)  # the rating is theirs
        assert (left.app_user_id, left.locale, left.created_at, left.last_active_at) == (None, None, None, None)
        assert left.name != before.name
        assert session.scalars(select(Delivery.recipients).where(Delivery.retry_key == "many")).one() == ["Ub"]
    chat.say("hello", LINE_ID)
    assert chat.user(LINE_ID).published_id != before.published_id


def test_whoever_rated_nothing_has_no_row_left(chat: Chatting) -> None:
    submit(chat)
    before = chat.user()
    erase(chat)
    chat.clock.advance(minutes=11)
    chat.worker.run_due_jobs()
    with read_only(chat.factory) as session:
        assert session.get(User, before.id) is None


def test_whoever_goes_on_writing_stays_known_and_only_the_past_is_forgotten(chat: Chatting) -> None:
    submit(chat, user=LINE_ID)
    erase(chat, LINE_ID)
    chat.clock.advance(minutes=1)
    said = chat.say(NEWS, LINE_ID)
    chat.clock.advance(minutes=11)
    chat.worker.run_due_jobs()
    with read_only(chat.factory) as session:
        chats = session.scalars(select(InboxEvent.chat_id).order_by(InboxEvent.received_at)).all()
    assert (set(chats[:-1]), chats[-1]) == ({""}, LINE_ID)
    assert "too old" not in words(chat.press(said, "Yes, publish and check it", LINE_ID))


def test_what_is_still_under_way_is_waited_for(chat: Chatting) -> None:
    chat.say(NEWS, LINE_ID)
    erase(chat, LINE_ID)
    with transaction(chat.factory) as session:
        session.add(Delivery(to=LINE_ID, retry_key="late", messages=[{"text": "x"}], created_at=chat.clock()))
    chat.clock.advance(minutes=11)
    chat.worker.run_due_jobs()
    assert LINE_ID in everything(chat.factory)
    with transaction(chat.factory) as session:
        session.scalars(select(Delivery).where(Delivery.retry_key == "late")).one().state = DeliveryState.SENT
    chat.clock.advance(minutes=11)
    chat.worker.run_due_jobs()
    assert LINE_ID not in everything(chat.factory)


def test_why_somebody_asked_and_what_they_said_of_a_reply_goes(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "A spoon does nothing of the kind.")
    chat.press(chat.say(CLAIM), "👎 Not helpful")
    with transaction(chat.factory) as session:
        session.scalars(select(ArticleReplyFeedback)).one().comment = "I know better"
        own = ReplyRequest(article_id=article_id, user_id=chat.user().id, reason="Because I worry")
        session.add(own)
    erase(chat)
    with read_only(chat.factory) as session:
        assert session.scalars(select(ArticleReplyFeedback.comment)).all() == [""]
        assert "Because I worry" not in session.scalars(select(ReplyRequest.reason)).all()


def test_other_people_are_not_touched(chat: Chatting) -> None:
    chat.say(CLAIM, "Ub")
    chat.clock.advance(minutes=1)
    article_id = submit(chat, user="Ub")
    erase(chat)
    assert article(chat, article_id).text == NEWS
    assert count(chat.factory, Match) == 2
    assert kept(chat, "spoon") == ["dialogues.data"]


def test_old_buttons_ask_for_the_message_again(chat: Chatting) -> None:
    asked = chat.say(NEWS)
    erase(chat)
    assert "too old" in words(chat.press(asked, "Yes, publish and check it"))
    assert count(chat.factory, Article) == 0


def test_twice_is_like_once(chat: Chatting) -> None:
    submit(chat)
    question = call(chat, Action.ERASE)
    chat.press(question, "Yes, delete it all")
    chat.clock.advance(minutes=1)
    assert "already answered" in words(chat.press(question, "Yes, delete it all"))
    assert "Published messages" not in erase(chat)


def test_whoever_sent_much_has_it_deleted_by_jobs_that_follow_each_other(
    chat: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    for topic in ("bicycles", "bridges", "spoons", "buses", "coins"):
        chat.clock.advance(minutes=1)
        submit(chat, f"The mayor said that {topic} will be forbidden in the whole town from Monday on!")
    monkeypatch.setattr("factcheck.services.erasure.ARTICLES_A_JOB", 2)
    assert "Published messages that are deleted: 5." in erase(chat)
    with read_only(chat.factory) as session:
        assert session.scalars(select(Article.text)).all() == [""] * 5
        assert session.scalars(select(ReplyRequest.id)).all() == []
        assert session.scalars(select(Job.id).where(Job.kind == ERASE_REST)).all() == []


def test_a_message_that_comes_after_the_answer_is_still_answered(chat: Chatting) -> None:
    """Both wait in the queue when the deletion is done."""
    question = call(chat, Action.ERASE)
    press = chat.event(
        "postback", postback={"data": question[0]["contents"]["footer"]["contents"][0]["action"]["data"]}
    )
    chat.search.available = False
    chat.send(press)
    chat.clock.advance(seconds=5)
    chat.say(NEWS)
    chat.search.available = True
    chat.clock.advance(minutes=1)
    chat.worker.run_due_jobs()
    assert "May we publish this message?" in words(chat.line.sent[-1][2])


def test_held_messages_pending_answers_and_togetherness_go_too(chat: Chatting) -> None:
    chat.say(NEWS)
    person = chat.user()
    with transaction(chat.factory) as session:
        now = chat.clock()
        session.add(Cooccurrence(user_id=person.id, article_ids="a_b", created_at=now, updated_at=now))
        session.add(
            InboxEvent(id="held", chat_id="Ua", type="message", payload={"m": NEWS}, received_at=now, held_at=now)
        )
        for name, extra in (("to", {"to": "Ua"}), ("many", {"to": "", "recipients": ["Ub", "Ua"]})):
            session.add(Delivery(retry_key=name, messages=[{"text": NEWS}], created_at=now, **extra))
        session.add(Delivery(to="", recipients=["Ua"], retry_key="one", messages=[{"text": NEWS}], created_at=now))
    with transaction(chat.factory) as session:
        user = get_or_create_line_user(session, "Ua", secret_key="key", locale="en", now=chat.clock())
        erase_person_messages(session, user, now=chat.clock(), received_until=chat.clock())
    with read_only(chat.factory) as session:
        held = session.get_one(InboxEvent, "held")
        assert (held.payload, held.held_at, held.handled_at) == (None, None, chat.clock())
        deliveries = {row.retry_key: row for row in session.scalars(select(Delivery))}
    assert (deliveries["to"].state, deliveries["to"].messages) == (DeliveryState.CANCELLED, None)
    assert (deliveries["one"].state, deliveries["one"].messages) == (DeliveryState.CANCELLED, None)
    assert (deliveries["many"].state, deliveries["many"].recipients) == (DeliveryState.PENDING, ["Ub"])
    assert count(chat.factory, Cooccurrence) == 0


def test_what_was_deleted_can_be_published_again_under_the_same_id(chat: Chatting) -> None:
    article_id = submit(chat, LINKED)
    version = article(chat, article_id).version
    erase(chat)
    chat.clock.advance(minutes=5)
    assert submit(chat, LINKED, "Ub") == article_id
    again = article(chat, article_id)
    assert (again.status, again.text, again.user_id) == (Status.NORMAL, LINKED, chat.user("Ub").id)
    assert (again.reply_request_count, again.cluster_request_count, again.references) == (1, 1, ["LINE"])
    assert again.version > version
    assert again.listed
    assert article_id in chat.search.documents
    assert count(chat.factory, ArticleHyperlink) == 1


@pytest.mark.parametrize("mine_is_first", [True, False])
def test_copies_by_others_stay_and_serve_on(chat: Chatting, mine_is_first: bool) -> None:
    if mine_is_first:
        own, other = submit(chat), chat.publish(CLAIM)
    else:
        other, own = chat.publish(CLAIM), submit(chat)
    with transaction(chat.factory) as session:
        assert join(session, own, other, now=chat.clock())
    assert "Published messages that are deleted: 1." in erase(chat)
    left = article(chat, other)
    assert (left.cluster_id, left.cluster_size, left.listed) == (other, 1, True)
    assert (left.cluster_request_count, left.text) == (1, CLAIM)
    assert article(chat, own).cluster_id == own


def test_what_moderation_has_blocked_stays_blocked(chat: Chatting) -> None:
    article_id = submit(chat)
    with transaction(chat.factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    erase(chat)
    blocked = article(chat, article_id)
    assert (blocked.status, blocked.user_id, blocked.text) == (Status.BLOCKED, None, "")
