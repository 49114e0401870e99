"""A closer look at two pictures: marked copies are the same, other words on the same template are not."""

import io

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from indexer.evaluation.media.drawing import DrawingError, Plan, draw, plans
from indexer.evaluation.media.edits import EDITS
from indexer.evaluation.media.twins import with_few_other_letters, with_other_words
from indexer.media.closer_look import Sketch, is_same, sketch
from indexer.media.looking import Looking
from tests.fakes.pictures import REAL


def small(image: Image.Image) -> bytes:
    data = io.BytesIO()
    copy = image.convert("RGB")
    copy.thumbnail((480, 480))
    copy.save(data, "JPEG", quality=70)
    return data.getvalue()


def sketched(image: Image.Image) -> Sketch:
    return sketch(small(image))


def of_kind(kind: str) -> Plan:
    return next(plan for plan in plans() if plan.kind == kind and plan.contrast > 4)


def picture(plan: Plan) -> Image.Image:
    try:
        return draw(plan)[0]
    except DrawingError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("kind", ["chat", "poster", "meme", "photo"])
def test_a_marked_copy_is_the_same_and_other_words_are_not(kind: str) -> None:
    plan = of_kind(kind)
    image = picture(plan)
    original = sketched(image)
    for edit in ("watermark", "JPEG 15", "half size", "grey", "brighter", "darker"):
        assert is_same(original, sketched(EDITS[edit](image))) is True, edit
    sticker = EDITS["JPEG 50"](image)
    ImageDraw.Draw(sticker).ellipse((10, 10, 10 + image.width // 8, 10 + image.width // 8), fill="red")
    assert is_same(sketched(sticker), original) is True
    assert is_same(original, sketched(picture(with_other_words(plan)))) is False
    assert is_same(original, sketched(picture(of_kind("poster" if kind != "poster" else "meme")))) is False


def test_a_few_other_letters_are_for_the_text_to_tell() -> None:
    plan = of_kind("poster")
    assert is_same(sketched(picture(plan)), sketched(picture(with_few_other_letters(plan)))) is True


def test_an_even_picture_says_nothing() -> None:
    even = Image.new("RGB", (600, 400), (200, 210, 190))
    assert is_same(sketched(even), sketched(even)) is None
    assert is_same(sketched(even), sketched(ImageEnhance.Brightness(even).enhance(0.5))) is None


def test_a_file_that_was_cut_short_says_nothing() -> None:
    whole = small(picture(of_kind("meme")))
    assert isinstance(REAL, Looking)
    assert REAL.is_same_picture(whole, whole) is True
    assert REAL.is_same_picture(whole, whole[: len(whole) // 2]) is None
    assert REAL.is_same_picture(b"", whole) is None
