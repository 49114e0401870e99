"""What a text in a group is."""

from typing import Any

import pytest

from bot.inbound.events import parse_event
from bot.understanding.group_text import GroupTextKind, hear, is_question


def heard(text: str, *, called: bool = False, quoting: bool = False) -> tuple[GroupTextKind, str]:
    message: dict[str, Any] = {"type": "text", "id": "1", "text": text}
    if called:
        message["text"] = f"@Bot {text}"
        message["mention"] = {"mentionees": [{"index": 0, "length": 4, "type": "user", "isSelf": True}]}
    if quoting:
        message["quotedMessageId"] = "9"
    found = hear(parse_event({"type": "message", "source": {"type": "group", "groupId": "C"}, "message": message}))
    return found.kind, found.text.strip()


@pytest.mark.parametrize(
    "text",
    [
        *("bye bye factline", "ByeBye, Factline!", "Goodbye Factline", "Factline, please leave", "@Factline bye"),
        *("再見 Factline", "Factline 再见", "掰掰 factline", "Factline 請離開", "ｆａｃｔｌｉｎｅ　拜拜"),
        *(
            "さようなら Factline",
            "Factlineさん、退出してください",
            "バイバイ factline",
            "ファクトラインさん、さようなら",
        ),
        *("またね、Factline", "Factline 抜けてください"),
        *("ลาก่อน Factline", "Factline บ๊ายบาย", "Factline ออกจากกลุ่ม", "แฟกต์ไลน์ออกไปได้แล้ว", "ลาก่อนนะคะ Factline"),
    ],
)
def test_the_leave_command(text: str) -> None:
    assert heard(text) == (GroupTextKind.LEAVE, "")


@pytest.mark.parametrize(
    "text", ["bye bye", "再見", "請離開群組", "退出してください", "ลาก่อน", "Please leave this group"]
)
def test_a_farewell_is_a_command_only_to_the_bot(text: str) -> None:
    assert heard(text, called=True) == (GroupTextKind.LEAVE, "")
    assert heard(text)[0] != GroupTextKind.LEAVE


@pytest.mark.parametrize(
    "text", ["I told Factline bye bye yesterday", "離開家時記得關瓦斯 Factline", "see you Factline"]
)
def test_what_only_sounds_like_it_is_none(text: str) -> None:
    assert heard(text)[0] != GroupTextKind.LEAVE
    assert heard(text, called=True)[0] != GroupTextKind.LEAVE


@pytest.mark.parametrize(
    "text",
    [
        *(
            "真的嗎",
            "真的？",
            "這是真的嗎？",
            "请问这个是真的吗",
            "請問一下這則訊息是真的嗎？謝謝",
            "真的假的",
            "是謠言嗎",
        ),
        *("有人知道這是不是詐騙", "有查證過嗎", "可以相信嗎", "有這種事嗎？？？"),
        *("Is this true?", "is this message really true", "true?", "Really??", "Fact check please", "real or fake?"),
        *("does anyone know if this is true", "has anyone checked this", "Is that a scam?", "someone verify this"),
        *("これは本当ですか？", "本当？", "この話ってデマですか", "嘘かな", "それマジ？", "本当の話ですか", "真偽は？"),
        *("この情報は正しいですか", "信じて大丈夫？", "詐欺じゃない？", "これ、本当でしょうか。教えてください"),
        *("จริงไหม", "จริงหรอคะ", "ข่าวนี้จริงหรือเปล่าครับ", "อันนี้จริงมั้ย", "จริง?", "จริงๆ เหรอ", "จริงดิ?"),
        *("ชัวร์ไหม", "ชัวร์หรือมั่ว", "ใช่ข่าวปลอมหรือเปล่าคะ", "เชื่อถือได้ไหม", "มีใครรู้ไหมว่าจริงหรือไม่จริง", "ช่วยเช็กข่าวหน่อย"),
    ],
)
def test_a_short_question_about_a_quoted_message(text: str) -> None:
    assert heard(text, quoting=True) == (GroupTextKind.WONDERED, "")
    assert heard(text)[0] in (GroupTextKind.TALK, GroupTextKind.OVERHEARD)
    assert heard(text, called=True, quoting=True) == (GroupTextKind.ASKED_QUOTING, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "真的",
        "真的很好笑",
        "我覺得是真的",
        "true",
        "Really nice",
        "本当",
        "嘘です",
        "確認お願いします",
        "本当にありがとうございます",
        "จริง",
        "จริงๆ นะ",
        "ไม่จริง",
        "กินข้าวหรือยัง",
        "是",
        "?",
        "好的謝謝",
        "is it lunch time?",
        "真的嗎" * 30,
    ],
)
def test_what_is_no_question_about_it(text: str) -> None:
    assert not is_question(text)
    assert heard(text, quoting=True)[0] in (GroupTextKind.TALK, GroupTextKind.OVERHEARD)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (GroupTextKind.TALK, "大家早安"),
        (GroupTextKind.TALK, "一二三四五六七八九十"),
        (GroupTextKind.OVERHEARD, "一二三四五六七八九十百"),
        (GroupTextKind.TALK, "😀" * 30),
        (GroupTextKind.TALK, "~ ! ? . " * 10),
        (GroupTextKind.OVERHEARD, "https://example.org/news/1"),
    ],
)
def test_short_talk_is_not_looked_up(kind: GroupTextKind, text: str) -> None:
    assert heard(text)[0] == kind


@pytest.mark.parametrize("text", ["", " ", "hi", "你好", "你是誰？", "真的嗎", "?!", "設定"])
def test_calling_the_bot_for_nothing_in_particular(text: str) -> None:
    assert heard(text, called=True) == (GroupTextKind.INTRODUCE, "")


@pytest.mark.parametrize("text", ["hi Factline", "Factline 你好", "@factline", "＠Factline help", "@ファクトライン"])
def test_calling_it_where_nobody_can_be_mentioned(text: str) -> None:
    assert heard(text) == (GroupTextKind.INTRODUCE, "")


def test_asking_the_bot() -> None:
    assert heard("吃香蕉會讓人變笨", called=True) == (GroupTextKind.ASKED, "吃香蕉會讓人變笨")
    assert heard("吃香蕉會讓人變笨，真的嗎", called=True, quoting=True)[0] == GroupTextKind.ASKED_QUOTING
    assert heard("@Factline, bananas are bad for you") == (GroupTextKind.ASKED, "bananas are bad for you")
    assert heard("謝謝", called=True) == (GroupTextKind.TALK, "")


def test_questions_are_read_in_linear_time() -> None:
    assert not is_question("這這這" * 20 + "。" * 9_000)
    assert not is_question("is this true or " * 3 + "x")
