"""Small edits that turn a text into another claim: a changed number, a negation put in or taken out.

Both texts are aligned, and only short edits beside parts that are equal count. A rewritten or much longer text is
not judged here: there a different number says nothing. What stands before or behind all that is equal is often chatter
("don't forget to share"), so phrases of that kind are known there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex
from rapidfuzz.distance import Levenshtein, Opcode

from factcheck.matching.numerals import NUMBER, canonical

_TOKEN = regex.compile(rf"(?P<number>{NUMBER.pattern})|[a-z]+(?:'[a-z]+)?|\p{{L}}\p{{M}}*|[%$]")
# Words in which a sign of negation negates nothing.
_HARMLESS = regex.compile(
    r"非常|非洲|特别|分别|性别|别人|个别|告别|未来|不过|不错|不但|不仅|不管|不断|不同|不少|不只|没错|假日|放假|假期|假如|假设|无线|无论"
    r"|对不起|不好意思|好不好|是不是|有没有|会不会|能不能|要不要|可不可以|难免|不得不|差不多"
)
_NEGATION = regex.compile(
    r"不|没|无|未|勿|别|非|否|莫|假|误|谣|取消|解除|停止|废止|禁|拒"
    r"|\b(?:not|no|never|none|cannot|without|false|fake|[a-z]+n't)\b"
    r"|ない|ません|なかった|禁止|ไม่|ห้าม|อย่า|ไม่ใช่|เลิก|ปลอม"
)
# The same before or behind the claim, where people also ask, wonder and urge.
_EDGE_HARMLESS = regex.compile(
    r"(?:不要|别|勿|不能|不可)再?(?:忘|错过|小看|轻忽|忽视|大意|客气|吝啬|不信|自己留)|不[可得]不[知看]|不能不信"
    r"|不(?:看|转|分享|收藏)(?:会|就|真的|绝对)?(?:太|很)?(?:后悔|可惜|吃亏)|不(?:太|敢)?(?:知|确定|晓得|清楚)|不敢相信"
    r"|真的?吗?(?:还是|或|是)?假|是不是诈?[假谣骗]|真伪|[假谣骗]\p{L}{0,4}[吗嘛呢吧]|不是吗|对不对|是否|可否|能否|有无|看不看|信不信"
    r"|没想到|想不到|了不起|不得了|不可思议|不会吧|怪不得|无比|无聊|没事|莫名"
    r"|\bnot (?:sure|certain)\b|\bno (?:idea|joke|kidding|doubt|matter)\b"
    r"|\b(?:do not|don't|never) (?:forget|miss|ignore)\b"
    r"|(?:知ら|わから|分から|分かり|わかり)(?:ない|ません)|かもしれ(?:ない|ません)|(?:じゃ|では)(?:ない|ありません)(?:です)?か"
    r"|อย่าลืม|ไม่รู้|ไม่แน่ใจ|หรือไม่"
)
_EDGE_NEGATION = regex.compile(rf"{_NEGATION.pattern}|骗|错的|错误|\b(?:scam|hoax|untrue|wrong)\b")
_LONGEST_EDIT = 6
_LONGEST_QUERY_EDGE = 16
_NEAR = 12  # tokens of an edge that are looked at
_SOLID = 4  # equal tokens in a row; the edges are what is before the first and behind the last such part
_FLANK = 2
_MOST_TOKENS = 3000  # of each text; a LINE message has at most 10,000 characters, and the start tells enough

_Tokens = Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Differences:
    numbers: bool
    """A number stands where the other text has another one."""
    negation: bool
    """A negation stands in one text only, within words that are the same, or just before or behind them."""


def differences(query: str, article: str) -> Differences:
    """Compare two normalised texts, each once aligned to the other."""
    left, right = _tokens(query), _tokens(article)
    numbers = negation = False
    blocks = list(Levenshtein.opcodes([token for token, _ in left], [token for token, _ in right]))
    for at, block in enumerate(blocks):
        before, after = (blocks[at - 1] if at else None), (blocks[at + 1] if at + 1 < len(blocks) else None)
        if block.tag == "equal" or not _is_small(block):
            continue
        flanks = _is_flank(before, left) + _is_flank(after, left)
        if not flanks:
            continue
        one, other = left[block.src_start : block.src_end], right[block.dest_start : block.dest_end]
        numbers = numbers or _numbers_differ(one, other)
        if flanks == 2:
            negation = negation or _count_negations(left, block.src_start, block.src_end) != _count_negations(
                right, block.dest_start, block.dest_end
            )
    return Differences(numbers, negation or _is_negated_outside(blocks, left, right))


def negations(text: str) -> int:
    """How many signs of negation a normalised text holds."""
    return len(_NEGATION.findall(_HARMLESS.sub(" ", text)))


def _tokens(text: str) -> list[tuple[str, bool]]:
    """Numbers, Latin words and single characters, each with whether it is a number."""
    found = []
    for match in _TOKEN.finditer(text.replace("’", "'")):
        is_number = match.group("number") is not None
        found.append((canonical(match) if is_number else match.group(), is_number))
        if len(found) == _MOST_TOKENS:
            break
    return found


def _is_small(block: Opcode) -> bool:
    lengths = (block.src_end - block.src_start, block.dest_end - block.dest_start)
    return max(lengths) <= _LONGEST_EDIT


def _is_flank(block: Opcode | None, tokens: _Tokens) -> bool:
    """Enough that is equal beside an edit: two Chinese characters or one word."""
    if block is None or block.tag != "equal":
        return False
    return sum(len(token) for token, _ in tokens[block.src_start : block.src_end]) >= _FLANK


def _numbers_differ(one: _Tokens, other: _Tokens) -> bool:
    left = {token for token, is_number in one if is_number}
    right = {token for token, is_number in other if is_number}
    return bool(left and right and left != right)


def _count_negations(tokens: _Tokens, start: int, end: int) -> int:
    """In the edit and one token either side, so that words like 非常 are recognised as such."""
    return min(1, negations(_glued(tokens[max(start - 1, 0) : end + 1])))


def _is_negated_outside(blocks: Sequence[Opcode], left: _Tokens, right: _Tokens) -> bool:
    """Whether only one text has a negation just before the first or just behind the last part that is the same."""
    same = [block for block in blocks if block.tag == "equal" and block.src_end - block.src_start >= _SOLID]
    if not same:
        return False
    first, last = same[0], same[-1]
    if _edges_differ(left[: first.src_start], right[: first.dest_start], left[first.src_start :][:_FLANK], head=True):
        return True
    if _MOST_TOKENS in (len(left), len(right)):  # cut off there: no end that could be compared
        return False
    return _edges_differ(left[last.src_end :], right[last.dest_end :], left[: last.src_end][-_FLANK:], head=False)


def _edges_differ(query: _Tokens, article: _Tokens, flank: _Tokens, *, head: bool) -> bool:
    """Whether what one adds negates the claim. A long edge is more of the story, whose negations are about something
    else, and a part of an article is often cut out beside a sentence with one: the article's edge must be as short as
    any edit."""
    negated, other_negated = (_is_edge_negated(edge, flank, head=head) for edge in (query, article))
    if negated:
        return not other_negated and len(query) <= _LONGEST_QUERY_EDGE
    return other_negated and len(article) <= _LONGEST_EDIT


def _is_edge_negated(edge: _Tokens, flank: _Tokens, *, head: bool) -> bool:
    """Look at the tokens next to the flank, and into the flank for words that begin or end there."""
    near = edge[-_NEAR:] if head else edge[:_NEAR]
    text = _glued([*near, *flank] if head else [*flank, *near])
    length = len(_glued(near))
    masked = _HARMLESS.sub(_blank, _EDGE_HARMLESS.sub(_blank, text))
    starts = (match.start() for match in _EDGE_NEGATION.finditer(masked))
    return any(start < length if head else start >= len(text) - length for start in starts)


def _blank(match: regex.Match[str]) -> str:
    return " " * len(match.group())


def _glued(tokens: _Tokens) -> str:
    """As text: spaces around Latin words and numbers only."""
    parts = [token for token, _ in tokens]
    gaps = (" " if one.isascii() or other.isascii() else "" for one, other in pairwise(parts))
    return "".join(part + gap for part, gap in zip(parts, [*gaps, ""], strict=True)) if parts else ""
