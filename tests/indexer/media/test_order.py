"""Lines as a reader finds them, in the order in which people read them."""

import math

import pytest

from indexer.media.order import FoundLine, put_in_order
from indexer.media.status_bar import is_of_a_status_bar


def line(text: str, left: float, top: float, wide: float, high: float, tilt: float = 0.0) -> FoundLine:
    corners = [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)]
    sine, cosine = math.sin(math.radians(tilt)), math.cos(math.radians(tilt))
    turned = tuple(
        (500 + (x - 500) * cosine - (y - 500) * sine, 500 + (x - 500) * sine + (y - 500) * cosine) for x, y in corners
    )
    return FoundLine(text, 0.9, turned)


def read(*lines: FoundLine) -> str:
    return put_in_order(lines, 1000, 1000).text


def test_rows_are_read_from_above_and_from_the_left() -> None:
    found = [line("丙", 60, 240, 100, 30), line("乙", 500, 203, 100, 30), line("甲", 60, 200, 100, 30)]
    assert read(*found) == "甲\n乙\n丙"


@pytest.mark.parametrize("tilt", [-8, -2, 3, 8])
def test_tilted_rows_keep_their_order(tilt: float) -> None:
    found = [
        line(f"{row}{part}", 50 + 460 * part, 100 + 40 * row, 400, 30, tilt) for row in range(6) for part in (0, 1)
    ]
    wanted = "\n".join(f"{row}{part}" for row in range(6) for part in (0, 1))
    assert read(*found[::-1]) == wanted


def test_columns_are_read_from_the_right() -> None:
    found = [line("第三行的字", 500, 100, 40, 400), line("第一行的字", 700, 100, 40, 400)]
    upper, lower = line("第二行", 602, 100, 38, 200), line("下半", 600, 330, 42, 180)
    assert read(*found, lower, upper) == "第一行的字\n第二行\n下半\n第三行的字"


def test_a_comma_in_a_column_is_no_apostrophe() -> None:
    found = [line("停水了’快儲水", 700, 100, 40, 400), line("don't drink", 500, 100, 40, 400)]
    assert read(*found) == "停水了，快儲水\ndon't drink"


def test_a_full_stop_in_a_column_is_no_degree() -> None:
    found = [line("明天停水°快儲水º", 700, 100, 40, 400), line("氣溫38°", 500, 100, 40, 400)]
    assert read(*found) == "明天停水。快儲水。\n氣溫38°"
    assert read(line("below zero°", 60, 100, 300, 30)) == "below zero°", "rows are as they are"


def test_a_narrow_letter_does_not_make_columns_of_rows() -> None:
    found = [
        line("I", 60, 100, 8, 30),
        line("am a row of letters", 80, 100, 300, 30),
        line("and another", 60, 140, 300, 30),
    ]
    assert read(*found) == "I\nam a row of letters\nand another"


def test_bubbles_of_a_chat_are_blocks_in_their_order() -> None:
    left = [line("早安", 70, 200, 200, 30), line("這是真的嗎", 70, 240, 260, 30)]
    right = [line("不知道", 700, 330, 200, 30)]
    again = [line("我去問", 70, 420, 200, 30)]
    assert read(*again, *right, *left) == "早安\n這是真的嗎\n\n不知道\n\n我去問"


def test_the_status_bar_is_left_out_and_a_clock_in_the_picture_is_not() -> None:
    found = [line("12:45", 20, 10, 60, 24), line("4G 86%", 900, 10, 80, 24), line("12:45 開車", 60, 400, 200, 30)]
    assert read(*found, line("9:30", 60, 500, 80, 30)) == "12:45 開車\n\n9:30"


@pytest.mark.parametrize(
    "text",
    [
        "12:45",
        "12:45 86%",
        "上午9:07",
        "9:41 AM",
        "4G 100%",
        "5G",
        "LTE 3%",
        "中華電信 4G 12:45",
        "AIS 5G",
        "•••• 77%",
        "23:59 0.5 KB/s",
    ],
)
def test_what_a_status_bar_says(text: str) -> None:
    assert is_of_a_status_bar(text, 0.02)
    assert not is_of_a_status_bar(text, 0.2)


@pytest.mark.parametrize(
    "text", ["", "今天 12:45 停水", "50", "……", "100% 有效", "5G 基地台會致癌", "LINE", "12:45 之前轉傳", "au revoir"]
)
def test_what_a_status_bar_does_not_say(text: str) -> None:
    assert not is_of_a_status_bar(text, 0.02)


def test_confidence_is_that_of_the_letters_and_boxes_are_shares() -> None:
    one, other = line("四個字呀", 0, 200, 100, 30), line("字", 0, 400, 100, 30)
    found = put_in_order([one, FoundLine(other.text, 0.4, other.corners)], 1000, 1000)
    assert found.confidence == pytest.approx((4 * 0.9 + 0.4) / 5, abs=1e-3)
    assert found.lines[0].box == (0.0, 0.2, 0.1, 0.23)


def test_no_line_is_no_text() -> None:
    found = put_in_order([], 100, 100)
    assert (found.text, found.confidence, found.lines) == ("", 0.0, ())
