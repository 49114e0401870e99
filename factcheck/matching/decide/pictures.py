"""Decides what a picture gets, from what its text alone would get and from the pictures that are like it.

One picture carries many claims: the template stays, the words are changed. And what a machine read may be misread, most
of all a number. So an answer needs a file that is the same to the last byte, or a picture and a text that both agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from factcheck.matching.decide.decision import Decision, Outcome, Scored
from factcheck.matching.decide.thresholds import (
    MOST_CANDIDATES,
    MOST_PERHAPS,
    READ_WELL,
    SAME_PICTURE,
    SAME_PICTURE_ALONE,
    SIMILAR_PICTURE_ALONE,
)


@dataclass(frozen=True)
class PictureHit:
    """An article whose picture is like the one that came. Its status was confirmed by the database."""

    article_id: str
    distance: int
    """Bits in which the difference hashes differ."""
    same_file: bool
    """The files are equal, byte by byte."""
    answerable: bool


def decide_picture(by_text: Decision, hits: Sequence[PictureHit], read: str, confidence: float) -> Decision:
    """Gives ANSWER, CHOOSE or UNKNOWN. `by_text`: what a message of the text `read` would get; `confidence`: the
    reader's, 0 to 1."""
    near = sorted(hits, key=lambda hit: (not hit.same_file, hit.distance, not hit.answerable, hit.article_id))
    same_file = [hit for hit in near if hit.same_file]
    if same_file:
        return _with_first(Scored(same_file[0].article_id, 1.0, same_file[0].answerable), by_text, near)
    first = by_text.candidates[0] if by_text.outcome is Outcome.ANSWER and by_text.candidates else None
    if first is not None and confidence >= READ_WELL and _agrees(first.article_id, near, read):
        return _with_first(first, by_text, near)
    return _question(by_text, near)


def has_number(text: str) -> bool:
    """Tells whether a digit stands in a text, of any script. Numbers in words are words, which are read well."""
    return any(character.isdigit() for character in text)


def _agrees(article_id: str, hits: Sequence[PictureHit], read: str) -> bool:
    """Tells whether the article's picture is this one. A text that came without a picture, in which no number could be
    misread, has none to disagree."""
    if any(hit.article_id == article_id and hit.distance <= SAME_PICTURE for hit in hits):
        return True
    return not hits and not has_number(read)


def _with_first(first: Scored, by_text: Decision, hits: Sequence[PictureHit]) -> Decision:
    others = [one for one in _candidates(by_text, hits)[0] if one.article_id != first.article_id]
    return Decision(Outcome.ANSWER, (first, *others[: MOST_CANDIDATES - 1]), first.probability)


def _question(by_text: Decision, hits: Sequence[PictureHit]) -> Decision:
    cards, perhaps = _candidates(by_text, hits)
    outcome = Outcome.CHOOSE if cards else Outcome.UNKNOWN
    return replace(
        by_text,
        outcome=outcome,
        candidates=tuple(cards[:MOST_CANDIDATES]),
        confidence=0.0,
        perhaps=tuple(perhaps[:MOST_PERHAPS]),
        difference=None,
    )


def _candidates(by_text: Decision, hits: Sequence[PictureHit]) -> tuple[list[Scored], list[Scored]]:
    """Gives cards and what is only perhaps meant, each article once: those first that both text and picture name."""
    of_text = {one.article_id: one for one in by_text.candidates}
    pictures = {hit.article_id: hit for hit in reversed(hits)}
    both = [of_text[key] for key in of_text if key in pictures]
    alone = [hit for hit in pictures.values() if hit.article_id not in of_text]
    alone.sort(key=lambda hit: (hit.distance, hit.article_id))
    same = [Scored(hit.article_id, SAME_PICTURE_ALONE, hit.answerable) for hit in alone if hit.distance <= SAME_PICTURE]
    similar = [
        Scored(hit.article_id, SIMILAR_PICTURE_ALONE, hit.answerable) for hit in alone if hit.distance > SAME_PICTURE
    ]
    cards = both + [of_text[key] for key in of_text if key not in pictures] + same
    shown = {one.article_id for one in cards}
    return cards, [one for one in (*similar, *by_text.perhaps) if one.article_id not in shown]
