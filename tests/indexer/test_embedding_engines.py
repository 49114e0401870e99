"""How texts are put into batches, and what is done around the network."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.embedding.engines import LENGTH_STEP, batches_by_length, padded, unit_means
from indexer.embedding.export import rounded_weights
from indexer.embedding.server import CHARACTERS_A_TURN, TEXTS_A_TURN, turns


@given(st.lists(st.integers(1, 512)), st.integers(1, 2048))
def test_batches_hold_each_text_once_and_are_bounded(lengths: list[int], most_tokens: int) -> None:
    batches = list(batches_by_length(lengths, most_tokens))
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[at] for at in batch) <= most_tokens


@given(st.lists(st.integers(1, 512), min_size=1))
def test_texts_of_like_length_are_together(lengths: list[int]) -> None:
    in_order = [lengths[at] for batch in batches_by_length(lengths) for at in batch]
    assert in_order == sorted(lengths, reverse=True)


def test_short_texts_share_a_batch() -> None:
    assert len(list(batches_by_length([8] * 64, 512))) == 1


@given(st.lists(st.integers(0, 2 * CHARACTERS_A_TURN)))
def test_turns_keep_the_order_and_are_small(lengths: list[int]) -> None:
    texts = [chr(0x4E00 + at) * length for at, length in enumerate(lengths)]
    pieces = turns(texts)
    assert [text for piece in pieces for text in piece] == texts
    for piece in pieces:
        assert 1 <= len(piece) <= TEXTS_A_TURN
        assert len(piece) == 1 or sum(map(len, piece)) <= CHARACTERS_A_TURN


def test_turns_fill_up() -> None:
    assert turns(["a"] * (TEXTS_A_TURN + 1)) == [["a"] * TEXTS_A_TURN, ["a"]]
    half = "a" * (CHARACTERS_A_TURN // 2)
    assert turns([half, half, "b"]) == [[half, half], ["b"]]


def test_padding_is_masked_and_leaves_few_shapes() -> None:
    ids, mask = padded([[5, 6, 7], [8]], pad=1)
    assert ids.tolist() == [[5, 6, 7] + [1] * (LENGTH_STEP - 3), [8] + [1] * (LENGTH_STEP - 1)]
    assert mask.tolist() == [[1] * 3 + [0] * (LENGTH_STEP - 3), [1] + [0] * (LENGTH_STEP - 1)]
    assert {padded([[5] * length], pad=1)[0].shape for length in range(1, 3 * LENGTH_STEP + 1)} == {
        (1, LENGTH_STEP),
        (1, 2 * LENGTH_STEP),
        (1, 3 * LENGTH_STEP),
    }


def test_a_mean_leaves_the_padding_out_and_has_unit_length() -> None:
    hidden = np.array([[[3, 0], [0, 4], [900, 900]]], dtype=np.float32)
    np.testing.assert_allclose(unit_means(hidden, np.array([[1, 1, 0]])), [[0.6, 0.8]], rtol=1e-6)


def test_a_mean_counts_each_token_by_its_weight() -> None:
    hidden = np.array([[[1, 0], [0, 1]]], dtype=np.float32)
    np.testing.assert_allclose(unit_means(hidden, np.array([[1.5, 2.0]])), [[0.6, 0.8]], rtol=1e-6)


def test_rounded_weights_are_near_in_every_row_whatever_its_size() -> None:
    weights = np.random.default_rng(1).normal(size=(4, 300)).astype(np.float32) * np.array(
        [[1e-4], [1], [1e4], [0]], dtype=np.float32
    )
    for axis, given_weights in ((1, weights), (0, weights.T)):
        rounded, scale = rounded_weights(given_weights, axis)
        assert rounded.dtype == np.int8
        assert np.all(np.abs(rounded * scale - given_weights) <= scale / 2 * (1 + 1e-5))
