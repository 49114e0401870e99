"""Looking up what somebody sent in a chat. Never call it inside a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.context import BotContext
from bot.messages.candidates import CardText, card_text
from factcheck.matching.decide.decision import Candidate, Decision, Outcome
from factcheck.matching.decide.thresholds import MOST_CARDS
from factcheck.services import lookup, media_lookup
from factcheck.services.media_lookup import FileFacts

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
    return LookedUp(decision) if sent is None else _with_cards(decision, found, sent)


def look_up_file(context: BotContext, file: FileFacts) -> LookedUp:
    """Compare a picture, film or sound with the articles. Raises what `look_up` raises; ValueError where none are
    taken."""
    media = context.media
    if media is None:
        raise ValueError("files are not taken here")
    decision, found = media_lookup.look_up_file(context.factory, context.search, context.embedder, media.known, file)
    return _with_cards(decision, found, file.text)


def _with_cards(decision: Decision, found: Sequence[Candidate], sent: str) -> LookedUp:
    if decision.outcome != Outcome.CHOOSE:
        return LookedUp(decision)
    offered = {scored.article_id for scored in decision.candidates[:MOST_CARDS]}
    with lookup.COMPARING:
        return LookedUp(decision, {c.article_id: _card(c.text, sent) for c in found if c.article_id in offered})
