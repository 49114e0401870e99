"""The bot speaks unasked in a group if the match is near-certain and the reply is trusted.

Wrong or disputed answers there contradict somebody before others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.matching.decide.decision import Decision, Outcome
from factcheck.matching.decide.thresholds import GROUP_ANSWER_FROM, GROUP_KEEP_FROM

RUMOR = "RUMOR"


@dataclass(frozen=True)
class RatedReply:
    """What the rule needs of a reply that may be shown."""

    type: str
    helpful: int
    not_helpful: int
    is_disputed: bool = False


def trusted_reply(replies: Sequence[RatedReply]) -> int | None:
    """Gives the index of the reply that may be given unasked, else None. Most who rated it found it helpful; it is not
    disputed; it says RUMOR; none that says otherwise has as many helpful votes; of more than two replies two thirds
    say RUMOR (the rule of Cofacts' groups)."""
    liked = [
        place for place, reply in enumerate(replies) if reply.helpful > reply.not_helpful and not reply.is_disputed
    ]
    if not liked:
        return None
    best = max(liked, key=lambda place: (replies[place].helpful, replies[place].type != RUMOR))
    if replies[best].type != RUMOR:
        return None
    others = [reply.helpful for reply in replies if reply.type != RUMOR]
    if len(replies) > 2 and 3 * (len(replies) - len(others)) < 2 * len(replies):
        return None
    return best if replies[best].helpful > max(others, default=0) else None


def may_speak_up(decision: Decision) -> bool:
    """Tells whether the match is good enough; short texts that are not identical have no confidence."""
    return decision.outcome == Outcome.ANSWER and decision.confidence >= GROUP_ANSWER_FROM


def resembling(decision: Decision) -> Decision:
    """Keeps what may be stored about a group message."""
    kept = tuple(scored for scored in decision.candidates if scored.probability >= GROUP_KEEP_FROM)
    if not kept:
        return Decision(Outcome.UNKNOWN, (), decision.confidence)
    return Decision(decision.outcome, kept, decision.confidence, difference=decision.difference)
