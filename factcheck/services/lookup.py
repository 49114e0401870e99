"""Comparing what somebody sent with what is known: network, model and some milliseconds of computing."""

import threading
from collections.abc import Sequence
from functools import lru_cache

from factcheck.db.session import SessionFactory, read_only
from factcheck.matching.decide.decision import Candidate, Decision, Judgement, Outcome, decide, judge_copy
from factcheck.matching.decide.thresholds import IDENTICAL
from factcheck.ports import Hit, QueryEmbedder, SearchReader
from factcheck.services.articles import identical_ids
from factcheck.services.matching import find_copies, find_hits, load_candidates, load_identical

COMPARING = threading.Lock()
"""One thread at a time compares: with several, one that holds SQLite's write lock would get its turn only after all of
them, and every webhook would wait."""

KEPT = 256
"""Look-ups of late, some 30 KB each."""


def look_up(
    factory: SessionFactory, search: SearchReader, embedder: QueryEmbedder, text: str
) -> tuple[Decision, Sequence[Candidate]]:
    """Compares a text with the articles, and returns those it was compared with, too. What is known word for word needs
    neither index nor model, and gets the same answer (`decision._is_answer`); what is certainly a copy needs no model.
    Never call it inside a transaction. Raises SearchUnavailableError, IndexMismatchError, EmbedderUnavailableError."""
    with read_only(factory) as session:
        identical = load_identical(session, text)
    if identical:
        with COMPARING:
            decision = _decided(text, tuple(identical))
        if decision.outcome == Outcome.ANSWER and decision.confidence >= IDENTICAL:
            return decision, identical
    known = [one.article_id for one in identical]
    return _copied(factory, search, text, known) or _compared(factory, search, embedder, text, known)


def compare(
    factory: SessionFactory, search: SearchReader, embedder: QueryEmbedder, text: str
) -> tuple[Decision, Sequence[Candidate]]:
    """Compares a text with all that is near, for whoever wants to see it though one is identical. Raises the same."""
    with read_only(factory) as session:
        identical = identical_ids(session, text)
    return _compared(factory, search, embedder, text, identical)


def _copied(
    factory: SessionFactory, search: SearchReader, text: str, identical: Sequence[str]
) -> tuple[Decision, Sequence[Candidate]] | None:
    found = find_copies(search, text, lambda hits: _load(factory, hits, identical))
    if not found:
        return None
    with COMPARING:
        judgement = _judged_copy(text, tuple(found))
    return (judgement.decision, found) if judgement else None


def _compared(
    factory: SessionFactory, search: SearchReader, embedder: QueryEmbedder, text: str, identical: Sequence[str]
) -> tuple[Decision, Sequence[Candidate]]:
    found = _load(factory, find_hits(search, embedder, text), identical)
    with COMPARING:
        return _decided(text, tuple(found)), found


def _load(factory: SessionFactory, hits: Sequence[Hit], identical: Sequence[str]) -> Sequence[Candidate]:
    with read_only(factory) as session:
        return load_candidates(session, hits, identical)


@lru_cache(maxsize=KEPT)
def _judged_copy(text: str, found: tuple[Candidate, ...]) -> Judgement | None:
    return judge_copy(text, found)


@lru_cache(maxsize=KEPT)
def _decided(text: str, found: tuple[Candidate, ...]) -> Decision:
    """Decides once while what index and database say of the candidates stays as it is."""
    return decide(text, found)


def warm_up() -> None:
    """Loads what comparing needs, 0.8 s of the processor and 70 MB, which processes forked then share."""
    decide("大蒜 9 瓣，水 700 cc，煮 12 分鐘", [Candidate("", "大蒜 8 瓣，水 700 cc，煮 12 分鐘", False, Hit(""))])
