"""The set that pictures are measured with, and how it is measured."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from factcheck.ports import PictureText
from indexer.evaluation.media import pictures as measuring
from indexer.evaluation.media.drawing import COUNTS, DrawingError, Plan, colours, draw, plans
from indexer.evaluation.media.edits import EDITS
from indexer.evaluation.media.hashes import Copy, hashed
from indexer.evaluation.media.pictures import drawn, measure_finding, shingles, to_be_read
from indexer.evaluation.media.readings import error_rate


def test_the_set_is_what_it_is_said_to_be() -> None:
    made = plans()
    assert (len(made), len({plan.name for plan in made}), len({plan.text for plan in made})) == (200, 200, 200)
    assert Counter(plan.language for plan in made) == COUNTS
    assert {plan.kind for plan in made} == {"chat", "poster", "meme", "photo", "vertical"}
    assert all(14 <= plan.size <= 48 and 1.6 <= plan.contrast <= 21 and 30 <= plan.quality <= 95 for plan in made)
    assert max(abs(plan.tilt) for plan in made) <= 8
    assert made == plans()
    assert len(plans(0.1)) == 20
    assert len(EDITS) == 14


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [each / 255 for each in colour]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("contrast", [1.6, 3.0, 8.0, 15.0, 21.0])
def test_letters_have_the_contrast_that_was_planned(contrast: float) -> None:
    for seed in range(10):
        levels = sorted(map(luminance, colours(contrast, random.Random(seed))))  # noqa: S311
        assert (levels[1] + 0.05) / (levels[0] + 0.05) == pytest.approx(contrast, rel=0.15)


def some(share: float) -> list[measuring.Drawn]:
    try:
        return drawn(share)
    except DrawingError as error:
        pytest.skip(str(error))


def test_the_same_plan_gives_the_same_picture() -> None:
    (one, *_) = some(0.02)
    image, truth = draw(one.plan)
    assert np.array_equal(np.asarray(image), np.asarray(one.image))
    assert truth == one.truth
    assert isinstance(one.plan, Plan)
    assert one.plan.record()["text"] == one.plan.text


def test_copies_are_found_by_hash_text_and_cofacts_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = some(0.02)
    texts = [PictureText(each.truth, 1.0) for each in made]
    by_file: list[int] = []

    def read_all(files: list[bytes], folder: Path, *, label: str) -> list[PictureText]:
        by_file.extend(map(len, files))
        return [texts[0] for _ in files]

    monkeypatch.setattr(measuring, "read_all", read_all)
    found = measure_finding(made, texts, tmp_path, 1.0)
    assert found["copies"] == 14 * len(made)
    assert found["read"] == len(by_file) > 0
    assert found["false_by_hash"] == 0
    assert found["false_by_text"] > 0, "all were read as the first"
    assert found["by_edit"]["JPEG 50"]["by_hash"] >= 0.75
    assert found["by_edit"]["phone screenshot"]["by_hash"] < 0.5
    assert set(found["cofacts"]["found"]) == set(EDITS)
    assert set(found["by_edit"]) == set(EDITS)
    assert measure_finding(made[:1], texts[:1], tmp_path, 0.0)["read"] == 0


def test_of_each_edit_as_large_a_share_is_read() -> None:
    [one] = hashed([measuring.as_file(Image.new("RGB", (64, 64), "white"))])
    unread = [Copy(at, edit, one) for at in range(12) for edit in ("crop", "strip", "screen")]
    read = to_be_read(unread[:-1], 0.25)
    assert Counter(copy.edit for copy in read) == {"crop": 3, "strip": 3, "screen": 3}
    assert {copy.at for copy in read} == {0, 4, 8}
    assert to_be_read(unread, 1.0) == sorted(unread, key=lambda copy: ("crop", "strip", "screen").index(copy.edit))
    assert to_be_read(unread, 0.0) == []


def test_errors_are_counted_without_regard_to_spaces_and_width() -> None:
    assert error_rate("停水 通知\n明天", "停水通知明天") == 0
    assert error_rate("ＡＢＣ１２", "ABC12") == 0
    assert error_rate("停水通知", "停電通知") == 0.25
    assert error_rate("停水通知", "") == 1


def test_texts_are_compared_by_pieces_of_three_letters() -> None:
    assert shingles("一二三，四") == {"一二三", "二三四"}
    assert shingles("") == shingles("一二") == frozenset()
