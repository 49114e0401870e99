"""What a word may be replaced by, or left out for, without a change of what is claimed.

Words are folded as texts are; what the lists do not know is known to be nothing.
"""

from itertools import combinations, takewhile

import regex

from factcheck.matching.lexicon.japanese import are_one_word
from factcheck.matching.lexicon.slips import looks_like
from factcheck.matching.lexicon.tables import tables, together

_HAN = regex.compile(r"\p{Han}+")
_NEGATED = regex.compile(r"[不无没未勿]\p{Han}+|\p{Han}不\p{Han}{1,2}")


def is_empty(word: str) -> bool:
    """A function word, a particle, politeness or degree."""
    return _key(word) in tables().empty and not turns(word)


def is_chatter(word: str) -> bool:
    """A word of passing messages on: greeting, thanking, sharing, wondering."""
    return _key(word) in tables().chatter and not turns(word)


def turns(word: str) -> bool:
    """A word that negates, limits, counts, compares or judges."""
    return (key := _key(word)) in tables().turns or _is_negated(key)


def limits(word: str) -> bool:
    """A word that negates, bounds, qualifies or judges the words around it."""
    return (key := _key(word)) in tables().limits or _is_negated(key)


def is_mild(word: str) -> bool:
    """A word that turns a claim in another's place, but hardly when it alone is put in or left out."""
    return _key(word) in tables().mild


def has_synonyms(word: str) -> bool:
    """A word of some list; of others only the halves may have synonyms."""
    key = _key(word)
    return key in tables().synonyms or key in tables().glosses


def are_synonyms(one: str, other: str) -> bool:
    """Both say the same in a claim, whatever register or region they are of."""
    one, other = _key(one), _key(other)
    if one == other:
        return bool(one)
    if are_one_word(one, other):
        return True
    if turns(one) != turns(other) or together(tables().opposites, one, other):
        return False
    if together(tables().synonyms, one, other):
        return True
    return not turns(one) and (together(tables().glosses, one, other) or _differ_by_synonyms(one, other))


def are_slips(one: str, other: str) -> bool:
    """The one is the other with a slip of the pen."""
    one, other = _key(one), _key(other)
    if turns(one) or turns(other) or together(tables().opposites, one, other):
        return False
    return looks_like(one, other)


def contradictions() -> list[tuple[str, str]]:
    """Pairs that one list calls synonyms and another opposites."""
    known = tables()
    members: dict[int, list[str]] = {}
    for word, numbers in known.opposites.items():
        for number in numbers:
            members.setdefault(number, []).append(word)
    pairs = {pair for words in members.values() for pair in combinations(sorted(words), 2)}
    return sorted(pair for pair in pairs if together(known.synonyms, *pair))


def _is_negated(word: str) -> bool:
    """Lists cannot have every word that begins with a negation; they have those that are harmless."""
    known = tables()
    return _NEGATED.fullmatch(word) is not None and not any(
        word in harmless for harmless in (known.empty, known.chatter, known.synonyms)
    )


def _key(word: str) -> str:
    return " ".join(word.split()) if " " in word else word


def _differ_by_synonyms(one: str, other: str) -> bool:
    """Chinese compounds with one half in common, the other half replaced by a synonym: 喝水, 饮水."""
    if not _HAN.fullmatch(one + other):
        return False
    start = _in_common(one, other)
    end = _in_common(one[start:][::-1], other[start:][::-1])
    if (start > 0) == (end > 0):
        return False
    halves = one[start : len(one) - end], other[start : len(other) - end]
    known = tables()
    return (
        together(known.synonyms, *halves)
        and not together(known.opposites, *halves)
        # 以 is 用 by itself, and 所以 is not 所用.
        and not any(turns(half) or is_empty(half) or is_chatter(half) for half in halves)
    )


def _in_common(one: str, other: str) -> int:
    """Characters from the start on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
