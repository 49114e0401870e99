from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.matching.text.tokens import MOST_WINDOWS, WINDOW, bigrams, window_count, windows


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("檸檬水", ["檸檬", "檬水"]),
        ("水", ["水"]),
        ("喝 Lemon water 水", ["喝", "lemon", "water", "水"]),
        ("用5g网络", ["用", "5g", "网络"]),
        ("罰1,500元 10:30 1.5倍", ["罰", "1,500", "元", "10:30", "1.5", "倍"]),
        ("停水\n停電", ["停水", "水停", "停電"]),
        ("停水，停電", ["停水", "停電"]),
        ("ラーメン", ["ラー", "ーメ", "メン"]),
        ("ก็ดี", ["ก็", "็ด", "ดี"]),
        ("", []),
        ("！？ 「」", []),
    ],
)
def test_bigrams(text: str, tokens: list[str]) -> None:
    assert bigrams(text) == tokens


@given(st.text())
def test_tokens_hold_no_space_and_are_not_endless(text: str) -> None:
    for token in bigrams(text):
        assert 0 < len(token) <= 64
        assert not any(character.isspace() for character in token)


def test_a_short_text_is_one_window_and_an_empty_one_none() -> None:
    assert windows("短文") == ["短文"]
    assert windows(" ") == []


def test_windows_overlap_and_cover_the_text() -> None:
    text = "".join(chr(0x4E00 + i) for i in range(1500))
    parts = windows(text)
    assert len(parts) > 3
    assert text.startswith(parts[0])
    assert text.endswith(parts[-1])
    assert all(len(part) <= WINDOW for part in parts)
    assert set("".join(parts)) == set(text)
    for one, other in pairwise(parts):
        assert set(one) & set(other), "neighbours share text, so a claim across the border is whole in one of them"


def test_a_very_long_text_has_a_limited_number_of_windows_up_to_its_end() -> None:
    text = "".join(chr(0x4E00 + i % 20000) for i in range(20000))
    parts = windows(text)
    assert len(parts) == MOST_WINDOWS
    assert text.endswith(parts[-1])


def test_windows_end_at_a_break_where_one_is_near() -> None:
    text = "今天天氣很好我們出去玩。" * 100
    assert all(part.endswith("。") for part in windows(text))


def test_windows_are_counted_without_cutting_them() -> None:
    texts = [" ", *("鹽" * length for length in (1, 399, 400, 401, 700, 701, 4_900, 4_901, 100_000)), " 鹽。" * 300]
    assert [window_count(text) for text in texts] == [len(windows(text)) for text in texts]
