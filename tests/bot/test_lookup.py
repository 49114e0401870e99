"""A message that goes round is compared once, and anew when something about its candidates has changed."""

from collections.abc import Sequence

import pytest

from factcheck.matching.decide import decision
from factcheck.matching.decide.decision import Candidate, Decision
from factcheck.services import lookup
from tests.bot.chatting import Chatting, words

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
    article = chat.publish(CLAIM)
    first = [words(chat.say(CLAIM, user)) for user in ("Ua", "Ub", "Uc")]
    assert len(decided) == 1
    assert REPLY not in first[2]
    chat.reply(article, REPLY)
    chat.worker.run_due_jobs()
    assert REPLY in words(chat.say(CLAIM, "Ud"))
    assert len(decided) == 2
