import numpy as np
import pytest

from indexer.media.known import HASH_BYTES, Hashes, distance, nearest

RANDOM = np.random.default_rng(5)


def some_hash() -> bytes:
    return RANDOM.bytes(HASH_BYTES)


def flipped(hash_: bytes, bits: int) -> bytes:
    chosen = sum(1 << int(at) for at in RANDOM.choice(HASH_BYTES * 8, bits, replace=False))
    return (int.from_bytes(hash_) ^ chosen).to_bytes(HASH_BYTES)


def test_the_nearest_come_first_and_each_key_once() -> None:
    wanted = some_hash()
    near = [("c", flipped(wanted, 9)), ("a", wanted), ("b", flipped(wanted, 3)), ("b", flipped(wanted, 20))]
    others = [(f"other {at}", some_hash()) for at in range(40_000)]
    found = nearest(wanted, Hashes([*others, *near]))
    assert found == [("a", 0), ("b", 3), ("c", 9)]


def test_what_is_too_far_is_not_found_and_the_limit_itself_is() -> None:
    wanted = some_hash()
    hashes = Hashes([("at", flipped(wanted, 30)), ("beyond", flipped(wanted, 31))])
    assert nearest(wanted, hashes, within=30) == [("at", 30)]
    assert nearest(wanted, hashes, within=256, most=1) == [("at", 30)]


def test_every_bit_counts() -> None:
    zero = bytes(HASH_BYTES)
    for bit in range(HASH_BYTES * 8):
        other = (1 << bit).to_bytes(HASH_BYTES)
        assert nearest(zero, Hashes([("a", other)]), within=1) == [("a", 1)]
        assert distance(zero, other) == 1


def test_hashes_that_come_later_are_found() -> None:
    hashes = Hashes()
    assert nearest(some_hash(), hashes) == []
    each = [(str(at), some_hash()) for at in range(3000)]
    for start in range(0, len(each), 700):
        hashes.extend(each[start : start + 700])
    assert len(hashes) == 3000
    assert all(nearest(hash_, hashes, within=0) == [(key, 0)] for key, hash_ in each[::100])


def test_a_hash_of_another_length_is_refused_and_nothing_is_added() -> None:
    hashes = Hashes()
    with pytest.raises(ValueError, match="32 bytes"):
        hashes.extend([("a", some_hash()), ("b", b"short")])
    assert len(hashes) == 0
    with pytest.raises(ValueError, match="32 bytes"):
        nearest(b"", hashes)
