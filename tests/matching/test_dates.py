import pytest
import regex

from factcheck.matching.text.dates import DATE_LISTS, DATE_PATTERN, date_keys
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
