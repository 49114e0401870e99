"""The rule for one reply: pure, with the numbers that it hangs on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from factcheck.models import VoteStatus
from factcheck.votes.calibration import LOW_SHARE, MAY_RISE, calibrated_cut
from factcheck.votes.posterior import Belief, Prior, belief, quantile
from factcheck.votes.status import NOTHING, Camp, Parameters, Standing, Tally, decide, next_standing

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PRIOR = Prior(3.76, 0.24)
FRIENDLY = Parameters(PRIOR, calibrated_cut(PRIOR))
"""The prior of a community that likes 94 of 100."""


@given(st.floats(0.05, 2_000), st.floats(0.05, 2_000), st.sampled_from([0.05, 0.5, 0.95]))
def test_quantiles_are_those_of_scipy(a: float, b: float, share: float) -> None:
    assert quantile(a, b, share) == pytest.approx(beta.ppf(share, a, b), abs=1e-6)


def test_the_spread_of_a_belief_is_its_standard_deviation() -> None:
    assert Belief(6, 3).spread == pytest.approx(beta.std(6, 3))


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9, 0.97])
def test_a_friendlier_community_has_a_higher_cut(share: float) -> None:
    lower, higher = (calibrated_cut(Prior(4 * s, 4 - 4 * s)) for s in (share - 0.05, share))
    assert lower < higher < 1


@pytest.mark.parametrize("votes", [0, 1, 2])
def test_two_votes_say_nothing(votes: int) -> None:
    assert decide(Tally(helpful=votes), FRIENDLY, VoteStatus.UNRATED).status == VoteStatus.UNRATED
    assert decide(Tally(not_helpful=votes), FRIENDLY, VoteStatus.UNRATED).status == VoteStatus.UNRATED


@pytest.mark.parametrize(
    ("tally", "status"),
    [
        (Tally(3), VoteStatus.PROVISIONAL),
        (Tally(2, 0, 1), VoteStatus.UNRATED),
        (Tally(2, 1, 0), VoteStatus.PROVISIONAL),
        (Tally(1, 2, 0), VoteStatus.UNRATED),
        (Tally(9), VoteStatus.PROVISIONAL),
        (Tally(10), VoteStatus.HELPFUL),
        (Tally(30, 0, 3), VoteStatus.HELPFUL),
        (Tally(3, 0, 3), VoteStatus.DISPUTED),
        (Tally(0, 0, 3), VoteStatus.DISPUTED),
        (Tally(5, 0, 5), VoteStatus.DISPUTED),
        (Tally(0, 9, 0), VoteStatus.UNRATED),
    ],
)
def test_what_votes_make_of_a_reply(tally: Tally, status: VoteStatus) -> None:
    assert decide(tally, FRIENDLY, VoteStatus.UNRATED).status == status


def test_enter_and_leave_are_apart() -> None:
    wavering = next(
        Tally(helpful, 0, 1)
        for helpful in range(2, 20)
        if belief(PRIOR, helpful, helpful + 1).quantile(LOW_SHARE) < FRIENDLY.cut
        and helpful == max(h for h in range(20) if belief(PRIOR, h, h + 1).quantile(LOW_SHARE) < FRIENDLY.cut)
    )
    assert decide(wavering, FRIENDLY, VoteStatus.UNRATED).status == VoteStatus.UNRATED
    assert decide(wavering, FRIENDLY, VoteStatus.PROVISIONAL).status == VoteStatus.PROVISIONAL
    assert decide(wavering, FRIENDLY, VoteStatus.DISPUTED).status == VoteStatus.UNRATED


ONE_SIDED = (Camp(Tally(2, 0, 3), 0.3), Camp(Tally(30, 0, 0), 0.95))
BOTH = (Camp(Tally(5, 0, 0), 0.9), Camp(Tally(30, 0, 0), 0.95))
SMALL = (Camp(Tally(1, 0, 0), 0.9), Camp(Tally(30, 0, 0), 0.95))


def test_camps_decide_beside_the_bound() -> None:
    many = Tally(32, 0, 3)
    assert decide(many, FRIENDLY, VoteStatus.UNRATED).status == VoteStatus.HELPFUL
    assert decide(many, FRIENDLY, VoteStatus.UNRATED, BOTH).status == VoteStatus.HELPFUL
    assert decide(many, FRIENDLY, VoteStatus.UNRATED, ONE_SIDED).status == VoteStatus.DISPUTED
    assert decide(many, FRIENDLY, VoteStatus.UNRATED, SMALL).status == VoteStatus.PROVISIONAL, "one person is no camp"


def test_with_few_votes_camps_are_not_asked() -> None:
    few = (Camp(Tally(0, 0, 1), 0.2), Camp(Tally(8), 0.9))
    with_camps = decide(Tally(8, 0, 1), FRIENDLY, VoteStatus.UNRATED, few)
    assert with_camps == decide(Tally(8, 0, 1), FRIENDLY, VoteStatus.UNRATED)


def test_what_has_settled_stays_whatever_the_cut_becomes() -> None:
    before = Standing(VoteStatus.PROVISIONAL, Tally(3), NOW)
    stern = Parameters(PRIOR, 0.999)
    soon, later = NOW + timedelta(days=13), NOW + timedelta(days=14)
    assert next_standing(Tally(3), stern, before, at=soon)[0].status == VoteStatus.UNRATED
    assert next_standing(Tally(3), stern, before, at=later)[0] == before
    assert next_standing(Tally(3, 0, 1), stern, before, at=later)[0].status == VoteStatus.UNRATED, (
        "a new vote reopens it"
    )


def test_who_never_had_a_vote_has_no_standing_to_lose() -> None:
    assert next_standing(NOTHING, FRIENDLY, None, at=NOW)[0] == Standing(VoteStatus.UNRATED, NOTHING, NOW)


@given(st.integers(0, 40), st.integers(0, 10), st.integers(0, 10))
def test_one_more_vote_for_a_reply_never_lowers_it(helpful: int, somewhat: int, not_helpful: int) -> None:
    one = decide(Tally(helpful, somewhat, not_helpful), FRIENDLY, VoteStatus.UNRATED)
    more = decide(Tally(helpful + 1, somewhat, not_helpful), FRIENDLY, VoteStatus.UNRATED)
    assert more.bound > one.bound
    assert more.score > one.score


def test_the_cut_keeps_its_promise_in_other_worlds_of_the_kind() -> None:
    from factcheck.votes.calibration import SPARSE
    from factcheck.votes.worlds import Truth, make_world

    prior = Prior(2, 2)
    parameters, risen, could = Parameters(prior, calibrated_cut(prior)), 0, 0
    for number, shape in enumerate(SPARSE):
        world = make_world(shape, 7 + number)
        for reply in (world.truth != Truth.GOOD).nonzero()[0]:
            values = world.value[world.reply == reply]
            tally = Tally(int(values.sum()), 0, int(len(values) - values.sum()))
            could += tally.votes >= 3
            risen += decide(tally, parameters, VoteStatus.UNRATED).status in ("PROVISIONAL", "HELPFUL")
    assert risen / could < MAY_RISE * 1.5
