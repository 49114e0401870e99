import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.matching.text.normalise import fingerprint, normalise, significant

SAME = [
    pytest.param("燙傷時請沖冷水，不要塗牙膏！", "烫伤时请冲冷水，不要涂牙膏！", id="traditional and simplified"),
    pytest.param("喝ＡＢＣ飲料　可以減肥１００％", "喝abc饮料可以減肥100%", id="full width"),
    pytest.param("每天喝💧水💪可以排毒👨‍👩‍👧", "每天喝水可以排毒", id="emoji and joined emoji"),
    pytest.param("今天\u200b晚上\ufeff停\u2060電嗎\u00ad我不知道", "今天晚上停電嗎我不知道", id="invisible characters"),
    pytest.param("第1️⃣招：多喝熱水再去睡覺", "第1招:多喝熱水再去睡覺", id="keycaps"),
    pytest.param("❶少吃鹽❷多運動❸早點睡覺", "①少吃鹽②多運動③早點睡覺", id="round digits"),
    pytest.param("Don't DRINK the WATER today", "don't drink the water today", id="case"),
    pytest.param("台北市\n明天\r\n全面停班停課一天", "台北市明天全面停班停課一天", id="line breaks"),
    pytest.param("罰款 15,000 元，限期繳清", "罰款15000元,限期繳清", id="digit groups"),
    pytest.param("น้ำมะนาวรักษามะเร็ง ๑๐๐ คน", "น้ํามะนาวรักษามะเร็ง 100 คน", id="Thai forms and digits"),
    pytest.param(
        "https://a.example/x 每天喝檸檬水可以治療癌症",
        "每天喝檸檬水可以治療癌症\nhttps://A.example/x/#a",
        id="URL moved",
    ),
    pytest.param("每天喝1-3杯黑咖啡保護肝臟", "每天喝 1 ～ 3 杯黑咖啡保護肝臟", id="dash and tilde"),
    pytest.param("今天晚上氣溫-5度要多穿", "今天晚上氣溫−5度要多穿", id="minus signs"),
    pytest.param("氣溫5度-10度要多穿衣服", "氣溫5度～10度要多穿衣服", id="ranges with a unit"),
    pytest.param("COVID-19 疫苗今天開放登記", "covid 19 疫苗今天開放登記", id="a hyphen in a name"),
    pytest.param("電話 10、20、30 都可以打", "電話 10 20 30 都可以打", id="lists of numbers"),
]
OTHER = [
    pytest.param("血壓高於 1.5 倍要就醫檢查", "血壓高於 15 倍要就醫檢查", id="decimal point"),
    pytest.param("明天 10:30 開始停水到晚上", "明天 1030 開始停水到晚上", id="time"),
    pytest.param("折扣 50% 只有今天一天而已", "折扣 50 只有今天一天而已", id="per cent"),
    pytest.param("喝咖啡會得癌症要小心一點", "喝咖啡不會得癌症要小心一點", id="negation"),
    pytest.param("醫師說每天喝1-3杯黑咖啡", "醫師說每天喝13杯黑咖啡", id="range"),
    pytest.param("專家預估明年房價漲幅 -5%", "專家預估明年房價漲幅 5%", id="sign"),
    pytest.param("燙傷以後沖水沖 10 20分鐘", "燙傷以後沖水沖 1020分鐘", id="space between numbers"),
    pytest.param(
        "每天喝檸檬水可以治療癌症 https://a.example/1", "每天喝檸檬水可以治療癌症 https://a.example/2", id="link"
    ),
    pytest.param("參加者是第 1、2、3 名的人", "參加者是第 123 名的人", id="numbers in a row"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_forms_of_one_text_have_one_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other) != ""


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_changes_the_claim_changes_the_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("【轉傳】喝水治癌！請轉發給所有朋友。", "喝水治癌"),
        ("轉：明天停電，請大家多多分享給身邊的朋友", "明天停电"),
        ("這是真的嗎？喝冰水會得癌症", "喝冰水会得癌症"),
        ("Please forward: Bleach cures all. Is this true?", "bleach cures all"),
        ("拡散希望\n水を飲むと治る\nこれは本当ですか？", "水を饮むと治る"),
        ("ดื่มน้ำมะนาวทุกวัน\nช่วยแชร์ต่อด้วยนะคะ", normalise("ดื่มน้ำมะนาวทุกวัน")),
    ],
)
def test_forwarding_chatter_goes_from_both_ends(text: str, kept: str) -> None:
    assert normalise(text) == kept


@pytest.mark.parametrize("text", ["請轉發", "這是真的嗎？", "Please share this!", "轉傳：請分享"])
def test_chatter_stays_when_nothing_else_would_remain(text: str) -> None:
    assert significant(normalise(text)) == significant(text.casefold().translate(_TO_SIMPLIFIED))


_TO_SIMPLIFIED = str.maketrans("請轉發這嗎傳", "请转发这吗传") | {" ": " "}


@pytest.mark.parametrize(
    "text",
    ["轉發這張圖可以領紅包", "分享喜悅：我要結婚了", "警方說轉傳假訊息會罰三百萬", "醫師：轉發，是病毒擴散的主因之一"],
)
def test_words_of_chatter_inside_a_message_stay(text: str) -> None:
    assert significant(normalise(text)) == significant(normalise("前文。" + text + "。後文")).removeprefix(
        "前文"
    ).removesuffix("后文")


def test_digits_that_python_does_not_know_are_no_error() -> None:
    assert normalise("第\U0001ccf0招") == "第\U0001ccf0招"
    assert fingerprint("第\U0001ccf0招") != ""


@pytest.mark.parametrize("text", ["", "   \n", "🙏🙏", "\u200b\u200d", "。。。！？"])
def test_nothing_left_means_no_fingerprint(text: str) -> None:
    assert fingerprint(text) == ""


@pytest.mark.parametrize("phrase", ["\ufdfa", "\ufdfb"])
def test_a_phrase_in_one_character_does_not_make_a_text_many_times_as_long(phrase: str) -> None:
    assert len(normalise("喝水" + phrase * 10_000)) <= 10_000
    assert fingerprint(f"先知{phrase}說喝水") == fingerprint("先知說喝水")


def test_the_url_counts_beside_little_text() -> None:
    one = fingerprint("快看 https://a.example/1?utm_source=x")
    assert one == fingerprint("快看https://A.example/1/#top")
    assert one != fingerprint("快看 https://a.example/2")
    assert fingerprint("https://a.example/1") == fingerprint("https://a.example/1?fbclid=1") != ""


@given(st.text(max_size=300))
def test_any_text_can_be_normalised_and_marked(text: str) -> None:
    normalised = normalise(text)
    assert normalised == normalised.strip()
    assert "\n" not in normalised
    assert fingerprint(text) == fingerprint(f"  {text}\u200b\n")


@pytest.mark.parametrize("text", ["您的" * 5000, "請" * 10000, "轉發" * 5000, "1," * 5000, "a.b-" * 2500, "(" * 10000])
def test_hostile_repetitions_are_handled(text: str) -> None:
    assert len(normalise(text)) <= len(text)
