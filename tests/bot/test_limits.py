import grapheme
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.limits import cut_graphemes, cut_units, split_units, units

FAMILY = "👨‍👩‍👧‍👦"


def test_units_are_utf_16() -> None:
    assert units("abc") == units("中文字") == 3
    assert units("😀") == 2
    assert units(FAMILY) == 11


def test_l04_nothing_is_cut_inside_a_cluster() -> None:
    assert cut_graphemes(FAMILY * 5, 3) == FAMILY * 2 + "…"
    assert cut_units(FAMILY * 5, 25) == FAMILY * 2 + "…"
    assert cut_graphemes(FAMILY * 3, 3) == FAMILY * 3


def test_l03_5000_units_are_one_text_and_5001_are_two() -> None:
    assert len(split_units("字" * 5000)) == 1
    assert [units(part) for part in split_units("字" * 5001)] == [5000, 1]


def test_a_split_prefers_the_end_of_a_line() -> None:
    assert split_units("a" * 8 + "\n" + "b" * 8, 10) == ["a" * 8, "b" * 8]


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
    assert grapheme.length(cut_graphemes(text, limit)) <= limit
