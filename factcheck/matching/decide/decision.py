"""Decides what a message gets: an answer, a choice of articles, or the way into the queue.

Wrong answers are worse than questions, so rules only take answers away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from factcheck.matching.compare.features import Field, PairFeatures, TextFacts, dice, facts_of, pair_features
from factcheck.matching.decide.pair_model import Likeness, PairModel, load_pair_model
from factcheck.matching.decide.thresholds import (
    ASKED_TOGETHER,
    CHANGED,
    HELD,
    IDENTICAL,
    LIKE_IDENTICAL,
    MOST_CANDIDATES,
    NEW_PART,
    NEW_SHARE,
    SAME_STORY,
    SAYS_ENOUGH,
    SHORTEST_ANSWERED,
    SHORTEST_IDENTICAL,
    UNSURE,
)
from factcheck.ports import Hit


class Outcome(StrEnum):
    ANSWER = "ANSWER"
    CHOOSE = "CHOOSE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Candidate:
    article_id: str
    text: str
    """The original."""
    answerable: bool
    """It has a reply that may be shown."""
    hit: Hit
    reply_id: str = ""
    reply_type: str = ""


@dataclass(frozen=True)
class Scored:
    article_id: str
    probability: float
    """That both make the same claim."""
    answerable: bool


@dataclass(frozen=True)
class Decision:
    outcome: Outcome
    candidates: tuple[Scored, ...]
    """Best first, at most ten; for ANSWER the first is the answer."""
    confidence: float = 0.0
    """The best candidate's probability; 0 when a rule forbids to answer."""


@dataclass(frozen=True)
class Judgement:
    ranked: tuple[Scored, ...]
    """All candidates, best first."""
    decision: Decision


@dataclass(frozen=True)
class _Compared:
    candidate: Candidate
    scored: Scored
    facts: TextFacts
    identical: bool
    is_copied: bool
    """In part at least."""
    is_held: bool
    changed: bool
    """It has another number, date, name or negation than a near copy, or leads elsewhere."""


def decide(text: str, candidates: Sequence[Candidate]) -> Decision:
    """Decides on an original text and candidates whose status the database has confirmed."""
    return judge(text, candidates).decision


def judge(text: str, candidates: Sequence[Candidate], model: PairModel | None = None) -> Judgement:
    """Gives the decision and the ranking behind it. `model`: None for that of the release."""
    model = model or load_pair_model()
    query, field = TextFacts(text), Field.of(c.hit for c in candidates)
    ranked = sorted((_compare(model, query, c, field) for c in candidates), key=_order)
    return Judgement(tuple(c.scored for c in ranked), _decided(model, query, ranked[:MOST_CANDIDATES]))


def likeness(model: PairModel, pair: PairFeatures) -> Likeness:
    judged = model.judge(pair)
    return replace(judged, probability=min(judged.probability, CHANGED if pair.differences.any else LIKE_IDENTICAL))


def _decided(model: PairModel, query: TextFacts, compared: Sequence[_Compared]) -> Decision:
    best = next(
        (c for c in compared if _gives_same_answer(compared[0], c) and _may_answer(model, query, c, compared)), None
    )
    confidence = best.scored.probability if best else 0.0
    offered = _offered(model, compared)
    if best is not None and (best.identical or confidence >= model.answer_from):
        others = (c for c in offered if c is not best)
        return Decision(Outcome.ANSWER, tuple(c.scored for c in (best, *others)), confidence)
    outcome = Outcome.CHOOSE if offered else Outcome.UNKNOWN
    return Decision(outcome, tuple(c.scored for c in offered), confidence)


def _offered(model: PairModel, compared: Sequence[_Compared]) -> Sequence[_Compared]:
    """Offers none if even the best is too improbable."""
    count = sum(1 for c in compared if c.scored.probability >= model.choose_from)
    unsure = count > 0 and not compared[0].is_copied and compared[0].scored.probability < UNSURE
    return compared[: max(count, ASKED_TOGETHER) if unsure else count]


def _compare(model: PairModel, query: TextFacts, candidate: Candidate, field: Field) -> _Compared:
    article = facts_of(candidate.text)
    leads_elsewhere = query.leads_elsewhere(article) and not _is_scam_copy(query, candidate)
    identical = bool(query.fingerprint) and query.fingerprint == article.fingerprint and not leads_elsewhere
    pair = pair_features(query, article, candidate.hit, field)
    like = Likeness(IDENTICAL, is_copied=True) if identical else likeness(model, pair)
    scored = Scored(candidate.article_id, like.probability, candidate.answerable)
    is_held = len(article.core) >= SHORTEST_ANSWERED and pair.values["article_contained"] >= HELD
    changed = pair.differences.any or leads_elsewhere
    return _Compared(candidate, scored, article, identical, like.is_copied, is_held, changed)


def _is_scam_copy(query: TextFacts, candidate: Candidate) -> bool:
    """Allows another link or account in a rumour, as scams change them all the time, but not in a few words about
    some video."""
    return candidate.reply_type == "RUMOR" and len(query.core) >= SAYS_ENOUGH


def _order(compared: _Compared) -> tuple[bool, float, bool, str]:
    scored = compared.scored
    return not compared.identical, -scored.probability, not scored.answerable, scored.article_id


def _gives_same_answer(best: _Compared, other: _Compared) -> bool:
    """Includes candidates with the best one's reply, which may agree where it differs."""
    reply_id = best.candidate.reply_id
    return other is best or (bool(reply_id) and other.candidate.reply_id == reply_id)


def _may_answer(model: PairModel, query: TextFacts, best: _Compared, ranked: Sequence[_Compared]) -> bool:
    """Tells whether nothing but its probability speaks against an answer."""
    if not best.scored.answerable:
        return False
    if best.identical:
        says_enough = len(query.core) >= SHORTEST_IDENTICAL or bool(query.pages)
        return says_enough and not any(other.identical and _judged_otherwise(best, other) for other in ranked)
    if len(query.core) < SHORTEST_ANSWERED or best.changed or _says_more(query, best):
        return False
    rivals = [c for c in ranked if c is not best and _competes(best, c)]
    if best.is_held and any(rival.is_held for rival in rivals):
        return False
    return not rivals or best.scored.probability - rivals[0].scored.probability >= model.answer_margin


def _says_more(query: TextFacts, best: _Compared) -> bool:
    """Tells whether a copy has a claim of its own, which the answer would seem to judge, too."""
    new = query.longest_new(best.facts) if best.is_copied else 0
    return new >= NEW_PART and new >= NEW_SHARE * len(query.core)


def _competes(best: _Compared, other: _Compared) -> bool:
    """Tells whether `other` may be meant and has another reply; of a near copy, one that volunteers judged
    differently."""
    if best.candidate.reply_id and best.candidate.reply_id == other.candidate.reply_id:
        return False
    one, two = best.facts, other.facts
    same_story = one.fingerprint == two.fingerprint or dice(one.bigrams, two.bigrams) >= SAME_STORY
    return not same_story or _judged_otherwise(best, other)


def _judged_otherwise(best: _Compared, other: _Compared) -> bool:
    one, two = best.candidate, other.candidate
    return two.answerable and one.reply_type != two.reply_type
