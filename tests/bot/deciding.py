"""Decisions put in place of those of the pair model, where a test is about what is said of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from factcheck.matching.compare.changes import Change, ChangeKind, Difference
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, Scored

WORDS = Difference((Change(ChangeKind.WORDS, "open as usual", "closed"),))
ADDED = Difference((Change(ChangeKind.ADDED, "says my aunt from the market", ""),))
DEMAND = Difference((Change(ChangeKind.DEMAND, "please bring your bank card and its code", ""),))
LINK = Difference((Change(ChangeKind.LINK, "https://refund.example/now", ""),))


def in_place_of_the_model(patch: pytest.MonkeyPatch, decide: Callable[[str, Sequence[Candidate]], Decision]) -> None:
    patch.setattr("factcheck.services.lookup._judged_copy", lambda _text, _found: None)
    patch.setattr("factcheck.services.lookup._decided", decide)


@contextmanager
def decided(
    outcome: Outcome,
    difference: Difference | None = None,
    *,
    probability: float = 0.6,
    perhaps: Sequence[float] = (),
) -> Iterator[None]:
    """Whatever the index proposes is decided so: all are candidates, but for the last ones, which are `perhaps` meant
    with these probabilities."""

    def decide(_text: str, found: Sequence[Candidate]) -> Decision:
        cards, rest = found[: len(found) - len(perhaps)], found[len(found) - len(perhaps) :]
        scored = tuple(Scored(c.article_id, probability, c.answerable) for c in cards)
        less = tuple(Scored(c.article_id, p, c.answerable) for c, p in zip(rest, perhaps, strict=True))
        return Decision(outcome, scored, perhaps=less, difference=difference)

    with pytest.MonkeyPatch.context() as patch:
        in_place_of_the_model(patch, decide)
        patch.setattr("factcheck.services.matching.what_differs", lambda _text, _candidate: difference)
        yield
