"""How lines are cut out of a picture before they are read."""

import numpy as np
import pytest

from indexer.media import thai
from indexer.media.engine import Pixels, Quad, with_room
from indexer.media.local_reader import LocalReader


def quad(left: float, top: float, right: float, bottom: float) -> Quad:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32)


def test_a_row_has_room_at_its_ends_and_a_column_all_around() -> None:
    assert with_room(quad(100, 100, 300, 120)) == pytest.approx(quad(92, 100, 308, 120))
    assert with_room(quad(100, 100, 120, 300)) == pytest.approx(quad(96.8, 90, 123.2, 310))


class Screenshot:
    """A clock and a sign of the network, of which the models are sure, and a long line, of which they are not."""

    lines = ((quad(0, 0, 30, 20), "20:57", 1.0), (quad(40, 0, 80, 20), "4G", 1.0), (quad(0, 40, 400, 60), "vaz", 0.7))

    def find(self, _pixels: Pixels) -> list[Quad]:
        return [where for where, _, _ in self.lines]

    def crop(self, _pixels: Pixels, where: Quad) -> Pixels:
        width, height = where.max(axis=0) - where.min(axis=0)
        return np.zeros((round(float(height)), round(float(width)), 3), dtype=np.uint8)

    def read(self, _crops: object) -> list[tuple[str, float]]:
        return [(text, confidence) for _, text, confidence in self.lines]


def test_a_telephones_clock_does_not_hide_that_the_rest_is_thai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thai, "is_installed", lambda: True)
    monkeypatch.setattr(thai, "read", lambda crops: [("พายุเข้าวันนี้", 0.9)] * len(crops))
    reader = LocalReader()
    reader.__dict__["_engine"] = Screenshot()
    assert "พายุเข้าวันนี้" in reader.read_pixels(np.zeros((500, 500, 3), dtype=np.uint8)).text
