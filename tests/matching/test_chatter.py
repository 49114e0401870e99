import pytest

from factcheck.matching.text.normalise import fingerprint, is_chatter, normalise

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


# Who sent it, is it true, please check it: in any composition.
REQUESTS = {
    CLAIM: [
        "這是詐騙嗎",
        "請問這是詐騙嗎？",
        "這個是詐騙簡訊嗎?",
        "幫我看一下",
        "幫我看看這個",
        "幫忙看一下這是不是真的",
        "請幫我查證這個",
        "可以幫我查一下嗎",
        "麻煩幫忙確認一下",
        "想知道這是不是謠言",
        "長輩傳的，是真的嗎",
        "我媽傳給我的",
        "朋友轉給我的",
        "這能信嗎",
        "可信嗎",
        "有人知道這是真的嗎",
        "這則新聞是真的還是假的",
        "收到這個訊息，是詐騙嗎",
        "這是否為詐騙",
        "拜託查一下",
        "請問這篇文章的內容是真的嗎",
        "這個連結是不是詐騙網站",
        "是詐騙嗎謝謝",
        "同事傳來的 想請問是不是真的",
        "群組裡看到的，求證",
        "阿姨傳這個給我，真的假的",
        "這個可以相信嗎",
        "幫我確認這則訊息的真假",
        "我想查證這個訊息",
        "請問有這回事嗎",
    ],
    "boiled garlic cures the flu": [
        "Is this a scam?",
        "is this message a scam or real?",
        "Can you check this for me?",
        "please verify",
        "my mom sent me this",
        "got this from my aunt, is it true?",
        "can anyone confirm if this is true",
        "is it legit?",
        "any truth to this?",
        "fact check please",
        "please help me check this",
        "Is this real or fake?",
        "could you please tell me if this is true",
        "Is this link safe?",
        "A friend sent this to me. Is it fake news?",
        "Does anyone know if this is a hoax?",
        "I want to know whether this is true",
    ],
    "レモン水でがんが治る": [
        "これは詐欺ですか？",
        "これって詐欺？",
        "確認してください",
        "調べてほしいです",
        "母から送られてきました、本当ですか",
        "これは本当でしょうか",
        "真偽を確認お願いします",
        "この情報は正しいですか？",
        "友達から来たメッセージです。本当ですか？",
        "調べてもらえますか",
        "このメールは詐欺でしょうか",
        "教えてください、これは本当ですか",
    ],
    "ดื่มน้ำมะนาวรักษามะเร็งได้": [
        "แม่ส่งมาให้ จริงหรือเปล่าคะ",
        "ช่วยเช็คหน่อยค่ะ",
        "ช่วยตรวจสอบให้หน่อย",
        "อันนี้หลอกลวงไหม",
        "มิจฉาชีพหรือเปล่า",
        "ข่าวปลอมไหมคะ",
        "ขอถามหน่อยว่าจริงไหม",
        "จริงมั้ย",
        "เพื่อนส่งมา",
        "รบกวนเช็คให้หน่อยครับ",
        "ข้อความนี้จริงหรือไม่",
        "เป็นเรื่องจริงไหมครับ",
    ],
}
NO_REQUESTS = {
    CLAIM: [
        "這是詐騙",
        "這不是詐騙",
        "是真的",
        "這是真的",
        "查證結果是假的",
        "這則訊息是假的",
        "這不是真的",
        "是詐騙簡訊",
        "這個連結是詐騙網站",
        "經確認是謠言",
        "我確認過是假的",
        "幫忙澄清這是假的",
        "不是詐騙",
        "這能信",
        "不能信",
        "不要相信",
        "別信",
        "已查證屬實",
        "這個不可信",
        "有這回事",
        "沒有這回事",
        "請幫忙澄清",
        "不是謠言嗎",
        "朋友說是假的",
        "警察說這是詐騙",
        "請確認身分證號碼",
        "幫我匯款",
        "可以幫我買點數嗎",
        "請點這個連結",
        "幫我投票",
        "幫我看一下小孩",
        "我媽傳給我的病毒會傳染",
        "請幫我傳給大家說這是假的",
    ],
    "boiled garlic cures the flu": [
        "This is a scam",
        "this is not a scam",
        "it is fake",
        "is fake",
        "this is true",
        "verified fake",
        "my mom says this is fake",
        "confirmed",
        "it is legit",
        "not safe",
        "Please check your account",
        "please confirm your password",
        "can you send me money",
        "this link is safe",
        "help me",
        "do not trust this",
        "I checked this",
    ],
    "レモン水でがんが治る": [
        "これは詐欺です",
        "これは本当です",
        "詐欺です",
        "確認しました",
        "嘘です",
        "正しいです",
        "この情報は正しいです",
        "口座を確認してください",
        "教えません",
        "母が詐欺だと言いました",
        "送ってください",
    ],
    "ดื่มน้ำมะนาวรักษามะเร็งได้": [
        "หลอกลวง",
        "นี่คือข่าวปลอม",
        "มิจฉาชีพ",
        "จริง",
        "ไม่จริง",
        "เรื่องนี้จริง",
        "แม่บอกว่าไม่จริง",
        "ช่วยโอนเงินให้หน่อย",
        "ตรวจสอบแล้วปลอม",
        "อย่าเชื่อ",
    ],
}


@pytest.mark.parametrize(("claim", "words"), [(claim, words) for claim, some in REQUESTS.items() for words in some])
def test_a_request_around_a_claim_is_chatter(claim: str, words: str) -> None:
    assert normalise(f"{claim}\n{words}") == normalise(f"{words}\n{claim}") == normalise(claim)
    assert is_chatter(words)


@pytest.mark.parametrize(("claim", "words"), [(claim, words) for claim, some in NO_REQUESTS.items() for words in some])
def test_a_statement_or_another_request_is_none(claim: str, words: str) -> None:
    assert normalise(f"{claim}\n{words}") != normalise(claim)
    assert normalise(f"{words}\n{claim}") != normalise(claim)
    assert not is_chatter(words)
