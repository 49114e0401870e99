import pytest

from factcheck.matching.compare.aligned import NUMBER_KIND, UNIT_KIND, tokens
from factcheck.matching.text.normalise import normalise
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


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("零下5度", ["-5", "=degree"]),
        ("-5℃", ["-5", "=degree"]),
        ("minus 5 degrees", ["-5", "=degree"]),
        ("50%、50趴、50 percent、5成", ["50", "=%"] * 4),
        ("三天、3天、three days、3日間", ["3", "=day", "3", "=day", "3", "=day", "3"]),
        ("兩三個月、2、3個月", ["2", "3", "=month"] * 2),
        ("10點半、10點30分、10:30、９：５", ["10:30", "10:30", "10:30", "9:5"]),
        ("500元、500塊、NT 500", ["500", "=twd", "500", "=twd", "500"]),
        ("5公斤、5kg、5 กิโลกรัม", ["5", "=kg"] * 3),
        ("30/200台幣", ["30", "200", "=twd"]),
        ("成功、十分、一定、三思", []),
        ("第三劑、三成五、八折", ["3", "30", "=%", "8"]),
        ("參佰元、大陸千人、參加、隊伍", ["300", "=twd"]),
        ("ห้าร้อยบาท สามแสนห้าหมื่น ยี่สิบเอ็ดวัน สามร้อยห้า", ["500", "=thb", "350000", "21", "=day", "305"]),
        ("สามารถ เก้าอี้ สามี พันธุ์ หกล้ม", []),
        ("fifteen, twenty-one days, a dozen, one", ["15", "21", "=day", "12"]),
    ],
)
def test_numbers_signs_and_units(text: str, numbers: list[str]) -> None:
    found = tokens(normalise(text))
    assert [token.key for token in found if token.kind in (NUMBER_KIND, UNIT_KIND)] == numbers
