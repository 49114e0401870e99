"""Comparing what somebody sent with what is known: network, model and some milliseconds of computing. Never call it
inside a transaction."""

import threading
from dataclasses import dataclass, field
from functools import lru_cache

from bot.context import BotContext
from bot.messages.candidates import CardText, card_text
from factcheck.db.session import read_only
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, decide
from factcheck.matching.decide.thresholds import MOST_CARDS
from factcheck.services.matching import find_hits, load_candidates

COMPARING = threading.Lock()
"""One thread at a time compares: with several, one that holds SQLite's write lock would get its turn only after all of
them, and every webhook would wait."""

KEPT = 256
"""Look-ups of late, some 30 KB each: what goes round comes a thousand times an hour."""


@dataclass(frozen=True)
class LookedUp:
    decision: Decision
    cards: dict[str, CardText] = field(default_factory=dict)
    """Article id -> text of its card, for the articles offered."""


def look_up(context: BotContext, text: str, *, sent: str | None = None) -> LookedUp:
    """Compare a text with the articles. `sent`: what cards are compared with; None: no cards. Raises
    SearchUnavailableError, EmbedderUnavailableError; the job then waits for them."""
    hits = find_hits(context.search, context.embedder, text)
    with read_only(context.factory) as session:
        found = load_candidates(session, text, hits)
    with COMPARING:
        return _compared(text, sent, tuple(found))


@lru_cache(maxsize=KEPT)
def _compared(text: str, sent: str | None, found: tuple[Candidate, ...]) -> LookedUp:
    """Compares once while nothing changes of what the index and the database say of the candidates."""
    decision = decide(text, found)
    if sent is None or decision.outcome != Outcome.CHOOSE:
        return LookedUp(decision)
    offered = {scored.article_id for scored in decision.candidates[:MOST_CARDS]}
    return LookedUp(decision, {c.article_id: card_text(c.text, sent) for c in found if c.article_id in offered})
