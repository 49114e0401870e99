"""A message that goes round is compared once, and anew when something about its candidates has changed; one that is
known word for word is not even looked for."""

from collections.abc import Sequence

import pytest

from factcheck.db.session import transaction
from factcheck.errors import EmbedderUnavailableError
from factcheck.matching.decide import decision
from factcheck.matching.decide.decision import Candidate, Judgement, Outcome
from factcheck.models import Article, Status
from factcheck.services import lookup
from tests.bot.chatting import Chatting, longer, words

CLAIM = "Doctors at the city hospital found that drinking cold lemon water every morning turns the blood acid."
REPLY = "No drink changes the blood like that."


def test_a_message_of_many_people_is_decided_once_until_somebody_replies(
    chat: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[str] = []

    def judge_copy(text: str, found: Sequence[Candidate]) -> Judgement | None:
        decided.append(text)
        return decision.judge_copy(text, found)

    monkeypatch.setattr(lookup, "judge_copy", judge_copy)
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
OTHER = "The mayor sells the old market hall to a casino in May, says a neighbour who works at the town office."


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        (CLAIM, "nothing"),
        (f"Please forward!!\n{CLAIM}", "nothing"),
        (longer(CLAIM), "index"),
        (CLAIM.replace("cold", "hot"), "index"),
        (SCAM, "nothing"),
        (SCAM.replace("voucher.example/a", "other.example/b"), "index"),
        (SHORT, "model"),
        ("Does lemon water really turn the blood acid?", "model"),
    ],
)
def test_a_copy_gets_the_same_answer_without_the_model_and_what_is_known_word_for_word_without_the_index(
    chat: Chatting, text: str, needed: str
) -> None:
    for article in (CLAIM, SCAM, SHORT, OTHER):
        chat.publish(article, REPLY)
    whole, found = lookup.compare(chat.factory, chat.search, chat.embedder, text)
    decision, _ = lookup.look_up(chat.factory, chat.search, chat.embedder, text)
    assert len(found) == 4
    assert (decision.outcome, decision.difference) == (whole.outcome, whole.difference)
    assert decision.candidates[:1] == whole.candidates[:1]
    chat.embedder.available, chat.search.available = False, needed != "nothing"
    if needed == "model":
        with pytest.raises(EmbedderUnavailableError):
            lookup.look_up(chat.factory, chat.search, chat.embedder, text)
    else:
        assert lookup.look_up(chat.factory, chat.search, chat.embedder, text)[0] == decision


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
