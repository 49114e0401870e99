from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from factcheck.matching.lexicon.cut import cut
from factcheck.matching.text.normalise import fold

WRITTEN = "喝开水，防癌ลิ้นน้ําผักที่ดื่มのまないコップabc don't 1.5 3月-!\n"


def words(text: str) -> list[str]:
    folded = fold(text)
    return [folded[start:end] for start, end in cut(folded)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("請不要喝冰水！", ["请", "不要", "喝", "冰水"]),
        ("罰1,500元，5G手機", ["罚", "1,500", "元", "5", "g", "手机"]),
        ("Don't pay, it's COVID19.", ["don't", "pay", "it's", "covid19"]),
        ("台灣の味", ["台湾", "の", "味"]),
        ("ウイルスが死ぬ", ["ウイルス", "が", "死ぬ"]),
        ("ห้ามดื่มน้ำ", ["ห้าม", "ดื่ม", "น\u0e49\u0e4d\u0e32"]),
        ("12:30 LINE群組", ["12:30", "line", "群组"]),
        ("👍 ... ！", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_words_of_the_lists_are_one() -> None:
    assert words("是嚴重特殊傳染性肺炎") == ["是", "严重特殊传染性肺炎"]


@given(st.text(alphabet=WRITTEN))
def test_every_letter_is_in_one_word_and_nothing_else_is(text: str) -> None:
    spans = cut(text)
    assert all(0 <= start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    covered = {at for start, end in spans for at in range(start, end)}
    letters = {match.start() for match in regex.finditer(r"[\p{L}\p{M}\p{N}]", text)}
    assert letters <= covered
    assert all(regex.match(r"[.,:'’]", text[at]) for at in covered - letters)
