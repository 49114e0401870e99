"""A message that goes round is compared once, and anew when something about its candidates has changed; one that is
known word for word is not even looked for."""

from collections.abc import Sequence

import pytest

from factcheck.db.session import transaction
from factcheck.errors import EmbedderUnavailableError
from factcheck.matching.decide import decision
from factcheck.matching.decide.decision import Candidate, Decision, Outcome
from factcheck.models import Article, Status
from factcheck.services import lookup
from tests.bot.chatting import Chatting, longer, words

CLAIM = "Doctors at the city hospital found that drinking cold lemon water every morning turns the blood acid."
REPLY = "No drink changes the blood like that."


def test_a_message_of_many_people_is_decided_once_until_somebody_replies(
    chat: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[str] = []

    def decide(text: str, found: Sequence[Candidate]) -> Decision:
        decided.append(text)
        return decision.decide(text, found)

    monkeypatch.setattr(lookup, "decide", decide)
    article = chat.publish(longer(CLAIM))
    first = [words(chat.say(CLAIM, user)) for user in ("Ua", "Ub", "Uc")]
    assert len(decided) == 1
    assert REPLY not in first[2]
    chat.reply(article, REPLY)
    chat.worker.run_due_jobs()
    assert REPLY in words(chat.say(CLAIM, "Ud"))
    assert len(decided) == 2


SCAM = "Register your vaccine voucher of 6,000 dollars before Friday at https://voucher.example/a or you lose it."
SHORT = "hi"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (CLAIM, True),
        (f"Please forward!!\n{CLAIM}", True),
        (CLAIM.replace("cold", "hot"), False),
        (SCAM, True),
        (SCAM.replace("voucher.example/a", "other.example/b"), False),
        (SHORT, False),
    ],
)
def test_what_is_known_word_for_word_gets_the_same_answer_without_index_and_model(
    chat: Chatting, text: str, known: bool
) -> None:
    for article in (CLAIM, SCAM, SHORT, longer(CLAIM)):
        chat.publish(article, REPLY)
    whole, found = lookup.compare(chat.factory, chat.search, chat.embedder, text)
    decision, _ = lookup.look_up(chat.factory, chat.search, chat.embedder, text)
    assert len(found) == 4
    assert (decision.outcome, decision.candidates[:1]) == (whole.outcome, whole.candidates[:1])
    chat.search.available = chat.embedder.available = False
    if known:
        assert lookup.look_up(chat.factory, chat.search, chat.embedder, text)[0] == decision
    else:
        with pytest.raises(EmbedderUnavailableError):
            lookup.look_up(chat.factory, chat.search, chat.embedder, text)


@pytest.mark.parametrize("is_indexed", [True, False])
def test_of_two_that_were_judged_otherwise_neither_is_the_answer(
    chat: Chatting, monkeypatch: pytest.MonkeyPatch, is_indexed: bool
) -> None:
    chat.publish(CLAIM, REPLY)
    other = chat.publish(f"{CLAIM}!")
    with transaction(chat.factory) as session:  # somebody took them out of one cluster
        session.get_one(Article, other).cluster_id = other
    chat.reply(other, "It is so, they found it.", "NOT_RUMOR")
    if not is_indexed:
        monkeypatch.setattr(chat.search, "candidates", lambda _query: [])
    decision, _ = lookup.look_up(chat.factory, chat.search, chat.embedder, CLAIM)
    assert decision.outcome == Outcome.CHOOSE
    assert decision == lookup.compare(chat.factory, chat.search, chat.embedder, CLAIM)[0]


def test_a_hidden_message_is_not_known(chat: Chatting) -> None:
    article = chat.publish(CLAIM, REPLY)
    with transaction(chat.factory) as session:
        session.get_one(Article, article).status = Status.BLOCKED
    assert lookup.look_up(chat.factory, chat.search, chat.embedder, CLAIM)[0].outcome == Outcome.UNKNOWN
