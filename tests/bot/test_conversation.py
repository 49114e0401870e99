"""The one-to-one text flow, on both databases, by the real handlers and worker."""

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.messages.candidates import CardText
from factcheck.db.session import read_only, transaction
from factcheck.matching.decide.decision import Decision, Outcome, Scored
from factcheck.models import (
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Dialogue,
    InboxEvent,
    Match,
    Notice,
    ReplyRequest,
)
from factcheck.services.matching import only_shown
from factcheck.services.replies import take_back
from tests.bot.chatting import Chatting, buttons, longer, words
from tests.bot.deciding import decided
from tests.stored import count

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."
VAGUE = "The city will close the old bridge for cars on Friday because the river is high."
NEWS = "From tomorrow on every bicycle in town needs two bells, otherwise the police will take it away at once!"


def submit(chat: Chatting, text: str = NEWS, user: str = "Ua") -> str:
    """Through the consent, past articles that are offered; returns the article's id."""
    said = chat.say(text, user)
    if any(button["label"] == "None of these" for button in buttons(said)):
        said = chat.press(said, "None of these", user)
    chat.press(said, "Yes, publish and check it", user)
    with read_only(chat.factory) as session:
        return session.scalars(select(Article.id).where(Article.text == text)).one()


def test_follow_is_greeted_and_the_language_taken_from_the_profile(chat: Chatting) -> None:
    chat.line.languages["Ua"] = "zh-TW"
    assert "您好" in words(chat.send(chat.event("follow")))
    assert chat.user().locale == "zh-Hant"


def test_a_known_message_is_answered_with_text_and_card(chat: Chatting) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    text, card = chat.say(f"Please forward!!\n{CLAIM}")
    for part in ("Contains misinformation", "A spoon does nothing", "https://example.org/source", "March 1, 2026"):
        assert part in text["text"]
    assert [button["label"] for button in buttons(card)] == [
        "👍 Helpful",
        "🤔 Somewhat",
        "👎 Not helpful",
        "This is not what I sent",
    ]


def test_helpful_is_counted_once_and_can_be_changed(chat: Chatting) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    answer = chat.say(CLAIM)
    assert "Thank you!" in words(chat.press(answer, "👍 Helpful"))
    assert "already answered" in words(chat.press(answer, "👍 Helpful"))
    assert "Thank you for telling us" in words(chat.press(answer, "👎 Not helpful"))
    with read_only(chat.factory) as session:
        assert session.scalars(select(ArticleReplyFeedback.score)).all() == [-1]
    assert "Found helpful by 0, not helpful by 1" in words(chat.say(CLAIM, "Ub"))


def test_why_a_reply_did_not_help_is_one_press_and_a_rating_can_be_taken_back(chat: Chatting) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    thanks = chat.press(chat.say(CLAIM), "👎 Not helpful")
    assert "We noted it" in words(chat.press(thanks, "It misses the point"))
    with read_only(chat.factory) as session:
        vote = session.scalars(select(ArticleReplyFeedback)).one()
        assert (vote.score, vote.reasons) == (-1, ["MISSES_POINT"])
    assert "Your rating is withdrawn" in words(chat.press(thanks, "Take my rating back"))
    assert "Nobody has rated" in words(chat.say(CLAIM, "Ub"))
    chat.press(chat.say(CLAIM), "🤔 Somewhat")
    assert "somewhat by 1" in words(chat.say(CLAIM, "Ub"))
    with read_only(chat.factory) as session:
        vote = session.scalars(select(ArticleReplyFeedback)).one()
        assert (vote.score, vote.somewhat, vote.reasons) == (0, True, [])


def test_the_chat_says_what_the_votes_make_of_a_reply(chat: Chatting) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    with transaction(chat.factory) as session:
        session.execute(update(ArticleReply).values(vote_status="DISPUTED", negative_feedback_count=3))
    assert "Disputed: people disagree about this reply. Found helpful by 0" in words(chat.say(CLAIM))
    with transaction(chat.factory) as session:
        session.execute(update(ArticleReply).values(vote_status="UNRATED"))
    assert "Not rated yet by enough people. Found helpful by 0" in words(chat.say(CLAIM, "Ub"))


def test_an_old_reply_is_said_to_be_old(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "A spoon does nothing of the kind.")
    warning = "Written more than 2 years ago. Look whether it still holds."
    assert warning not in words(chat.say(CLAIM))
    chat.clock.advance(days=800)
    assert warning in words(chat.say(CLAIM))
    chat.reply(article_id, "Cold air keeps them fresh, and nothing else.")
    listed = words(chat.press(chat.say(CLAIM), "More replies: 1"))
    assert listed.count(warning) == 1, "the other is new"


def test_an_unknown_message_goes_through_consent_into_the_queue(chat: Chatting) -> None:
    asked = chat.say(NEWS)
    assert "May we publish this message?" in words(asked)
    assert count(chat.factory, Article) == 0
    assert "becomes PUBLIC" in words(asked)
    assert "in the queue" in words(chat.press(asked, "Yes, publish and check it"))
    with read_only(chat.factory) as session:
        article = session.scalars(select(Article)).one()
        match = session.scalars(select(Match)).one()
    assert (article.text, article.reply_request_count, article.references) == (NEWS, 1, ["LINE"])
    assert match.submitted


def test_p06_consent_twice_is_one_submission(chat: Chatting) -> None:
    consent = chat.say(NEWS)
    chat.press(consent, "Yes, publish and check it")
    assert "already answered" in words(chat.press(consent, "Yes, publish and check it"))
    assert "already answered" in words(chat.press(consent, "No, do not publish"))
    assert count(chat.factory, ReplyRequest) == 1


def test_what_is_declined_is_deleted(chat: Chatting) -> None:
    consent = chat.say(NEWS)
    assert "nothing was published" in words(chat.press(consent, "No, do not publish"))
    assert count(chat.factory, Article) == 0
    with read_only(chat.factory) as session:
        kept = str(session.scalars(select(Dialogue.data)).all()) + str(
            session.scalars(select(InboxEvent.payload)).all()
        )
    assert "bicycle" not in kept


def test_declining_forgets_the_message_in_every_question(chat: Chatting) -> None:
    chat.publish("The city will close the old bridge for cars on Monday because the river is high.", "True.")
    offered = as_candidate(chat, VAGUE)
    refused = chat.press(chat.press(offered, "This one (1)"), "This is not what I sent")
    chat.press(refused, "No, do not publish")
    with read_only(chat.factory) as session:
        assert "text" not in str(session.scalars(select(Dialogue.data)).all())
    assert "already answered" in words(chat.press(offered, "None of these"))


def test_a_late_unfollow_does_not_silence_who_is_back(chat: Chatting) -> None:
    late = chat.event("unfollow")
    chat.clock.advance(minutes=5)
    chat.send(chat.event("follow"))
    chat.send(late)
    assert chat.user().is_friend
    chat.clock.advance(minutes=5)
    chat.send(chat.event("unfollow"))
    assert not chat.user().is_friend
    chat.say(NEWS)
    assert chat.user().is_friend


def test_a_text_whose_id_somebody_else_has_taken_is_still_published(
    chat: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcheck.ids.article_id", lambda _text: "taken")
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    submit(chat)
    submit_again = chat.say(NEWS, "Ub")
    assert "I know this message" in words(submit_again)
    with read_only(chat.factory) as session:
        assert {len(article_id) for article_id in session.scalars(select(Article.id))} == {5, 40}


def test_a_reply_is_pushed_once_to_everyone_who_asked(chat: Chatting) -> None:
    article_id = submit(chat)
    assert "I have noted that you ask, too" in words(chat.say(NEWS, "Ub"))
    before = len(chat.line.sent)
    chat.reply(article_id, "No such rule exists.")
    chat.worker.run_due_jobs()
    pushed = chat.line.sent[before:]
    assert sorted(to for way, to, _ in pushed) == ["Ua", "Ub"]
    assert all(way == "multicast" and "No such rule exists." in words(messages) for way, _, messages in pushed)
    chat.reply(article_id, "Another reply.", "OPINIONATED")
    chat.worker.run_due_jobs()
    assert len(chat.line.sent) == before + 2
    assert count(chat.factory, Notice) == 2


def test_who_has_blocked_the_bot_is_not_told(chat: Chatting) -> None:
    article_id = submit(chat)
    chat.send(chat.event("unfollow"))
    before = len(chat.line.sent)
    chat.reply(article_id, "No such rule exists.")
    chat.worker.run_due_jobs()
    assert len(chat.line.sent) == before


def test_a_reply_that_was_taken_back_at_once_is_not_told(chat: Chatting) -> None:
    article_id = submit(chat)
    link = chat.reply(article_id, "Oops.")
    with transaction(chat.factory) as session:
        writer = session.merge(link).user
        assert writer is not None
        take_back(session, article_id, link.reply_id, writer, now=chat.clock())
    before = len(chat.line.sent)
    chat.worker.run_due_jobs()
    assert len(chat.line.sent) == before
    chat.reply(article_id, "No such rule exists.")
    chat.worker.run_due_jobs()
    assert len(chat.line.sent) == before + 1


def test_the_same_unanswered_message_adds_a_request_and_asking_again_does_not(chat: Chatting) -> None:
    chat.publish(CLAIM)
    assert "Waiting for a reply: 2" in words(chat.say(CLAIM))
    assert "You asked about this message before" in words(chat.say(CLAIM))
    assert count(chat.factory, ReplyRequest) == 2


def test_several_candidates_are_offered_and_none_of_these_goes_on(chat: Chatting) -> None:
    chat.publish("The city will close the old bridge for cars on Monday because the river is high.", "True.")
    chat.publish("The city will close the old bridge for trucks on Monday because the road is broken.", "False.")
    offered = as_candidate(chat, VAGUE)
    labels = [button["label"] for button in buttons(offered)]
    assert labels == ["This one (1)", "None of these", "This one (2)", "None of these"]
    assert "References" in words(chat.press(offered, "This one (1)"))
    assert "already answered" in words(chat.press(offered, "This one (1)"))
    assert "May we publish this message?" in words(chat.press(offered, "None of these"))
    assert "already answered" in words(chat.press(offered, "This one (2)"))
    with read_only(chat.factory) as session:
        assert session.scalars(select(Match.outcome)).all() == ["CHOOSE"]


def test_a_known_message_that_is_another_one_can_be_refused(chat: Chatting) -> None:
    chat.publish(CLAIM)
    refused = words(chat.press(chat.say(f"Please forward!! {CLAIM}"), "This is not what I sent"))
    assert "May we publish this message?" in refused
    assert "is another message" in refused
    assert "I do not know" not in refused


def test_a_wrong_answer_can_be_refused(chat: Chatting) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    refused = words(chat.press(chat.say(f"Please forward!! {CLAIM}"), "This is not what I sent"))
    assert "May we publish this message?" in refused
    assert "is another message" in refused


@pytest.mark.parametrize("reply", ["A spoon does nothing of the kind.", None])
def test_the_very_same_text_cannot_be_refused(chat: Chatting, reply: str | None) -> None:
    """It would go in a circle: asked where it comes from, published, and the same article again."""
    chat.publish(CLAIM, reply)
    assert "This is not what I sent" not in words(chat.say(f"{CLAIM} \n"))


def test_p04_a_candidate_that_was_removed_meanwhile_is_said_to_be_gone(chat: Chatting) -> None:
    article_id = chat.publish("The city will close the old bridge for cars on Monday because the river is high.")
    offered = as_candidate(chat, VAGUE)
    with transaction(chat.factory) as session:
        session.get_one(Article, article_id).status = "BLOCKED"
    assert "no longer available" in words(chat.press(offered, "This one (1)"))


@pytest.mark.parametrize("others", [0, 1])
def test_an_answer_that_is_hidden_while_it_is_decided_is_not_given(chat: Chatting, others: int) -> None:
    article_id = chat.publish(CLAIM, "A spoon does nothing of the kind.")
    scored = [Scored(article_id, 0.99, answerable=True)]
    if others:
        scored.append(Scored(chat.publish(NEWS), 0.5, answerable=False))
    decision = only_shown(Decision(Outcome.ANSWER, tuple(scored)), [one.article_id for one in scored[1:]])
    assert decision == Decision(Outcome.CHOOSE if others else Outcome.UNKNOWN, tuple(scored[1:]))


def test_b01_while_the_index_is_down_the_message_waits_and_is_answered_later(chat: Chatting) -> None:
    chat.publish(longer(CLAIM), "A spoon does nothing of the kind.")
    chat.search.available = False
    assert chat.say(CLAIM) == []
    chat.search.available = True
    chat.clock.advance(seconds=5)
    chat.worker.run_due_jobs()
    assert "A spoon does nothing" in words(chat.line.sent[-1][2])


def test_b06_an_article_that_the_index_does_not_hold_yet_is_found(chat: Chatting) -> None:
    submit(chat)
    chat.search.documents.clear()
    assert "I know this message" in words(chat.say(NEWS, "Ub"))


def test_answered_between_question_and_consent_the_reply_is_shown(chat: Chatting) -> None:
    consent = chat.say(NEWS)
    chat.publish(NEWS, "No such rule exists.")
    assert "No such rule exists." in words(chat.press(consent, "Yes, publish and check it"))


def test_a_blocked_message_cannot_be_published_again(chat: Chatting) -> None:
    with transaction(chat.factory) as session:
        session.get_one(Article, chat.publish(NEWS)).status = "BLOCKED"
    consent = chat.say(NEWS)
    assert "no longer available" in words(chat.press(consent, "Yes, publish and check it"))
    assert count(chat.factory, ReplyRequest) == 1


def test_the_same_words_with_another_link_are_published_as_another_message(chat: Chatting) -> None:
    notice = "Your bank asks you to confirm your account until Friday by the link that follows here: "
    chat.reply(chat.publish(notice + "https://bank.example/confirm"), "It is genuine.", "NOT_RUMOR")
    phish = notice + "https://phish.example/x"
    refused = chat.press(chat.say(phish), "No, please check mine")
    consent = refused
    assert "in the queue" in words(chat.press(consent, "Yes, publish and check it"))
    assert count(chat.factory, Article) == 2


TIPS = "第一點：早上起來要先喝水，飯後不要馬上躺下。第二點：多走路身體好，晚上不要熬夜。第三點：家人常聚聚，開朗。" * 4
FUNGUS = "隔夜的白木耳會產生亞硝酸鹽，吃了會讓血球失去造血功能而致癌。"


def test_f01_an_answer_about_a_long_message_begins_with_what_was_sent(chat: Chatting) -> None:
    chat.publish(TIPS + FUNGUS + TIPS, "No.")
    text, _ = chat.press(as_candidate(chat, f"{FUNGUS}我媽媽每天都吃"), "This one (1)")
    assert "“…隔夜的白木耳會產生亞硝酸鹽" in text["text"].splitlines()[1]


def test_f01_a_card_shows_and_marks_what_was_sent(chat: Chatting) -> None:
    chat.publish(TIPS + FUNGUS + TIPS, "No.")
    said = as_candidate(chat, "聽說隔夜的白木耳會致癌，我媽媽每天都吃")
    assert "…隔夜的白木耳會產生亞硝酸鹽" in words(said)
    assert [span["text"] for span in marked(said)] == ["隔夜的白木耳會"]


def test_cards_are_worked_out_before_the_transaction(chat: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others would wait for that: what the look-up knows is passed along."""

    def in_the_transaction(*_arguments: str) -> CardText:
        raise AssertionError("worked out again")

    monkeypatch.setattr("bot.messages.candidates.card_text", in_the_transaction)
    chat.publish(TIPS + FUNGUS + TIPS, "No.")
    said = as_candidate(chat, "聽說  隔夜的白木耳會致癌，\n我媽媽每天都吃 ")
    assert [span["text"] for span in marked(said)] == ["隔夜的白木耳會"]


def as_candidate(chat: Chatting, text: str) -> list[dict[str, Any]]:
    """Said, and answered with cards, whatever the pair model thinks of it."""
    with decided(Outcome.CHOOSE):
        return chat.say(text)


def marked(found: Any) -> list[dict[str, Any]]:
    """The spans that stand out."""
    if isinstance(found, list):
        return [span for part in found for span in marked(part)]
    if isinstance(found, dict):
        return [found] if found.get("type") == "span" and "weight" in found else marked(list(found.values()))
    return []
