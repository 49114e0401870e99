"""Forwarding chatter: the words around a message that ask to pass it on or ask whether it is true.

They say nothing about the claim, and the same ones stand in thousands of messages. Words are written here as people
write them; the compiled patterns work on text that went through the same folding as the message.
"""

from collections.abc import Callable, Sequence

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
    "is": "是 都是 到底是 到底 有 不是",
    "true": "真的 假的 真實 正確 謠言 事實 可信 還是",
    "eh": "嗎 嘛 呢 吗 的",
    "audience": "everyone everybody all others family friends contacts groups people",
}
# Each line is one kind of segment that is chatter as a whole.
_SEGMENTS = (
    # Chinese: pass it on; where it came from; is it true
    "{please}*+{everyone}*+{please}*+{many}*+{please}*+{everyone}*+{forward}++{please}*+{tail}*+",
    "(?:以下)?{source}*+上?{came}++(?:的|{message})*+",
    "轉|轉文|轉自{source}|原文{came}",
    "{ask}++",
    "{ask}*+{this}*+{message}?{is}*+{true}++{eh}++",
    "{ask}*+{this}?{is}?(?:真的?假的?|真的?還是假的?|是真是假|真假|有這回事嗎|有這種事嗎|真有此事|是不是真的|是否為真|是否屬實|可信嗎|可以相信嗎)",
    # English
    "(?:please |pls |plz |kindly )*+(?:forward|share|repost|retweet|pass (?:it|this) on|spread)"
    "(?: (?:it|this|the word|message|post|widely|around))*+"
    "(?: (?:to|with|as|many|as|possible|your|all|and|loved|ones|{audience}))*+(?: please| pls| thanks| thank you)?",
    "fwd?|fw|forwarded(?: message)?(?: as received)?(?: many times)?|as received|copied(?: and pasted)?",
    "(?:hi|hello)?,? ?is (?:this|it|that)(?: message| news| story)? (?:true|real|fake|legit|correct)"
    "(?: or (?:not|fake|false))?|true or false|fake or real",
    "(?:can (?:someone|anyone|you) )?(?:please )?(?:fact[ -]?check|verify)(?: this| it)?(?: please)?",
    # Japanese
    "(?:拡散|シェア|転送|リツイート)を?(?:希望|お願いします|お願い致します|お願いいたします|お願い|してください|して下さい)++",
    "これ(?:は|って)?(?:本当|ほんと|事実|デマ)(?:ですか|でしょうか|なの|か)?",
    # Thai
    "(?:ช่วยกัน|ช่วย|ฝาก|โปรด|กรุณา|รบกวน|อย่าลืม)*+(?:แชร์|ส่งต่อ|ฟอร์เวิร์ด)"
    "(?:ต่อ|กัน|ไป|ให้|เพื่อน|คนอื่น|คน|ๆ|ทุก|เยอะ|มาก|ด้วย|นะ|คะ|ครับ|ค่ะ|จ้า)*+",
    "(?:ข่าว|เรื่อง|ข้อความ)?(?:นี้|นี่)?(?:เป็น)?(?:เรื่อง)?จริง(?:ไหม|มั้ย|หรือเปล่า|หรือไม่|รึเปล่า|หรอ|เหรอ)(?:คะ|ครับ|ค่ะ)?",
)
_SEPARATORS = regex.compile(r"[\n。!?:;,~、|>【】\[\]()「」『』《》“”\"*=#▶…]+|\.(?=\s|$)")
_EDGES = " \t.-_+/'’‘`^·•"
_LONGEST = 60


def compile_chatter(fold: Callable[[str], str]) -> regex.Pattern[str]:
    """The pattern that a whole folded segment must match. `fold` is what the message went through."""
    groups = {name: _alternatives(fold(words).split()) for name, words in _WORDS.items()}
    alternatives = []
    for segment in _SEGMENTS:
        folded = fold(segment)
        for name, words in groups.items():
            folded = folded.replace("{" + name + "}", words)
        alternatives.append(f"(?:{folded})")
    return regex.compile("|".join(alternatives))


def _alternatives(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def strip_chatter(text: str, chatter: regex.Pattern[str]) -> str:
    """Take chatter segments off the beginning and the end, as long as something that can be read remains.

    Only from the two ends: a "please share" inside a message may belong to its story.
    """
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
    rest = text[start:end]
    return rest if regex.search(r"[\p{L}\p{N}]", rest) else text


def _segments(text: str) -> Sequence[tuple[int, int]]:
    """Start and end of every part between separators, without the empty ones."""
    bounds, at = [], 0
    for match in _SEPARATORS.finditer(text):
        bounds.append((at, match.start()))
        at = match.end()
    bounds.append((at, len(text)))
    return [(start, end) for start, end in bounds if text[start:end].strip(_EDGES)]


def _is_chatter(segment: str, chatter: regex.Pattern[str]) -> bool:
    words = " ".join(segment.strip(_EDGES).split())
    return len(words) <= _LONGEST and chatter.fullmatch(words) is not None
