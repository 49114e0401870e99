"""What may be said in a group unasked."""

import pytest

from factcheck.matching.decide.decision import Decision, Outcome, Scored
from factcheck.matching.decide.pair_model import load_pair_model
from factcheck.matching.decide.thresholds import GROUP_ANSWER_FROM, GROUP_KEEP_FROM, IDENTICAL
from factcheck.matching.decide.trust import (
    RatedReply,
    may_speak_up,
    resembling,
    trusted_reply,
)

RUMOR, TRUE, OPINION = "RUMOR", "NOT_RUMOR", "OPINIONATED"


def rated(*replies: tuple[str, int, int]) -> list[RatedReply]:
    return [RatedReply(*reply) for reply in replies]


def test_a_rumour_reply_that_people_found_helpful_is_trusted() -> None:
    assert trusted_reply(rated((RUMOR, 1, 0))) == 0


@pytest.mark.parametrize(
    ("why", "replies"),
    [
        ("no reply", []),
        ("nobody has rated it", [(RUMOR, 0, 0)]),
        ("as many found it not helpful", [(RUMOR, 3, 3)]),
        ("the best one says that it is true", [(TRUE, 5, 0), (RUMOR, 3, 0)]),
        ("the best one is no fact-check", [(OPINION, 5, 0)]),
        ("another verdict has as many votes", [(RUMOR, 3, 0), (TRUE, 3, 0)]),
        ("another verdict has as many votes, though disputed", [(RUMOR, 3, 0), (TRUE, 3, 9)]),
        ("fewer than two thirds of three say so", [(RUMOR, 3, 0), (TRUE, 0, 0), (OPINION, 0, 0)]),
        ("half of four say so", [(RUMOR, 3, 0), (RUMOR, 3, 0), (OPINION, 0, 0), (TRUE, 0, 0)]),
    ],
)
def test_silence_when(why: str, replies: list[tuple[str, int, int]]) -> None:
    assert trusted_reply(rated(*replies)) is None, why


@pytest.mark.parametrize(
    ("place", "replies"),
    [
        (0, [(RUMOR, 3, 0), (TRUE, 2, 0)]),
        (1, [(TRUE, 1, 0), (RUMOR, 2, 1)]),
        (2, [(OPINION, 0, 0), (RUMOR, 1, 0), (RUMOR, 4, 3)]),
        (1, [(RUMOR, 9, 9), (RUMOR, 2, 0)]),
        (0, [(RUMOR, 2, 0), (RUMOR, 2, 0)]),
    ],
)
def test_the_trusted_one_is_the_most_helpful_rumour_reply(place: int, replies: list[tuple[str, int, int]]) -> None:
    assert trusted_reply(rated(*replies)) == place


def decision(outcome: Outcome, *probabilities: float) -> Decision:
    scored = tuple(Scored(str(place), value, answerable=True) for place, value in enumerate(probabilities))
    return Decision(outcome, scored, probabilities[0] if outcome == Outcome.ANSWER else 0.0)


def test_the_cut_for_groups_is_stricter_than_the_one_for_a_person_who_asks() -> None:
    assert load_pair_model().answer_from < GROUP_ANSWER_FROM < IDENTICAL
    assert may_speak_up(decision(Outcome.ANSWER, GROUP_ANSWER_FROM))
    assert not may_speak_up(decision(Outcome.ANSWER, GROUP_ANSWER_FROM - 0.01))
    assert not may_speak_up(decision(Outcome.CHOOSE, 0.99))
    assert not may_speak_up(decision(Outcome.UNKNOWN))


def test_only_what_is_likely_the_same_claim_is_kept() -> None:
    kept = resembling(decision(Outcome.CHOOSE, 0.7, GROUP_KEEP_FROM, GROUP_KEEP_FROM - 0.01, 0.02))
    assert (kept.outcome, [scored.article_id for scored in kept.candidates]) == (Outcome.CHOOSE, ["0", "1"])
    assert resembling(decision(Outcome.CHOOSE, 0.4)) == Decision(Outcome.UNKNOWN, ())
