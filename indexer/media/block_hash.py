"""The hash by which Cofacts names pictures: a brightness bit for each field of a grid, equal to theirs to the last bit.

Theirs has peculiarities that are part of the name: the median of an even number of fields is taken one place too high,
a transparent pixel counts as white, pixels on the border of two fields are shared out by floating-point weights in a
certain order, and of the 36 bits of the small grid the last four are cut off.
"""

import base64
import math

import numpy as np
import numpy.typing as npt

_KEY_GRID, _FINE_GRID = 6, 16
_WHITE = 765
"""The most that red, green and blue of a pixel add up to."""
_BANDS = 4
_ENTRIES_A_TURN = 2_000_000

Brightness = npt.NDArray[np.float64]
"""Shape (height, width): red + green + blue, 0 to 765."""


def media_id(pixels: npt.NDArray[np.uint8]) -> str:
    """Gives `image.<key>.<hash>` for pixels of the shape (height, width, 4): red, green, blue, alpha."""
    brightness = pixels[:, :, :3].sum(axis=2, dtype=np.uint16)
    brightness[pixels[:, :, 3] == 0] = _WHITE
    return f"image.{_hash(brightness, _KEY_GRID)}.{_hash(brightness, _FINE_GRID)}"


def _hash(brightness: npt.NDArray[np.uint16], grid: int) -> str:
    height, width = brightness.shape
    if height % grid == 0 and width % grid == 0:
        fields = brightness.reshape(grid, height // grid, grid, width // grid).sum(axis=(1, 3), dtype=np.float64)
    else:
        fields = _shared_out(brightness, grid)
    bits = _bits(fields.reshape(-1), width / grid * (height / grid))
    whole_bytes = len(bits) // 8
    return base64.urlsafe_b64encode(np.packbits(bits)[:whole_bytes].tobytes()).decode().rstrip("=")


def _shared_out(brightness: npt.NDArray[np.uint16], grid: int) -> Brightness:
    """Sums up fields whose borders run through pixels, adding in the order of pixels, on which sums of
    fractions depend."""
    height, width = brightness.shape
    row_fields, row_weights = _parts(height, grid)
    column_fields, column_weights = _parts(width, grid)
    totals: npt.NDArray[np.float64] = np.zeros(grid * grid)
    every_field = np.arange(grid * grid)
    rows_a_turn = max(1, _ENTRIES_A_TURN // (4 * width))
    for start in range(0, height, rows_a_turn):
        rows = slice(start, start + rows_a_turn)
        values = brightness[rows].astype(np.float64)[:, :, None] * row_weights[rows][:, None, :]
        entries = values[:, :, :, None] * column_weights[None, :, None, :]
        fields = row_fields[rows][:, None, :, None] * grid + column_fields[None, :, None, :]
        of_entries = np.broadcast_to(fields, entries.shape).reshape(-1)
        totals = np.bincount(
            np.concatenate([every_field, of_entries]),
            np.concatenate([totals, entries.reshape(-1)]),
            minlength=grid * grid,
        ).astype(np.float64)
    return totals.reshape(grid, grid)


def _parts(length: int, grid: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Gives the two fields of each row (or column) and its weights in them, each of the shape (length, 2)."""
    fields, weights = np.zeros((length, 2), dtype=np.intp), np.ones((length, 2))
    weights[:, 1] = 0
    size = length / grid
    for at in range(length):
        first = math.floor(at / size)
        fields[at] = first
        if length % grid == 0:
            continue
        within = math.fmod(at + 1, size)
        fraction = within - math.floor(within)
        weights[at] = 1 - fraction, fraction
        if within - fraction <= 0 and at + 1 != length:
            fields[at, 1] = math.ceil(at / size)
    return fields, weights


def _bits(fields: Brightness, pixels_a_field: float) -> npt.NDArray[np.bool_]:
    """Gives 1 for what is brighter than the median of its band. Of what is as bright, 1 in a bright band."""
    half = pixels_a_field * 256 * 3 / 2
    bits = []
    for band in np.split(fields, _BANDS):
        median = _median(np.sort(band))
        bits.append((band > median) | ((np.abs(band - median) < 1) & (median > half)))
    return np.concatenate(bits)


def _median(ordered: Brightness) -> float:
    half = len(ordered) // 2
    return float((ordered[half] + ordered[half + 1]) / 2 if len(ordered) % 2 == 0 else ordered[half])
