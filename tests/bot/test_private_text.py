"""What a text is before it is looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons.menu import Action
from bot.buttons.talk import Talk
from bot.inbound.events import parse_event
from bot.understanding.private_text import LONGEST_TALK, Kind, Understood, understand
from bot.understanding.words import command_phrases, talk_phrases
from factcheck.languages import LANGUAGES
from factcheck.matching.text.normalise import normalise, significant

HOSTS = ("factline.example", "old.example")


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("您好！", Talk.GREETING),
        ("大家早安☀️", Talk.GREETING),
        ("สวัสดีครับ", Talk.GREETING),
        ("HELLO there!!", Talk.GREETING),
        ("謝謝您", Talk.THANKS),
        ("谢谢", Talk.THANKS),
        ("Hello, thank you!", Talk.THANKS),
        ("ありがとうございます🙏", Talk.THANKS),
        ("本当にありがとうございました！助かりました", Talk.THANKS),
        ("こんにちは、よろしくお願いします", Talk.GREETING),
        ("なるほど、わかりました", Talk.FINE),
        ("あなたはAIですか？", Talk.WHO),
        ("ขอบคุณค่ะ", Talk.THANKS),
        ("掰掰～", Talk.GOODBYE),
        ("你是誰？", Talk.WHO),
        ("What can you do?", Talk.WHO),
        ("哈哈哈哈哈", Talk.FINE),
        ("55555555", Talk.FINE),
        ("ok", Talk.FINE),
        ("👍👍", Talk.FINE),
        ("這是真的嗎？", Talk.ASKING),
        ("is this true?", Talk.ASKING),
        ("この話、本当ですか？", Talk.ASKING),
        ("デマでしょうか", Talk.ASKING),
        ("จริงไหม", Talk.ASKING),
        ("ชัวร์ไหมคะ", Talk.ASKING),
        ("ช่วยเช็คข่าวให้หน่อยค่ะ", Talk.ASKING),
        ("อันนี้จริงหรือเปล่าครับ", Talk.ASKING),
        ("สวัสดีวันจันทร์ค่ะ 🌹", Talk.GREETING),
        ("ขอบคุณสำหรับข้อมูลนะคะ", Talk.THANKS),
        ("เข้าใจแล้วครับ", Talk.FINE),
        ("แล้วพบกันใหม่นะ", Talk.GOODBYE),
    ],
)
def test_f12_small_talk_is_seen(text: str, talk: Talk) -> None:
    assert understand(text, HOSTS) == Understood(Kind.SMALL_TALK, talk=talk)


@pytest.mark.parametrize(
    "text",
    [
        "早安！今天天氣真好",
        "謝謝您的疫苗",
        "hello world",
        "喝熱水真的可以治感冒嗎",
        "您好，請問喝醋可以減肥嗎？",
        "Thank you, drink bleach",
        "本当に効く薬です",
        "コロナは嘘ですか",
        "ดื่มน้ำมะนาวรักษามะเร็งจริงไหม",
        "ขอบคุณวัคซีน",
        "哈哈哈 https://example.org/a",
        "你好" * (LONGEST_TALK // 2 + 1),
    ],
)
def test_f12_whatever_says_more_is_looked_up(text: str) -> None:
    assert understand(text, HOSTS) == Understood(Kind.LOOK_UP)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("使用說明", Action.TUTORIAL),
        ("Help!", Action.TUTORIAL),
        ("使い方", Action.TUTORIAL),
        ("使い方がわかりません", Action.TUTORIAL),
        ("วิธีใช้", Action.TUTORIAL),
        ("設定", Action.SETTINGS),
        ("My messages", Action.MINE),
        ("分享", Action.SHARE),
        ("刪除", Action.ERASE),
        ("語言", Action.LANGUAGE),
        *(
            (name, Action.LANGUAGE)
            for name in (*(language.name for language in LANGUAGES), "中文", "中文（台灣）", "english", "Chinese")
        ),
        ("ใช้ยังไงคะ", Action.TUTORIAL),
        ("เปลี่ยนภาษาหน่อยนะครับ", Action.LANGUAGE),
        ("ปิดการแจ้งเตือน", Action.SETTINGS),
        ("ข้อความของฉัน", Action.MINE),
        ("ลบข้อมูลทั้งหมด", Action.ERASE),
    ],
)
def test_a_typed_command_is_its_button(text: str, action: Action) -> None:
    assert understand(text, HOSTS) == Understood(Kind.COMMAND, action=action)


def test_every_phrase_is_short_and_means_one_thing() -> None:
    commands = [phrase for listed in command_phrases().values() for phrase in _split(listed)]
    talk = [phrase for listed in talk_phrases().values() for phrase in _split(listed)]
    for phrase in commands:
        assert understand(phrase).kind == Kind.COMMAND, phrase
    for phrase in talk:
        assert understand(phrase).kind == Kind.SMALL_TALK, phrase
        assert len(significant(normalise(phrase))) <= LONGEST_TALK, phrase
    by_action = [{significant(normalise(each)) for each in _split(listed)} for listed in command_phrases().values()]
    assert sum(map(len, by_action)) == len(set().union(*by_action)), "two commands share a phrase"


def _split(listed: str) -> list[str]:
    lines = [line.strip() for line in listed.strip().splitlines()]
    return [each.strip() for line in lines for each in (line.split("|") if "|" in line else line.split()) if each]


@pytest.mark.parametrize(
    "text",
    [
        "https://factline.example/article/1abc",
        "http://FACTLINE.example:8000/article/1abc?utm=x&y=1#replies",
        "看這個 https://old.example/article/1abc，謝謝",
        "factline.example/article/1abc/",
        "https://factline.example/article/1abc https://factline.example/article/1abc?again",
    ],
)
def test_f13_a_link_to_our_own_page_is_that_article(text: str) -> None:
    assert understand(text, HOSTS) == Understood(Kind.ARTICLE_LINK, article_id="1abc")


@pytest.mark.parametrize(
    "text",
    [
        "https://other.example/article/1abc",
        "https://factline.example@evil.example/article/1abc",
        "https://evil.example/factline.example/article/1abc",
        "https://notfactline.example/article/1abc",
        "https://factline.example/articles",
        "https://factline.example/article/1abc https://factline.example/article/2abc",
        "https://factline.example/article/" + "a" * 200,
        "疫苗會讓人變成磁鐵，湯匙會黏在手臂上，千萬不要去打，這是一位在醫院工作的朋友親口告訴我的，她說很多護理師都不敢打，"
        "大家一定要小心，不要上當，看這裡 https://factline.example/article/1abc",
    ],
)
def test_f13_other_links_are_not(text: str) -> None:
    assert understand(text, HOSTS).kind == Kind.LOOK_UP


@pytest.mark.parametrize("text", ["", "  \n", "？？？", "\u200b"])
def test_l01_nothing_to_read(text: str) -> None:
    assert understand(text).kind == Kind.NO_WORDS


@pytest.mark.parametrize(
    "text",
    [
        *("喝水", "高血壓", "維他命"),
        *("うそ", "ワクチン", "コーヒー", "インフルエンザ"),
        *("วัคซีน", "มะเร็ง", "โรงพยาบาล"),
        *("vaccine", "Vaccination!", "don't"),
        *("백신", "바이러스", "вакцина", "$", "12"),
    ],
)
def test_l01_a_word_is_too_short_to_look_up(text: str) -> None:
    assert understand(text).kind == Kind.TOO_SHORT


@pytest.mark.parametrize(
    "text",
    [
        *("蒜能防癌", "牛奶致癌", "5G致癌"),
        *("コロナは嘘", "ワクチンは毒", "納豆は危険", "5Gは危険"),
        *("วัคซีนอันตราย", "มะนาวแก้ไอ", "5G ทำให้เป็นมะเร็ง"),
        *("Masks kill", "5G kills", "MSG is bad"),
        *("백신은 독이다", "вакцины убивают"),
        *("ទឹកក្រូចឆ្មារព្យាបាលមហារីក", "0912-345-678", "someone@example.com"),
    ],
)
def test_l01_a_short_claim_is_looked_up(text: str) -> None:
    assert understand(text).kind == Kind.LOOK_UP


def test_l14_lines_own_emoji_are_no_words() -> None:
    message = {"type": "text", "id": "1", "text": "(brown)(moon)", "emojis": [{"index": 0, "length": 13}]}
    event = parse_event({"type": "message", "message": message, "source": {"type": "user", "userId": "Ua"}})
    assert understand(event.readable or "").kind == Kind.NO_WORDS
    assert event.text == "(brown)(moon)"


@given(st.text(max_size=300))
def test_s07_any_text_is_something(text: str) -> None:
    found = understand(text, HOSTS)
    assert (found.kind == Kind.COMMAND) == (found.action is not None)
    assert (found.kind == Kind.SMALL_TALK) == (found.talk is not None)
    assert (found.kind == Kind.ARTICLE_LINK) == bool(found.article_id)
