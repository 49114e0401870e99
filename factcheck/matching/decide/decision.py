"""Decides what a message gets: an answer, a choice of articles, or the way into the queue.

Wrong answers are worse than questions, so rules only take answers away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from factcheck.matching.compare.changes import Difference, difference
from factcheck.matching.compare.features import MANY, Field, PairFeatures, TextFacts, pair_features
from factcheck.matching.compare.judging import ChangeKind
from factcheck.matching.compare.kept import facts_of
from factcheck.matching.compare.marks import dice, may_reach
from factcheck.matching.decide.pair_model import PairModel, load_pair_model
from factcheck.matching.decide.thresholds import (
    CHANGED,
    HELD,
    IDENTICAL,
    LIKE_IDENTICAL,
    MOST_CANDIDATES,
    MOST_PERHAPS,
    NAMED_FROM,
    NAMES_HOST,
    PROBABLY_FROM,
    SAME_FROM,
    SAME_STORY,
    SAYS_ENOUGH,
    SHORTEST_ANSWERED,
    SHORTEST_IDENTICAL,
)
from factcheck.ports import Hit

RUMOR = "RUMOR"

MOST_JUDGED = 8
"""Near copies aligned with the message, the likest: a viral text has dozens, and each takes milliseconds."""

_MOST_FOLDED = 15
"""Candidates looked through for those of one claim: what is shown and some more."""


class Outcome(StrEnum):
    ANSWER = "ANSWER"
    """The first candidate is the same message: every change is known to be harmless. It may lack a reply."""
    DIFFERS = "DIFFERS"
    """The first candidate is near-certainly the model of the message, which has a change that is not known to be
    harmless. It may lack a reply."""
    CHOOSE = "CHOOSE"
    UNKNOWN = "UNKNOWN"


class Standing(StrEnum):
    """What a person is told in place of a percentage."""

    SAME = "SAME"
    PROBABLY = "PROBABLY"
    PERHAPS = "PERHAPS"


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
    among: int = MANY
    """The articles of the index."""


@dataclass(frozen=True)
class Scored:
    article_id: str
    probability: float
    """That both make the same claim."""
    answerable: bool

    @property
    def standing(self) -> Standing:
        return standing(self.probability)


@dataclass(frozen=True)
class Decision:
    outcome: Outcome
    candidates: tuple[Scored, ...]
    """Those worth a card, best first, one a claim, at most ten; of ANSWER and DIFFERS the first is what is meant."""
    confidence: float = 0.0
    """The best candidate's probability; 0 when a rule forbids to answer."""
    perhaps: tuple[Scored, ...] = ()
    """Others, less probable, best first, at most `MOST_PERHAPS`: behind a quiet way, never a card."""
    difference: Difference | None = None
    """Of DIFFERS alone."""


@dataclass(frozen=True)
class Judgement:
    ranked: tuple[Scored, ...]
    """All candidates, best first."""
    decision: Decision
    certainty: float
    """Of what is answered or named, without regard to what differs; else 0."""


class _Cuts(NamedTuple):
    """Holds the pair model's cuts for an index of some size."""

    card_from: float
    choose_from: float


@dataclass(frozen=True)
class _Compared:
    candidate: Candidate
    scored: Scored
    facts: TextFacts
    identical: bool
    is_near: bool
    """One is a version of the other."""
    certainty: float
    """The probability without regard to what differs."""
    is_held: bool
    difference: Difference | None
    is_changed: bool
    """It differs by more than words put in, or may do so: no rival of what does not."""
    is_unjudged: bool
    """It may be the same message, or differ: others were likelier to."""


def standing(probability: float) -> Standing:
    if probability >= SAME_FROM:
        return Standing.SAME
    return Standing.PROBABLY if probability >= PROBABLY_FROM else Standing.PERHAPS


def decide(text: str, candidates: Sequence[Candidate]) -> Decision:
    """Decides on an original text and candidates whose status the database has confirmed."""
    return judge(text, candidates).decision


def judge(text: str, candidates: Sequence[Candidate], model: PairModel | None = None) -> Judgement:
    """Gives the decision and the ranking behind it. `model`: None for that of the release."""
    model = model or load_pair_model()
    query = TextFacts(text)
    field = Field.of((c.hit for c in candidates), candidates[0].among if candidates else MANY)
    pairs = [(c, pair_features(query, facts_of(c.text), c.hit, field)) for c in candidates]
    likest = sorted(pairs, key=lambda one: (one[1].likeness, one[0].hit.cosine or 0.0, one[0].article_id), reverse=True)
    to_align = {c.article_id for c, _ in likest[:MOST_JUDGED]}
    ranked = sorted(
        (_compare(model, query, c, pair, may_align=c.article_id in to_align) for c, pair in pairs), key=_order
    )
    cuts = _Cuts(*(model.cut(cut, field.known) for cut in (model.card_from, model.choose_from)))
    decision = _decided(model, cuts, query, ranked)
    named = decision.candidates[:1] if decision.outcome in (Outcome.ANSWER, Outcome.DIFFERS) else ()
    certain = sum(c.certainty for c in ranked if c.scored in named)
    return Judgement(tuple(c.scored for c in ranked), decision, certain)


def judge_copy(text: str, candidates: Sequence[Candidate], model: PairModel | None = None) -> Judgement | None:
    """Judges what was found by words, which do not say what else is near. None: no copy is certain, so the sentence
    model is to be asked."""
    model = model or load_pair_model()
    found = judge(text, candidates, model) if candidates else None
    if found is None or found.certainty < model.answer_from:
        return None
    return replace(found, decision=replace(found.decision, candidates=found.decision.candidates[:1]))


def certainty(model: PairModel, pair: PairFeatures) -> float:
    """Gives the probability for texts that are not identical, without regard to what differs."""
    return min(model.judge(pair), LIKE_IDENTICAL)


def _decided(model: PairModel, cuts: _Cuts, query: TextFacts, compared: Sequence[_Compared]) -> Decision:
    claims = _one_a_claim([c for c in compared if c.scored.probability > 0])
    shown = [c for c in claims if c.scored.probability >= cuts.choose_from]
    best = next((c for c in compared if _is_answer(model, query, c, compared)), None)
    if best is not None:
        return _with_first(cuts, best, shown, Outcome.ANSWER, best.scored.probability)
    versions = [c for c in compared if _is_named(c, compared)]
    if versions:
        named = min(versions, key=_changes)
        return replace(_with_first(cuts, named, shown, Outcome.DIFFERS), difference=named.difference)
    cards = [c.scored for c in shown if c.scored.probability >= cuts.card_from]
    # Who takes the quiet way looks for more: once one is worth it, it leads to as many as it may have.
    others = [c.scored for c in claims[len(cards) :]] if len(shown) > len(cards) else []
    outcome = Outcome.CHOOSE if cards else Outcome.UNKNOWN
    return Decision(outcome, tuple(cards[:MOST_CANDIDATES]), 0.0, tuple(others[:MOST_PERHAPS]))


def _with_first(
    cuts: _Cuts, first: _Compared, shown: Sequence[_Compared], outcome: Outcome, confidence: float = 0.0
) -> Decision:
    others = [c.scored for c in shown if c is not first and not _is_one_claim(first, c)]
    cards = [scored for scored in others if scored.probability >= cuts.card_from]
    return Decision(outcome, (first.scored, *cards[: MOST_CANDIDATES - 1]), confidence)


def _one_a_claim(compared: Sequence[_Compared]) -> list[_Compared]:
    """Keeps the best of those that have one reply, or tell one story."""
    kept: list[_Compared] = []
    for candidate in compared[:_MOST_FOLDED]:
        if not any(_is_one_claim(better, candidate) for better in kept):
            kept.append(candidate)
    return kept


def _is_one_claim(one: _Compared, other: _Compared) -> bool:
    same_reply = bool(one.candidate.reply_id) and one.candidate.reply_id == other.candidate.reply_id
    return same_reply or (_is_one_story(one, other) and not _judged_otherwise(one, other))


def _compare(
    model: PairModel, query: TextFacts, candidate: Candidate, pair: PairFeatures, *, may_align: bool
) -> _Compared:
    """Looks for what differs if the texts `may_align`; else nobody knows."""
    article = facts_of(candidate.text)
    links_count = not _is_scam_copy(query, candidate)
    leads_elsewhere = links_count and bool(query.elsewhere(article))
    identical = bool(query.fingerprint) and query.fingerprint == article.fingerprint and not leads_elsewhere
    certain = IDENTICAL if identical else certainty(model, pair)
    may_differ = pair.is_near and not identical and certain >= NAMED_FROM
    is_unjudged = may_differ and not may_align
    found = _difference(query, candidate) if may_differ and not is_unjudged else None
    is_changed = is_unjudged or (found is not None and found.is_large) or leads_elsewhere
    probability = min(certain, CHANGED) if is_changed else certain
    if query.is_bare_host and not identical:
        probability = NAMES_HOST if candidate.hit.shared_urls else 0.0
    scored = Scored(candidate.article_id, probability, candidate.answerable)
    is_held = article.length >= SHORTEST_ANSWERED and pair.values["article_contained"] >= HELD
    return _Compared(
        candidate, scored, article, identical, pair.is_near, certain, is_held, found, is_changed, is_unjudged
    )


def what_differs(text: str, candidate: Candidate) -> Difference | None:
    """Finds a decision's difference again, from the original text."""
    return _difference(TextFacts(text), candidate)


def _difference(query: TextFacts, candidate: Candidate) -> Difference | None:
    """Takes words of the sender's own, and what was left out, for a change where a verdict would vouch for the rest."""
    links_count, strict = not _is_scam_copy(query, candidate), candidate.reply_type != RUMOR
    found = difference(query, facts_of(candidate.text), links_count=links_count, strict=strict)
    is_part = found is not None and all(change.kind == ChangeKind.LEFT_OUT for change in found.changes)
    return None if is_part and not candidate.reply_type else found


def _is_scam_copy(query: TextFacts, candidate: Candidate) -> bool:
    """Allows another link or account in a rumour, as scams change them all the time, but not in a few words about
    some video."""
    return candidate.reply_type == RUMOR and len(query.core) >= SAYS_ENOUGH


def _order(compared: _Compared) -> tuple[bool, float, float, bool, str]:
    """Puts what can be answered before its like."""
    scored = compared.scored
    return not compared.identical, -scored.probability, -compared.certainty, not scored.answerable, scored.article_id


def _is_answer(model: PairModel, query: TextFacts, one: _Compared, ranked: Sequence[_Compared]) -> bool:
    """Tells whether it is the same message, and no other judged otherwise may be meant."""
    if one.identical:
        says_enough = len(query.core) >= SHORTEST_IDENTICAL or bool(query.pages)
        return says_enough and not any(other.identical and _judged_otherwise(one, other) for other in ranked)
    if not one.is_near or one.certainty < model.answer_from or one.difference or len(query.core) < SHORTEST_ANSWERED:
        return False
    rivals = _rivals(one, ranked)
    if one.is_unjudged or one.facts.is_chat_log or any(rival.is_unjudged for rival in rivals):
        return False
    if one.is_held and any(rival.is_held for rival in rivals):
        return False
    unchanged = [rival for rival in rivals if not rival.is_changed]
    return not unchanged or one.scored.probability - unchanged[0].scored.probability >= model.answer_margin


def _is_named(one: _Compared, ranked: Sequence[_Compared]) -> bool:
    """Tells whether it is certainly the model of the message, and no other is."""
    if not one.is_near or one.identical or one.certainty < NAMED_FROM or one.difference is None:
        return False
    rivals = _rivals(one, ranked)
    if one.facts.is_chat_log or any(rival.is_unjudged for rival in rivals):
        return False
    return not any(rival.is_held and (one.is_held or rival.difference is None) for rival in rivals)


def _changes(one: _Compared) -> tuple[int, float]:
    """Puts the version with the fewest changes first."""
    return len(one.difference.changes) if one.difference else 0, -one.certainty


def _rivals(one: _Compared, ranked: Sequence[_Compared]) -> list[_Compared]:
    return [other for other in ranked if other is not one and _competes(one, other)]


def _competes(best: _Compared, other: _Compared) -> bool:
    """Tells whether `other` may be meant and has another reply; of a near copy, one that volunteers judged
    differently."""
    if best.candidate.reply_id and best.candidate.reply_id == other.candidate.reply_id:
        return False
    return not _is_one_story(best, other) or _judged_otherwise(best, other)


def _is_one_story(one: _Compared, other: _Compared) -> bool:
    if one.facts.fingerprint == other.facts.fingerprint:
        return True
    bags = one.facts.bigrams, other.facts.bigrams
    return may_reach(*bags, SAME_STORY) and dice(*bags) >= SAME_STORY


def _judged_otherwise(best: _Compared, other: _Compared) -> bool:
    one, two = best.candidate, other.candidate
    return two.answerable and one.reply_type != two.reply_type
