"""Comparing what somebody sent with what is known: network, model and some 50 ms of computing. Never call it inside a
transaction."""

from bot.context import BotContext
from factcheck.db.session import reading
from factcheck.matching.decision import Decision, decide
from factcheck.services.matching import find_hits, load_candidates


def look_up(context: BotContext, text: str) -> Decision:
    """Raises SearchUnavailableError, EmbedderUnavailableError; the job then waits for them."""
    hits = find_hits(context.search, context.embedder, text)
    with reading(context.factory) as session:
        found = load_candidates(session, text, hits)
    return decide(text, found)
