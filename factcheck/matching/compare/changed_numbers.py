"""Edits that replace a number, also one that only its place shows."""

from collections.abc import Sequence

from factcheck.matching.compare.aligned import NUMBER_KIND, UNIT_KIND, Block, Token
from factcheck.matching.text.numerals import loose_number

# Behind these a number counts: every day is not every third day.
_EACH = frozenset("每 隔 ทุก every each".split())
_TEN_THOUSANDS = {"千", "万"}  # 千万不要 and 万万不要 are the same
_HALF_BEHIND = 2


def numbers_differ(left: Sequence[Token], right: Sequence[Token], edit: Block) -> bool:
    """`left`, `right`: both texts up to the edit's end."""
    one, other = left[edit.start :], right[edit.other_start :]
    if _each_changed(left[: edit.start], one, other) or _each_changed(right[: edit.other_start], other, one):
        return True
    if _adds_half(left[: edit.start], one, other) or _adds_half(right[: edit.other_start], other, one):
        return True
    one, other = _without_unit(one, other)
    other, one = _without_unit(other, one)
    values, others = _values(one), _values(other)
    return bool(values and others) and values != others and {token.raw for token in (*one, *other)} != _TEN_THOUSANDS


def _without_unit(one: Sequence[Token], other: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Takes the unit off both, as in 三個月 and 半個月."""
    if not one or one[-1].kind != UNIT_KIND:
        return one, other
    kept, unit = list(other), ""
    while kept and len(unit) < len(one[-1].raw):
        unit = kept.pop().raw + unit
    return (one[:-1], kept) if unit == one[-1].raw else (one, other)


def _values(part: Sequence[Token]) -> list[str] | None:
    """Reads a part made of numbers only; None of any other."""
    values: list[str] = []
    letters = ""
    for token in part:
        if token.kind == NUMBER_KIND:
            values += [_loose(letters), token.key] if letters else [token.key]
            letters = ""
        else:
            letters += token.raw
    values += [_loose(letters)] if letters else []
    return None if "" in values else values


def _loose(letters: str) -> str:
    return "1" if letters == "one" else loose_number(letters) or ""


def _each_changed(before: Sequence[Token], one: Sequence[Token], other: Sequence[Token]) -> bool:
    """ "One" behind "each" is the same as nothing."""
    return bool(before and before[-1].raw in _EACH) and _begins_with_number(one) and not _begins_with_number(other)


def _begins_with_number(part: Sequence[Token]) -> bool:
    if not part:
        return False
    value = part[0].key if part[0].kind == NUMBER_KIND else loose_number(part[0].raw)
    return value is not None and value != "1"


def _adds_half(before: Sequence[Token], one: Sequence[Token], other: Sequence[Token]) -> bool:
    """Two tablets and a half."""
    near = before[-_HALF_BEHIND:]
    return not other and [token.raw for token in one] == ["半"] and any(token.kind == NUMBER_KIND for token in near)
