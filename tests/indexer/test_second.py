"""The second encoder, and the two vectors in one."""

import numpy as np

from indexer.embedding.second import MOST_CHARACTERS, SECOND_DIMENSION, SHARE, joined, second_encoder


def test_the_same_claim_is_nearer_than_another_one_in_any_language() -> None:
    claim, *others = second_encoder().encode(
        [
            "燙傷的時候把手放進麵粉裡就不會起水泡",
            "Putting a burned hand into flour keeps it from blistering.",
            "やけどをしたら小麦粉に手を入れると水ぶくれにならない",
            "明天全台灣的學校停課一天",
            "The school will be closed tomorrow.",
        ]
    )
    cosines = [float(claim @ other) for other in others]
    assert min(cosines[:2]) > max(cosines[2:])


def test_odd_texts_have_vectors_and_a_long_one_is_cut() -> None:
    rows = second_encoder().encode(["", "?", "鹽水" * MOST_CHARACTERS, "鹽水" * (MOST_CHARACTERS // 2)])
    assert rows.shape == (4, SECOND_DIMENSION)
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(rows[2], rows[3], atol=1e-6)


def test_a_product_of_joined_vectors_is_the_weighted_mean_of_both_cosines() -> None:
    rng = np.random.default_rng(1)
    first, second = (
        rows / np.linalg.norm(rows, axis=1, keepdims=True)
        for rows in (rng.normal(size=(2, 8)).astype(np.float32), rng.normal(size=(2, 5)).astype(np.float32))
    )
    one, other = joined(first, second)
    np.testing.assert_allclose([one @ one, other @ other], 1, atol=1e-6)
    expected = (1 - SHARE) * (first[0] @ first[1]) + SHARE * (second[0] @ second[1])
    np.testing.assert_allclose(one @ other, expected, atol=1e-6)
