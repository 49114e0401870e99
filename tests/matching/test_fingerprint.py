"""What identity sees through and what it does not, over the trial texts and texts put together from parts."""

from functools import lru_cache

import opencc
import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from factcheck.matching.text.normalise import fingerprint, normalise
from tests.trial import rows

PARTS = {
    "zh": (
        ["衛福部公告", "臺北市政府說", "長輩著急了", "隔壁的阿姨說", "這裡的里長"],
        ["明天起全面停班停課", "喝熱檸檬水可以治癌", "沿著海岸線都封閉了", "甚麼都不用準備", "每人可領6000元"],
        [
            *(
                "請看https://a.example/x?id=1",
                "溫度會到零下5度",
                "電話02-2345-6789",
                "加LINE: abc_123",
                "只到3月5日為止",
            ),
            *(
                "網站abc-shop.com有賣",
                "下午3點開始打8折",
                "漲了50%還會再漲",
                "寫信到a.b@mail.example",
                "加line id @xyz-1 報名",
            ),
            *("氣溫-5℃到5℃", "血壓>140要吃藥", "週三晚上10:30", "請付NT$500元", "一次喝1.5公升"),
        ],
    ),
    "en": (
        ["The ministry says", "My aunt told us", "A doctor from the coast"],
        ["boiled garlic cures the flu", "every family gets $500 today", "don't open the blue parcel"],
        [
            *(
                "before 10:30 on 3/5",
                "see https://a.example/x?id=1",
                "write to a.b@mail.example",
                "it is -5 degrees out",
            ),
            *(
                "order at abc-shop.com",
                "at 3 p.m. on Wednesday",
                "prices rise by 50%",
                "add line id @xyz-1",
                "take 1.5 mg",
            ),
        ],
    ),
    "ja": (
        ["市役所によると", "知り合いの看護師が", "テレビで"],
        ["明日から水道が止まります", "レモン水でがんが治る", "1人5万円もらえるそうです"],
        ["詳しくはhttps://a.example/x", "3月5日まで", "気温は零下5度"],
    ),
    "th": (
        ["หมอบอกว่า", "เพื่อนที่โรงพยาบาลเล่าว่า", "กระทรวงประกาศ"],
        ["ดื่มน้ำมะนาวรักษามะเร็งได้", "รัฐแจกเงินคนละ 500 บาท", "พรุ่งนี้น้ำประปาหยุดไหล"],
        ["ดูที่ https://a.example/x?id=1", "ถึงวันที่ 5 มีนาคม", "อุณหภูมิ -5 องศา"],
    ),
}


@lru_cache(maxsize=1)
def _trial_texts() -> list[str]:
    texts = [row["text"] for row in (*rows("articles"), *rows("rewordings"))]
    return [text for text in texts if len(text) >= 20]  # "is it true?" is chatter and nothing else


@st.composite
def _made(draw: st.DrawFn) -> str:
    parts = PARTS[draw(st.sampled_from(sorted(PARTS)))]
    stop = draw(st.sampled_from(["，", "\n", "! ", "。"]))
    return stop.join(draw(st.sampled_from(kind)) for kind in parts)


MESSAGES = st.one_of(st.deferred(lambda: st.sampled_from(_trial_texts())), _made())

_to_simplified, _to_taiwan, _to_hong_kong = (opencc.OpenCC(name) for name in ("t2s", "t2tw", "t2hk"))
_LINK_OR_ID = regex.compile(r"https?://\S+|[A-Za-z0-9_.@:/-]{2,}")
_HEADS = [
    *(
        "【轉傳】",
        "轉發：",
        "Fwd: ",
        "Fw: Re: ",
        "Forwarded many times\n",
        "[轉貼]\n",
        "請轉發給所有朋友！\n",
        "以下轉傳\n",
    ),
    *("Forwarded message\nFrom: A B <a@b.example>\nDate: Mon, 4 Mar 2019\n\n", "拡散希望\n", "ช่วยแชร์ต่อด้วยนะคะ\n"),
    *(
        "----------\n",
        "~~~~~~\n",
        "☆★☆★\n",
        "這是真的嗎？\n",
        "Is this true?\n",
        "これは本当ですか？\n",
        "จริงไหมคะ\n",
        "🙏🙏🙏",
    ),
    *("來源：LINE群組\n", "剛剛群組收到的\n", "ส่งต่อกันมา\n", "友人から回ってきました\n"),
]
_TAILS = [
    *(
        "\n請大家多多分享！",
        "\n\n請轉傳",
        "\n來源：LINE群組",
        "\n轉自網路",
        "\nSent from my iPhone",
        "\nPlease share with all!",
    ),
    *(
        "\n=========",
        "\n-- \n",
        "🙏😱",
        "！！！",
        "～～",
        "\n從我的 iPhone 傳送",
        "\nシェアお願いします",
        "\nช่วยกันแชร์นะครับ",
    ),
    *("\niPhoneから送信", "\n真的假的？", "\n> ", "\nSource: WhatsApp group"),
]


def _invisible(text: str) -> str:
    return _outside_links(text, lambda part: part.replace("的", "\u200b的\ufeff").replace(" ", " \u2060"))


def _outside_links(text: str, change) -> str:
    """Apply a change to everything but links, numbers and ids, where it would be another one."""
    parts, at = [], 0
    for match in _LINK_OR_ID.finditer(text):
        parts += [change(text[at : match.start()]), match.group()]
        at = match.end()
    return "".join([*parts, change(text[at:])])


def _wide(text: str) -> str:
    wide = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}
    return _outside_links(text, lambda part: part.translate(wide))


NOISE = {
    "head": st.sampled_from(_HEADS).map(lambda head: lambda text: head + text),
    "tail": st.sampled_from(_TAILS).map(lambda tail: lambda text: text + tail),
    "quoted": st.just(lambda text: "\n".join("> " + line for line in text.split("\n")) if "\n" in text else text),
    "upper": st.just(lambda text: regex.sub(r"https?://\S+(*SKIP)(*FAIL)|[a-z]+", lambda m: m.group().upper(), text)),
    "wide": st.just(_wide),
    "invisible": st.just(_invisible),
    "simplified": st.just(lambda text: _outside_links(text, _to_simplified.convert)),
    "Taiwan": st.just(lambda text: _outside_links(text, _to_taiwan.convert)),
    "Hong Kong": st.just(lambda text: _outside_links(text, _to_hong_kong.convert)),
    "spaces": st.just(lambda text: text.replace("，", "， ").replace("\n", "\n\n \t")),
    "stops": st.just(lambda text: text.translate(str.maketrans("，。！「」『』、…", ",．!\"\"''\uff64~"))),
    "emoji": st.just(lambda text: text.replace("。", "。😱").replace("\n", "👉\n")),
    "tracked": st.just(
        lambda text: regex.sub(r"https?://[\w./-]+\?[\w=&]+", lambda m: m.group() + "&utm_source=line&fbclid=Iw1", text)
    ),
}


@given(MESSAGES, st.lists(st.one_of(*NOISE.values()), min_size=1, max_size=3))
def test_noise_keeps_the_fingerprint(text: str, noise) -> None:
    noisy = text
    for change in noise:
        noisy = change(noisy)
    assert fingerprint(noisy) == fingerprint(text) != "", noisy


def _digit(text: str, at: int) -> str:
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


def _swapped(text: str, at: int) -> str:
    pairs = {"上": "下", "下": "上", "早": "晚", "晚": "早", "a": "p", "p": "a"}
    return text[:at] + pairs[text[at]] + text[at + 1 :]


EDITS = {
    "number": (r"[0-9]", _digit),
    "number left out": (r"[0-9]", lambda text, at: text[:at] + text[at + 1 :]),
    "decimal point": (r"(?<=[0-9])[.:](?=[0-9])", lambda text, at: text[:at] + text[at + 1 :]),
    "negation put in": (r"會|可以|能|要喝|ไป|ได้|รักษา", lambda text, at: f"{text[:at]}不{text[at:]}"),
    "negation taken out": (r"不|沒|未|don't |n't|ไม่|ない", lambda text, at: text[:at] + text[at + 1 :]),
    "sign": (r"-(?=5)|零下|[<>](?=[0-9])", lambda text, at: text[:at] + text[at + 1 :]),
    "below zero": (r"(?<![0-9.-])[0-9]+ ?(?:度|℃|degrees|องศา)", lambda text, at: f"{text[:at]}零下{text[at:]}"),
    "half of the day": (r"上午|下午|早上|晚上|[ap]\.m\.", _swapped),
    "weekday": (r"(?<=[週期])[一二三四五六日]", lambda text, at: text[:at] + "七" + text[at + 1 :]),
    "per cent": (r"%", lambda text, at: text[:at] + text[at + 1 :]),
    "currency": (r"\$", lambda text, at: text[:at] + "€" + text[at + 1 :]),
    "unit": (r"(?<=[0-9] ?)(?:元|公升|mg|度|cc|分鐘|บาท|万円)", lambda text, at: f"{text[:at]}k{text[at:]}"),
    "another host": (r"(?<=https://)[a-z]", lambda text, at: f"{text[:at]}q{text[at:]}"),
    "another page": (r"(?<=https://[a-z0-9.-]+/)[a-z]", lambda text, at: f"{text[:at]}q{text[at:]}"),
    "another parameter": (r"(?<=https://[^ \n]+=)[0-9a-z]", lambda text, at: f"{text[:at]}7{text[at:]}"),
    "no link": (r"https://", lambda text, at: text[:at] + regex.sub(r"^https://[!-~]+", "", text[at:])),
    "account": (r"(?<=abc)_(?=123)|(?<=@xyz)-(?=1)", lambda text, at: text[:at] + text[at + 1 :]),
    "mail": (r"(?<=a)\.(?=b@)|(?<=b)@(?=mail)", lambda text, at: text[:at] + text[at + 1 :]),
    "bare host": (r"(?<=abc)-(?=shop)|(?<=shop)\.(?=com)", lambda text, at: text[:at] + text[at + 1 :]),
}


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, str, str]:
    text = draw(MESSAGES)
    possible = [(kind, m.start()) for kind, (where, _) in EDITS.items() for m in regex.finditer(where, text)]
    assume(possible)
    kind, at = draw(st.sampled_from(possible))
    return kind, text, EDITS[kind][1](text, at)


@given(_edited())
def test_an_edit_of_the_meaning_changes_the_fingerprint(edited: tuple[str, str, str]) -> None:
    kind, text, other = edited
    assert fingerprint(other) != fingerprint(text), kind


@pytest.mark.parametrize("kind", EDITS)
def test_every_kind_of_edit_is_tried(kind: str) -> None:
    made = [part for parts in PARTS.values() for some in parts for part in some]
    tried = 0
    for text in [*_trial_texts(), *made]:
        for match in regex.finditer(EDITS[kind][0], text):
            tried += 1
            assert fingerprint(EDITS[kind][1](text, match.start())) != fingerprint(text), text
    assert tried


@given(MESSAGES, st.floats(min_value=0.3, max_value=0.7))
def test_a_text_cut_short_is_another_one(text: str, share: float) -> None:
    cut = text[: int(len(text) * share)]
    assert fingerprint(cut + "...") != fingerprint(text)


@given(st.one_of(MESSAGES, st.text(max_size=200), st.text(alphabet="> \n請轉發.:/-http薴ɂ1½²%一😀️", max_size=40)))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert fingerprint(text) == fingerprint(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("看著長輩著急的樣子，甚麼也瞭解了", "看着长辈着急的样子，什么也了解了"),
        (
            "臺灣衞生署：羣組裏的麪包與麵粉，喫了會麻痺",
            "台灣衛生署：群組裡的麵包和麵粉，吃了會麻痹".replace("和", "與"),
        ),
        ("妳的鹻性體質，牠也一樣嗎，啓動麽", "你的鹼性體質，它也一樣嗎，啟動麼"),
        ("นํ้ามะนาวเเก้มะเร็งได้จริง", "น้ำมะนาวแก้มะเร็งได้จริง"),
        ("電話0912-345-678要小心", "電話0912 345 678要小心"),
        ("電話(02)2345-6789要小心", "電話02-23456789要小心"),
        ("看 https://youtu.be/In61oNlAp0Q?si=1 這個影片", "看 https://m.youtube.com/watch?v=In61oNlAp0Q 這個影片"),
        ("看 http://www.a.example/x/ 這個網站", "看 https://a.example/x?utm_source=line 這個網站"),
        ("好～～多喝水｜少熬夜 = 健康", "好~多喝水,少熬夜健康"),
        ("明天停課．請看https://a.example/x", "明天停課。請看https://a.example/x"),
        ("1️⃣多喝水❤️\n2️⃣少熬夜❤️\n請轉發", "1多喝水 2少熬夜"),
    ],
)
def test_variants_of_characters_and_addresses_are_one(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("喝1½杯水就會好", "喝11/2杯水就會好"),
        ("細菌有10²個這麼多", "細菌有102個這麼多"),
        (">60歲的人可以領", "<60歲的人可以領"),
        ("轉發：>60歲的人可以領", "轉發：60歲的人可以領"),
        ("加LINE: abc.123 領錢", "加LINE: abc123 領錢"),
        ("寫信給 a-b@mail.example", "寫信給 ab@mail.example"),
        ("上網到 my-bank.com.tw 登入", "上網到 mybank.com.tw 登入"),
        ("電話0912-345-678要小心", "電話0912-345-679要小心"),
        ("明天-5到5度要多穿衣服", "明天5到5度要多穿衣服"),
        ("A+B型的人不能喝", "AB型的人不能喝".replace("AB", "A B 與")),
    ],
)
def test_what_names_or_counts_something_else_is_another(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize(
    "unit",
    [
        "> ",
        ">>\n",
        "@",
        "@a",
        "a.",
        "a_",
        "a-",
        "0912-",
        "5 ",
        "5 -",
        "1½",
        "=",
        "5=",
        "請",
        "轉發\n",
        "來源：",
        "line: a",
        ".",
        "forwarded message\n轉發\n",
        "www.a.",
        "http://中.",
        "%41",
    ],
)
def test_hostile_repetitions_end(unit: str) -> None:
    """Five times the longest message: with a pattern that takes quadratic time this would not end."""
    text = unit * (50_000 // len(unit))
    assert len(normalise(text)) <= 3 * len(text)
    fingerprint(text)
