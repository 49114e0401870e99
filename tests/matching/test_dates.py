import pytest
import regex

from factcheck.matching.text.dates import DATE_LISTS, DATE_PATTERN, DATE_STARTS, date_keys, dates_differ
from factcheck.matching.text.normalise import normalise

_DATE = regex.compile(DATE_PATTERN, **DATE_LISTS)


def _keys(text: str) -> list[str]:
    return [key for match in _DATE.finditer(normalise(text)) for key in date_keys(match)]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("3月5日 3/5 三月五號 March 5th 5 march", ["d3-5"] * 5),
        ("5 มีนาคม 2562", ["y2019", "d3-5"]),
        ("2019/03/05 2019.3.5 2019-03-05 108/3/5", ["y2019", "d3-5"] * 4),
        ("2019年3月5日 民國108年3月5日", ["y2019", "d3-5"] * 2),
        ("二〇一九年 108年 พ.ศ. 2562 平成31年", ["y2019"] * 4),
        ("3月，5日 in April", ["d3-?", "d?-5", "d4-?"]),
        ("5月15-25號", ["d5-15", "d?-25"]),
        ("星期三 週三 禮拜三 Wednesday 水曜日 วันพุธ", ["w3"] * 6),
        ("下週三", ["r+1w", "w3"]),
        ("明天下午 明日午後 tomorrow p.m.", ["r+1d", "ppm"] * 3),
        ("今晚 tonight คืนนี้", ["r0d", "pnight"] * 3),
        ("10年前 3個月 24/7 you may go 1/2/3 13/1 10:30 3.5", []),
    ],
)
def test_dates_however_they_are_written(text: str, keys: list[str]) -> None:
    assert _keys(text) == keys


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("3月5日", "3/5", False),
        ("3月5日", "3月6日", True),
        ("3月5日", "4月5日", True),
        ("3月", "3月5日", False),
        ("2019年3月5日", "3/5", False),
        ("2019年", "108年", False),
        ("2019年", "109年", True),
        ("週三", "週四", True),
        ("今天", "今年", True),
        ("下個月", "今天", True),
        ("下個月", "下下個月", True),
        ("来月", "再来年", True),
        ("next month", "tomorrow", True),
        ("next month", "next week", True),
        ("เดือนหน้า", "ปีหน้า", True),
        ("今晚", "今天", False),
        ("今天", "明天", True),
        ("3月5日", "週三", False),
    ],
)
def test_dates_differ_where_both_say_something_of_one_kind(one: str, other: str, differ: bool) -> None:
    assert dates_differ(_keys(one), _keys(other)) is differ
    assert dates_differ(_keys(other), _keys(one)) is differ


def test_every_date_begins_with_a_known_character() -> None:
    for text in (
        "3月5日 三月五日 民國108年 march 5 วันพุธ พ.ศ. 2562 ค.ศ. 2019 周三 昨晚 令和元年 西元2019年 13/1 12/31",
    ):
        for match in _DATE.finditer(normalise(text)):
            assert match.group()[0] in DATE_STARTS
