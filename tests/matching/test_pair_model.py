import math
from itertools import pairwise

import pytest

from factcheck.matching.compare.features import MANY, Field, PairFeatures, TextFacts, pair_features
from factcheck.matching.decide.pair_model import Logistic, load_pair_model
from factcheck.ports import Hit

KNOTS = ((-2.0, 0.1), (0.0, 0.3), (1.0, 0.6))
CLAIM = "每天早上空腹喝一杯鹽水可以把血管裡的脂肪全部沖掉，連醫生都這樣做"


def at(score: float) -> float:
    return Logistic(score, {}, KNOTS).probability({})


def test_between_knots_the_probability_lies_on_a_straight_line() -> None:
    assert [at(score) for score, _ in KNOTS] == pytest.approx([0.1, 0.3, 0.6])
    assert at(-1.0) == pytest.approx(0.2)
    assert at(0.5) == pytest.approx(0.45)


def test_a_higher_score_is_never_less_and_all_are_probabilities() -> None:
    found = [at(score / 10) for score in range(-400, 400)]
    assert all(0 <= low <= high <= 1 for low, high in pairwise(found))
    assert found[0] < 0.001
    assert found[-1] < 0.62, "nothing is known beyond the last knot"


def test_without_knots_it_is_the_logistic_function() -> None:
    assert Logistic(0.0, {"a": 2.0}).probability({"a": 0.0}) == pytest.approx(0.5)
    assert Logistic(0.0, {"a": 2.0}).probability({"a": 1.0}) == pytest.approx(0.8808, abs=1e-4)
    assert Logistic(0.0, {"a": 1e9}).probability({"a": -1.0}) >= 0.0


def compared(query: str, article: str, hit: Hit) -> PairFeatures:
    others = [Hit(f"o{number}", cosine=0.25 - number / 100, bm25=2.0) for number in range(10)]
    return pair_features(TextFacts(query), TextFacts(article), hit, Field.of([hit, *others]))


def probability(query: str, article: str, hit: Hit) -> float:
    return load_pair_model().judge(compared(query, article, hit))


def test_the_shipped_numbers_know_a_copy_from_a_rewording_and_that_from_anything() -> None:
    copy = probability("聽說" + CLAIM + "，真的嗎？", CLAIM, Hit("a", cosine=0.9, bm25=30.0))
    reworded = probability("空腹飲用鹹水能清除血脂，專科醫師也在用", CLAIM, Hit("a", cosine=0.62, bm25=6.0))
    other = probability("明天全台停水十二小時，請大家提早儲水備用喔", CLAIM, Hit("a", cosine=0.2, bm25=2.0))
    assert copy > 0.95 > reworded > 0.3 > other


def test_who_words_a_claim_anew_may_keep_its_names_and_phrases() -> None:
    claim = "Burger Inn is offering an adult meal with a toy inside for Valentine's Day."
    told = (
        "Have you seen this? Burger Inn has an adult meal for Valentine's Day now, there is a toy in the box, my "
        "sister went to the one at the station yesterday and was told that it is for couples only, I cannot believe it"
    )
    pair = compared(told, claim, Hit("a", cosine=0.55, bm25=20.0))
    assert pair.shares_part
    assert load_pair_model().copies.probability(pair.values) < 0.2
    assert load_pair_model().judge(pair) > 0.5


def test_the_shipped_numbers_do_without_vectors() -> None:
    copy = probability("聽說" + CLAIM + "，真的嗎？", CLAIM, Hit("a", bm25=30.0))
    other = probability("明天全台停水十二小時，請大家提早儲水備用喔", CLAIM, Hit("a", bm25=0.5))
    assert copy > 0.9 > 0.3 > other


def test_a_card_needs_more_in_a_small_index() -> None:
    model = load_pair_model()
    sizes = [math.log(count) / math.log(MANY) for count in (1, 60, 300, 1000, MANY)]
    cuts = [model.cut(model.card_from, known) for known in sizes]
    assert cuts == sorted(cuts, reverse=True)
    assert cuts[1] == pytest.approx(model.of_few * model.card_from)
    assert cuts[-1] == model.card_from
