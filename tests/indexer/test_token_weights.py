"""What tokens count, read from the file of a tokenizer."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.embedding.token_weights import COMMON, LEAST, MARK, TokenizerError, token_weights

PIECES = [["<s>", 0.0], ["<unk>", 0.0], [",", -3.5], ["water", -9.0], ["turmeric", -14.0]]
MARKS = [{"id": 0, "content": "<s>", "special": True}, {"id": 1, "content": "<unk>", "special": True}]


def written(folder: Path, content: Any) -> Path:
    path = folder / "tokenizer.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_what_is_rare_counts_more_and_everything_a_little(tmp_path: Path) -> None:
    path = written(tmp_path, {"model": {"type": "Unigram", "vocab": PIECES}, "added_tokens": MARKS})
    weights = token_weights(path)
    assert weights is not None
    np.testing.assert_allclose(weights, [MARK, MARK, LEAST, 9 - COMMON, 14 - COMMON], rtol=1e-6)


def test_an_added_token_beyond_the_vocabulary_has_a_weight_too(tmp_path: Path) -> None:
    added = [{"id": 6, "content": "<mask>", "special": True}, {"id": 7, "content": "new", "special": False}]
    weights = token_weights(written(tmp_path, {"model": {"type": "Unigram", "vocab": PIECES}, "added_tokens": added}))
    assert weights is not None
    assert weights[5:].tolist() == [np.float32(LEAST), np.float32(MARK), np.float32(LEAST)]


@pytest.mark.parametrize("kind", ["WordLevel", "BPE", "WordPiece"])
def test_other_tokenizers_know_no_probabilities(tmp_path: Path, kind: str) -> None:
    assert token_weights(written(tmp_path, {"model": {"type": kind, "vocab": {"a": 0}}})) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", {"model": {"type": "Unigram"}}])
def test_a_broken_file_is_named(tmp_path: Path, content: Any) -> None:
    with pytest.raises(TokenizerError, match=r"tokenizer\.json"):
        token_weights(written(tmp_path, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TokenizerError, match=r"tokenizer\.json"):
        token_weights(tmp_path / "tokenizer.json")
