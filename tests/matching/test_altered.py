"""Small changes that make another claim: numbers, dates, negations and verdicts, of `fixtures/altered.jsonl`."""

import pytest

from factcheck.matching.compare.features import TextFacts
from factcheck.matching.decide.copies import is_copy
from factcheck.matching.decide.decision import Candidate, Outcome, decide
from factcheck.ports import Hit
from tests.trial import rows

PAIRS = rows("altered")
NAMES_ANSWERED = 1
"""Of those in which only a name differs: kinds of names that no list has. It may fall."""
HIT = Hit("original", cosine=0.95)


def is_answered(pair: dict[str, str]) -> bool:
    original = Candidate("original", pair["text"], answerable=True, hit=HIT, reply_id="reply")
    return decide(pair["altered"], [original]).outcome == Outcome.ANSWER


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair["kind"] != "name"], ids=lambda pair: pair["altered"])
def test_another_claim_is_never_answered_and_joins_nothing(pair: dict[str, str]) -> None:
    assert not is_answered(pair)
    assert not is_copy(TextFacts(pair["altered"]), TextFacts(pair["text"]), HIT)


def test_another_name_is_seldom_answered_and_joins_nothing() -> None:
    names = [pair for pair in PAIRS if pair["kind"] == "name"]
    assert sum(map(is_answered, names)) <= NAMES_ANSWERED
    assert not any(is_copy(TextFacts(pair["altered"]), TextFacts(pair["text"]), HIT) for pair in names)


@pytest.mark.parametrize("text", sorted({pair["text"] for pair in PAIRS}))
def test_the_same_with_a_greeting_is_answered(text: str) -> None:
    assert is_answered({"text": text, "altered": f"{text} 🙏🙏 早安"})
