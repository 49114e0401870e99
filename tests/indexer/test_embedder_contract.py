"""What every embedder must do: the fake that most tests have, the client of a model server, and the real model."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import EmbedderUnavailableError
from factcheck.ports import Embedder, Matrix
from indexer.embedding.client import RemoteEmbedder
from indexer.embedding.server import EmbeddingServer
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.conftest import REAL_MODEL

TEXTS = (
    "燙到手的時候把手放進冷麵粉裡面十分鐘，皮膚就不會起水泡",
    "檸檬切片泡熱水喝可以殺死癌細胞",
    "明天台北市全面停班停課",
    "ดื่มน้ำมะนาวทุกเช้า",
    "Is flour good for a burned hand?",
)
ODD = ("", " ", "\x00", "\ud800 ok", "🙏" * 50, "很長的訊息。" * 500)


@pytest.fixture(params=["fake", "client", pytest.param("model", marks=REAL_MODEL)])
def embedder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Embedder]:
    if request.param == "model":
        yield request.getfixturevalue("real_model")
        return
    if request.param == "fake":
        yield FakeEmbedder()
        return
    server = EmbeddingServer(tmp_path / "embedder.sock", FakeEmbedder())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield RemoteEmbedder(tmp_path / "embedder.sock")
    server.shutdown()
    thread.join()
    server.server_close()


def both(embedder: Embedder, texts: list[str]) -> tuple[Matrix, Matrix]:
    return embedder.embed_queries(texts), embedder.embed_passages(texts)


def test_each_text_becomes_a_row_of_unit_length(embedder: Embedder) -> None:
    for rows in both(embedder, [*TEXTS, *ODD]):
        assert (rows.shape, rows.dtype) == ((len(TEXTS) + len(ODD), embedder.dimension), np.float32)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_no_texts_are_no_rows(embedder: Embedder) -> None:
    for rows in both(embedder, []):
        assert (rows.shape, rows.dtype) == ((0, embedder.dimension), np.float32)


def test_a_text_has_the_same_row_whatever_stands_beside_it(embedder: Embedder) -> None:
    for together, backwards in zip(both(embedder, list(TEXTS)), both(embedder, list(TEXTS[::-1])), strict=True):
        np.testing.assert_allclose(together, backwards[::-1], atol=1e-3)
    alone = [embedder.embed_queries([text])[0] for text in TEXTS]
    np.testing.assert_allclose(alone, embedder.embed_queries(list(TEXTS)), atol=1e-3)


def test_a_query_is_nearest_to_the_passage_of_the_same_text(embedder: Embedder) -> None:
    queries, passages = both(embedder, list(TEXTS))
    assert list(np.argmax(queries @ passages.T, axis=1)) == list(range(len(TEXTS)))


def test_it_has_a_name_for_the_identity_of_an_index(embedder: Embedder) -> None:
    assert embedder.name
    assert embedder.dimension > 1


@pytest.mark.parametrize("kind", ["fake", "client"])
def test_a_model_that_is_away_is_said_to_be_so(kind: str, tmp_path: Path) -> None:
    embedder: Embedder
    if kind == "fake":
        embedder = FakeEmbedder()
        embedder.available = False
    else:
        embedder = RemoteEmbedder(tmp_path / "embedder.sock")
    for ask in (embedder.embed_queries, embedder.embed_passages):
        with pytest.raises(EmbedderUnavailableError):
            ask(["a"])
