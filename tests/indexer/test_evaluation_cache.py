"""Vectors kept on disk: the same as the model's, never those of another model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import EmbedderUnavailableError
from factcheck.ports import Matrix
from indexer.evaluation import embedding_cache
from indexer.evaluation.embedding_cache import PASSAGE, PROBES, QUERY, CachedEmbedder
from tests.fakes.embedder import FakeEmbedder

TEXTS = ["喝熱水可以治感冒", "the bridge is closed on Monday", "", "喝熱水可以治感冒"]


class CountingEmbedder(FakeEmbedder):
    """Like a model: queries and passages differ, `precision` moves the vectors a little."""

    def __init__(self, name: str = "model", dimension: int = 64, precision: float = 0.0) -> None:
        super().__init__(name, dimension)
        self.precision = precision
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._counted([f"query: {text}" for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._counted([f"passage: {text}" for text in texts])

    def _counted(self, texts: list[str]) -> Matrix:
        self.asked.extend(text for text in texts if text.split(": ", 1)[1] not in PROBES)
        return self._embed(texts) + np.float32(self.precision)


def test_vectors_are_those_of_the_model_and_are_asked_for_once(tmp_path: Path) -> None:
    model = CountingEmbedder()
    cached = CachedEmbedder(model, tmp_path)
    assert (cached.name, cached.dimension) == ("model", 64)
    for _ in range(2):
        np.testing.assert_array_equal(cached.embed_queries(TEXTS), CountingEmbedder().embed_queries(TEXTS))
        np.testing.assert_array_equal(cached.embed_passages(TEXTS), CountingEmbedder().embed_passages(TEXTS))
    assert len(model.asked) == 2 * len(set(TEXTS))
    again = CountingEmbedder()
    np.testing.assert_array_equal(CachedEmbedder(again, tmp_path).embed_queries(TEXTS), cached.embed_queries(TEXTS))
    assert again.asked == []


def test_nothing_to_embed(tmp_path: Path) -> None:
    assert CachedEmbedder(FakeEmbedder(), tmp_path).embed_queries([]).shape == (0, 64)


@pytest.mark.parametrize(
    "other",
    [CountingEmbedder("other"), CountingEmbedder(dimension=32), CountingEmbedder(precision=0.002)],
    ids=["name", "dimension", "precision under the same name"],
)
def test_another_model_never_gets_these_vectors(tmp_path: Path, other: CountingEmbedder) -> None:
    other.asked.clear()
    CachedEmbedder(CountingEmbedder(), tmp_path).embed_queries(TEXTS)
    found = CachedEmbedder(other, tmp_path).embed_queries(TEXTS)
    assert len(other.asked) == len(set(TEXTS))
    expected = CountingEmbedder(other.name, other.dimension, other.precision).embed_queries(TEXTS)
    np.testing.assert_array_equal(found, expected)
    first = CountingEmbedder()
    CachedEmbedder(first, tmp_path).embed_queries(TEXTS)
    assert first.asked == []


def test_rounding_of_another_batch_is_no_other_model(tmp_path: Path) -> None:
    CachedEmbedder(CountingEmbedder(), tmp_path).embed_queries(TEXTS)
    rounded = CountingEmbedder(precision=1e-7)
    CachedEmbedder(rounded, tmp_path).embed_queries(TEXTS)
    assert rounded.asked == []


def test_what_was_embedded_before_an_interruption_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_cache, "BATCH", 10)
    texts = [f"message number {number}" for number in range(35)]
    model = CountingEmbedder()
    cached = CachedEmbedder(model, tmp_path)

    def stop_after_two(_count: int) -> None:
        if len(model.asked) == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached.prepare(PASSAGE, texts, stop_after_two)
    fresh = CachedEmbedder(CountingEmbedder(), tmp_path)
    assert len(fresh.missing(PASSAGE, texts)) == 15
    assert len(fresh.missing(QUERY, texts)) == 35
    counted: list[int] = []
    fresh.prepare(PASSAGE, texts, counted.append)
    assert counted == [10, 5]


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    one, two = (CachedEmbedder(CountingEmbedder(), tmp_path) for _ in range(2))
    one.embed_queries(TEXTS[:2])
    two.embed_queries(TEXTS)
    one.embed_queries(TEXTS)
    assert len(list(tmp_path.glob("*.sqlite"))) == 1


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    model = FakeEmbedder()
    model.available = False
    with pytest.raises(EmbedderUnavailableError):
        CachedEmbedder(model, tmp_path)
