"""Questions and remarks that a sender put before or behind a message, set apart before the message is aligned: aligned,
they would be paired by chance with what was left out of the article."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import groupby, pairwise

from factcheck.matching.compare.judging import is_remark
from factcheck.matching.compare.pieces import Piece, Pieces

_LEAST_LEFT = 8
"""Words that must stay: a message that only asks is the claim itself."""
_LEAST_REPEATED = 4
"""Words of a sentence that is not said twice by chance."""
_MOST_KNOWN = 0.3
"""Share of the pairs of neighbouring words of a remark that the article may have, too."""


def without_remarks_around(message: Pieces, article: Pieces, *, strict: bool = False) -> Pieces:
    """Drops whole sentences at both ends that are remarks and do not stand in the article. `strict` as for one."""
    sentences = _sentences(message)
    known = set(_runs(article.pieces))
    first, end = 0, len(sentences)
    while first < end and _is_apart(sentences[first], known, strict):
        first += 1
    while first < end and _is_apart(sentences[end - 1], known, strict):
        end -= 1
    kept = {piece for sentence in sentences[first:end] for piece in sentence}
    return message.without(lambda piece: piece not in kept) if len(kept) >= _LEAST_LEFT else message


def without_repeats(message: Pieces, article: Pieces) -> Pieces:
    """Drops sentences that the message says more often than the article, as where it was pasted twice."""
    known = Counter(_keys(sentence) for sentence in _sentences(article))
    said: Counter[tuple[str, ...]] = Counter()
    dropped: set[Piece] = set()
    for sentence in _sentences(message):
        keys = _keys(sentence)
        said[keys] += 1
        if said[keys] > max(known[keys], 1) and len(keys) >= _LEAST_REPEATED:
            dropped.update(sentence)
    return message.without(dropped.__contains__) if dropped else message


def _sentences(text: Pieces) -> list[list[Piece]]:
    return [list(sentence) for _, sentence in groupby(text.pieces, key=lambda piece: piece.sentence)]


def _keys(pieces: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(piece.key for piece in pieces)


def _is_apart(sentence: Sequence[Piece], known: Collection[tuple[str, str]], strict: bool) -> bool:
    """Tells whether a sentence is a remark, and not one of the article's in which a word was turned."""
    runs = _runs(sentence)
    if sum(run in known for run in runs) > _MOST_KNOWN * len(runs):
        return False
    clauses = (list(clause) for _, clause in groupby(sentence, key=lambda piece: piece.clause))
    return all(is_remark(clause, strict=strict) for clause in clauses)


def _runs(pieces: Sequence[Piece]) -> list[tuple[str, str]]:
    return [(one.key, two.key) for one, two in pairwise(pieces)]
