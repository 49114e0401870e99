"""Which messages of a burst are known articles, and which may be published as new ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.buttons.state import SentMessage
from bot.private.answer import Recorded, recall
from bot.private.turn import Turn
from factcheck.matching.compare.changes import Difference
from factcheck.matching.decide.decision import Scored, Standing, standing
from factcheck.matching.decide.thresholds import LIKELY, SAME_CLAIM
from factcheck.models import Article, Match
from factcheck.services.matching import settled


@dataclass(frozen=True)
class KnownMessage:
    """A message and the article that it is, or (not `certain`) probably is."""

    message: SentMessage
    match: Match
    article: Article
    probability: float
    certain: bool
    difference: Difference | None = None

    @property
    def standing(self) -> Standing:
        return standing(self.probability)

    @property
    def is_sure(self) -> bool:
        return self.difference is None and (self.certain or self.probability >= SAME_CLAIM)


def sort_out(turn: Turn, messages: Sequence[SentMessage]) -> tuple[list[KnownMessage], list[SentMessage]]:
    """Return the messages with something to show, and those that may be published; between `LIKELY` and `SAME_CLAIM` a
    message is both. What was deleted is neither."""
    recorded = [one for message in messages if (one := recall(turn, message)) is not None]
    settled_ids = {settled(one.decision) for one in recorded}
    known, unsure = [], []
    for one in recorded:
        found = _known(one, settled_ids)
        if found is not None:
            known.append(found)
        if found is None or not found.is_sure:
            unsure.append(one.message)
    return known, unsure


def _known(recorded: Recorded, settled_ids: set[str | None]) -> KnownMessage | None:
    best = _best(recorded, settled_ids)
    if best is None:
        return None
    article, decision = recorded.articles[best.article_id], recorded.decision
    certain = settled(decision) == article.id
    difference = decision.difference if best == decision.candidates[0] else None
    return KnownMessage(recorded.message, recorded.match, article, best.probability, certain, difference)


def _best(recorded: Recorded, settled_ids: set[str | None]) -> Scored | None:
    """Leaves out an article that another message of the burst is for certain."""
    if settled(recorded.decision) is not None:
        return recorded.decision.candidates[0]
    likely = (one for one in recorded.decision.candidates if one.probability >= LIKELY)
    return next((one for one in likely if one.article_id not in settled_ids), None)
