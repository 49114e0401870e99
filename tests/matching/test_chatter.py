import pytest

from factcheck.matching.normalise import normalise

CLAIM = "喝冷水會讓油脂凝固"
SIMPLE = "喝冷水会让油脂凝固"


@pytest.mark.parametrize(
    "around",
    [
        "{}\n來源：LINE群組",
        "{}\n資料來源: 網路",
        "轉自臉書社團\n{}",
        "剛剛群組收到的\n{}",
        "以下轉傳\n{}",
        "Fw: Re: {}",
        "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: Mon, 4 Mar\nTo: c@d.example\n\n{}",
        "> {}",
        ">> {}\n>> 請轉發",
        "{}\n\nSent from my iPhone",
        "{}\n從我的 iPhone 傳送",
        "{}\niPhoneから送信",
        "{}\nส่งจาก iPhone ของฉัน",
        "{}\n透過 LINE 分享",
        "友人から回ってきました\n{}",
        "ส่งต่อกันมาจากไลน์กลุ่ม\n{}",
        "{}\n======\n請大家多多轉發❤️",
        "我也不確定是真的還是假的\n{}",
        "Just received this from a friend\n{}",
    ],
)
def test_lines_of_forwarding_go(around: str) -> None:
    assert normalise(around.format(CLAIM)) == SIMPLE


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (">60歲可以領", ">60岁可以领"),
        ("轉發：>60歲可以領", ">60岁可以领"),
        ("LINE：明年開始收費", "line:明年开始收费"),
        ("收到「罰單通知」不要點", "收到「罚单通知」不要点"),
        ("日期：3月5日停水", "日期:3月5日停水"),
        ("來源：衛福部", "来源:卫福部"),
    ],
)
def test_what_says_something_stays(text: str, kept: str) -> None:
    assert normalise(text) == kept
