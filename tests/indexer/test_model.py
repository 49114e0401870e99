"""The real model, where it is prepared, and how it is found where it is not."""

from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import EmbedderUnavailableError
from factcheck.settings import Settings
from indexer.embedding.local import LocalEmbedder
from indexer.embedding.model import (
    DESCRIPTION_FILE,
    ModelPreparationError,
    is_prepared,
    model_directory,
    prepare_model,
)
from indexer.embedding.second import SECOND_DIMENSION, SECOND_NAME
from indexer.factory import build_local_embedder, build_search


def settings(tmp_path: Path, **values: object) -> Settings:
    return Settings(var_dir=tmp_path, **values)  # type: ignore[arg-type]


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailableError, match="python -m indexer model"):
        build_local_embedder(settings(tmp_path))


def test_without_model_and_server_the_search_can_be_built_and_says_what_is_missing(tmp_path: Path) -> None:
    search = build_search(settings(tmp_path))
    assert "python -m indexer model" in search.status().expected_identity


def test_the_expected_identity_needs_no_loading(tmp_path: Path) -> None:
    directory = tmp_path / "models" / "some--model"
    directory.mkdir(parents=True)
    description = '{"name": "some/model@hub", "dimension": 7, "query_prefix": "", "passage_prefix": ""}'
    (directory / DESCRIPTION_FILE).write_text(description)
    search = build_search(settings(tmp_path, embedding_model="some/model"))
    expected = search.status().expected_identity
    assert f"some/model@hub, beside {SECOND_NAME}, dimension {7 + SECOND_DIMENSION}" in expected


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"name": 1}'])
def test_a_broken_description_is_not_prepared(tmp_path: Path, content: str) -> None:
    (tmp_path / DESCRIPTION_FILE).write_text(content)
    assert not is_prepared(tmp_path)


def test_only_one_model_comes_as_a_package(tmp_path: Path) -> None:
    with pytest.raises(ModelPreparationError, match="--from-hub"):
        prepare_model(settings(tmp_path, embedding_model="some/other"))
    assert list((tmp_path / "models").iterdir()) == []


def test_a_given_directory_is_used_as_it_is(tmp_path: Path) -> None:
    given = tmp_path / "own-model"
    given.mkdir()
    assert model_directory(settings(tmp_path, embedding_model=str(given))) == given


QUERIES = ["燙傷的時候把手放進麵粉有效嗎", "Is flour good for a burned hand?"]
PASSAGES = [
    "燙到手的時候把手放進冷麵粉裡面十分鐘，皮膚就不會起水泡",
    "檸檬切片泡熱水喝可以殺死癌細胞",
    "明天台北市全面停班停課",
    "很長的訊息。" * 1000,
]


@pytest.mark.model
@pytest.mark.xdist_group("model")
@pytest.mark.filterwarnings("ignore")  # torch warns at import, where the model is run with all its bits
def test_the_real_model_puts_the_same_claim_nearest_in_both_languages(real_model: LocalEmbedder) -> None:
    queries, passages = real_model.embed_queries(QUERIES), real_model.embed_passages(PASSAGES)
    assert queries.shape == (2, real_model.dimension)
    assert passages.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-4)
    cosines = queries @ passages.T
    assert list(np.argmax(cosines, axis=1)) == [0, 0]
    assert (cosines[:, 0] - np.max(cosines[:, 1:], axis=1) > 0.01).all()
