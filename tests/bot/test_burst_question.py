"""The messages of a burst, by the real inbox, handlers and worker."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.inbound.events import parse_event
from bot.inbound.inbox import messages_around
from bot.inbound.webhook import store_events
from bot.private.burst_question import BATCH
from factcheck.db.session import read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, Scored, decide
from factcheck.models import Article, Cooccurrence, Dialogue, InboxEvent, Job, JobState, Match, ReplyRequest, UsageEvent
from factcheck.services.usage import Usage
from tests.bot.chatting import Chatting, buttons, words
from tests.bot.deciding import in_place_of_the_model

SPOON = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."
BELLS = "明天開始，腳踏車都要裝兩個鈴鐺，沒有裝的會被警察拖走，請大家趕快轉告家人朋友！"
CATS = "衛生所王主任說，貓咪在公園散步要繫藍色的帶子，違者罰三千元，這是市政府昨天開會決定的。"
BRIDGE = "The city will close the old bridge for cars on Monday because the river is high."
MOON = "A doctor at the university hospital says that moonlight dries out the skin of small children in winter."
YES, NO = "Yes, they belong together", "No, they are separate"


def text(chat: Chatting, said: str, *, ago: float = 0, user: str = "Ua") -> dict[str, Any]:
    event = chat.event("message", user)
    event["message"] = {"type": "text", "id": f"m-{event['webhookEventId']}", "text": said}
    event["timestamp"] -= int(ago * 1000)
    return event


def forward(chat: Chatting, *texts: str) -> list[dict[str, Any]]:
    """All at once."""
    chat.clock.advance(seconds=10)
    return chat.send(*(text(chat, said, ago=0.1 * (len(texts) - n)) for n, said in enumerate(texts)))


def later(chat: Chatting, seconds: float = 10) -> list[dict[str, Any]]:
    before = len(chat.line.sent)
    chat.clock.advance(seconds=seconds)
    chat.worker.run_due_jobs()
    return [message for _, _, messages in chat.line.sent[before:] for message in messages]


def labels(found: Any) -> list[str]:
    return [button["label"] for button in buttons(found)]


def rows(chat: Chatting, model: Any) -> list[Any]:
    with read_only(chat.factory) as session:
        return list(session.scalars(select(model)).all())


def open_events(chat: Chatting) -> int:
    return len([event for event in rows(chat, InboxEvent) if event.handled_at is None])


def together(chat: Chatting) -> list[str]:
    return [row.article_ids for row in rows(chat, Cooccurrence)]


def test_a_single_text_is_answered_without_any_wait(chat: Chatting) -> None:
    chat.publish(SPOON, "A spoon does nothing of the kind.")
    assert "A spoon does nothing" in words(chat.say(SPOON))
    assert not [job for job in rows(chat, Job) if job.kind == "settle"]


def test_f10_texts_sent_at_once_are_asked_about_once_with_buttons_in_the_bubble(chat: Chatting) -> None:
    asked = forward(chat, SPOON, BELLS, CATS)
    assert len(asked) == 1
    assert labels(asked) == [YES, NO]
    assert "quickReply" not in asked[0]
    assert "You sent me 3 messages" in words(asked)
    assert chat.line.sent[-1][:2] == ("reply", "token-3")
    assert later(chat) == []
    assert open_events(chat) == 0


def test_the_same_text_twice_is_one_message(chat: Chatting) -> None:
    chat.publish(SPOON, "A spoon does nothing of the kind.")
    assert "A spoon does nothing" in words(forward(chat, SPOON, SPOON))
    assert len(chat.line.sent) == 1
    assert open_events(chat) == 0


def test_what_two_people_send_at_once_is_not_mixed(chat: Chatting) -> None:
    said = chat.send(text(chat, BELLS), text(chat, CATS, user="Ub"))
    assert "You sent me" not in words(said)


def test_a_greeting_does_not_hold_up_a_message(chat: Chatting) -> None:
    chat.publish(SPOON, "A spoon does nothing of the kind.")
    said = words(forward(chat, SPOON, "hello"))
    assert "A spoon does nothing" in said
    assert "You sent me" not in said


def test_a_text_that_comes_just_after_a_question_about_another_joins_it(chat: Chatting) -> None:
    assert "May we publish this message?" in words(chat.say(BELLS))
    chat.clock.advance(seconds=1)
    asked = chat.send(text(chat, CATS))
    assert "You sent me 2 messages" in words(asked)
    chat.clock.advance(seconds=30)
    assert "May we publish this message?" in words(chat.send(text(chat, MOON)))


def test_texts_that_trickle_in_after_the_question_change_it_once(chat: Chatting) -> None:
    asked = forward(chat, SPOON, BELLS)
    for more in (CATS, MOON):
        chat.clock.advance(seconds=1)
        assert chat.send(text(chat, more)) == []
    again = later(chat)
    assert "You sent me 4 messages" in words(again)
    assert buttons(again)[0]["data"] == buttons(asked)[0]["data"]
    assert later(chat) == []
    assert len([row for row in rows(chat, Dialogue) if row.state == "TOGETHER"]) == 1


def test_a_text_that_was_to_join_a_question_answered_meanwhile_is_handled_alone(chat: Chatting) -> None:
    asked = forward(chat, SPOON, BELLS)
    chat.clock.advance(seconds=1)
    chat.send(text(chat, CATS))
    no = next(button["data"] for button in buttons(asked) if button["label"] == NO)
    chat.send(chat.event("postback", postback={"data": no}))  # before the text joins
    assert "May we publish this message?" in words(later(chat))


def test_a_held_text_is_answered_even_if_the_newer_one_is_never_handled(chat: Chatting) -> None:
    chat.publish(SPOON, "A spoon does nothing of the kind.")
    first, second = text(chat, SPOON), text(chat, BELLS)
    with transaction(chat.factory) as session:
        session.add(InboxEvent(id="dead", chat_id="Ua", type="message", message_id="x", payload=second,
                               event_at=chat.clock(), received_at=chat.clock()))  # fmt: skip
    assert chat.send(first) == []
    assert "A spoon does nothing" in words(later(chat, 2))


def test_u01_a_held_text_that_is_taken_back_is_neither_listed_nor_kept(chat: Chatting) -> None:
    chat.clock.advance(seconds=10)
    first, second = text(chat, BELLS, ago=0.2), text(chat, CATS, ago=0.1)
    unsend = chat.event("unsend", unsend={"messageId": first["message"]["id"]})
    said = chat.send(first, second, unsend)
    assert "鈴鐺" not in words(said)
    assert "May we publish this message?" in words(said)
    assert all("鈴鐺" not in str(row.payload) for row in rows(chat, InboxEvent))


def test_u02_a_message_taken_back_after_the_question_is_left_out(chat: Chatting) -> None:
    first, second, third = text(chat, BELLS), text(chat, CATS), text(chat, MOON)
    asked = chat.send(first, second, third)
    chat.send(chat.event("unsend", unsend={"messageId": second["message"]["id"]}))
    assert "貓咪" not in str([row.data for row in rows(chat, Dialogue)])
    listed = labels(chat.press(asked, NO))
    assert len(listed) == 2
    assert "貓咪" not in str(listed)


def test_handling_a_message_twice_does_what_once_does(chat: Chatting) -> None:
    events = [text(chat, SPOON), text(chat, BELLS)]
    assert len(chat.send(*events)) == 1
    assert chat.send(*events) == []


def test_a_worker_that_is_killed_between_two_messages_loses_neither(chat: Chatting) -> None:
    """After the first is held, another process goes on."""
    events = [text(chat, SPOON), text(chat, BELLS)]
    with transaction(chat.factory) as session:
        store_events(session, events, now=chat.clock())
    assert chat.worker.run_one()
    assert len([row for row in rows(chat, InboxEvent) if row.held_at]) == 1
    Worker(chat.factory, chat.handlers, clock=chat.clock).run_due_jobs()
    assert "You sent me 2 messages" in words(chat.line.sent[-1][2])


def test_f11_yes_shows_what_is_known_records_it_and_asks_about_the_rest(chat: Chatting) -> None:
    spoon, moon = chat.publish(SPOON, "A spoon does nothing of the kind."), chat.publish(MOON)
    found = chat.press(forward(chat, SPOON, MOON, BELLS), YES)
    assert len(found) == 3
    assert "Contains misinformation" in words(found[1])
    assert "1. The same message" in words(found[1])
    assert "I have noted that you ask" in words(found[0])
    assert together(chat) == ["_".join(sorted([spoon, moon]))]
    assert {row.article_id for row in rows(chat, ReplyRequest) if row.user_id == chat.user().id} == {moon}
    said = chat.press(found, "Yes, publish and check")
    (bells,) = [row.id for row in rows(chat, Article) if row.text == BELLS]
    assert "Thank you. Your message is in the queue." in words(said)
    assert f"/article/{bells}" in str(said)
    assert together(chat) == ["_".join(sorted([spoon, moon, bells]))]
    assert [row.submitted for row in sorted(rows(chat, Match), key=lambda row: row.id)] == [False, False, True]
    assert BELLS not in str([row.data for row in rows(chat, Dialogue)])


def test_f11_a_probable_one_that_nobody_has_replied_to_is_asked_about_without_a_press(
    chat: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not settled; sure enough to count as sent, and not to be published again."""
    spoon, bridge = chat.publish(SPOON, "A spoon does nothing of the kind."), chat.publish(BRIDGE)

    def probably(text: str, candidates: Sequence[Candidate]) -> Decision:
        near = tuple(Scored(c.article_id, 0.9, c.answerable) for c in candidates if c.article_id == bridge)
        return decide(text, candidates) if text == SPOON else Decision(Outcome.CHOOSE, near)

    in_place_of_the_model(monkeypatch, probably)
    found = chat.press(forward(chat, SPOON, BRIDGE.replace("old ", "")), YES)
    assert labels(found) == ["Show the reply", "See more"]
    assert "Not answered yet" in words(found)
    assert [row.shown_article_id for row in sorted(rows(chat, Match), key=lambda row: row.id)] == [spoon, None]
    assert "I have noted that you ask" in words(found[0])
    assert {row.article_id for row in rows(chat, ReplyRequest) if row.user_id == chat.user().id} == {bridge}
    assert together(chat) == ["_".join(sorted([spoon, bridge]))]
    chat.reply(bridge, "The bridge stays open.")
    assert "The bridge stays open." in words(later(chat))


def test_each_card_of_what_was_found_shows_its_article(chat: Chatting) -> None:
    chat.publish(SPOON, "A spoon does nothing of the kind.")
    found = chat.press(forward(chat, f"Please forward!! {SPOON}", BELLS), YES)
    answer = chat.press(found, "Show the reply")
    assert "A spoon does nothing" in words(answer)
    assert "May we publish this message?" in words(chat.press(answer, "This is not what I sent"))


def test_the_same_messages_together_again_are_the_same_cooccurrence(chat: Chatting) -> None:
    chat.publish(SPOON, "A spoon does nothing of the kind.")
    chat.publish(MOON, "It does not.")
    for _ in range(2):
        chat.press(forward(chat, SPOON, MOON), YES)
    assert len(together(chat)) == 1


def test_nothing_is_published_when_the_person_declines(chat: Chatting) -> None:
    found = chat.press(forward(chat, CATS, BELLS), YES)
    assert "nothing was published" in words(chat.press(found, "No, do not publish"))
    assert (rows(chat, Article), together(chat)) == ([], [])
    assert "鈴鐺" not in str([row.data for row in rows(chat, Dialogue)])


def test_p06_consent_for_several_counts_once(chat: Chatting) -> None:
    found = chat.press(forward(chat, CATS, BELLS), YES)
    chat.press(found, "Yes, publish and check")
    chat.clock.advance(seconds=60)
    assert "already answered" in words(chat.press(found, "Yes, publish and check"))
    assert len(rows(chat, Article)) == 2


def test_a_message_that_may_not_be_published_does_not_hold_up_the_others(chat: Chatting) -> None:
    asked = chat.press(forward(chat, CATS, BELLS), YES)
    with transaction(chat.factory) as session:
        session.get_one(Article, chat.publish(BELLS)).status = "BLOCKED"
    said = words(chat.press(asked, "Yes, publish and check"))
    assert "Your message is in the queue." in said
    assert "1 could not be published" in said


def test_an_article_hidden_after_the_question_is_not_shown(chat: Chatting) -> None:
    article_id = chat.publish(SPOON, "A spoon does nothing of the kind.")
    asked = forward(chat, SPOON, BELLS)
    with transaction(chat.factory) as session:
        session.get_one(Article, article_id).status = "BLOCKED"
    said = chat.press(asked, YES)
    assert "I found something" not in words(said)
    assert "May we publish these messages?" in words(said)


def test_a_reply_written_after_the_question_is_shown(chat: Chatting) -> None:
    article_id = chat.publish(SPOON)
    asked = forward(chat, SPOON, BELLS)
    chat.reply(article_id, "A spoon does nothing of the kind.")
    assert "Contains misinformation" in words(chat.press(asked, YES))


def test_very_many_are_taken_in_batches(chat: Chatting) -> None:
    many = [f"{n} 號公車下星期起改走中山路第 {n * 7} 巷，原來的站牌全部取消，請大家告訴大家。" for n in range(25)]
    asked = forward(chat, *many)
    assert len(asked) == 1
    assert "I take the first 10 now" in words(asked)
    said = chat.press(asked, NO)
    assert len(labels(said[:1])) == BATCH
    assert "You sent me 15 messages" in words(said[1])
    rest = chat.press(said, YES)
    assert len(rest) <= 5
    assert "You sent me 5 messages" in words(rest[-1])
    assert len(str(rest)) < 50_000


def test_buttons_of_several_work_in_another_language(chat: Chatting) -> None:
    asked = forward(chat, CATS, BELLS)
    with transaction(chat.factory) as session:
        session.merge(chat.user()).locale = "zh-Hant"
    assert "可以把這些訊息公開嗎" in words(chat.press(asked, YES))


def test_while_the_index_is_away_nothing_is_lost_and_the_question_comes_later(chat: Chatting) -> None:
    chat.search.available = False
    assert forward(chat, CATS, BELLS) == []
    chat.search.available = True
    assert "You sent me 2 messages" in words(later(chat, 40))
    assert [job for job in rows(chat, Job) if job.state == JobState.DEAD] == []


def test_messages_without_an_id_are_answered_one_by_one(chat: Chatting) -> None:
    events = [text(chat, CATS), text(chat, BELLS)]
    for event in events:
        del event["message"]["id"]
    assert words(chat.send(*events)).count("May we publish this message?") == 4  # title and alt text of two cards


def test_a_message_without_an_id_has_others_around_it(chat: Chatting) -> None:
    one, other = text(chat, CATS), text(chat, BELLS)
    del one["message"]["id"]
    with transaction(chat.factory) as session:
        store_events(session, [one, other], now=chat.clock())
        around = messages_around(session, parse_event(one), timedelta(seconds=3))
    assert [each.id for each in around] == [other["webhookEventId"]]


@pytest.mark.parametrize("choice", [YES, NO])
def test_after_everything_was_deleted_the_buttons_say_so(chat: Chatting, choice: str) -> None:
    asked = forward(chat, CATS, BELLS)
    with transaction(chat.factory) as session:
        for match in session.scalars(select(Match)):
            session.delete(match)
    said = chat.press(asked, choice)
    if choice == NO:
        said = chat.press(said, labels(said)[0])
    assert "no longer available" in words(said)


def test_several_published_messages_have_what_one_has(chat: Chatting) -> None:
    asked = chat.press(forward(chat, CATS, BELLS), YES)
    assert "The messages become PUBLIC" in words(asked)
    card, each = chat.press(asked, "Yes, publish and check")
    assert "Messages in the queue: 2" in words(card)
    assert "I will tell you here" in words(card)
    assert labels(each) == ["Tell the volunteers more"] * 2
    assert str(each).count("https://line.me/R/share") == 2
    assert "What do you know about this message?" in words(chat.press([each], "Tell the volunteers more"))


def test_declining_several_counts_as_declining_each(chat: Chatting) -> None:
    chat.press(chat.press(forward(chat, CATS, BELLS), YES), "No, do not publish")
    assert [row.kind for row in rows(chat, UsageEvent)].count(Usage.DECLINED) == 2


def test_nobody_without_notices_is_promised_one_for_several(chat: Chatting) -> None:
    chat.publish(MOON)
    chat.send(chat.event("postback", postback={"data": "2:notices:off"}))
    found = chat.press(forward(chat, MOON, CATS, BELLS), YES)
    assert "I have noted that you ask." in words(found[0])
    sent = chat.press(found, "Yes, publish and check")
    for said in (found[:2], sent):
        assert "will tell you" not in words(said)
        assert "You will find replies in “My messages”" in words(said)
        assert "Turn notices on" in labels(said)
