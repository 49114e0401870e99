"""Groups and rooms: when the bot speaks, what it says, what it keeps."""

import pytest
from sqlalchemy import select, update

from factcheck.db.session import read_only, transaction
from factcheck.matching.decide.decision import Outcome
from factcheck.models import (
    Article,
    ArticleReply,
    Delivery,
    Dialogue,
    GroupMatch,
    InboxEvent,
    Match,
    ReplyRequest,
    Status,
    User,
)
from factcheck.ports import Hit, SearchQuery
from factcheck.services.groups import QUIET
from factcheck.services.replies import take_back
from tests.bot.chatting import longer, words
from tests.bot.deciding import ADDED, WORDS, decided
from tests.bot.group_chatting import CLAIM, REPLY, GroupChat
from tests.conftest import MovableClock

EDITED_CLAIM = CLAIM.replace("all vegetables", "all the vegetables").replace("says a new study", "a new study says")
TALK = "Shall we meet at the station at noon, or is it too hot for all of you there?"


# Unasked


def test_a_known_false_message_is_answered_with_one_text_that_quotes_it(group: GroupChat) -> None:
    article_id = group.known()
    [answer] = group.say(f"Please forward!!\n{CLAIM}")
    assert answer["type"] == "text"
    assert answer["quoteToken"] == "quote-1"
    for part in ("Thank you for sharing", "Contains misinformation", REPLY, "https://example.org/source"):
        assert part in answer["text"]
    assert f"https://factline.example/article/{article_id}" in answer["text"]
    assert group.chat.line.sent[-1][0] == "reply"
    assert ("answered", "group", "unasked") in group.usage()


def test_nobody_in_a_group_becomes_a_user_and_no_text_is_kept(group: GroupChat) -> None:
    group.known()
    before = group.count(User)
    group.say(CLAIM, person="Unew")
    group.say(TALK, person="Uother")
    assert (group.count(User), group.count(Match), group.count(Dialogue)) == (before, 0, 0)
    assert group.count(ReplyRequest) == 1, "the one of who published it"
    with read_only(group.chat.factory) as session:
        match = session.scalars(select(GroupMatch)).one()
        payloads = session.scalars(select(InboxEvent.payload)).all()
        sent = session.scalars(select(Delivery.messages)).all()
    assert (match.message_id, match.answered_article_id) == ("m1", match.candidates[0]["article_id"])
    assert payloads == [None, None]
    assert sent == [None]


def test_a_reply_to_an_edited_copy_needs_near_certainty(group: GroupChat) -> None:
    group.known()
    assert REPLY in words(group.say(EDITED_CLAIM))
    assert group.say("A silver spoon in the fridge makes vegetables stay fresh, somebody said on television.") == []


def test_a_disputed_reply_is_not_given_unasked(group: GroupChat) -> None:
    article_id = group.known(helpful=2, not_helpful=2)
    assert group.say(CLAIM) == []
    group.chat.reply(article_id, "It is true, I have tried it.", "NOT_RUMOR")
    assert group.say(CLAIM) == []


def test_the_trusted_reply_is_given_even_if_another_is_listed_first(group: GroupChat) -> None:
    article_id = group.known(helpful=3, not_helpful=2)
    other = group.chat.reply(article_id, "Another view, with a better balance of votes.", "OPINIONATED").reply_id
    with transaction(group.chat.factory) as session:
        session.execute(update(ArticleReply).where(ArticleReply.reply_id == other).values(positive_feedback_count=2))
    assert REPLY in words(group.say(CLAIM))


def test_the_language_is_that_of_the_speaker_if_known(group: GroupChat) -> None:
    group.known()
    group.chat.line.languages["Uzh"] = "zh-TW"
    group.chat.send(group.chat.event("follow", "Uzh"))
    assert "謝謝您的分享" in words(group.say(CLAIM, person="Uzh"))
    assert "Thank you for sharing" in words(group.say(CLAIM, person=None, group="Cother"))


def test_the_same_check_is_given_once_in_a_wave_of_forwards(group: GroupChat, clock: MovableClock) -> None:
    group.known()
    assert group.say(CLAIM)
    clock.advance(seconds=QUIET.total_seconds() - 1)
    assert group.say(CLAIM) == []
    assert group.say(CLAIM, group="Cother"), "another group has not seen it"
    assert REPLY in words(group.say(CLAIM, mention=True)), "who asks gets an answer"
    clock.advance(seconds=QUIET.total_seconds())
    assert group.say(CLAIM)


def test_a_long_reply_is_cut_and_linked(group: GroupChat) -> None:
    group.known(reply="\n".join(f"Line {number} of a long explanation." for number in range(100)))
    [answer] = group.say(CLAIM)
    assert len(answer["text"]) < 1_500
    assert "This is an extract" in answer["text"]
    assert "Line 5 of a long explanation.\n" in answer["text"]


def test_a_busy_index_lets_the_message_pass_by(group: GroupChat, clock: MovableClock) -> None:
    group.known(longer(CLAIM))
    group.chat.search.available = False
    assert group.say(CLAIM) == []
    group.chat.search.available = True
    clock.advance(minutes=2)
    group.chat.worker.run_due_jobs()
    assert group.chat.line.sent == []
    with read_only(group.chat.factory) as session:
        assert session.scalars(select(InboxEvent.handled_at)).one() is not None


def test_an_answer_that_was_too_slow_is_not_sent_but_can_be_asked_for(group: GroupChat, clock: MovableClock) -> None:
    """The look-up ended after the limit."""
    group.known(longer(CLAIM))
    search = group.chat.search.candidates

    def slow(query: SearchQuery) -> list[Hit]:
        clock.advance(seconds=31)
        return search(query)

    group.chat.search.candidates = slow  # type: ignore[method-assign]
    assert group.say(CLAIM, id="slow") == []
    assert REPLY in words(group.say("is this true?", quoting="slow"))


# Asked


def test_a_mention_with_a_known_message_is_answered_whatever_the_rating(group: GroupChat) -> None:
    group.known(helpful=0, not_helpful=3)
    [answer] = group.say(CLAIM, mention=True)
    assert REPLY in answer["text"]
    assert "Thank you for sharing" not in answer["text"]
    assert ("answered", "group", "asked") in group.usage()


def test_a_mention_with_an_unknown_message_says_so_and_how_to_ask(group: GroupChat) -> None:
    group.known()
    said = words(group.say("Lightning never strikes the same tower two times.", mention=True))
    assert "I do not know this message yet" in said
    assert "private chat" in said
    assert group.count(GroupMatch) == 0


@pytest.mark.parametrize("beside", ["", "What about ", "看看這個 "])
def test_a_mention_with_the_address_of_one_of_our_articles_gets_that_article(group: GroupChat, beside: str) -> None:
    article_id = group.known()
    said = group.say(f"{beside}https://factline.example/article/{article_id}?from=line", mention=True, id="asked")
    assert REPLY in words(said)
    assert REPLY in words(group.say("真的嗎？", quoting="asked"))


def test_the_address_of_an_article_that_waits_or_is_gone(group: GroupChat) -> None:
    article_id = group.chat.publish(CLAIM)
    address = f"https://factline.example/article/{article_id}"
    assert "has been reported before" in words(group.say(address, mention=True))
    with transaction(group.chat.factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    assert words(group.say(address, mention=True)).strip() == "This message is no longer available."
    assert words(group.say(address.replace(article_id, "nope"), mention=True)) == words(
        group.say(address, mention=True)
    )


def test_the_address_of_an_article_is_no_reason_to_speak_unasked(group: GroupChat) -> None:
    article_id = group.known()
    assert group.say(f"https://factline.example/article/{article_id}") == []
    assert group.count(GroupMatch) == 0


def test_a_mention_with_a_similar_message_gets_links(group: GroupChat) -> None:
    article_id = group.known()
    with decided(Outcome.CHOOSE):
        said = words(group.say(CLAIM.replace("three months", "nine months"), mention=True))
    assert "I am not sure" in said
    assert f"https://factline.example/article/{article_id}" in said
    assert REPLY not in said
    assert ("offered", "group", "") in group.usage()


def test_a_similar_message_shows_the_part_that_was_asked_about(group: GroupChat) -> None:
    beginning = "Twelve old household tips that my aunt has collected in all her years at the market, one by one. "
    group.known(f"{beginning * 2}{CLAIM}")
    with decided(Outcome.CHOOSE):
        said = words(group.say(CLAIM.replace("three months", "nine months"), mention=True))
    assert "I am not sure" in said
    assert "three months" in said
    assert "Twelve old" not in said


def test_who_asks_about_a_message_that_differs_is_told_in_what(group: GroupChat) -> None:
    group.known()
    with decided(Outcome.DIFFERS, WORDS, probability=0.97):
        large = group.say(CLAIM, mention=True)[0]["text"]
    assert large.startswith("You received “open as usual”. The message that was checked says “closed”.\n\n")
    assert REPLY in large
    with decided(Outcome.DIFFERS, ADDED, probability=0.97):
        small = group.say(CLAIM, mention=True)[0]["text"]
    assert small.startswith("❌ Contains misinformation\n")
    assert "Your message also says “says my aunt from the market”" in small
    assert ("differed", "group", "") in group.usage()


def test_unasked_nothing_is_said_of_a_message_that_differs(group: GroupChat) -> None:
    group.known()
    for difference in (WORDS, ADDED):
        with decided(Outcome.DIFFERS, difference, probability=0.99):
            assert group.say(CLAIM) == []


def test_of_a_quoted_message_that_differs_the_text_is_gone_so_one_chooses(group: GroupChat) -> None:
    group.known()
    with decided(Outcome.DIFFERS, WORDS, probability=0.99):
        group.say(CLAIM, id="said")
    said = words(group.say("is this true?", mention=True, quoting="said"))
    assert "I am not sure" in said
    assert REPLY not in said


def test_a_mention_of_a_reported_message_that_nobody_has_answered(group: GroupChat) -> None:
    group.chat.publish(CLAIM)
    assert "nobody has checked it yet" in words(group.say(CLAIM, mention=True))
    assert group.say("is this true?", quoting="m1") == [], "only who calls the bot is told that there is nothing"


def test_a_mention_alone_introduces_the_bot(group: GroupChat) -> None:
    said = words(group.say("", mention=True))
    assert "I am Factline" in said
    assert "bye bye Factline" in said
    assert group.say("thanks", mention=True) == []


@pytest.mark.parametrize("question", ["", "is this true?", "真的嗎？", "what do you think of it?"])
def test_a_mention_that_quotes_asks_about_the_quoted_message(group: GroupChat, question: str) -> None:
    group.known(not_helpful=9)
    assert group.say(CLAIM, id="said") == []
    assert REPLY in words(group.say(question, mention=True, quoting="said"))


@pytest.mark.parametrize("question", ["Is this true?", "真的嗎", "本当？", "จริงไหม"])
def test_a_short_question_that_quotes_is_answered_without_a_mention(group: GroupChat, question: str) -> None:
    group.known(not_helpful=9)
    group.say(CLAIM, id="said")
    [answer] = group.say(question, quoting="said")
    assert REPLY in answer["text"]
    assert answer["quoteToken"] == "quote-2"


def test_a_question_about_a_message_that_nothing_is_known_of(group: GroupChat) -> None:
    group.known()
    group.say(TALK, id="said")
    assert group.say("is this true?", quoting="said") == []
    said = words(group.say("is this true?", mention=True, quoting="said"))
    assert "I keep no texts of this group" in said
    assert REPLY in words(group.say(CLAIM, mention=True, quoting="said")), "what is written beside it"


def test_what_was_said_in_one_group_is_not_known_in_another(group: GroupChat) -> None:
    group.known()
    group.say(CLAIM, id="said")
    assert group.say("is this true?", quoting="said", group="Cother") == []


def test_an_article_that_was_hidden_since_is_not_shown(group: GroupChat) -> None:
    article_id = group.known(not_helpful=9)
    group.say(CLAIM, id="said")
    with transaction(group.chat.factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    assert group.say("is this true?", quoting="said") == []
    assert "I do not know this message" in words(group.say("", mention=True, quoting="said"))


def test_a_reply_that_was_taken_back_since_is_not_shown(group: GroupChat) -> None:
    article_id = group.known(not_helpful=9)
    group.say(CLAIM, id="said")
    with transaction(group.chat.factory) as session:
        link = session.scalars(select(ArticleReply)).one()
        take_back(session, article_id, link.reply_id, session.get_one(User, link.user_id), now=group.chat.clock())
    assert group.say("is this true?", quoting="said") == []
    assert "nobody has checked it yet" in words(group.say("", mention=True, quoting="said"))


def test_everybody_being_mentioned_is_not_the_bot_being_asked(group: GroupChat) -> None:
    mention = {"mentionees": [{"index": 0, "length": 4, "type": "all"}]}
    message = {"type": "text", "id": "m", "text": f"@All {TALK}", "mention": mention}
    assert group.chat.send(group.event("message", message=message)) == []


# Changed and taken back


def test_a_message_that_is_changed_into_a_known_one_is_answered_once(group: GroupChat, clock: MovableClock) -> None:
    group.known()
    assert group.say(TALK, id="m") == []
    clock.advance(seconds=3)
    [answer] = group.say(CLAIM, id="m", kind="messageEdited", person=None)
    assert answer["quoteToken"] == "quote-2"
    clock.advance(hours=2)
    assert group.say(f"{CLAIM} Think of it!", id="m", kind="messageEdited") == [], "it stands under the message"


def test_a_message_that_is_changed_into_something_else_is_forgotten(group: GroupChat, clock: MovableClock) -> None:
    group.known(not_helpful=9)
    group.say(CLAIM, id="m")
    clock.advance(seconds=3)
    group.say("Never mind.", id="m", kind="messageEdited")
    assert group.count(GroupMatch) == 0
    assert group.say("is this true?", quoting="m") == []


def test_a_late_change_is_not_looked_up_but_the_old_text_is_forgotten(group: GroupChat, clock: MovableClock) -> None:
    group.known(not_helpful=9)
    group.say(CLAIM, id="m")
    clock.advance(seconds=3)
    late = group.text(CLAIM + " Or so.", id="m", kind="messageEdited")
    clock.advance(minutes=1)
    assert group.chat.send(late) == []
    assert group.count(GroupMatch) == 0


def test_an_answered_message_that_was_changed_keeps_only_what_was_answered(
    group: GroupChat, clock: MovableClock
) -> None:
    group.known()
    group.say(CLAIM, id="m")
    clock.advance(seconds=3)
    group.say(TALK, id="m", kind="messageEdited")
    with read_only(group.chat.factory) as session:
        assert session.scalars(select(GroupMatch)).one().candidates == []
    assert group.say("is this true?", quoting="m") == []
    clock.advance(hours=1)
    assert group.say(CLAIM, id="m", kind="messageEdited") == []


def test_a_question_that_is_changed_is_not_answered_again(group: GroupChat, clock: MovableClock) -> None:
    group.known(not_helpful=9)
    group.say(CLAIM, id="said")
    assert group.say("is this true?", quoting="said", id="asked")
    clock.advance(seconds=3)
    assert group.say("is this really true?", quoting="said", id="asked", kind="messageEdited") == []
