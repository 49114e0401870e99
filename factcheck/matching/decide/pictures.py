"""What a picture, film or sound gets. One template of a picture carries many claims, so picture and text must agree for
an answer; what a machine has read never answers by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from factcheck.matching.decide.decision import Decision, Outcome, Scored
from factcheck.matching.decide.thresholds import (
    AGREES_WITH_TEXT,
    IDENTICAL,
    LIKE_PICTURE,
    LOOKS_THE_SAME,
    MOST_CANDIDATES,
    READ_BY_MACHINE,
    SAME_PICTURE,
)

HASH_BITS = 256
FEW_BITS = 64
"""As many are set and unset at least in a picture in which there is something to see."""


@dataclass(frozen=True)
class NearFile:
    """An article whose file is the one sent, or looks like it."""

    article_id: str
    answerable: bool
    distance: int
    """Bits of the picture hash; 0 for the same file."""
    is_same_file: bool
    """Byte for byte."""
    agrees: bool
    """Both were read, and say the same, or nothing."""


def decide_file(near: Iterable[NearFile], by_text: Decision) -> Decision:
    """Decides about a file. `by_text`: what was decided about the words read in it."""
    known = [one for one in near if one.is_same_file or one.distance <= LIKE_PICTURE]
    sure = [one for one in known if one.is_same_file or (one.agrees and one.distance <= SAME_PICTURE)]
    if sure:
        first = min(sure, key=lambda one: (not one.answerable, not one.is_same_file, one.distance, one.article_id))
        return Decision(Outcome.ANSWER, (Scored(first.article_id, IDENTICAL, first.answerable),))
    offered = {
        one.article_id: replace(one, probability=min(one.probability, READ_BY_MACHINE)) for one in by_text.candidates
    }
    for one in known:
        scored = _scored(one)
        if scored is not None and scored.probability > (
            offered[one.article_id].probability if one.article_id in offered else 0
        ):
            offered[one.article_id] = scored
    if not offered:
        return replace(by_text, outcome=Outcome.UNKNOWN, candidates=(), difference=None)
    ranked = sorted(offered.values(), key=lambda one: (-one.probability, one.article_id))
    perhaps = tuple(one for one in by_text.perhaps if one.article_id not in offered)
    return Decision(Outcome.CHOOSE, tuple(ranked[:MOST_CANDIDATES]), perhaps=perhaps)


def _scored(one: NearFile) -> Scored | None:
    if one.distance <= SAME_PICTURE:
        return Scored(one.article_id, LOOKS_THE_SAME, one.answerable)
    return Scored(one.article_id, AGREES_WITH_TEXT, one.answerable) if one.agrees else None


def bits_after_look(bits: int, is_same: bool | None) -> int | None:
    """Says in how many bits two pictures count as different once somebody has looked closer (`Looker.is_same_picture`).
    None: they are different pictures."""
    if is_same:
        return min(bits, SAME_PICTURE)
    if bits > LIKE_PICTURE:
        return None
    return bits if is_same is None else max(bits, SAME_PICTURE + 1)


def tells_apart(picture_hash: bytes) -> bool:
    """False for a picture that is nearly even: many are alike, and without words nothing else tells which it is."""
    return FEW_BITS <= int.from_bytes(picture_hash).bit_count() <= HASH_BITS - FEW_BITS


def bits_between(hashes: Sequence[bytes], removed: Sequence[bytes]) -> int:
    """Counts the bits in which a picture differs from the nearest that was removed; of a film (`hashes` of its scenes)
    those of the scene in the middle, so that half of them count. HASH_BITS where there is nothing to compare."""
    known = [int.from_bytes(one) for one in removed]
    nearest = sorted(
        min(((int.from_bytes(one) ^ other).bit_count() for other in known), default=HASH_BITS) for one in hashes
    )
    return nearest[(len(nearest) - 1) // 2] if nearest else HASH_BITS
