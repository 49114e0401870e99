import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from factcheck.matching.compare.changes import Difference
from factcheck.matching.decide.decision import Judgement, Outcome, judge, judge_copy
from factcheck.matching.decide.thresholds import MOST_CARDS
from factcheck.ports import Embedder, Hit, Matrix, SearchBackend, SearchQuery
from indexer.evaluation.collection import Collection, Progress


@dataclass(frozen=True)
class Judged:
    """The outcome of one query with one system. Articles by id, best first."""

    ranked: tuple[str, ...]
    """All candidates, without any cut."""
    outcome: Outcome
    offered: tuple[str, ...] = ()
    """What the person would see; for ANSWER and DIFFERS the first is what is answered or named."""
    confidence: float = 0.0
    """With which `first` would be the answer under a lower cut; at 0 it never would."""
    probability: float | None = None
    """Of the first of `ranked`, or a similarity up to 1."""
    perhaps: tuple[str, ...] = ()
    """What a quiet way leads to."""
    difference: Difference | None = None

    @property
    def cards(self) -> tuple[str, ...]:
        """Lists those seen at once."""
        return self.offered[:MOST_CARDS]

    @property
    def further(self) -> tuple[str, ...]:
        """Lists those that a button leads to."""
        return (*self.offered[MOST_CARDS:], *self.perhaps)

    @property
    def first(self) -> str | None:
        """The article that an answer would be."""
        if self.outcome in (Outcome.ANSWER, Outcome.DIFFERS):
            return self.offered[0]
        return self.ranked[0] if self.ranked else None


@dataclass(frozen=True)
class Seconds:
    """Time in the stages of look-ups, one entry a query."""

    embed: list[float] = field(default_factory=list)
    search: list[float] = field(default_factory=list)
    decide: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)


def judge_all(
    collection: Collection, texts: Sequence[str], seconds: Seconds, progress: Progress = lambda _count: None
) -> list[Judged]:
    found = []
    for text in texts:
        found.append(judged(look_up(collection, text, seconds)))
        progress(1)
    return found


def judged(judgement: Judgement) -> Judged:
    ranked, decision = judgement.ranked, judgement.decision
    return Judged(
        ranked=tuple(scored.article_id for scored in ranked),
        outcome=decision.outcome,
        offered=tuple(scored.article_id for scored in decision.candidates),
        confidence=decision.confidence,
        probability=ranked[0].probability if ranked else None,
        perhaps=tuple(scored.article_id for scored in decision.perhaps),
        difference=decision.difference,
    )


def look_up(collection: Collection, text: str, seconds: Seconds) -> Judgement:
    """Looks a query up as in production, and adds its times to `seconds`."""
    embedder, search = _TimedEmbedder(collection.embedder), _TimedSearch(collection.search)
    begun = time.perf_counter()
    timed = replace(collection, search=cast(SearchBackend, search), embedder=cast(Embedder, embedder))
    copies = timed.copies(text)
    found = time.perf_counter()
    judgement = judge_copy(text, copies)
    deciding = time.perf_counter() - found
    if judgement is None:
        candidates = timed.candidates(text)
        found = time.perf_counter()
        judgement = judge(text, candidates)
        deciding += time.perf_counter() - found
    seconds.embed.append(embedder.seconds)
    seconds.search.append(search.seconds)
    seconds.decide.append(deciding)
    seconds.total.append(time.perf_counter() - begun)
    return judgement


class _TimedEmbedder:
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimension = embedder.name, embedder.dimension
        self.seconds = 0.0

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        begun = time.perf_counter()
        rows = self._embedder.embed_queries(texts)
        self.seconds += time.perf_counter() - begun
        return rows


class _TimedSearch:
    def __init__(self, search: SearchBackend) -> None:
        self._search = search
        self.seconds = 0.0

    def candidates(self, query: SearchQuery) -> list[Hit]:
        begun = time.perf_counter()
        hits = self._search.candidates(query)
        self.seconds += time.perf_counter() - begun
        return hits
