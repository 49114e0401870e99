"""Forwarding chatter: the words around a message that ask to pass it on or ask whether it is true.

They say nothing about the claim, and the same ones stand in thousands of messages. A question whether it is true is
chatter, a statement that it is or is not is none: without it, a debunk would be the claim itself. Words are written
here as people write them; the compiled patterns work on text that went through the same folding as the message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

# Words of one kind, used below as {name}. All repetitions are possessive and longer words are tried first: matching
# then takes linear time, whatever someone sends.
_WORDS = {
    "please": "請 敬請 拜託 麻煩 歡迎 懇請 務必 一定要 趕快 趕緊 快 快點 盡快 儘快 "
    "立即 立刻 馬上 幫忙 煩請 希望 協助 順手 動動手指 求",
    "everyone": "大家 各位 您 你 你們 好友 朋友們",
    "many": "多多 廣為 盡量 儘量 大量 瘋狂 繼續 互相 相互 踴躍 重要 緊急 再次 值得 火速",
    "forward": "轉發 轉傳 轉貼 轉寄 轉告 轉知 轉載 分享 擴散 傳出去 傳下去 轉出去 發出去 廣傳 宣傳 "
    "告訴大家 告知大家 告訴親友 告知親友 "
    "奔相走告 傳播",
    "tail": "給 讓 到 更多 所有 其他 您 你 您的 你的 身邊 周圍 周遭 的 每 一個 群組 群 人 家人 朋友 親朋好友 親友 好友 "
    "親戚 同事 鄰居 大家 "
    "知道 看到 出去 下去 一下 喔 哦 吧 啊 謝謝 感謝 感恩 功德無量 訊息 消息 文章 和 與 及 們 他人 別人",
    "source": "網路 群組 朋友 友人 同學 同事 家人 長輩 親友 line",
    "came": "轉來 傳來 轉傳 轉貼 轉知 轉發 轉載 流傳",
    "message": "訊息 消息 新聞 文章 影片 內容 事 說法 資訊 傳言",
    "ask": "請問 請教 想請問 想問 求證 查證 請查證 求證一下 請幫忙查證 幫忙查證 請問一下 請問各位 一下 大家 各位",
    "this": "下面 以下 上面 以上 這 這個 這則 這篇 此 該 這些 這件 這種 的",
    "is": "是 都是 到底是 到底 有",
    "true": "真的 假的 真實 正確 謠言 事實 可信 還是",
    "audience": "everyone everybody all others family friends contacts groups people",
    "place": "line 賴 群組 群 社群 社團 聊天室 網路 網絡 網友 臉書 fb facebook ig instagram telegram whatsapp wechat "
    "微信 朋友 友人 好友 親友 同學 同事 家人 長輩 鄰居 朋友圈 某 的 my a the group chat groups friend friends family "
    "unknown internet グループ ネット 友人 友達 知人 家族 กลุ่ม ไลน์ เฟซบุ๊ก เฟสบุ๊ค เพื่อน อินเทอร์เน็ต เน็ต",
    "device": "iphone ipad android galaxy samsung huawei xiaomi oppo vivo pixel outlook line gmail yahoo mail ios",
}
# Each line is one kind of segment that is chatter as a whole.
_SEGMENTS = (
    # Chinese: pass it on; where it came from; is it true
    "{please}*+{everyone}*+{please}*+{many}*+{please}*+{everyone}*+{forward}++{please}*+{tail}*+",
    "(?:以下)?{source}*+上?{came}++(?:的|{message})*+",
    "轉|轉文|轉自{source}|原文{came}|回覆|re",
    "(?:剛剛?|剛才|今天|我|從|在|由|{source}|上|裡|的){1,6}(?:收到|看到)(?:的|{message})*+|收到(?:的|{message})++",
    "(?:我也)?不(?:知道?|確定)(?:是)?(?:真的?(?:還是)?假的?|真假|是真是假|真的嗎|是不是真的)",
    "{ask}++",
    "{ask}*+{this}*+{message}?{is}*+(?:{true}++的?[嗎吗]|真的嘛)",
    "{ask}*+{this}?{is}?(?:真的?假的?|真的?還是假的?[嘛呢]?|是真是假|真假|有這回事嗎|有這種事嗎|真有此事嗎|是不是真的|是否為真|是否屬實|可信嗎|可以相信嗎)",
    # English
    "(?:please |pls |plz |kindly )*+(?:forward|share|repost|retweet|pass (?:it|this) on|spread)"
    "(?: (?:it|this|the word|message|post|widely|around))*+"
    "(?: (?:to|with|as|many|as|possible|your|all|and|loved|ones|{audience}))*+(?: please| pls| thanks| thank you)?",
    "fwd?|fw|forwarded(?: message)?(?: as received)?(?: many times)?|as received|copied(?: and pasted)?"
    "|(?:just )?(?:received|got) (?:this|it)(?: from {place}(?: {place})*)?|fyi|sharing as received",
    "(?:hi|hello)?,? ?is (?:this|it|that)(?: message| news| story)? (?:true|real|fake|legit|correct)"
    "(?: or (?:not|fake|false))?|true or false|fake or real",
    "(?:can (?:someone|anyone|you) )?(?:please )?(?:fact[ -]?check|verify)(?: this| it)?(?: please)?",
    # Japanese
    "(?:拡散|シェア|転送|リツイート)を?(?:希望|お願いします|お願い致します|お願いいたします|お願い|してください|して下さい)++",
    "これ(?:は|って)?(?:本当|ほんと|事実|デマ)(?:なん|なの)?(?:ですか|でしょうか|か)|これ(?:って)?(?:本当|ほんと)(?:なの)?|これは本当なの",
    "拡散|転送|転載|シェア|(?:{place}(?:から|より|で))?回って(?:きました|きた|来ました|来た)",
    # Thai
    "(?:ช่วยกัน|ช่วย|ฝาก|โปรด|กรุณา|รบกวน|อย่าลืม)*+(?:แชร์|ส่งต่อ|ฟอร์เวิร์ด)"
    "(?:ต่อ|กัน|ไป|ให้|เพื่อน|คนอื่น|คน|ๆ|ทุก|เยอะ|มาก|ด้วย|นะ|คะ|ครับ|ค่ะ|จ้า)*+",
    "(?:ส่งต่อ|แชร์)(?:กัน)?มา(?:จาก{place}*+)?|ได้รับ(?:ข้อความ)?(?:นี้)?มา(?:จาก{place}*+)?",
    "(?:ข่าว|เรื่อง|ข้อความ)?(?:นี้|นี่)?(?:เป็น)?(?:เรื่อง)?จริง(?:ไหม|มั้ย|หรือเปล่า|หรือไม่|รึเปล่า|หรอ|เหรอ)(?:คะ|ครับ|ค่ะ)?",
)
# Each line is one kind of line that is chatter as a whole: where it came from, and what programs for mail and chat add.
_LINES = (
    "(?:資料|消息|訊息|圖文)?(?:來源|出處)[: ]+{place}++|(?:轉自|摘自|取自|來自)[: ]?{place}++",
    "(?:source|via|from|credit)[: ]+{place}(?: ?{place})*+|(?:出典|引用元)[: ]{place}++|(?:ที่มา|เครดิต)[: ]*{place}++",
    "(?:從我的|傳送自我?的?|自我的|寄自我?的?) ?{device}(?: ?{device})* ?(?:傳送|發送|寄出|上的信件)?",
    "(?:透過|經由|使用) ?{device} ?(?:傳送|分享)",
    "sent (?:from|via|with)(?: my| the)? {device}(?: {device})*(?: app| phone)?|get {device}(?: for {device})?",
    "{device}から送信|(?:私の)?{device}から送信されました|ส่งจาก ?{device}(?: ?ของฉัน)?",
)
# What a mail program writes above a forwarded message; without its title, only what cannot be a notice ("date: …, to:
# …") counts. No long number stands in it: an account to pay to belongs to the message.
_MAIL_WORD = "cc|sent|寄件者|收件者|寄件日期|副本|差出人|宛先|送信日[時时]"
_MAIL_LINE = (
    rf"[> ]*(?:{_MAIL_WORD}|from|to|date|日期|日[時时]|จาก|ถึง|วันที่)"
    r" ?:(?![^\n]*(?:\p{Nd}{5}|\p{Nd}{3}-\p{Nd}{3}))[^\n]{0,300}"
)
_OF_MAIL = rf"(?:[> ]*(?:{_MAIL_WORD}) ?:|[^\n]*@)"
_MAIL_HEADER = (
    rf"[\-_=* ]*(?:begin )?forwarded (?:message|mail)\b[^\n\p{{L}}]*(?:\n+{_MAIL_LINE})*+"
    rf"|(?={_OF_MAIL}|[^\n]*\n+{_OF_MAIL}){_MAIL_LINE}(?:\n+{_MAIL_LINE})++"
)
# A sign before a number is no separator.
_SEPARATORS = regex.compile(r"(?:[\n。!?:;,~、|【】\[\]()「」『』《》“”\"*=#▶…]|>(?!\s?\p{Nd})|\.(?=\s|$))+")
_READABLE = regex.compile(r"[\p{L}\p{N}]")
_QUOTE = regex.compile(r"^(?:> ?)+", regex.MULTILINE)
_QUOTED = regex.compile(r"^(?:> ?)++(?!\p{Nd})", regex.MULTILINE)
_ALL_QUOTED = regex.compile(r"(?:> ?)++[^\n]*(?:\n+(?:> ?)++[^\n]*)++\n*")
_EDGES = " \t.-_+/'’‘`^·•"
_LONGEST = 60


@dataclass(frozen=True)
class Chatter:
    segment: regex.Pattern[str]
    """What a whole part between separators must match."""
    line: regex.Pattern[str]
    header: regex.Pattern[str]


def compile_chatter(fold: Callable[[str], str]) -> Chatter:
    """The patterns for text that went through `fold`."""
    groups = {name: _alternatives(fold(words).split()) for name, words in _WORDS.items()}

    def compiled(patterns: Sequence[str]) -> regex.Pattern[str]:
        alternatives = []
        for pattern in patterns:
            folded = fold(pattern)
            for name, words in groups.items():
                folded = folded.replace("{" + name + "}", words)
            alternatives.append(f"(?:{folded})")
        return regex.compile("|".join(alternatives))

    return Chatter(compiled(_SEGMENTS), compiled(_LINES), regex.compile(_MAIL_HEADER))


def _alternatives(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def strip_chatter(text: str, chatter: Chatter) -> str:
    """Take chatter off the beginning and the end, and marks of quotation off the lines, as long as something that can
    be read remains.

    Only from the two ends: a "please share" inside a message may belong to its story.
    """
    rest = _without_segments(_without_lines(_unquoted(text), chatter), chatter)
    return rest if _READABLE.search(rest) else text


def _unquoted(text: str) -> str:
    """Without the > of a mail; before a number it may mean "more than", unless every line has one."""
    if ">" not in text:
        return text
    return _QUOTE.sub("", text) if _ALL_QUOTED.fullmatch(text) else _QUOTED.sub("", text)


def _without_lines(text: str, chatter: Chatter) -> str:
    header = chatter.header.match(text)
    lines = text[header.end() if header else 0 :].split("\n")
    first, last = 0, len(lines)
    while first < last and _is_chatter_line(lines[first], chatter):
        first += 1
    while last > first and _is_chatter_line(lines[last - 1], chatter):
        last -= 1
    return "\n".join(lines[first:last])


def _is_chatter_line(line: str, chatter: Chatter) -> bool:
    words = line.strip(_EDGES + "()[]【】「」!。*=~")
    return not words or (len(words) <= _LONGEST and chatter.line.fullmatch(words) is not None)


def _without_segments(text: str, chatter: Chatter) -> str:
    bounds = _segments(text)
    first, last = 0, len(bounds)
    while first < last and _is_chatter(text[slice(*bounds[first])], chatter):
        first += 1
    while last > first and _is_chatter(text[slice(*bounds[last - 1])], chatter):
        last -= 1
    if first == 0 and last == len(bounds):
        return text
    start = bounds[first][0] if first < last else 0
    end = bounds[last - 1][1] if first < last else 0
    return text[start:end]


def _segments(text: str) -> Sequence[tuple[int, int]]:
    """Start and end of every part between separators that has something to read in it."""
    bounds, at = [], 0
    for match in _SEPARATORS.finditer(text):
        bounds.append((at, match.start()))
        at = match.end()
    bounds.append((at, len(text)))
    return [(start, end) for start, end in bounds if _READABLE.search(text, start, end)]


def _is_chatter(segment: str, chatter: Chatter) -> bool:
    words = " ".join(segment.strip(_EDGES).split())
    return len(words) <= _LONGEST and chatter.segment.fullmatch(words) is not None
