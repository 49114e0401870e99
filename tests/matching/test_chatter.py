import pytest

from factcheck.matching.text.normalise import fingerprint, normalise

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


STATEMENTS = {
    CLAIM: [
        *("這則訊息不是正確的", "這不是事實的", "這是謠言的", "以上為假消息", "已證實是謠言", "查證是假的", "正確的"),
        *("是謠言嘛", "這不是謠言嗎", "真有此事", "沒有這回事", "請勿轉發", "不要再轉傳", "經查證不實", "假的", "謠言"),
        *("求證結果是假的", "不是真的", "這個是真的的", "日期：3月5日\n日期：3月6日", "寄件者：這是謠言，帳號12345"),
    ],
    "boiled garlic cures the flu": [
        *("this is fake", "this is not true", "it is true", "not true", "fake", "false", "fake news", "scam", "hoax"),
        *("do not share", "please do not share", "don't spread", "stop sharing this", "debunked", "true story"),
    ],
    "レモン水でがんが治る": [
        *(
            "これはデマです",
            "これはデマ",
            "これはデマなの",
            "これは本当",
            "これは本当です",
            "これは嘘",
            "デマ",
            "これは事実",
        ),
        *("拡散しないでください", "拡散禁止", "転載禁止", "これは本当ではありません"),
    ],
    "ดื่มน้ำมะนาวรักษามะเร็งได้": [
        *("ข่าวปลอม", "ไม่จริง", "เรื่องนี้ไม่จริง", "ข่าวนี้เป็นเรื่องจริง", "นี่เป็นข่าวปลอม", "อย่าแชร์", "อย่าส่งต่อ", "หยุดแชร์", "เลิกแชร์"),
    ],
}
QUESTIONS = {
    CLAIM: [
        *("這是真的嗎？", "真的假的", "是真的嗎", "這則訊息是真的嗎", "這是謠言嗎", "請問這是真的嗎", "真的還是假的"),
        *("這是正確的嗎", "是不是真的", "真有此事嗎", "這是真的嘛"),
    ],
    "boiled garlic cures the flu": ["is this true?", "is this fake or not?"],
    "レモン水でがんが治る": [
        *(
            "これは本当ですか？",
            "これって本当？",
            "これ本当？",
            "これはデマですか",
            "これって本当なの",
            "これは本当なの？",
        ),
        "これはデマなんでしょうか",
    ],
    "ดื่มน้ำมะนาวรักษามะเร็งได้": ["จริงไหมคะ", "ข่าวนี้จริงหรือไม่"],
}


@pytest.mark.parametrize("form", ["{claim}\n{words}", "{claim}。{words}", "{words}\n{claim}", "({words}) {claim}"])
@pytest.mark.parametrize(("claim", "words"), [(claim, words) for claim, some in STATEMENTS.items() for words in some])
def test_a_statement_about_the_truth_of_a_message_is_no_chatter(claim: str, words: str, form: str) -> None:
    assert fingerprint(form.format(claim=claim, words=words)) != fingerprint(claim)


@pytest.mark.parametrize(("claim", "words"), [(claim, words) for claim, some in QUESTIONS.items() for words in some])
def test_a_question_about_it_is(claim: str, words: str) -> None:
    assert fingerprint(f"{claim}\n{words}") == fingerprint(claim)
