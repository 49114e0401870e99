import pytest

from factcheck.matching.differences import differences
from factcheck.matching.normalise import normalise
from factcheck.matching.numerals import numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("罰3千元至1萬5千元", {"3000", "15000"}),
        ("3000元至15,000元", {"3000", "15000"}),
        ("一萬五", {"15000"}),
        ("一萬零五", {"10005"}),
        ("三十五個，兩百五", {"35", "250"}),
        ("二〇一九年", {"2019"}),
        ("1.2萬人", {"12000"}),
        ("百分之五十", {"50"}),
        ("氣溫-5度，跌−3%，COVID-19", {"-5", "-3", "19"}),
        ("喝1-3杯，5度-10度，10%-20%，2024-05-06", {"1", "3", "5", "10", "20", "2024", "6"}),
        ("10:30 和 1/2", {"10:30", "1/2"}),
        ("千萬不要，萬一，十分，一定", set()),
        ("9" * 5000, {"9" * 20}),
    ],
)
def test_numbers_however_they_are_written(text: str, found: set[str]) -> None:
    assert numbers(normalise(text)) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("燙傷的手放進冷麵粉裡面10分鐘", "燙傷的手放進冷麵粉裡面15分鐘"),
        ("平均每人可以領到一萬二千元", "平均每人可以領到兩萬二千元"),
        ("aid of $500 for every family now", "aid of $900 for every family now"),
    ],
)
def test_a_changed_number_is_seen(one: str, other: str) -> None:
    found = differences(normalise(one), normalise(other))
    assert found.numbers
    assert not found.negation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("喝檸檬水可以治療癌症喔", "喝檸檬水不可以治療癌症喔"),
        ("you can drink it every day", "you can't drink it every day"),
        ("政府宣布取消口罩禁令措施", "政府宣布口罩禁令措施"),
        ("กินได้ทุกวันปลอดภัย", "กินไม่ได้ทุกวันปลอดภัย"),
        ("喝檸檬水可以治療癌症", "假消息：喝檸檬水可以治療癌症"),
        ("喝檸檬水可以治療癌症", "喝檸檬水可以治療癌症，這是謠言"),
        ("you should drink it every day", "never should you drink it every day"),
        ("水を飲むと病気が治る", "水を飲むと病気が治るわけではない"),
    ],
)
def test_a_negation_put_in_or_taken_out_is_seen(one: str, other: str) -> None:
    assert differences(normalise(one), normalise(other)).negation
    assert differences(normalise(other), normalise(one)).negation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("罰款3千元，請大家注意", "罰款3000元，請大家注意"),
        ("這個方法非常好用請試試", "這個方法很好用請試試"),
        ("大家注意：明天全台停電一天", "明天全台停電一天，不要忘記了，2024年"),
        ("同一段文字沒有改變", "同一段文字沒有改變"),
        ("喝檸檬水可以治療癌症", "非常重要！喝檸檬水可以治療癌症，不看後悔"),
        ("喝檸檬水可以治療癌症", "不知道是不是真的，喝檸檬水可以治療癌症"),
        ("三十五種食物冷藏方式一秒看懂", "吃不完就塞冰箱會出事！三十五種食物冷藏方式一秒看懂"),
        ("不要再喝冰水了對身體很傷", "別再喝冰水了對身體很傷"),
        ("you can drink it every day", "not sure if true: you can drink it every day, don't forget"),
        ("", ""),
    ],
)
def test_other_edits_are_harmless(one: str, other: str) -> None:
    found = differences(normalise(one), normalise(other))
    assert not found.numbers
    assert not found.negation
