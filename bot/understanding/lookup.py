"""Comparing what somebody sent with what is known: network, model and some 50 ms of computing. Never call it inside a
transaction."""

import threading
from dataclasses import dataclass, field

from bot.context import BotContext
from bot.messages.candidates import CardText, card_text
from factcheck.db.session import read_only
from factcheck.matching.decide.decision import Decision, Outcome, decide
from factcheck.services.matching import find_hits, load_candidates

COMPARING = threading.Lock()
"""Comparing is computing in Python, of which one thread at a time gets on anyway. With several at it, a thread that
holds SQLite's write lock would get its turn only after all of them, and every webhook would wait for that."""


@dataclass(frozen=True)
class LookedUp:
    """What a text was found to be, and what was worked out for saying so."""

    decision: Decision
    cards: dict[str, CardText] = field(default_factory=dict)
    """Article id -> text of its card, for the articles that are offered to choose from."""


def look_up(context: BotContext, text: str, *, sent: str | None = None) -> LookedUp:
    """Compares a text with the articles. `sent`: what cards with candidates are compared with; None: no cards are
    wanted. Raises SearchUnavailableError, EmbedderUnavailableError; the job then waits for them."""
    hits = find_hits(context.search, context.embedder, text)
    with read_only(context.factory) as session:
        found = load_candidates(session, text, hits)
    with COMPARING:
        decision = decide(text, found)
        if sent is None or decision.outcome != Outcome.CHOOSE:
            return LookedUp(decision)
        offered = {scored.article_id for scored in decision.candidates}
        return LookedUp(decision, {c.article_id: card_text(c.text, sent) for c in found if c.article_id in offered})
