"""Several articles that tell the same: whether they compete, and which is named."""

import pytest

from factcheck.matching.decide import decision as decisions
from factcheck.matching.decide.decision import (
    Candidate,
    Decision,
    Outcome,
    Standing,
    decide,
)
from factcheck.ports import Hit
from tests.matching.deciding import BRIDGE, EDITED, FLOUR, OTHERS, first

BRIDGE_COPY = BRIDGE.replace("請大家轉告親友", "請大家轉告家人和親友")


def bridges(first_reply: tuple[str, str], second_reply: tuple[str, str]) -> Decision:
    return decide(
        BRIDGE.replace("請大家轉告親友", "請轉告親友們"),
        [
            Candidate("one", BRIDGE, True, Hit("one", cosine=0.98), *first_reply),
            Candidate("two", BRIDGE_COPY, bool(second_reply[0]), Hit("two", cosine=0.98), *second_reply),
            *OTHERS,
        ],
    )


@pytest.mark.parametrize("second_reply", [("r1", "RUMOR"), ("r2", "RUMOR"), ("", "")])
def test_copies_of_one_story_do_not_compete(second_reply: tuple[str, str]) -> None:
    assert bridges(("r1", "RUMOR"), second_reply).outcome == Outcome.ANSWER


def test_copies_that_were_judged_differently_are_offered() -> None:
    assert bridges(("r1", "RUMOR"), ("r2", "NOT_RUMOR")).outcome == Outcome.CHOOSE


def twins(one: tuple[str, str], two: tuple[str, str], text: str) -> Decision:
    found = (("a", one), ("b", two))
    return decide(text, [Candidate(key, FLOUR, True, Hit(key, cosine=0.95), *reply) for key, reply in found] + OTHERS)


@pytest.mark.parametrize("text", [FLOUR, EDITED])
def test_identical_articles_that_were_judged_differently_are_offered(text: str) -> None:
    decision = twins(("r1", "RUMOR"), ("r2", "NOT_RUMOR"), text)
    assert decision.outcome == Outcome.CHOOSE
    assert {one.article_id for one in decision.candidates[:2]} == {"a", "b"}
    assert decision.confidence == 0


@pytest.mark.parametrize("text", [FLOUR, EDITED])
@pytest.mark.parametrize("second", [("r2", "RUMOR"), ("r1", "RUMOR")])
def test_identical_articles_with_one_verdict_are_answered(text: str, second: tuple[str, str]) -> None:
    assert twins(("r1", "RUMOR"), second, text).outcome == Outcome.ANSWER


VIRAL = "捷運{place}站明天起停駛三天，請大家改搭公車，轉告住在附近的親友，這是站長親口說的"


def viral(others: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Decision, int]:
    """The original among many that name another station and have verdicts of their own, and how many were aligned."""
    aligned, align = [], decisions.difference
    monkeypatch.setattr(decisions, "difference", lambda *pair, **how: aligned.append(pair) or align(*pair, **how))
    stations = [f"新埔{n}號" for n in range(25)]
    copies = [
        Candidate(
            f"c{n}", VIRAL.format(place=place) + "，請務必小心" * 3, True, Hit(f"c{n}", cosine=0.9), f"r{n}", others
        )
        for n, place in enumerate(stations)
    ]
    original = Candidate("one", VIRAL.format(place="板橋"), True, Hit("one", cosine=0.98), "r", "RUMOR")
    found = decide(VIRAL.format(place="板橋").replace("請大家改搭公車", "請大家改搭公車喔"), [*copies, original])
    return found, len(aligned)


def test_of_many_near_copies_the_likest_are_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    decision, aligned = viral("RUMOR", monkeypatch)
    assert aligned == decisions.MOST_JUDGED
    assert first(decision) == "one"
    assert decision.outcome == Outcome.CHOOSE
    assert {scored.standing for scored in decision.candidates[1:]} <= {Standing.PROBABLY, Standing.PERHAPS}


def test_nothing_is_vouched_for_beside_a_near_copy_that_was_judged_otherwise_and_not_aligned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decision, _ = viral("NOT_RUMOR", monkeypatch)
    assert decision.outcome == Outcome.CHOOSE
    assert first(decision) == "one"
