import pytest

from factcheck.matching.text.numerals import chinese_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三十五", 35),
        ("一万五", 15000),
        ("一万零五", 10005),
        ("二〇一九", 2019),
        ("十", 10),
        ("两亿三千万", 230_000_000),
        ("壹万伍仟", 15_000),
        ("叁拾伍", 35),
        ("卅万", 300_000),
        ("廿", 20),
    ],
)
def test_chinese_numbers(text: str, value: int) -> None:
    assert chinese_value(text) == value
