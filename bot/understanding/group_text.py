"""What a text in a group is, before anything is looked up. Pure; knows no group and no database."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import regex

from bot.inbound.events import Event
from bot.understanding.phrases import Talk
from bot.understanding.private_text import Kind as Understanding
from bot.understanding.private_text import understand
from factcheck.matching.text.normalise import extract_urls, normalise, significant

NAMES = "factline|ファクトライン|แฟ[กค](?:ต์)?ไลน์"
LONGEST_TALK = 10
"""Significant characters up to which a text is talk and not looked up unasked (Cofacts' rule), unless it has a link."""

LONGEST_QUESTION = 60
"""Letters of a question about a quoted message. What is longer says something itself."""


class GroupTextKind(StrEnum):
    LEAVE = "LEAVE"
    INTRODUCE = "INTRODUCE"
    """The bot is called, and asked nothing that could be looked up."""
    ASKED = "ASKED"
    """The bot is asked about this text."""
    ASKED_QUOTING = "ASKED_QUOTING"
    """The bot is asked about the quoted message. `Heard.text`: to look up if nothing is known of that."""
    WONDERED = "WONDERED"
    """Somebody asks, not necessarily us, whether the quoted message is true."""
    OVERHEARD = "OVERHEARD"
    """Said to others, and long enough to be a message that goes round."""
    TALK = "TALK"


@dataclass(frozen=True)
class Heard:
    kind: GroupTextKind
    text: str = ""
    """To be looked up; '' when there is nothing."""
    article_id: str = ""
    """Of the article whose address `text` is; it is known without looking up."""


# Patterns for texts of which only letters and digits are left (`_letters`), in both forms of Chinese. A text is read
# word by word and the first that fits is taken, so longer words come before those that they begin with.
_JUDGED_ZH = (
    "(?:真的?|假的?|真[實实]|事[實实]|[謠谣]言|[詐诈][騙骗]|假消息|假新[聞闻]|正[確确]|可信|可靠|[屬属][實实]|[對对]"
    "|(?:可以|能)相?信|有根[據据]|有[這这](?:回|種|种)事|[查求][證证][過过])"
)
_JUDGED_EN = "(?:true|real|fake|false|legit|correct|accurate|right|ascam|ahoax|arumou?r|afact)"
_JUDGED_JA = (
    "(?:(?:本当|ほんとう?)(?:の(?:話|こと))?に?|(?:マジ|まじ)で?|ガチ|事実|真実|本物|正しい|間違い|合って(?:い?る|い?ます)"
    "|デマ|嘘|うそ|ウソ|詐欺|フェイク|(?:信|しん)じて(?:も?いい|も?[良よ]い|大丈夫)|信用でき(?:る|ます)|真偽)"
)
_JUDGED_TH = "(?:(?:เรื่อง|ข่าว)?(?:จริงๆ?|ไม่จริง|ปลอม|เฟค|เฟก|เท็จ|ลวง|ลือ|มั่ว|หลอก(?:ลวง)?|โกหก)|ชัวร์|เชื่อ(?:ถือ)?ได้|มิจฉาชีพ)"
_QUESTIONS = (
    f"是?{_JUDGED_ZH}[嗎吗嘛]",
    f"(?:是不是|是否[為为]?){_JUDGED_ZH}",
    "真的?(?:[還还]是)?假的?|是真是假|真假|有?[查求][證证][過过]?",
    f"(?:is|are|was)(?:this|that|it|these)(?:really|actually|even|news|story|message|post)*{_JUDGED_EN}",
    f"(?:if|whether)(?:this|that|it)is{_JUDGED_EN}",
    "(?:true|real)or(?:false|fake|not)|(?:false|fake)or(?:true|real)|factorfiction|forreal",
    "factcheck(?:ed)?|verif(?:y|ied)|(?:anyone|anybody|someone|you)check(?:ed)?",
    f"{_JUDGED_JA}(?:なん)?(?:ですか|ですよね|でしょ(?:うか?)?|なのか?|かな?|だろうか|では|じゃない(?:の|ですか|か))",
    "ファクトチェック|(?:確認|検証)(?:しました|済みです)か",
    f"{_JUDGED_TH}(?:ใช่)?(?:ไหม|มั้ย|มั๊ย|ไม๊|(?:หรือ|รึ)?(?:เปล่า|ป่าว)|หรือไม่(?:จริง)?|หรือ(?:ปลอม|เท็จ|มั่ว)?|หรอ|เหรอ|ปะ|ป่ะ)",
    "(?:ช่วย|ขอ)?(?:เช็[คก]|ตรวจสอบ)(?:ข่าว|ข้อความ)?(?:ให้|ที|หน่อย)+",
)
_WITH_MARK = (
    f"{_JUDGED_JA}(?:じゃない)?|(?:確認|検証)(?:した|済み)",
    *(_JUDGED_ZH, "really|seriously", _JUDGED_EN, _JUDGED_TH),
)
"""A question if there is a question mark."""
_AROUND = (
    "[請请想]?[問问]一?下?|[請请]教|那|所以|大家|各位|有人|有[沒没]有人?|知道|[這这那][個个則则篇種种件些]?|上面|此|[該该]|的|[訊讯]息|消息"
    "|新[聞闻]|影片|文章|[說说]法|[內内]容|事情?|是|到底|都|[啊喔哦呀呢吧耶欸誒诶咦蛤嗎吗嘛]|[幫帮]忙?|一下|可以|麻[煩烦]|[謝谢]{2}",
    "please|pls|thanks?|anyone|anybody|someone|whether|actually|message|article|these|story|video|claim|could|guys|wait"
    "|does|know|have|this|that|news|post|even|hey|hmm|did|can|you|has|are|was|the|all|not|hi|so|um|do|if|is|it|or|a",
    "これ|この|それ|その|話|情報|ニュース|記事|動画|画像|写真|投稿|メッセージ|って|[はがものを]|です|か|ねえ|あの|えっ?|みなさん|皆さん|誰か"
    "|どなたか|すみません|教えて|調べて|確認|お願い(?:します)?|もらえますか?|いただけますか?|(?:して)?(?:くだ|下)さい|して|ありがとうございます",
    "อันนี้|อันนั้น|นี้|นี่|นั้น|เรื่อง|ข่าว|ข้อความ|คลิป|มัน|เป็น|ใช่|มี|ใคร|รู้|ทราบ|ไหม|มั้ย|บ้าง|ว่า|แล้ว|ทุกคน|คะ|ครับ|คับ|ค่ะ|นะ|จ๊ะ|จ๋า|ดิ|อ่ะ|เนี่ย",
)
_FAREWELLS = (
    "(?:bye)+|good(?:bye)+|leave(?:us|(?:the|this)(?:group|chat|room))?|goaway",
    "再[見见]|掰+|拜+|[離离][開开]|退出|退群|[離离退][開开出](?:[這这][個个])?(?:群[組组]?|聊天室)",
    "さようなら|さよなら|バイバイ|ばいばい|またね|じゃあね|退出|退会|(?:グループ|トーク)(?:から|を)(?:退出|退会)|出て[行い]って|抜けて|もういい(?:です)?|[消き]えて",
    "ลาก่อน|บ๊ายบาย|บายบาย|บาย|(?:ออก|ไป)ได้แล้ว|ออก(?:ไป|จาก)?(?:กลุ่ม|ห้อง|แชท|แชต)?(?:นี้)?(?:ไป)?",
)
_POLITE = (
    "please|pls|now|[請请吧了喔哦啦]|[妳你您]|して|ください|下さい|さん"
    "|กรุณา|โปรด|รบกวน|ช่วย|เชิญ|หน่อย|ด้วย|เถอะ|ค่ะ|ครับ|คับ|คะ|นะ|จ้า|จ้ะ|ได้แล้ว"
)
_GREETINGS = (
    "hi|hello|hey|help|你好|您好|哈[囉啰]|嗨|[說说]明|こんにちは|はじめまして|ヘルプ|さん"
    "|สวัสดี|หวัดดี|ฮัลโหล|วิธีใช้|ช่วยเหลือ|น้อง|คุณ|ครับ|คับ|ค่ะ|คะ|จ้า|นะ"
)
_AT_NAME = regex.compile(rf"^\s*[@＠](?:{NAMES})(?![\p{{L}}\p{{N}}])[\s,，、:：]*", regex.IGNORECASE)
"""Where an app cannot mention, people write it."""


def hear(event: Event, hosts: Collection[str] = ()) -> Heard:
    """`event` brings or changes a text. `hosts`: names of our own pages, in lower case."""
    readable = event.readable or ""
    text = _AT_NAME.sub("", readable)
    called = event.mentions_bot or text != readable
    letters = _letters(text)
    rest = regex.sub(NAMES, "", letters)
    if (called or rest != letters) and _LEAVE.fullmatch(rest):
        return Heard(GroupTextKind.LEAVE)
    if called:
        return _asked(text, hosts, quoting=event.quoted_message_id is not None)
    if rest != letters and _HELLO.fullmatch(rest):
        return Heard(GroupTextKind.INTRODUCE)
    if event.quoted_message_id and is_question(text):
        return Heard(GroupTextKind.WONDERED)
    if len(significant(normalise(text))) > LONGEST_TALK or extract_urls(text):
        return Heard(GroupTextKind.OVERHEARD, text)
    return Heard(GroupTextKind.TALK)


def _asked(text: str, hosts: Collection[str], *, quoting: bool) -> Heard:
    understood = understand(text, hosts)
    looked_up = understood.kind in (Understanding.LOOK_UP, Understanding.ARTICLE_LINK) and not is_question(text)
    if quoting:
        return Heard(GroupTextKind.ASKED_QUOTING, text if looked_up else "", understood.article_id)
    if looked_up:
        return Heard(GroupTextKind.ASKED, text, understood.article_id)
    return Heard(GroupTextKind.TALK if understood.talk in (Talk.THANKS, Talk.FINE) else GroupTextKind.INTRODUCE)


def is_question(text: str) -> bool:
    """Nothing but a question whether something is true, in words around it or none."""
    letters = _letters(text)
    if len(letters) > LONGEST_QUESTION or not _ONLY_QUESTION.fullmatch(letters):
        return False
    kinds = {found.lastgroup for found in _WORDS.finditer(letters)}
    return "question" in kinds or ("with_mark" in kinds and regex.search("[?？]", text) is not None)


def _letters(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{M}\p{N}]", "", _folded(text))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


# Possessive: words are tried in this order and not again, so that matching takes linear time.
_WORD = _folded(
    f"(?P<question>{'|'.join(_QUESTIONS)})|(?P<with_mark>{'|'.join(_WITH_MARK)})|(?P<around>{'|'.join(_AROUND)})"
).replace("(?p<", "(?P<")
_WORDS = regex.compile(_WORD)
_ONLY_QUESTION = regex.compile(f"(?:{_WORD})++")
_LEAVE = regex.compile(_folded(f"(?:{_POLITE})*+(?:{'|'.join(_FAREWELLS)})(?:{'|'.join(_FAREWELLS)}|{_POLITE})*+"))
_HELLO = regex.compile(_folded(f"(?:{_GREETINGS})++"))
