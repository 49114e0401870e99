"""Names that lists and surroundings tell: places, people with a title, known kinds of bodies, brands in Latin
letters inside other writing, accounts and addresses."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import regex

_PLACES = Path(__file__).with_name("places.txt")
_SURNAMES = (
    "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄吕江何萧罗高潘简朱钟彭游詹胡施沈余卢梁颜柯翁魏孙戴范方宋邓杜傅侯曹薛丁卓阮马董温唐蓝石蒋田康邹白涂尤巫韩龚严袁欧黎"
    "汪程贾冯于柳姚陆邵夏钱谭金秦章尹倪骆童姜崔贺倪毛郝孔武史陶段雷关耿习"
)
# Titles and verbs before or behind the name of a person.
_TITLES = (
    "医师|医生|教授|博士|院长|主任|老师|先生|女士|小姐|太太|总统|副总统|主席|部长|署长|局长|市长|县长|议员|立委|委员|院士|校长|董事长|总经理|执行长"
    "|律师|法师|师父|上人|大师|营养师|药师|护士|护理师|检察官|法官|将军|同学|记者|主播|总理|首相|书记|处长|组长|科长|里长|理事长|发言人"
)
_SPEAKS = "说|表示|指出|呼吁|强调|透露|认为|宣布|证实|提醒|警告|爆料|亲自|坦言|曾经|建议|回应"
_KINDS = (
    "医院|诊所|大学|学院|高中|国中|国小|银行|公司|集团|基金会|协会|学会|电视|电视台|日报|时报|晚报|新闻|超市|百货|航空|药局|药厂|食品|餐厅|(?:卫生|教育|环保|警察|社会|消防|劳动|交通)局|法院|监狱"
    "|政府|电力|电信|汽车|邮局|车站|机场|捷运|夜市|庙|教会"
)
_AREAS = "市|县|区|乡|镇|州|省|村|路|街|岛"
# Never in a name: "this market", "every hospital", "the whole city".
_NO_NAME = (
    "的了是在有和与及或就都也很不没这那哪我你他她它们个各每某一些所把被让给从到去来要会能可请看想用对向为"
    "但而且还又再只更最全本该自您谁何其等叫间人"
)
_HAN_NO_NAME = rf"(?![{_NO_NAME}])\p{{Han}}"
_GIVEN = r"(?![的了是在和与这那我你他她们吗呢说会])\p{Han}"
_UNKNOWN_PLACE = regex.compile(
    rf"(?!国[内外]|[当本]地|对岸|[内外]地|海外|境[内外]|老[美中]|政府|民众|公司){_HAN_NO_NAME}{{2,5}}"
)
_PERSON = regex.compile(
    rf"(?P<a>[{_SURNAMES}]{_GIVEN}{{1,2}})(?=(?:{_TITLES}|{_SPEAKS}))"
    rf"|(?<={_TITLES})(?P<a>[{_SURNAMES}]{_GIVEN}{{1,2}})"
    rf"|(?<![\p{{Han}}])(?P<a>[{_SURNAMES}]{_GIVEN}{{1,2}})(?![\p{{Han}}])"
    rf"|(?P<a>{_HAN_NO_NAME}{{2,3}})(?=(?:总统|主席|总理|首相|市长|县长|部长|立委|法师|医师|教授|院长))"
    rf"|(?P<a>[\p{{Katakana}}ー]{{2,}}|{_HAN_NO_NAME}{{2,4}})(?=(?:さん|氏|首相|知事|大统领|选手|医师|教授))"
    r"|(?<=\b(?:dr|mr|mrs|ms|prof|professor|doctor|president|minister|senator|governor|mayor|king|queen|pope|sir)\.? )"
    r"(?P<a>[a-z]+)"
    r"|(?<=(?:นาย|นาง|นางสาว|หมอ|ดร\.|อาจารย์|คุณ) ?)(?P<a>\p{Thai}{2,8})"
)
# One short name of each body or product, since two would be different names.
_KNOWN = (
    "卫福部|疾管署|食药署|健保署|教育部|交通部|国防部|内政部|财政部|劳动部|经济部|环境部|农业部|台电|中油|台水|消基会|国税局|刑事局|气象署|指挥中心"
    "|荣总|长庚|马偕|国泰|新光|三总|奇美|台积电|鸿海|中华电信|远传|台湾大哥大|全联|家乐福|全家|莱尔富|好市多"
    "|高端|莫德纳|科兴|(?<![a-z])(?:az|bnt)(?![a-z])"
)
_BODY = regex.compile(
    rf"(?P<a>{_KNOWN})|(?P<a>{_HAN_NO_NAME}{{2}}(?:{_KINDS}))|(?P<a>{_HAN_NO_NAME}{{2}}(?:{_AREAS}))(?<![地社园郊校灾疫特专小景学超夜股门黑城都菜上下][市区])"
)
_LATIN_ALIASES = (
    "facebook fb|youtube yt|instagram ig|covid coronavirus|apple iphone|line lineid|television tv|dollar usd"
)
_LATIN_PLAIN = frozenset(
    (
        "ok app wifi wi fi com www http https id no yes the and or vs tv pm am cc ml kg mg cm mm km gb mb url link "
        "please share re fw fwd by via from to in on of for is it you we ps qq xd email mail web net org tw jp hi "
        "hello go step part vip free"
    ).split()
)
_NONE_IN = regex.compile(rf"[{_NO_NAME}]")
_HOSTS = "com|net|org|info|tw|jp|th|hk|cn|io|me|cc|tv|shop|top|xyz|vip|app|club"
_ADDRESS = regex.compile(
    r"[a-z0-9_][a-z0-9_.+-]{0,63}@[a-z0-9](?:[a-z0-9.-]{0,100}[a-z0-9])?"
    r"|@[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9_])?"
    rf"|(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,4}}(?:{_HOSTS})(?![a-z0-9])"
)
_CALLED = regex.compile(
    r"(?:line|赖|微信|wechat|telegram|whatsapp|skype|ไลน์|帐号|账号|(?<![a-z])(?:id|ig|tg)) ?(?:id)?[ :@]{1,3}"
)
_CALLED_LENGTH = 16
_ID = regex.compile(r"(?!id[ :])[a-z0-9](?:[a-z0-9._-]{2,62}[a-z0-9])(?![a-z0-9])")


def _gazetteer() -> dict[str, str]:
    spellings = {}
    lines = unicodedata.normalize("NFKC", _PLACES.read_text(encoding="utf-8")).splitlines()
    for entry in " ".join(line for line in lines if not line.startswith("#")).split():
        usual, _, others = entry.replace("·", " ").partition(":")
        for spelling in [usual, *filter(None, others.split(","))]:
            spellings[spelling] = usual
    return spellings


PLACES = _gazetteer()
PLACE_PATTERN = r"(?=[a-z])(?<![a-z])\L<latin_places>(?![a-z])|\L<places>"
PLACE_LISTS: dict[str, Any] = {
    "latin_places": [name for name in PLACES if name.isascii()],
    "places": [name for name in PLACES if not name.isascii()],
}
_ALIAS = {word: row.split()[0] for row in _LATIN_ALIASES.split("|") for word in row.split()}


def account_at(text: str, at: int) -> str:
    """Finds the e-mail address, bare host or account id that begins at `at`; '' if none does."""
    if match := _ADDRESS.match(text, at):
        return match.group()
    if (
        at
        and text[at - 1] in " :@"
        and any(called.end() == at for called in _CALLED.finditer(text, max(0, at - _CALLED_LENGTH), at))
    ):
        return match.group() if (match := _ID.match(text, at)) else ""
    return ""


def brand(word: str) -> str | None:
    """Names what a Latin word stands for inside other writing; None for an everyday word."""
    return None if len(word) < 2 or word in _LATIN_PLAIN else _ALIAS.get(word, word)


def may_be_place(text: str, place: str) -> bool:
    """Tells whether a text in the place of a known place may name another: neither a short form of it nor a general
    word."""
    return _UNKNOWN_PLACE.fullmatch(text) is not None and not set(text) & set(place)


def named_differently(left: Sequence[str], right: Sequence[str]) -> bool:
    """Tells whether an edit changes a name that its surroundings show. Each side: before, edit, behind."""
    return _disjoint(_touched(_PERSON, left), _touched(_PERSON, right)) or (
        _NONE_IN.search(left[1] + right[1]) is None and _disjoint(_touched(_BODY, left), _touched(_BODY, right))
    )


def _touched(pattern: regex.Pattern[str], parts: Sequence[str]) -> set[str]:
    before, edit, behind = parts
    start, end = len(before), len(before) + len(edit)
    found = pattern.finditer(before + edit + behind, overlapped=True)
    return {match["a"] for match in found if match.start("a") < end and match.end("a") > start}


def _disjoint(one: set[str], other: set[str]) -> bool:
    """Tells whether both sides have names, and none is the same or a part of another."""
    return bool(one and other) and not any(a in b or b in a for a in one for b in other)
