from pathlib import Path

import numpy as np
import pytest

from indexer.embedding.centring import LanguageMeans, everyday_texts


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_every_language_says_the_same_number_of_things() -> None:
    of_languages = everyday_texts()
    assert len(of_languages) == 7
    assert {len(texts) for texts in of_languages} == {24}
    assert all(text.strip() for texts in of_languages for text in texts)
    assert len({text for texts in of_languages for text in texts}) == 7 * 24


def test_a_text_is_nearest_to_its_rendering_once_the_languages_are_taken_out() -> None:
    """A model that puts the language far above the content, as real ones do."""
    rng = np.random.default_rng(1)
    contents = unit(rng.normal(size=(40, 64)))
    languages = 3 * unit(rng.normal(size=(2, 64)))
    ours, theirs = (unit(contents + language) for language in languages)
    means = LanguageMeans(np.stack([ours.mean(axis=0), theirs.mean(axis=0)]))
    both = np.concatenate([ours, theirs])

    def own_language_first(rows: np.ndarray) -> int:
        cosines = rows @ rows.T
        np.fill_diagonal(cosines, -1.0)
        return int(np.sum(np.argmax(cosines[:40], axis=1) < 40))

    assert own_language_first(both) == 40
    centred = means.centred(both)
    assert own_language_first(centred) == 0
    assert np.argmax(centred[:40] @ centred[40:].T, axis=1).tolist() == list(range(40))


def test_rows_have_unit_length_even_where_nothing_is_left() -> None:
    means = LanguageMeans(np.array([[1.0, 0.0], [0.0, 1.0]]))
    rows = means.centred(np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32))
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows[0]) == pytest.approx(1.0)
    assert np.isfinite(rows).all()


def test_means_are_kept_in_the_model_directory(tmp_path: Path) -> None:
    LanguageMeans(np.eye(3)).save(tmp_path)
    assert LanguageMeans.load(tmp_path).rows.tolist() == np.eye(3).tolist()
    with pytest.raises(FileNotFoundError):
        LanguageMeans.load(tmp_path / "elsewhere")


def test_the_mean_is_over_all_prefixes_and_texts_of_a_language() -> None:
    asked: list[list[str]] = []

    def encode(texts: list[str]) -> np.ndarray:
        asked.append(texts)
        return np.full((len(texts), 2), float(len(asked)), dtype=np.float32)

    means = LanguageMeans.measured(encode, ["query: ", "passage: "])
    assert means.rows[:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert [len(texts) for texts in asked] == [48] * 7
    assert sum(text.startswith("query: ") for text in asked[0]) == 24
