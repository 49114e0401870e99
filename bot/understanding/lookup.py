"""Looking up what somebody sent in a chat. Never call it inside a transaction."""

from dataclasses import dataclass, field
from functools import lru_cache

from bot.context import BotContext
from bot.messages.candidates import CardText, card_text
from factcheck.matching.decide.decision import Decision, Outcome
from factcheck.matching.decide.thresholds import MOST_CARDS
from factcheck.services import lookup

_card = lru_cache(maxsize=MOST_CARDS * lookup.KEPT)(card_text)


@dataclass(frozen=True)
class LookedUp:
    decision: Decision
    cards: dict[str, CardText] = field(default_factory=dict)
    """Article id -> text of its card, for the articles offered."""


def look_up(context: BotContext, text: str, *, sent: str | None = None) -> LookedUp:
    """Compare a text with the articles. `sent`: what cards are compared with; None: no cards. Raises
    SearchUnavailableError, EmbedderUnavailableError; the job then waits for them."""
    decision, found = lookup.look_up(context.factory, context.search, context.embedder, text)
    if sent is None or decision.outcome != Outcome.CHOOSE:
        return LookedUp(decision)
    offered = {scored.article_id for scored in decision.candidates[:MOST_CARDS]}
    with lookup.COMPARING:
        return LookedUp(decision, {c.article_id: _card(c.text, sent) for c in found if c.article_id in offered})
