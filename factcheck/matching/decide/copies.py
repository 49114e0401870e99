"""Two articles that are one message, so that a reply to one serves the other.

As nobody is asked, this is stricter than an answer: the pair model must be near-certain in both directions, and what
differs must be listed as saying nothing. One character may make another animal, month or dose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import regex
from rapidfuzz.distance import Levenshtein

from factcheck.matching.compare.differences import differences
from factcheck.matching.compare.features import Field, TextFacts, pair_features
from factcheck.matching.decide.decision import likeness
from factcheck.matching.decide.pair_model import load_pair_model
from factcheck.matching.decide.thresholds import LONG_ENOUGH, MOST_CHANGED, MOST_COPY_TOKENS, SHORTEST_IDENTICAL
from factcheck.ports import Hit

_GAP = 2  # equal tokens between two edits; fewer make them one

_TOKEN = regex.compile(r"[\p{Latin}\p{M}\p{N}]+(?:[.:/@_'-]+[\p{Latin}\p{N}]+)*|\p{L}\p{M}*|[%\p{Sc}]")
# One word in several spellings or registers, in simplified characters.
_VARIANTS = str.maketrans(
    {
        variant: group[0]
        for group in (
            *(
                "你您妳祢",
                "他她它牠祂",
                "的得地",
                "喔噢哦唷哟啊阿呀",
                "啦啰咯了",
                "吗嘛",
                "什甚",
                "占佔",
                "账帐",
                "布佈",
                "作做",
            ),
            *(
                "一ㄧ",
                "零〇",
                "到至",
                "从由",
                "和与及跟",
                "只仅",
                "都均皆",
                "就即",
                "要需",
                "让使",
                "如若",
                "这此",
                "中里内",
                "被遭",
            ),
        )
        for variant in group[1:]
    }
)
# May be put in or left out anywhere. No numerals, and nothing that matters behind "not" (不都是, not really).
_PARTICLES = (
    r"真的|非常|可能|赶快|赶紧|务必|记得|其实|然后|所以"
    r"|(?:please|also|the|an?|that|then|now|has|have) |です|ます"
    r"|นะ|คะ|ครับ|ค่ะ|จ้า|จ๊ะ|เลย|แล้ว|ก็|ที่"
    r"|[的了着啊吗呢吧喔耶呐嘿哇也就还又真很是有在把会其之而且与于所这那些您他们ねよわぞのはがをにでと]"
)
# May stand before or behind all that is equal.
_CHATTER = (
    r"各位|大家|朋友|亲爱|群里|群友|你|请|看|快|好|太|转|传|发|分享|谢谢?|感谢|感恩|给|更多人|知道|注意|小心|听说|出去|提醒|告诉|转告|亲友|家人|长辈"
    r"|可怕|恐怖|吓人|天哪|惊人|厉害|紧急|重要|收到|拜托|早安|晚安|赞|原文|网址|链接|连结|来源"
    r"|(?:hi|hello|hey|everyone|everybody|all|dear|friends?|family|share|forward|fyi|wow|omg|scary|thanks?|you|this|with"
    r"|your|to|pass|it|on|very|so) |みなさん|皆さん|ください|拡散|お愿い|怖い|すごい"
    r"|บอก|แชร์|ต่อ|ด้วย|ฝาก|เพื่อน|ๆ|ทุกคน|น่ากลัว|มาก"
)
# Possessive, as the lists can make some texts in many ways.
_IN_BETWEEN = regex.compile(rf"(?:{_PARTICLES})*+".translate(_VARIANTS))
_AT_EDGE = regex.compile(rf"(?:{_CHATTER}|{_PARTICLES})*+".translate(_VARIANTS))


def is_copy(one: TextFacts, other: TextFacts, hit: Hit) -> bool:
    """Tells whether both texts are one message. `hit` is what the index says of the pair; all else is symmetric."""
    if one.leads_elsewhere(other) or other.leads_elsewhere(one):
        return False
    if one.fingerprint and one.fingerprint == other.fingerprint:
        return len(one.core) >= SHORTEST_IDENTICAL or bool(one.pages)
    if min(len(one.core), len(other.core)) < LONG_ENOUGH:
        return False
    return _says_the_same(one, other) and certainty(one, other, hit) >= load_pair_model().cluster_from


def certainty(one: TextFacts, other: TextFacts, hit: Hit) -> float:
    """Gives the lower of both directions' probabilities, for unlike texts."""
    model, field = load_pair_model(), Field.of([hit])
    return min(likeness(model, pair_features(*pair, hit, field)).probability for pair in ((one, other), (other, one)))


def _says_the_same(one: TextFacts, other: TextFacts) -> bool:
    if one.numbers != other.numbers or one.script != other.script:
        return False
    if not _differ_little(_tokens(one.normalised), _tokens(other.normalised)):
        return False
    found = (differences(one.normalised, other.normalised), differences(other.normalised, one.normalised))
    return not any(getattr(each, kind.name) for each in found for kind in fields(each))


def _differ_little(one: Sequence[str], other: Sequence[str]) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if not shorter or longer > MOST_COPY_TOKENS or longer - shorter > MOST_CHANGED * shorter:
        return False
    edits = _edits(one, other)
    return sum(len(edit.tokens) for edit in edits) <= MOST_CHANGED * shorter and all(map(_says_nothing, edits))


@dataclass
class _Edit:
    at_edge: bool
    """Nothing before or nothing behind it is equal."""
    tokens: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    end: int = 0


def _edits(one: Sequence[str], other: Sequence[str]) -> list[_Edit]:
    edits: list[_Edit] = []
    for block in Levenshtein.opcodes(one, other):
        if block.tag == "equal":
            continue
        if not edits or block.src_start - edits[-1].end >= _GAP:
            edits.append(_Edit(at_edge=not edits and block.src_start < _GAP))
        edit = edits[-1]
        edit.tokens += [*one[block.src_start : block.src_end], *other[block.dest_start : block.dest_end]]
        edit.tags.add(block.tag)
        edit.end = block.src_end
        edit.at_edge = edit.at_edge or block.src_end > len(one) - _GAP
    return edits


def _says_nothing(edit: _Edit) -> bool:
    """Accepts listed words on one side only: on both, one replaces the other."""
    put_in_or_left_out = edit.tags == {"insert"} or edit.tags == {"delete"}
    listed = _AT_EDGE if edit.at_edge else _IN_BETWEEN
    text = "".join(f"{token} " if token.isascii() else token for token in edit.tokens)
    return put_in_or_left_out and listed.fullmatch(text) is not None


def _tokens(normalised: str) -> list[str]:
    return _TOKEN.findall(normalised.translate(_VARIANTS))
