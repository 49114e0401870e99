"""Small edits that turn a text into another claim: a changed number, a negation put in or taken out.

Both texts are aligned, and only short edits beside parts that are equal count. A rewritten or much longer text is
not judged here: there a different number says nothing. What stands before or behind all that is equal is often chatter
("don't forget to share"), so phrases of that kind are known there.
"""

from dataclasses import dataclass

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
    r"(?:不要|别|勿|不能|不可)(?:再)?(?:忘|错过|小看|轻忽|忽视|大意|客气|吝啬|不信|只顾|自己留|光看)"
    r"|不(?:看|转|分享|知道?|收藏)(?:会|就|真的|绝对)?(?:太|很)?(?:后悔|可惜|吃亏)|看不看|信不信|信不信由你|不可不[知看]|不得不[知看]|不(?:太)?(?:知道?|确定|晓得|清楚)"
    r"|真(?:的)?(?:还)?(?:是|或)?假的?|真伪|真真假假|(?:假|谣)\p{L}{0,4}[吗嘛呢吧]|不是吗|对不对|是否|可否|能否|有无"
    r"|没想到|想不到|了不起|不得了|不可思议|不敢相信|不会吧|怪不得|无比|无聊|没事|莫名|不客气|不好说|从未|从来没"
    r"|\bnot (?:sure|certain)\b|\bno (?:idea|joke|kidding|doubt|matter)\b"
    r"|\b(?:do not|don't|never) (?:forget|miss|ignore|know|keep)\b"
    r"|(?:知|わか|分か)(?:ら|り)(?:ない|ません)|かもしれ(?:ない|ません)|じゃない|ではないで|อย่าลืม|ไม่รู้|ไม่แน่ใจ|หรือไม่"
)
_LONGEST_EDIT = 6
_LONGEST_EDGE = 12
_FLANK = 2
_MOST_TOKENS = 3000  # of each text; a LINE message has at most 10,000 characters, and the start tells enough


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


def _is_flank(block: Opcode | None, tokens: list[tuple[str, bool]]) -> bool:
    """Enough that is equal beside an edit: two Chinese characters or one word."""
    if block is None or block.tag != "equal":
        return False
    return sum(len(token) for token, _ in tokens[block.src_start : block.src_end]) >= _FLANK


def _numbers_differ(one: list[tuple[str, bool]], other: list[tuple[str, bool]]) -> bool:
    left = {token for token, is_number in one if is_number}
    right = {token for token, is_number in other if is_number}
    return bool(left and right and left != right)


def _count_negations(tokens: list[tuple[str, bool]], start: int, end: int) -> int:
    """In the edit and one token either side, so that words like 非常 are recognised as such."""
    parts = [token for token, _ in tokens[max(start - 1, 0) : end + 1]]
    glue = " " if any(part.isascii() for part in parts) else ""
    return min(1, negations(glue.join(parts)))
