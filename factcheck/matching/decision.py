"""Decides what an incoming message gets: an answer, a choice of articles, or the way into the queue.

A pure function of values. A wrong answer is worse than a question, so every rule below only takes answers away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from factcheck.matching.features import PairFeatures, TextFacts, dice, pair_features, usual_cosine
from factcheck.matching.pair_model import PairModel, load_pair_model
from factcheck.ports import Hit

MOST_CANDIDATES = 10
SHORTEST_IDENTICAL = 4
"""Characters below which not even an identical text is answered ("hi", "真的?"); a URL in it lifts this."""
SHORTEST_ANSWERED = 10
"""Characters below which only an identical text is answered."""
SAYS_ENOUGH = 30
"""Characters from which a text says itself what it is about, whatever its link leads to."""
IDENTICAL = 0.995
SAME_STORY = 0.8
"""Dice from which two candidates count as copies of one story."""


class Outcome(StrEnum):
    ANSWER = "ANSWER"
    CHOOSE = "CHOOSE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Candidate:
    article_id: str
    text: str
    """The article's original text."""
    answerable: bool
    """It has at least one reply that may be shown."""
    hit: Hit
    reply_id: str = ""
    """The reply that would be shown."""
    reply_type: str = ""


@dataclass(frozen=True)
class Scored:
    article_id: str
    probability: float
    """That the article makes the same claim as the message."""
    answerable: bool


@dataclass(frozen=True)
class Decision:
    outcome: Outcome
    candidates: tuple[Scored, ...]
    """Best first, at most ten; for ANSWER the first one is the answer."""


@dataclass(frozen=True)
class _Compared:
    candidate: Candidate
    scored: Scored
    facts: TextFacts
    identical: bool
    changed: bool
    """A near copy in which a number or a negation differs, or a text that leads to a page the article does not name."""


def decide(text: str, candidates: Sequence[Candidate]) -> Decision:
    """Compare a message (its original text) with candidates whose status the database has confirmed."""
    model = load_pair_model()
    query = TextFacts(text)
    usual = usual_cosine([c.hit.cosine for c in candidates if c.hit.cosine is not None])
    compared = sorted((_compare(model, query, c, usual) for c in candidates), key=_order)
    offered = [c for c in compared if c.scored.probability >= model.choose_from][:MOST_CANDIDATES]
    if not offered:
        return Decision(Outcome.UNKNOWN, ())
    answer = next((c for c in offered if _is_copy(offered[0], c) and _is_answer(model, query, c, offered)), None)
    if answer is None:
        return Decision(Outcome.CHOOSE, tuple(c.scored for c in offered))
    others = (c for c in offered if c is not answer)
    return Decision(Outcome.ANSWER, tuple(c.scored for c in (answer, *others)))


def _compare(model: PairModel, query: TextFacts, candidate: Candidate, usual: float) -> _Compared:
    article = TextFacts(candidate.text)
    leads_elsewhere = query.leads_elsewhere(article) and not _is_scam_copy(query, candidate)
    identical = bool(query.fingerprint) and query.fingerprint == article.fingerprint and not leads_elsewhere
    pair = pair_features(query, article, candidate.hit.cosine, usual)
    probability = max(model.probability(pair.values), IDENTICAL if identical else 0.0)
    scored = Scored(candidate.article_id, probability, candidate.answerable)
    return _Compared(candidate, scored, article, identical, _changed(pair) or leads_elsewhere)


def _is_scam_copy(query: TextFacts, candidate: Candidate) -> bool:
    """The words of a message that was found to be false, with another link: scams change their links all the time,
    and the answer holds for any of them. Not so for a true notice, nor for a few words about some video."""
    return candidate.reply_type == "RUMOR" and len(query.core) >= SAYS_ENOUGH


def _changed(pair: PairFeatures) -> bool:
    return pair.differences.numbers or pair.differences.negation


def _order(compared: _Compared) -> tuple[bool, float, bool, str]:
    scored = compared.scored
    return not compared.identical, -scored.probability, not scored.answerable, scored.article_id


def _is_copy(best: _Compared, other: _Compared) -> bool:
    """The best candidate itself, or another that has the same reply: if a number differs from the one, it may agree
    with the other."""
    reply_id = best.candidate.reply_id
    return other is best or (bool(reply_id) and other.candidate.reply_id == reply_id)


def _is_answer(model: PairModel, query: TextFacts, best: _Compared, offered: Sequence[_Compared]) -> bool:
    if not best.scored.answerable:
        return False
    if best.identical:
        return len(query.core) >= SHORTEST_IDENTICAL or bool(query.pages)
    if len(query.core) < SHORTEST_ANSWERED or best.changed:
        return False
    rival = next((c for c in offered if c is not best and _competes(best, c)), None)
    margin = best.scored.probability - (rival.scored.probability if rival else 0.0)
    return best.scored.probability >= model.answer_from and margin >= model.answer_margin


def _competes(best: _Compared, other: _Compared) -> bool:
    """Whether answering with `best` could be wrong because `other` was meant. Not if both would get the same reply;
    and a near copy only if volunteers judged it differently (the same words with another number, say)."""
    one, two = best.candidate, other.candidate
    if best.facts.fingerprint == other.facts.fingerprint or (one.reply_id and one.reply_id == two.reply_id):
        return False
    if dice(best.facts.bigrams, other.facts.bigrams) < SAME_STORY:
        return True
    return two.answerable and one.reply_type != two.reply_type
