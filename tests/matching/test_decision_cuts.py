"""Each threshold of a decision holds at its very value, and no longer at the next number above it."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from factcheck.matching.compare.features import Field, TextFacts, pair_features
from factcheck.matching.decide import decision as decisions
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, Standing, certainty, judge, standing
from factcheck.matching.decide.pair_model import load_pair_model
from factcheck.matching.decide.thresholds import PROBABLY_FROM, SAME_FROM
from factcheck.ports import Hit
from tests.matching.deciding import EDITED, FLOUR, LEMON, OTHERS, candidate

CHANGED = FLOUR.replace("10分鐘", "15分鐘")
BOTH = FLOUR + "\n" + LEMON
EDITED_ONE = [candidate("flour", FLOUR, 0.9), *OTHERS]
BOTH_HELD = [candidate("flour", FLOUR, 0.95), candidate("lemon", LEMON, 0.95)]
RUMOUR = [Candidate("flour", FLOUR + " https://one.example/a", True, Hit("flour", cosine=0.99), "r", "RUMOR")]
OTHER_LINK = FLOUR + " https://two.example/b"


def decided(text: str, candidates: Sequence[Candidate], **cuts: float) -> Decision:
    """Cuts are the same in an index of any size."""
    return judge(text, candidates, replace(load_pair_model(), of_few=1.0, **cuts)).decision


def above(value: float) -> float:
    return value + 1 if isinstance(value, int) else math.nextafter(value, math.inf)


def facts(text: str, article: Candidate) -> tuple[TextFacts, TextFacts]:
    return TextFacts(text), TextFacts(article.text)


def probabilities(text: str, candidates: Sequence[Candidate]) -> list[float]:
    return [scored.probability for scored in judge(text, candidates).ranked]


def certain(text: str, article: Candidate) -> float:
    field = Field.of([article.hit], article.among)
    return certainty(load_pair_model(), pair_features(*facts(text, article), article.hit, field))


def test_what_a_candidate_is_called() -> None:
    for cut, called, below in (
        (SAME_FROM, Standing.SAME, Standing.PROBABLY),
        (PROBABLY_FROM, Standing.PROBABLY, Standing.PERHAPS),
    ):
        assert standing(cut) == called
        assert standing(math.nextafter(cut, 0)) == below


def test_what_has_no_probability_is_never_offered() -> None:
    found = decided("https://news.example/", [candidate("a", FLOUR, 0.9)], card_from=0.0, choose_from=0.0)
    assert (found.candidates, found.perhaps) == ((), ())


def test_the_least_that_is_offered() -> None:
    best, *_ = probabilities(EDITED, OTHERS)
    assert decided(EDITED, OTHERS, card_from=1.0, choose_from=best).perhaps
    assert not decided(EDITED, OTHERS, card_from=1.0, choose_from=above(best)).perhaps


def test_the_least_that_is_a_card_beside_an_answer() -> None:
    _, next_, *_ = probabilities(EDITED, EDITED_ONE)
    shown, hidden = (
        decided(EDITED, EDITED_ONE, card_from=cut, choose_from=0.0).candidates for cut in (next_, above(next_))
    )
    assert (len(shown), len(hidden)) == (2, 1)


def test_the_least_that_an_answer_is_ahead_of_the_next() -> None:
    best, next_, *_ = probabilities(EDITED, EDITED_ONE)
    assert decided(EDITED, EDITED_ONE, answer_margin=best - next_).outcome == Outcome.ANSWER
    assert decided(EDITED, EDITED_ONE, answer_margin=above(best - next_)).outcome == Outcome.CHOOSE


@pytest.mark.parametrize(
    ("name", "value", "text", "candidates", "at_value"),
    [
        ("NAMED_FROM", certain(CHANGED, EDITED_ONE[0]), CHANGED, EDITED_ONE[:1], Outcome.DIFFERS),
        ("HELD", 1.0, BOTH, BOTH_HELD, Outcome.CHOOSE),
        ("SHORTEST_ANSWERED", TextFacts(LEMON).length, BOTH, BOTH_HELD, Outcome.CHOOSE),
        ("SHORTEST_ANSWERED", len(TextFacts(EDITED).core), EDITED, EDITED_ONE, Outcome.ANSWER),
        ("SHORTEST_IDENTICAL", len(TextFacts(LEMON).core), LEMON, OTHERS, Outcome.ANSWER),
        ("SAYS_ENOUGH", len(TextFacts(OTHER_LINK).core), OTHER_LINK, RUMOUR, Outcome.ANSWER),
    ],
)
def test_a_threshold_belongs_to_what_it_lets_through(
    name: str, value: float, text: str, candidates: list[Candidate], at_value: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, name, value)
    assert decided(text, candidates).outcome == at_value
    monkeypatch.setattr(decisions, name, above(value))
    assert decided(text, candidates).outcome != at_value


def test_how_alike_two_of_one_story_are_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [candidate("one", FLOUR, 0.6), candidate("two", FLOUR + "喔喔", 0.6)]
    alike = decisions.dice(*(TextFacts(one.text).bigrams for one in twins))
    for cut, cards in ((alike, 1), (above(alike), 2)):
        monkeypatch.setattr(decisions, "SAME_STORY", cut)
        assert len(decided(LEMON, twins, card_from=0.0, choose_from=0.0).candidates) == cards
