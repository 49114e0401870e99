"""Words that turn a claim into its opposite, or judge it, in normalised text.

Lists of this project. What stands in a text in Chinese characters, Thai, Korean or kana has no spaces between words, so
these are looked for as parts; words in Latin and Arabic letters as a whole.
"""

import regex

# Words in which a sign of negation negates nothing.
HARMLESS = regex.compile(
    r"非常|非洲|特别|分别|性别|别人|个别|告别|级别|类别|区别|识别|鉴别|派别|别墅|未来|不过|不错|不但|不仅|不管|不断|不同|不少|不只|不论|不禁|不妨|不久|不已|不料|不愧"
    r"|没错|假日|放假|假期|假如|假设|无线|无论|无量|无数|无限|误以为|误认为|以为|淹没|没收|除非|莫非|是非|否则|不可思议|不得了|了不起|没想到|想不到|不然"
    r"|对不起|不好意思|好不好|是不是|有没有|会不会|能不能|要不要|可不可以|难免|不得不|差不多|难以(?:置信|想象|想像|形容)"
)
_SIGNS = (
    r"不|没|无|未|勿|别|非|否|莫|假|误|谣|取消|解除|停止|废止|禁|拒"
    r"|\b(?:not|no|never|none|cannot|without|false|fake|[a-z]+n't)\b"
    r"|ない|ません|なかった|禁止|ไม่|ห้าม|อย่า|ไม่ใช่|เลิก|ปลอม"
)
_NEGATION = regex.compile(_SIGNS)
# The same in languages for which the pair model has learnt nothing about negation.
_OTHER_LANGUAGES = (
    r"않|못|아니|없|안[되됩돼]|마세요|말아|하지마|가짜"
    r"|\b(?:không|chưa|chẳng|đừng|chớ|khỏi|tidak|tak|bukan|jangan|belum|tanpa|dilarang|لا|ليس|ليست|لم|لن|غير|بدون)\b"
    r"|不是|唔(?!该|好意思)|冇|袂|毋|呒|嘸|とは限りません|わけがありません|わけではありません|มิ(?:ได้|ใช่)|มิ(?=อาจ)"
)
# What turns a claim when it stands in the place of another word. Those that only warn ("avoid", "lest") are on the list
# so that one of them can stand for the other.
_TURNING = (
    r"难以|难于|很难|极难|休想|甭|岂|哪能|怎能|怎会|何须|避免|(?<!可)以免|免得|防止|预防|防范|切忌|大忌|失效|失败|驳斥|反驳|暂缓|暂停|推迟|延后|缓[征缴办]"
    r"|\b(?:hardly|barely|scarcely|rarely|seldom|fail(?:s|ed|ing|ure)?|unable|unlikely|impossible|nobody|nothing|nor"
    r"|neither|nowhere|avoid(?:s|ed|ing)?|stop(?:s|ped|ping)?|refus(?:es?|ed|ing)|den(?:y|ies|ied))\b"
    r"|にくい|だめ|งด|ยาก|หลีกเลี่ยง|ไร้|ปฏิเสธ"
)
ANY_NEGATION = regex.compile(rf"{_SIGNS}|{_OTHER_LANGUAGES}|{_TURNING}")
"""Within words that are the same."""
# The same before or behind the claim, where people also ask, wonder and urge.
EDGE_HARMLESS = regex.compile(
    r"(?:不要|别|勿|不能|不可)再?(?:忘|错过|小看|轻忽|忽视|大意|客气|吝啬|不信|自己留)|不[可得]不[知看]|不能不信"
    r"|不(?:看|转|分享|收藏)(?:会|就|真的|绝对)?(?:太|很)?(?:后悔|可惜|吃亏)|不(?:太|敢)?(?:知|确定|晓得|清楚)|不敢相信"
    r"|真的?吗?(?:还是|或|是)?假|是不是诈?[假谣骗]|真伪|[假谣骗]\p{L}{0,4}[吗嘛呢吧]|不是吗|对不对|是否|可否|能否|有无|看不看|信不信"
    r"|没想到|想不到|了不起|不得了|不可思议|不会吧|怪不得|无比|无聊|没事|莫名"
    r"|\bnot (?:sure|certain)\b|\bno (?:idea|joke|kidding|doubt|matter)\b"
    r"|\b(?:do not|don't|never) (?:forget|miss|ignore)\b"
    r"|(?:知ら|わから|分から|分かり|わかり)(?:ない|ません)|かもしれ(?:ない|ません)|(?:じゃ|では)(?:ない|ありません)(?:です)?か"
    r"|อย่าลืม|ไม่รู้|ไม่แน่ใจ|หรือไม่|아닌가요?|없나요?|몰라|\b(?:thật|đúng|phải|biết) không\b|\b(?:atau|apa) (?:tidak|bukan)\b"
)
# What judges the claim, in a sentence of its own or not.
JUDGEMENT = regex.compile(
    r"假|谣|骗|不实|错的|错误|不是真|没有?这回事|查无此事|并非|辟谣|澄清|已经?(?:取消|解除|停止|废止|结束|作废|失效|过期|截止|额满|下架)|取消了"
    r"|虚构|杜撰|捏造|编造|反驳|驳斥|否认|胡扯|胡说|瞎说|瞎掰|鬼扯|扯淡|旧闻|旧消息|旧影片|旧照|额满|恶搞|误导|误传|讹传|恶作剧|[没无]根据|子虚乌有|唬烂"
    r"|\b(?:scam|hoax|untrue|wrong|false|fake|debunked|not true|cancell?ed|satire|parody|myth|misleading|retracted"
    r"|expired|outdated|old news|made up|sold out|no longer|nonsense|hoaks|palsu|bohong|penipuan|sai sự thật|lừa đảo"
    r"|bịa đặt|tin giả"
    r"|كاذب|كاذبة|شائعة|إشاعة|كذب|مزيف|مزيفة)\b"
    r"|デマ|嘘|うそ|ウソ|ガセ|误情报|虚伪|事実无根|误り|作り话|ไม่จริง|ปลอม|หลอก|ยกเลิก|ข่าวเก่า|หมดเขต|เต็มแล้ว|โกหก|มั่ว|ข่าวลือ|เท็จ"
    r"|가짜|거짓|허위|루머|사기"
)
EDGE_NEGATION = regex.compile(rf"{_SIGNS}|{_OTHER_LANGUAGES}|{JUDGEMENT.pattern}")


def negations(text: str) -> int:
    """How many signs of negation a normalised text holds, of those that the pair model has learnt from."""
    return len(_NEGATION.findall(HARMLESS.sub(" ", text)))


def blank(match: regex.Match[str]) -> str:
    return " " * len(match.group())
