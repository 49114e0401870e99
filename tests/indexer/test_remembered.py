from collections.abc import Sequence

import numpy as np
import pytest

from factcheck.errors import EmbedderUnavailableError
from factcheck.ports import Matrix
from indexer.embedding import remembered
from indexer.embedding.remembered import RememberedQueries
from tests.fakes.embedder import FakeEmbedder


class Counting(FakeEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        self.asked += texts
        return super().embed_queries(texts)


def test_a_message_is_embedded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 3)
    model = Counting()
    embedder = RememberedQueries(model)
    texts = ["蘿蔔湯", "大蒜水", "蘿蔔湯"]
    assert np.array_equal(embedder.embed_queries(texts), FakeEmbedder().embed_queries(texts))
    assert model.asked == texts[:2]
    mixed = ["大蒜水", "檸檬水", "蘿蔔湯"]
    assert np.array_equal(embedder.embed_queries(mixed), FakeEmbedder().embed_queries(mixed))
    assert model.asked == [*texts[:2], "檸檬水"]
    embedder.embed_queries(["薑茶"])
    assert len(embedder._known) == 3, "the least asked for is forgotten"
    assert embedder.embed_queries([]).shape == (0, model.dimension)


def test_what_could_not_be_embedded_is_asked_again() -> None:
    model = Counting()
    embedder = RememberedQueries(model)
    model.available = False
    with pytest.raises(EmbedderUnavailableError):
        embedder.embed_queries(["蘿蔔湯"])
    model.available = True
    assert len(embedder.embed_queries(["蘿蔔湯"])) == 1
