"""People who do not ask about a message: help for those who were cheated or want a person, and questions alone."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.buttons.talk import Need, Talk
from bot.understanding.private_text import Kind, understand
from factcheck.db.session import read_only
from factcheck.languages import TAGS
from factcheck.models import Match
from tests.bot.chatting import Chatting, words
from tests.bot.group_chatting import GroupChat

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."

CHEATED = (
    *(
        "我爸爸被騙了十萬元怎麼辦",
        "剛剛把錢匯給詐騙集團了",
        "信用卡被盜刷了三萬多，要打給誰",
        "阿嬤昨天接到假檢察官電話，匯了五十萬出去，怎麼辦",
    ),
    *("我的账号被盗了，该怎么办", "我先生上了投資群組的當，損失兩百萬", "他騙了我的錢然後把我封鎖了"),
    *("I got scammed, what should I do?", "My grandma wired 5000 dollars to a fake policeman, what can we do?"),
    *("I clicked on a phishing link and typed my card number", "someone stole my LINE account help"),
    *("母が振り込め詐欺に騙されました", "LINEを乗っ取られた。助けて", "怪しいサイトにカード番号を入力してしまいました"),
    *(
        "我阿嬤把提款卡寄給人家了 怎麼辦",
        "我把身分證拍給人家了 會怎樣嗎",
        "我老公的錢被假檢警拿走了",
        "我的LINE被別人登入了",
    ),
    *("They took all my savings please help", "I gave them my OTP, what now", "リンクを押してしまいました、どうしよう"),
    *("พ่อโดนโกงเงินแสนบาท ทำไงดีคะ", "แม่หลงเชื่อแก๊งคอลเซ็นเตอร์โอนเงินไปหมดเลย", "โดนหลอกลงทุน เสียเงินสองแสน"),
)
PERHAPS_CHEATED = (
    *("被騙的人可以申請退款", "被詐騙可以領政府補助三萬元", "老公被詐騙，妻子自殺身亡", "我國總統府網站被盜"),
    *("My bank was hacked, all accounts will be closed", "Grandpa was scammed by a cloned voice in Ohio"),
    *("I clicked the link and entered my card", "母が詐欺に遭ったと俳優が告白", "พ่อให้รหัส OTP เขาไปแล้ว"),
)
DESPAIR = ("不想活了", "我真的活不下去了", "我想去死", "I want to die", "死にたい", "อยากตาย")
PERSON = (
    "救命！",
    *("我要找真人", "可以跟真人客服講話嗎", "请转人工客服", "有沒有人可以跟我說話"),
    *("I want to talk to a person", "is anybody there? a real human?", "customer service please"),
    *("人間と話したい", "担当者と直接話せますか", "オペレーターにつないでください"),
    *("ขอคุยกับเจ้าหน้าที่", "มีคนจริงตอบไหมคะ"),
)
CLAIMS = (
    *(
        "警方呼籲：民眾王先生被騙了十萬元，請大家小心，轉發給親友",
        "我朋友昨天接到電話被騙了三萬元，請大家轉發小心",
        "王小姐被騙走一千萬",
    ),
    *(
        "LINE帳號被盜用，請立即更改密碼",
        "這是詐騙集團的電話，不要受騙",
        "喝檸檬水會被騙嗎",
        "有客服打電話說我中獎，要我先匯手續費",
    ),
    *("My friend was scammed by a caller who said yes. Share with everyone!", "Is 5G a scam?"),
    *(
        "A man in Tokyo was scammed out of one million yen by a fake policeman",
        "吃香蕉會便祕是真的嗎",
        "疫苗是真的有效嗎",
    ),
    *("詐欺に遭わないために、皆さん注意してください", "อย่าโดนหลอก แชร์ให้ทุกคนระวัง", "วัคซีนโควิดจริงหรือเปล่า"),
)
REQUESTS = (
    *(
        "這是詐騙嗎",
        "幫我看一下",
        "請幫我查證這個",
        "我媽媽傳給我的，是真的嗎？",
        "幫長輩問一下這是不是假的",
        "这是真的吗，帮我看看",
    ),
    *("Is this a scam?", "My mom sent me this, is it real?", "Got this on WhatsApp, legit or not?"),
    *("これは詐欺ですか？", "母から送られてきました。本当ですか？", "確認してもらえますか"),
    *("แม่ส่งมาให้ จริงหรือเปล่าคะ", "ป้าส่งต่อมาในกลุ่มไลน์ ไม่รู้จริงหรือหลอก"),
)


@pytest.mark.parametrize("text", CHEATED)
def test_who_was_cheated_is_understood(text: str) -> None:
    assert understand(text).need == Need.CHEATED


@pytest.mark.parametrize("text", PERHAPS_CHEATED)
def test_what_may_be_news_is_looked_up_with_the_hotlines_before_it(text: str) -> None:
    understood = understand(text)
    assert (understood.kind, understood.need) == (Kind.LOOK_UP, Need.PERHAPS_CHEATED)


@pytest.mark.parametrize("text", DESPAIR)
def test_who_does_not_want_to_live_is_understood(text: str) -> None:
    assert understand(text).need == Need.DESPAIR


@pytest.mark.parametrize("text", ["隔夜菜吃了要死人嗎", "國中生留言說想自殺，老師報警", "俳優が死にたいと投稿した"])
def test_news_and_claims_about_dying_are_looked_up(text: str) -> None:
    assert understand(text).kind == Kind.LOOK_UP


@pytest.mark.parametrize("text", ["這個笑話好想死你了", "不想活了這首歌被禁播，請轉發", "He told me a joke to die for"])
def test_other_words_of_dying_are_no_despair(text: str) -> None:
    assert understand(text).need is None


@pytest.mark.parametrize("text", PERSON)
def test_who_wants_a_person_is_understood(text: str) -> None:
    assert understand(text).need == Need.PERSON


@pytest.mark.parametrize("text", REQUESTS)
def test_a_request_is_no_claim(text: str) -> None:
    assert understand(text).talk == Talk.ASKING


@pytest.mark.parametrize("text", CLAIMS)
def test_warnings_news_and_claims_are_looked_up(text: str) -> None:
    assert understand(text).kind == Kind.LOOK_UP


@pytest.mark.parametrize("text", ["/help", "/start", "!查證", "／menu"])
def test_a_command_of_another_bot_shows_what_there_is(text: str) -> None:
    assert understand(text).kind == Kind.COMMAND


@pytest.mark.parametrize("locale", TAGS)
@pytest.mark.parametrize("text", [CHEATED[0], PERSON[0]])
def test_the_hotlines_are_named_before_anything_is_looked_up(chat: Chatting, locale: str, text: str) -> None:
    chat.say("hello")
    chat.send(chat.event("postback", postback={"data": f"2:language:{locale}"}))
    object.__setattr__(chat.context, "hotlines", {"fraud": "165", "police": "110"})
    chat.search.available = False
    said = chat.say(text)
    assert "165" in words(said)
    assert "110" in words(said)
    assert links(said) == ["tel:165", "tel:110"]
    with read_only(chat.factory) as session:
        assert session.scalar(select(func.count()).select_from(Match)) == 0


def test_who_does_not_want_to_live_is_told_who_listens(chat: Chatting) -> None:
    assert "tell somebody whom you trust" in words(chat.say(DESPAIR[0]))
    object.__setattr__(chat.context, "hotlines", {"fraud": "165", "support": "1925"})
    said = chat.say(DESPAIR[0])
    assert links(said) == ["tel:1925"]
    assert "cheated" not in words(said)


def test_a_story_that_may_be_ones_own_gets_the_hotlines_and_an_answer(chat: Chatting) -> None:
    object.__setattr__(chat.context, "hotlines", {"fraud": "165"})
    chat.publish(PERHAPS_CHEATED[0], "There is no such refund.")
    said = words(chat.say(PERHAPS_CHEATED[0]))
    assert said.index("165") < said.index("There is no such refund.")
    assert "I am sorry that this happened" not in said


def test_a_cry_that_goes_round_word_for_word_is_answered_as_what_it_is(chat: Chatting) -> None:
    object.__setattr__(chat.context, "hotlines", {"fraud": "165"})
    chat.publish(CHEATED[0], "This story has gone round since 2019.")
    said = words(chat.say(CHEATED[0]))
    assert "165" in said
    assert "gone round since 2019" in said


def test_words_of_despair_that_go_round_keep_who_listens_beside_the_answer(chat: Chatting) -> None:
    object.__setattr__(chat.context, "hotlines", {"fraud": "165", "support": "1925"})
    chat.publish("我真的活不下去了，這首歌的歌詞", "These are the words of a song.")
    said = words(chat.say("我真的活不下去了，這首歌的歌詞"))
    assert "1925" in said
    assert "165" not in said
    assert "words of a song" in said


def test_an_unknown_story_that_may_be_ones_own_is_never_the_consent_question_alone(chat: Chatting) -> None:
    object.__setattr__(chat.context, "hotlines", {"fraud": "165"})
    said = words(chat.say("I clicked the link and entered my card"))
    assert said.index("165") < said.index("May we publish this message?")


def test_without_hotlines_there_is_still_a_word(chat: Chatting) -> None:
    assert "tell your bank and the police" in words(chat.say(CHEATED[0]))
    assert "I am a program" in words(chat.say(PERSON[0]))


def test_who_calls_the_bot_in_a_group_is_told_too(group: GroupChat) -> None:
    object.__setattr__(group.chat.context, "hotlines", {"fraud": "165"})
    assert "165" in words(group.say(CHEATED[0], mention=True))
    assert group.say(CHEATED[0]) == []


def links(found: Any) -> list[str]:
    if isinstance(found, list):
        return [link for part in found for link in links(part)]
    if isinstance(found, dict):
        return [found["uri"]] if found.get("type") == "uri" else links(list(found.values()))
    return []


@pytest.mark.parametrize("request_text", ["這是詐騙嗎", "Is this a scam?", "แม่ส่งมาให้ จริงหรือเปล่าคะ"])
@pytest.mark.parametrize("comes_first", [True, False])
def test_a_request_in_the_burst_of_a_claim_is_quiet(chat: Chatting, request_text: str, *, comes_first: bool) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    texts = [request_text, CLAIM] if comes_first else [CLAIM, request_text]
    said = []
    for number, text in enumerate(texts):
        said += chat.send(chat.event("message", message={"type": "text", "id": f"m{number}", "text": text}))
        chat.clock.advance(seconds=1)
    chat.clock.advance(seconds=5)
    chat.worker.run_due_jobs()
    assert [words(messages).count("A spoon does nothing") for _, _, messages in chat.line.sent] == [1]
    assert "Which message do you mean?" not in words(said)


def test_a_request_beside_a_picture_is_answered_as_the_picture_is(chat: Chatting) -> None:
    said = chat.send(
        chat.event("message", message={"type": "image", "id": "p"}),
        chat.event("message", message={"type": "text", "id": "t", "text": "是真的嗎？"}),
    )
    assert words(said).count("For now I can only read text") == 1
    assert "Which message do you mean?" not in words(said)
