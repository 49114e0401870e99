"""The measures, against values worked out by hand."""

from collections.abc import Sequence
from operator import eq

import numpy as np
import pytest

from factcheck.matching.decide.decision import Outcome
from indexer.evaluation.claims import claims_of
from indexer.evaluation.data import HARDNEG, UNMATCHED, LabelledArticle, Query
from indexer.evaluation.judging import Judged
from indexer.evaluation.labels import Labelled, label
from indexer.evaluation.metrics import calibration, calibration_error, curve, cut_at, measure, right_at_far

ANSWER, CHOOSE, UNKNOWN = Outcome.ANSWER, Outcome.CHOOSE, Outcome.UNKNOWN
Case = tuple[str, str, str, Judged]


def judged(
    ranked: str, outcome: Outcome = UNKNOWN, offered: str = "", confidence: float = 0.0, p: float | None = None
) -> Judged:
    return Judged(tuple(ranked), outcome, tuple(offered), confidence, p)


def rows(*cases: Case) -> Labelled:
    """kind, language, source, what came of it."""
    queries = [Query("some words", kind, lang, source) for kind, lang, source, _ in cases]
    return label(queries, [case[3] for case in cases], eq)


def confident(kind: str, confidences: Sequence[float], source: str = "a") -> list[Case]:
    """Queries of which every one would be answered with article a."""
    source = "" if kind == UNMATCHED else source
    return [(kind, "", source, judged("abc", CHOOSE, "abc", confidence)) for confidence in confidences]


def test_recall_and_reciprocal_rank_by_kind_and_language() -> None:
    many = "".join(chr(ord("d") + i) for i in range(10))
    queries = [Query("words", "forward", "en", "a")] * 3 + [Query("words", "forward", "ja", "a")]
    found = [judged("abc"), judged("bca"), judged("bc"), judged(many + "a")]
    shares = measure(label(queries, found, eq))["retrieval"]["forward"]
    assert {lang: shares[lang]["n"] for lang in shares} == {"en": 3, "ja": 1, "all": 4}
    assert (shares["en"]["r1"], shares["en"]["r5"]) == (pytest.approx(1 / 3, abs=1e-6), pytest.approx(2 / 3, abs=1e-6))
    assert shares["en"]["mrr10"] == pytest.approx((1 + 1 / 3) / 3, abs=1e-6)
    assert (shares["ja"]["r5"], shares["ja"]["r20"], shares["ja"]["mrr10"]) == (0, 1, 0)
    assert shares["all"]["r20"] == 0.75


def test_a_hardneg_has_no_retrieval_and_its_source_is_the_wrong_answer() -> None:
    found = measure(
        rows(
            (HARDNEG, "", "a", judged("ab", ANSWER, "a")),
            (HARDNEG, "", "a", judged("ba", ANSWER, "ba")),
            (HARDNEG, "", "a", judged("ab", CHOOSE, "ab")),
            (HARDNEG, "", "a", judged("ab", CHOOSE, "b")),
            (HARDNEG, "", "a", judged("ab")),
        )
    )
    assert found["retrieval"] == {}
    shares = found["decision"][HARDNEG]
    names = ("answered_right", "answered_wrong", "answered_other", "offered_right", "offered_wrong", "unknown")
    assert [shares[name] for name in names] == [0, 0.2, 0.2, 0.2, 0.2, 0.2]


def test_decision_shares_add_up() -> None:
    found = measure(
        rows(
            ("partial", "", "a", judged("ab", ANSWER, "ab")),
            ("partial", "", "a", judged("ab", ANSWER, "ba")),
            ("partial", "", "a", judged("ab", CHOOSE, "ba")),
            ("partial", "", "a", judged("abc", CHOOSE, "bc")),
            ("partial", "", "a", judged("")),
            (UNMATCHED, "", "", judged("a", ANSWER, "a")),
            (UNMATCHED, "", "", judged("a", CHOOSE, "a")),
            (UNMATCHED, "", "", judged("a")),
            (UNMATCHED, "", "", judged("")),
        )
    )
    shares = found["decision"]["partial"]
    names = ("answered_right", "answered_wrong", "offered_right", "offered_wrong", "unknown")
    assert [shares[name] for name in names] == [0.2] * 5
    assert [found["unmatched"][name] for name in ("n", "answered", "offered", "unknown")] == [4, 0.25, 0.25, 0.5]


def test_articles_that_are_one_message_count_as_one() -> None:
    twins = claims_of({key: LabelledArticle(key, "喝熱水可以治好感冒") for key in "ab"})
    labelled = label([Query("words", "forward", "", "a")], [judged("ba", ANSWER, "b")], twins)
    assert labelled.rank.tolist() == [1]
    assert labelled.result.tolist() == ["answered_right"]


def test_an_answer_that_is_not_the_first_candidate_counts_as_what_was_answered() -> None:
    labelled = rows(("forward", "", "b", judged("ab", ANSWER, "ba", 0.9)))
    assert labelled.first_is_source.tolist() == [True]
    assert labelled.top_is_source.tolist() == [False]
    assert labelled.rank.tolist() == [2]


@pytest.mark.parametrize(
    ("rate", "cut"),
    [(0.0, 0.9), (0.1, 0.8), (0.19, 0.8), (0.2, 0.8), (0.3, 0.5), (0.99, 0.0), (1.0, 0.0)],
)
def test_the_cut_lets_no_more_than_the_rate_through(rate: float, cut: float) -> None:
    confidence = np.array([0.9, 0.8, 0.8, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.0])
    assert cut_at(confidence, rate) == cut
    assert (confidence > cut).mean() <= rate


def test_right_at_a_rate_of_false_answers() -> None:
    # Of 100 unmatched, 1 % lets one through: the cut is 0.8. Above it lie 2 of 4 matched, one of them wrong.
    none = confident(UNMATCHED, [0.95, 0.8, *([0.1] * 98)])
    matched = [*confident("forward", [0.99, 0.7, 0.05]), *confident("forward", [0.99], source="b")]
    found = right_at_far(rows(*none, *matched, *confident(HARDNEG, [0.99] * 50)))
    assert (found["n"], found["n_unmatched"]) == (4, 100)
    assert (found["0.01"], found["cut"]["0.01"], found["achieved"]["0.01"]) == (0.25, 0.8, 0.01)
    assert found["0.05"] == 0.5
    low, high = found["interval"]["0.01"]
    assert 0 <= low <= 0.25 <= high <= 1


def test_a_confidence_of_nothing_is_never_an_answer() -> None:
    found = right_at_far(rows(*confident(UNMATCHED, [0.0, 0.0]), *confident("forward", [0.0, 0.2])))
    assert found["0.01"] == 0.5


def test_shares_of_nothing_are_none() -> None:
    found = measure(rows(*confident("forward", [0.5])))
    shares = ("answered", "differs", "answered_or_differs", "offered", "unknown", "quiet", "cards")
    assert found["unmatched"] == {"n": 0, **dict.fromkeys(shares), "interval": {}}
    assert found["right_at_far"]["0.01"] is None
    only_unmatched = measure(rows(*confident(UNMATCHED, [0.5])))
    assert (only_unmatched["retrieval"], only_unmatched["decision"]) == ({}, {})
    assert only_unmatched["right_at_far"]["0.05"] is None


def test_the_curve_goes_from_strict_to_lenient() -> None:
    points = curve(
        rows(
            *confident("forward", [0.9, 0.3]),
            *confident("forward", [0.6], source="b"),
            *confident(UNMATCHED, [0.6, 0.0]),
            *confident(HARDNEG, [0.3]),
        )
    )
    assert points["cut"] == [0.9, 0.6, 0.3]
    assert points["answered_right"] == pytest.approx([1 / 3, 1 / 3, 2 / 3], abs=1e-6)
    assert points["answered_wrong"] == pytest.approx([0, 1 / 3, 1 / 3], abs=1e-6)
    assert points["unmatched_answered"] == [0, 0.5, 0.5]
    assert points["hardneg_answered"] == [0, 0, 1]
    assert points["risk"] == pytest.approx([0, 2 / 3, 3 / 5], abs=1e-6)
    assert points["coverage"] == pytest.approx([1 / 3, 2 / 3, 1], abs=1e-6)


def test_calibration_error_over_bins_of_equal_mass() -> None:
    # Ten bins of two: each has a mean of 0.2 and is right in one of two.
    assert calibration_error(np.array([0.2] * 20), np.array([1.0, 0.0] * 10)) == pytest.approx(0.3)
    exact = np.linspace(0.05, 0.95, 10).repeat(100)
    right = np.concatenate([np.arange(100) < 100 * p for p in np.linspace(0.05, 0.95, 10)]).astype(float)
    assert calibration_error(exact, right) == pytest.approx(0.0, abs=1e-9)
    assert calibration_error(np.array([0.9]), np.array([0.0])) == pytest.approx(0.9)


def test_calibration_does_not_depend_on_the_order_of_queries() -> None:
    random = np.random.default_rng(5)
    probability, right = random.choice([0.1, 0.5, 0.995], 300), random.integers(0, 2, 300).astype(float)
    order = random.permutation(300)
    assert calibration_error(probability, right) == pytest.approx(calibration_error(probability[order], right[order]))


def test_calibration_takes_the_source_of_a_hardneg_for_wrong() -> None:
    found = calibration(
        rows(
            ("forward", "", "a", judged("a", p=1.0)),
            (HARDNEG, "", "a", judged("a", p=1.0)),
            (UNMATCHED, "", "", judged("a", p=1.0)),
            ("forward", "", "a", judged("")),
        )
    )
    assert found["n"] == 3
    assert found["error"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["brier"] == pytest.approx(2 / 3, abs=1e-6)
    assert [b["n"] for b in found["bins"]] == [1, 1, 1]


def test_intervals_hold_the_share_and_are_the_same_in_every_run() -> None:
    labelled = rows(*[("forward", "", "a", judged("ab" if i % 4 else "ba")) for i in range(200)])
    found = measure(labelled)["retrieval"]["forward"]["all"]
    low, high = found["interval"]["r1"]
    # The usual formula: 0.75 +- 1.96 sqrt(0.75 * 0.25 / 200) = 0.69 to 0.81.
    assert (low, high) == (pytest.approx(0.69, abs=0.015), pytest.approx(0.81, abs=0.015))
    assert measure(labelled)["retrieval"]["forward"]["all"] == found
    # All of 200: by Wilson's formula at least 200 / (200 + 1.96 ** 2).
    assert found["interval"]["r5"] == [pytest.approx(0.981, abs=0.001), 1]


def test_a_copy_and_the_same_story_make_one_claim_and_another_message_does_not() -> None:
    story = "衛生局昨天公布，市面上三種品牌的瓶裝水驗出超標的塑化劑，長期飲用會造成肝臟損害"
    texts = {"a": story, "copy": f"請轉發：{story}！！", "retold": story + "，請大家先不要買", "b": "明天全台停班停課"}
    same = claims_of({key: LabelledArticle(key, text) for key, text in texts.items()})
    assert same("a", "copy")
    assert same("retold", "a")
    assert not same("a", "b")
