"""What is one message, and above all what is not."""

import math
from dataclasses import replace

import pytest

from factcheck.matching.compare.features import TextFacts
from factcheck.matching.decide import copies
from factcheck.matching.decide.copies import is_copy
from factcheck.matching.decide.pair_model import load_pair_model
from factcheck.ports import Hit

TEXT = "大家注意！衛福部公布最新研究，每天早上喝一杯冰檸檬水會讓血液變酸，嚴重的話三個月內會傷腎，請轉告家裡的長輩。"
ENGLISH = "Doctors at the city hospital found that drinking cold lemon water every morning turns the blood acid."


def same(one: str, other: str, hit: Hit | None = None) -> bool:
    hit = hit or Hit("other", cosine=0.98)
    forth, back = (
        is_copy(TextFacts(one), TextFacts(other), hit),
        is_copy(TextFacts(other), TextFacts(one), hit),
    )
    assert forth == back, "it must not matter which came first"
    return forth


@pytest.mark.parametrize(
    "other",
    [
        TEXT,
        TEXT.replace("，", " , ").replace("！", "!!!"),
        "😱😱" + TEXT + "🙏",
        TEXT.replace("衛福部公布", "卫福部公布"),
        TEXT.replace("每天早上喝", "每天早上都喝"),
        "各位好朋友，" + TEXT,
        TEXT + "太可怕了！",
        TEXT * 2,
    ],
)
def test_copies(other: str) -> None:
    assert same(TEXT, other)
    assert same(TEXT, other, Hit("other")), "also where no vector is known"


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("三個月", "六個月"),
        TEXT.replace("三個月", "30個月"),
        TEXT.replace("衛福部", "台大醫院"),
        TEXT.replace("檸檬", "蜂蜜"),
        TEXT.replace("傷腎", "傷肝"),
        TEXT.replace("會讓", "不會讓"),
        TEXT.replace("會傷腎", "可能會傷腎"),
        TEXT.replace("早上", "晚上"),
        TEXT + "我查過了，這是假的",
        "這是謠言：" + TEXT,
        TEXT + "加 LINE 好友 lemon99 領取",
        TEXT + "電話 0912-345-678",
        TEXT + " https://example.com/lemon",
        TEXT[: len(TEXT) // 2],
        TEXT.replace("喝一杯", "喝一大杯"),
        TEXT.replace("每天早上", "每三天早上"),
        TEXT.replace("一杯", "一杯半"),
        TEXT.replace("公布最新", "公布暫緩最新"),
        TEXT.replace("長輩", "大陸長輩"),
        TEXT.replace("研究，", "研究，獸醫說"),
        TEXT.replace("會讓", "不一定會讓"),
        TEXT + "，以上純屬虛構",
        TEXT + "，醫院已出面反駁",
        TEXT + "，三年前的舊聞",
        TEXT + "，已額滿",
        TEXT + "我們這裡也有",
        "",
    ],
)
def test_other_messages(other: str) -> None:
    assert not same(TEXT, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "請打 02-2345-6789 詢問健保補助金的申請辦法，今天最後一天",
            "請打 02-2345-6780 詢問健保補助金的申請辦法，今天最後一天",
        ),
        (
            "我的帳號 abc123 請加好友領取全家便利商店的貼圖與折價券",
            "我的帳號 abc124 請加好友領取全家便利商店的貼圖與折價券",
        ),
        (
            "請加好友 mary 一起領取全家便利商店的免費貼圖與折價券喔",
            "請加好友 john 一起領取全家便利商店的免費貼圖與折價券喔",
        ),
        (
            "高雄市明天全面停水，請大家提早儲水備用，並且轉告親友鄰居",
            "台南市明天全面停水，請大家提早儲水備用，並且轉告親友鄰居",
        ),
        (
            "陳小華醫師說每天吃一顆大蒜可以預防各種癌症，請趕快分享",
            "王大明醫師說每天吃一顆大蒜可以預防各種癌症，請趕快分享",
        ),
        (
            "看這個 https://example.com/a 真的很可怕，大家一定要注意安全",
            "看這個 https://example.com/b 真的很可怕，大家一定要注意安全",
        ),
        (ENGLISH, ENGLISH.replace("cold", "hot")),
        (ENGLISH, ENGLISH.replace("turns", "never turns")),
        (ENGLISH, "喝冰檸檬水會讓血液變酸"),
    ],
)
def test_one_word_makes_another_message(one: str, other: str) -> None:
    assert not same(one, other)


CITY = "政府表示下個月起醫師開的藥每公里補貼五元，民眾每天可以領兩顆退燒藥，請大家記得去藥局排隊領取。"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("每天", "每三天"),
        ("每公里", "每十公里"),
        ("兩顆", "兩顆半"),
        ("表示", "表示暫緩"),
        ("下個月", "下下個月"),
        ("政府", "大陸政府"),
        ("醫師", "獸醫師"),
    ],
)
def test_a_little_that_is_put_in_makes_another_message(old: str, new: str) -> None:
    assert same(CITY, CITY.replace("民眾", "民眾也"))
    assert not same(CITY, CITY.replace(old, new))


def test_a_word_put_into_english() -> None:
    assert same(ENGLISH, ENGLISH.replace("found that", "have found that"))


@pytest.mark.parametrize("text", ["真的假的", "看看 https://example.com/page"])
def test_the_same_short_text_is_a_copy_and_a_similar_one_is_not(text: str) -> None:
    assert same(text, f" {text}!")
    assert not same(text, text.replace("真的", "真是").replace("看看", "來看看"))


def test_what_says_nothing_is_no_copy_of_anything() -> None:
    assert not same("?", "?")
    assert not same("😱", "😱")
    assert not same("", "")


def test_a_pair_that_the_model_doubts_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = TEXT.replace("每天早上喝", "每天早上都喝")
    assert same(TEXT, changed)
    certain = copies.least_certainty(TextFacts(TEXT), TextFacts(changed), Hit("other", cosine=0.9))
    for cut, is_one in ((certain, True), (math.nextafter(certain, 1), False)):
        model = replace(load_pair_model(), cluster_from=cut)
        monkeypatch.setattr(copies, "load_pair_model", lambda model=model: model)
        assert same(TEXT, changed, Hit("other", cosine=0.9)) == is_one


def test_a_text_that_is_just_long_enough_may_have_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    length = len(TextFacts(TEXT).core)
    for least, is_one in ((length, True), (length + 1, False)):
        monkeypatch.setattr(copies, "LONG_ENOUGH", least)
        assert same(TEXT, TEXT.replace("每天早上喝", "每天早上都喝")) == is_one
