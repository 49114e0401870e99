"""Very long messages are compared, as far as that can be done in time."""

import pytest

from factcheck.matching.compare import pairing
from factcheck.matching.lexicon.tables import tables
from factcheck.matching.text.folding import MOST_LETTERS
from tests.matching.test_changes import found, is_large

LONG = "".join(
    f"第{i}段講的是城市裡面的公園{'甲乙丙丁戊己庚辛'[i % 8]}，{'樹木花草'[i % 4]}都長得很好。" for i in range(90)
)
CLAIM = "另外提醒各位，台北市長說3月5日起每人可領6000元，記得去郵局排隊。"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("6000", "9000"),
        ("台北", "高雄"),
        ("3月5日", "3月6日"),
        ("可領", "不可領"),
    ],
)
@pytest.mark.parametrize("at", [0, len(LONG) // 2, len(LONG)])
def test_a_part_of_a_very_long_message_is_compared_where_it_stands(old: str, new: str, at: int) -> None:
    article = LONG[:at] + CLAIM + LONG[at:]
    assert is_large(CLAIM.replace(old, new), article)
    assert found(CLAIM, article) is None
    assert is_large(article, CLAIM.replace(old, new))


@pytest.mark.parametrize(("old", "new"), [("3萬", "5萬"), ("可以", "不可以"), ("", "")])
@pytest.mark.parametrize("length", [3_100, 9_900])
def test_the_end_of_a_very_long_message_is_compared(length: int, old: str, new: str) -> None:
    text = (LONG * 6)[:length] + "另外每人可以領3萬元，記得去郵局排隊。"
    assert is_large(text.replace(old, new) if old else text, text) == bool(old)


def test_what_is_too_long_to_compare_counts_as_different() -> None:
    text = LONG * 10
    assert len(text) > MOST_LETTERS
    assert is_large(text, text)
    assert is_large(text[:100], text)


@pytest.mark.parametrize("unit", ["不", "5", "3月", "台北", "1/2", "a.", "line:a", "十", "陳", "@", "一二", "年"])
def test_hostile_repetitions_are_compared(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    assert found(text, text) is None
    found(text, text[1:] + "好")


def test_no_two_texts_keep_a_worker_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each word of one against each of the other, in edit after edit, would take half a minute."""
    compared: list[int] = []
    alike = pairing._mean_the_same
    monkeypatch.setattr(pairing, "_mean_the_same", lambda *two: compared.append(1) or alike(*two))
    words = sorted(tables().synonyms)
    one, other = (
        "，".join(" ".join(words[at : at + 70]) for at in range(start, start + 9000, 71)) for start in (0, 35)
    )
    assert is_large(one, other)
    assert 0 < len(compared) <= pairing.MOST_PAIRS * len(pairing._STEPS)
