"""Fitting the pair model: on pairs made up so that what is right is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from factcheck.matching.compare.features import PairFeatures
from factcheck.matching.decide.pair_model import PairModel, load_pair_model
from factcheck.matching.decide.thresholds import SAME_CLAIM
from factcheck.settings import load_settings
from indexer.evaluation.collection import no_bar, temporary_collection
from indexer.evaluation.data import TURNED, LabelledArticle, Query
from indexer.evaluation.embedding_cache import CachedEmbedder
from indexer.training.command import write
from indexer.training.fit import COPIES, MOST_SURE, REWORDINGS, VECTORS, cross_fitted, fit
from indexer.training.pairs import NEW, Looked, Pair, look_up_all, weighed
from tests.fakes.embedder import FakeEmbedder


def looked_up(number: int, rng: np.random.Generator) -> Looked:
    """Ten candidates. The source is copied in every second query, and otherwise only its vector tells it apart; every
    fifth rewording has no source among them."""
    copied, has_source = number % 2 == 0, number % 10 != 5
    pairs = []
    for place in range(10):
        is_source = place == 0 and has_source
        values = {name: float(rng.uniform(0, 0.2)) for name in {*COPIES, *REWORDINGS, "copied"}}
        values["copied"] = values["query_contained"] = float(rng.uniform(0.4, 0.9)) if is_source and copied else 0.05
        values["lift"] = float(rng.normal(1.0 if is_source else 0.0, 0.3))
        values["lead"] = values["lift"] / 2
        pairs.append(Pair(PairFeatures(values), is_source))
    # One copy of something else, so that copies are not all right.
    values = {**pairs[-1].features.values, "copied": 0.25, "query_contained": 0.25}
    pairs.append(Pair(PairFeatures(values), False))
    return Looked(Query(f"q{number}", "forward", source_id=f"source {number // 4}"), [], pairs)


@pytest.fixture(scope="module")
def looked() -> list[Looked]:
    rng = np.random.default_rng(3)
    return [looked_up(number, rng) for number in range(400)]


def best(one: Looked, model: PairModel) -> Pair:
    return max(one.pairs, key=lambda pair: model.judge(pair.features))


def test_the_fitted_model_finds_the_source_and_says_how_sure_it_is(looked: list[Looked]) -> None:
    model = fit(looked, load_pair_model())
    assert model.rewordings.coefficients["lift"] > 0
    tops = [best(one, model) for one in looked]
    probabilities = np.array([model.judge(pair.features) for pair in tops])
    right = np.array([pair.same_claim for pair in tops])
    assert right.mean() > 0.8
    assert probabilities.mean() == pytest.approx(right.mean(), abs=0.05)
    unsure = probabilities < np.median(probabilities)
    assert right[unsure].mean() < right[~unsure].mean()


def test_no_rewording_becomes_so_sure_that_it_is_taken_for_the_message(looked: list[Looked]) -> None:
    plain = [replace(one, pairs=[pair for pair in one.pairs if not pair.features.shares_part]) for one in looked]
    sure = [one for one in plain if any(pair.same_claim for pair in one.pairs)]
    model = fit([*sure, *looked], load_pair_model())
    highest = max(model.rewordings.probability(pair.features.values) for one in sure for pair in one.pairs)
    assert 0.7 < highest < SAME_CLAIM


def test_new_messages_weigh_the_same_in_each_collection_and_the_size_says_little_by_itself() -> None:
    rng = np.random.default_rng(5)
    collections = []
    for size, lacking in ((0.5, 9), (1.0, 2)):  # of ten queries nine have no source in the small index
        some = [looked_up(number, rng) for number in range(200)]
        some = [without_source(one) if place % 10 < lacking else one for place, one in enumerate(some)]
        collections.append(weighed([of_size(one, size) for one in some]))
    for some in collections:
        new = sum(one.weight for one in some if not one.is_known)
        assert new / sum(one.weight for one in some) == pytest.approx(NEW)
    model = fit([], load_pair_model(), [one for some in collections for one in some])
    for some in collections:
        tops = [(best(one, model), one) for one in some]
        tops = [(pair, one) for pair, one in tops if not pair.features.shares_part]
        weights = [one.weight for _, one in tops]
        said = np.average([model.judge(pair.features) for pair, _ in tops], weights=weights)
        right = np.average([MOST_SURE * pair.same_claim for pair, _ in tops], weights=weights)  # nothing is surer
        assert said == pytest.approx(right, abs=0.04)


def without_source(one: Looked) -> Looked:
    return replace(one, pairs=[replace(pair, same_claim=False) for pair in one.pairs[1:]])


def of_size(one: Looked, size: float) -> Looked:
    pairs = [
        replace(pair, features=replace(pair.features, values={**pair.features.values, "known": size}))
        for pair in one.pairs
    ]
    return replace(one, pairs=pairs, is_known=any(pair.same_claim for pair in pairs))


def test_cuts_are_kept(looked: list[Looked]) -> None:
    before = load_pair_model()
    after = fit(looked, before)
    assert (after.answer_from, after.choose_from, after.cluster_from) == (
        before.answer_from,
        before.choose_from,
        before.cluster_from,
    )


def test_no_query_is_judged_by_a_model_that_saw_one_of_its_source(looked: list[Looked]) -> None:
    held_out = [held for _, held in cross_fitted(looked[:100], load_pair_model())]
    assert sorted(number for held in held_out for number in held) == list(range(100))
    sources = [{looked[number].query.source_id for number in held} for held in held_out]
    assert sum(map(len, sources)) == len(set().union(*sources))


def test_what_is_written_can_be_loaded_and_gives_the_same(looked: list[Looked], tmp_path: Path) -> None:
    model = fit(looked, load_pair_model())
    write(model, tmp_path / "model.json")
    load_pair_model.cache_clear()
    loaded = load_pair_model(tmp_path / "model.json")
    load_pair_model.cache_clear()
    for one in looked[:20]:
        for pair in one.pairs:
            assert loaded.judge(pair.features) == pytest.approx(model.judge(pair.features))


def test_articles_without_a_vector_are_learned_from_by_words_alone(looked: list[Looked]) -> None:
    without = {name: 0.1 for name in looked[0].pairs[0].features.values if name not in VECTORS}
    bare = Pair(PairFeatures({**without, "copied": 0.0}), False)
    model = fit([Looked(one.query, [], [*one.pairs, bare]) for one in looked], load_pair_model())
    assert 0 <= model.judge(bare.features) <= 1


def test_changed_copies_are_judged_and_teach_nothing(tmp_path: Path, fake_model: Path) -> None:
    articles = {
        "a": LabelledArticle("a", "喝熱水可以治感冒"),
        "b": LabelledArticle("b", "學校明天停課一天"),
    }
    queries = [
        Query("喝冷水可以治感冒", TURNED, "zh", "a"),
        Query("熱水可以治感冒", "partial", "zh", "a"),
    ]
    embedder = CachedEmbedder(FakeEmbedder(), tmp_path)
    with temporary_collection(load_settings(), "embedded", articles, embedder) as collection:
        turned, partial = look_up_all(collection, queries, no_bar(2, "queries"))
    assert turned.candidates
    assert turned.pairs == []
    assert {pair.same_claim for pair in partial.pairs} == {True, False}
