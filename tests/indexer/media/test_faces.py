"""Faces in pictures are counted, by a real model on a drawn face, and patterns and letters are none."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from factcheck.ports import PictureText
from indexer.evaluation.media.drawing import DrawingError, draw, plans
from indexer.media.reading import _understood
from tests.pictures import drawn, encoded

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("cv2") is None, reason="needs the packages of requirements/read.txt"
)

HAIR, SKIN, SHADE = (50, 35, 25), (224, 172, 140), (190, 146, 119)


def face(wide: int) -> Image.Image:
    """Draws a head that is so many pixels wide, with room around it."""
    image = Image.new("RGB", (2 * wide, 2 * wide), (120, 140, 160))
    pen = ImageDraw.Draw(image)

    def ellipse(x: float, y: float, across: float, down: float, fill: tuple[int, int, int]) -> None:
        corners = (x - across, y - down, x + across, y + down)
        left, top, right, bottom = (round((0.5 + each) * wide) for each in corners)
        pen.ellipse((left, top, right, bottom), fill=fill)

    ellipse(0.5, 0.40, 0.42, 0.48, HAIR)
    ellipse(0.5, 0.52, 0.36, 0.46, SKIN)
    for x in (0.34, 0.66):
        ellipse(x, 0.35, 0.10, 0.018, HAIR)
        ellipse(x, 0.44, 0.085, 0.042, (245, 245, 245))
        ellipse(x, 0.44, 0.036, 0.040, HAIR)
    ellipse(0.5, 0.52, 0.04, 0.08, (213, 163, 133))
    ellipse(0.5, 0.60, 0.055, 0.05, SHADE)
    for x in (0.475, 0.525):
        ellipse(x, 0.625, 0.016, 0.011, (110, 70, 60))
    ellipse(0.5, 0.76, 0.13, 0.04, (170, 80, 80))
    ellipse(0.5, 0.76, 0.13, 0.008, (110, 40, 45))
    return image.filter(ImageFilter.GaussianBlur(wide / 90))


def count(image: Image.Image) -> int:
    from indexer.media.faces import FaceFinder

    return FaceFinder().count(np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1]))


def test_faces_are_counted_and_what_is_none_is_not() -> None:
    one = face(150)
    assert count(one) == 1
    two = Image.new("RGB", (1_600, 900), "white")
    for left in (100, 900):
        two.paste(one, (left, 200))
    assert count(two) == 2, "also in a picture that is looked at smaller"
    assert [count(drawn(seed)) for seed in range(4)] == [0] * 4
    assert count(Image.new("RGB", (640, 480), SKIN)) == count(Image.new("RGB", (2_000, 9))) == 0


def test_letters_are_no_faces() -> None:
    for plan in (next(plan for plan in plans() if plan.kind == kind) for kind in ("chat", "poster", "meme", "photo")):
        try:
            image = draw(plan)[0]
        except DrawingError as error:
            pytest.skip(str(error))
        assert count(image) == 0, plan.name


def test_the_reader_says_how_many(tmp_path: Path) -> None:
    from indexer.media.local_reader import LocalReader

    assert LocalReader().read(encoded(face(150), "PNG")).faces == 1


def test_a_reader_of_the_release_before_says_nothing_of_faces() -> None:
    answer = {"text": "words", "confidence": 0.9, "lines": []}
    assert _understood(answer) == PictureText("words", 0.9)
    assert _understood({**answer, "faces": 3}).faces == 3
