"""Two articles that are one message, so that a reply to one serves the other.

As nobody is asked, this is stricter than an answer: the pair model must be near-certain in both directions, and neither
text may have a change that is not known to be harmless.
"""

from factcheck.matching.compare.changes import difference
from factcheck.matching.compare.features import Field, TextFacts, pair_features
from factcheck.matching.decide.decision import certainty
from factcheck.matching.decide.pair_model import load_pair_model
from factcheck.matching.decide.thresholds import LONG_ENOUGH, SHORTEST_IDENTICAL
from factcheck.ports import Hit


def is_copy(one: TextFacts, other: TextFacts, hit: Hit) -> bool:
    """Tells whether both texts are one message. `hit` is what the index says of the pair; all else is symmetric."""
    if one.elsewhere(other) or other.elsewhere(one):
        return False
    if one.fingerprint and one.fingerprint == other.fingerprint:
        return len(one.core) >= SHORTEST_IDENTICAL or bool(one.pages)
    if min(len(one.core), len(other.core)) < LONG_ENOUGH or one.numbers != other.numbers:
        return False
    if least_certainty(one, other, hit) < load_pair_model().cluster_from:
        return False
    return not difference(one, other, strict=True) and not difference(other, one, strict=True)


def least_certainty(one: TextFacts, other: TextFacts, hit: Hit) -> float:
    """Gives the lower of both directions' probabilities, for unlike texts."""
    model, field = load_pair_model(), Field.of([hit])
    return min(certainty(model, pair_features(*pair, hit, field)) for pair in ((one, other), (other, one)))
