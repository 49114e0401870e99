"""The ids are what `image-hash` 5.3.1 gives for the same pixels."""

import numpy as np
import numpy.typing as npt
import pytest

from indexer.media.block_hash import media_id

Pixels = npt.NDArray[np.uint8]


def noise(height: int, width: int, seed: int = 7) -> Pixels:
    """Pixels that any language can make: a linear congruential generator, no library's."""
    values, state = np.zeros(height * width * 4, dtype=np.uint8), seed
    for at in range(len(values)):
        state = (state * 1103515245 + 12345) % 2**31
        values[at] = state >> 16 & 255
    return values.reshape(height, width, 4)


def opaque(pixels: Pixels) -> Pixels:
    pixels[..., 3] = 255
    return pixels


def flat(height: int, width: int, level: int) -> Pixels:
    return opaque(np.full((height, width, 4), level, dtype=np.uint8))


def striped() -> Pixels:
    pixels = flat(333, 100, 200)
    pixels[111:120, :, 0] = 3
    return pixels


def half_transparent() -> Pixels:
    pixels = noise(97, 101)
    pixels[..., 3] = np.where(pixels[..., 3] > 128, 255, 0)
    return pixels


PICTURES = {
    "even": opaque(noise(48, 96)),
    "even for one grid": opaque(noise(60, 96)),
    "uneven rows": opaque(noise(101, 96)),
    "uneven columns": opaque(noise(48, 77)),
    "uneven": opaque(noise(123, 77)),
    "smaller than the grid": opaque(noise(5, 9)),
    "one pixel": flat(1, 1, 0),
    "flat and bright": flat(50, 70, 200),
    "flat and dark, where rounding decides": flat(401, 267, 50),
    "striped": striped(),
    "transparent": half_transparent(),
}
IDS = {
    "even": "image.Wk4R9Q.3jqZzSAacnhsP7RCsgRb8T7NdjwYQxNmrEaxTy5sGg8",
    "even for one grid": "image.Wgd1Rw.2roYziI4bD2UQqqFWtV3HhhGlWa4bi9sGg-zT4hCrR8",
    "uneven rows": "image.SY1TTQ.mP9jOKQKeoV9DJtGqUyKT6lMvR8eUjI4sRcV-XSCnqE",
    "uneven columns": "image.dNYRbA.1sUeeUNDKsWzx07klwiNFQpUfEJ-a4F-NjGGKbfRieU",
    "uneven": "image.dTVdGQ.3kETw4ckPl6iO7OhBXZcahTFt7OpdkhsjDucyi9MDOU",
    "smaller than the grid": "image.dCTY_A.__4AAAAA__4UqgAA_f71ugAA__7__gAA__4AAAAAAAA",
    "one pixel": "image.AAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "flat and bright": "image._____w.__________________________________________8",
    "flat and dark, where rounding decides": "image.AAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "striped": "image._____w._____________wAA__________________________8",
    "transparent": "image.c3oZcg.r6hW7FRQ6dCpuIwf5CDW1Z1DkgNPqtplMTQXdXwxKzU",
}


@pytest.mark.parametrize("name", PICTURES)
def test_equal_pixels_have_the_id_that_cofacts_gives_them(name: str) -> None:
    assert media_id(PICTURES[name]) == IDS[name]


def test_large_pictures_are_added_up_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.media.block_hash._ENTRIES_A_TURN", 1000)
    for name, pixels in PICTURES.items():
        assert media_id(pixels) == IDS[name]
