"""Telling camps apart, and the simulation."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from factcheck.votes import factor
from factcheck.votes.evidence import Log
from factcheck.votes.night import camps_of, decide_all
from factcheck.votes.simulation import attacks, quality
from factcheck.votes.simulation.command import simulate
from factcheck.votes.simulation.methods import METHODS, decide, log_of, scores_of
from factcheck.votes.worlds import Shape, Truth, World, make_world
from tests.rules.programs import run

DIVIDED = make_world(Shape(80, 300, 20, 0.7), 3)
UNITED = make_world(Shape(80, 300, 20, liked=0.9, disliked=0.9), 3)


def votes_of(world: World) -> factor.Votes:
    return factor.Votes(world.voter, world.reply, world.value)


def test_camps_are_found_and_the_majority_is_negative() -> None:
    found = factor.best_fit(votes_of(DIVIDED))
    assert abs(np.corrcoef(found.rater_view, DIVIDED.camp)[0, 1]) > 0.9
    assert np.median(found.rater_view) < 0


def test_a_round_more_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    few = factor.best_fit(votes_of(DIVIDED))
    monkeypatch.setattr(factor, "ROUNDS", 10 * factor.ROUNDS)
    many = factor.best_fit(votes_of(DIVIDED))
    assert many.loss <= few.loss < many.loss + 1e-5
    assert np.abs(few.reply - many.reply).max() < 0.03


def test_no_fit_near_by_has_less_loss() -> None:
    votes = votes_of(DIVIDED)
    found = factor.best_fit(votes)

    def loss(one: factor.Fit) -> float:
        errors = np.mean((votes.value - one.expected(votes)) ** 2)
        liking = one.mean**2 + np.mean(one.rater**2) + np.mean(one.reply**2)
        views = np.mean(one.rater_view**2) + np.mean(one.reply_view**2)
        return float(errors + factor.LIKING_PENALTY * liking + factor.VIEW_PENALTY * views)

    assert loss(found) == pytest.approx(found.loss)
    random = np.random.default_rng(0)
    for _ in range(20):
        moved = replace(
            found,
            reply=found.reply + random.normal(0, 0.02, len(found.reply)),
            rater_view=found.rater_view + random.normal(0, 0.02, len(found.rater_view)),
        )
        assert loss(moved) > found.loss


def test_the_test_is_passed_where_there_are_camps_alone() -> None:
    assert factor.examine(votes_of(DIVIDED)).passed
    assert not factor.examine(votes_of(UNITED)).passed


def test_camps_are_used_only_after_the_test() -> None:
    divided, united = log_of(DIVIDED), log_of(UNITED)
    test, camps = camps_of(divided.votes)
    assert test is not None
    assert test.passed
    assert camps
    test, camps = camps_of(united.votes)
    assert test is not None
    assert not camps
    assert camps_of([]) == (None, {})


def test_what_one_camp_alone_likes_does_not_become_helpful() -> None:
    night = decide(log_of(DIVIDED))
    risen = np.array([night.decisions["", str(n)].standing.status == "HELPFUL" for n in range(DIVIDED.replies)])
    assert risen[DIVIDED.truth == Truth.GOOD].mean() > 0.7
    assert risen[(DIVIDED.truth == Truth.PARTISAN) & (DIVIDED.side == 1)].mean() < 0.1


def test_the_same_votes_in_another_order_decide_the_same() -> None:
    log = log_of(DIVIDED)
    other = Log(log.votes[::-1], log.links[::-1])
    assert decide(log).decisions == decide(other).decisions


def test_an_empty_community() -> None:
    night = decide_all(Log([], []), {}, at=log_of(DIVIDED).votes[0].at)
    assert night.decisions == {}
    assert night.test is None
    assert night.parameters.prior.mean == 0.5


def test_worlds_are_made_again_from_their_seed() -> None:
    shape = Shape(30, 40, 4)
    assert np.array_equal(make_world(shape, 1).voter, make_world(shape, 1).voter)
    assert not np.array_equal(make_world(shape, 1).truth, make_world(shape, 2).truth)
    world = make_world(shape, 1)
    assert len(set(zip(world.voter.tolist(), world.reply.tolist(), strict=True))) == len(world.voter)


@pytest.mark.parametrize("method", METHODS)
def test_each_method_puts_good_replies_first(method: str) -> None:
    world = make_world(Shape(60, 200, 12), 5)
    assert quality.area(scores_of(method, world).order, world.truth == Truth.GOOD, world.truth == Truth.BAD) > 0.95


def test_the_area_counts_equal_places_half() -> None:
    good = np.array([True, True, False, False])
    assert quality.area(np.array([1.0, 2.0, 1.0, 0.0]), good, ~good) == pytest.approx((0.5 + 1 + 1 + 1) / 4)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TRIAL", "1")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr(quality, "WORLDS", {"even, small": Shape(40, 60, 5)})
    monkeypatch.setattr(attacks, "SHAPE", Shape(60, 200, 8))
    monkeypatch.setattr(attacks, "SIZES", (2, 8))
    monkeypatch.setattr("factcheck.votes.simulation.plot.SIZES", (2, 8))
    out, picture = tmp_path / "votes.json", tmp_path / "votes.svg"
    assert run("factcheck", "simulate-votes", "--repeats", "1", "--json", str(out), "--plot", str(picture)) == 0
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert {row["method"] for row in figures["quality"]} == set(METHODS)
    assert len(figures["attacks"]) == len(METHODS) * len(attacks.ATTACKS)
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    assert "AUC" in capsys.readouterr().out
    assert run("factcheck", "simulate-votes", "--votes", str(tmp_path), "--repeats", "1") == 1
    assert simulate.__doc__
