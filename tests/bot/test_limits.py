import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.limits import cut_graphemes, cut_units, split_units, units
from factcheck.graphemes import count

FAMILY = "👨‍👩‍👧‍👦"


def test_units_are_utf_16() -> None:
    assert units("abc") == units("中文字") == 3
    assert units("😀") == 2
    assert units(FAMILY) == 11


def test_l04_nothing_is_cut_inside_a_cluster() -> None:
    assert cut_graphemes(FAMILY * 5, 3) == FAMILY * 2 + "…"
    assert cut_units(FAMILY * 5, 25) == FAMILY * 2 + "…"
    assert cut_graphemes(FAMILY * 3, 3) == FAMILY * 3


@pytest.mark.parametrize("limit", range(4, 10))
def test_l04_thai_marks_stay_with_their_letters(limit: int) -> None:
    text = "น้ำแข็งที่ไม่เย็น"
    for cut in (cut_graphemes(text, limit), cut_units(text, limit)):
        kept = cut.removesuffix("…")
        assert text.startswith(kept)
        assert not unicodedata.category(text[len(kept)]).startswith("M")
        assert text[len(kept)] != "ำ"
        assert not kept.endswith(("แ", "ไ", "เ")), "a vowel without its consonant"


def test_l03_5000_units_are_one_text_and_5001_are_two() -> None:
    assert len(split_units("字" * 5000)) == 1
    assert [units(part) for part in split_units("字" * 5001)] == [5000, 1]


def test_a_split_prefers_the_end_of_a_line_then_a_space() -> None:
    assert split_units("a" * 8 + "\n" + "b" * 8, 10) == ["a" * 8, "b" * 8]
    assert split_units("aaaaaa\nb cccccc", 10) == ["aaaaaa", "b cccccc"]
    assert split_units("ดื่มน้ำ มากๆ ทุกวัน", 14) == ["ดื่มน้ำ มากๆ", "ทุกวัน"]
    assert split_units("a b" + "c" * 12, 10) == ["a b" + "c" * 7, "c" * 5]


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_nothing_gives_no_parts(text: str) -> None:
    assert split_units(text) == []


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_parts_fit_and_lose_only_white_space(text: str, limit: int) -> None:
    parts = split_units(text, limit)
    assert all(1 <= units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_cut_texts_fit(text: str, limit: int) -> None:
    assert units(cut_units(text, limit)) <= limit
    assert count(cut_graphemes(text, limit)) <= limit
