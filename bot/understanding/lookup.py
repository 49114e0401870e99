"""Comparing what somebody sent with what is known: network, model and some 50 ms of computing. Never call it inside a
transaction."""

import threading

from bot.context import BotContext
from bot.messages import candidates
from factcheck.db.session import read_only
from factcheck.matching.decide.decision import Decision, Outcome, decide
from factcheck.services.matching import find_hits, load_candidates

COMPARING = threading.Lock()
"""Comparing is computing in Python, of which one thread at a time gets on anyway. With several at it, a thread that
holds SQLite's write lock would get its turn only after all of them, and every webhook would wait for that."""


def look_up(context: BotContext, text: str, *, sent: str | None = None) -> Decision:
    """`sent`: what cards with candidates will be compared with, if they will be shown. Raises SearchUnavailableError,
    EmbedderUnavailableError; the job then waits for them."""
    hits = find_hits(context.search, context.embedder, text)
    with read_only(context.factory) as session:
        found = load_candidates(session, text, hits)
    with COMPARING:
        decision = decide(text, found)
        if sent is not None and decision.outcome == Outcome.CHOOSE:
            offered = {scored.article_id for scored in decision.candidates}
            candidates.prepare((one.text for one in found if one.article_id in offered), sent)
    return decision
