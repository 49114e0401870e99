"""Which articles make one claim: copies of one message, or of one story, as matching folds them."""

from collections.abc import Callable, Mapping
from functools import cache

from factcheck.matching.compare.features import TextFacts
from factcheck.matching.compare.marks import dice
from factcheck.matching.decide.thresholds import SAME_STORY
from indexer.evaluation.data import LabelledArticle

Same = Callable[[str, str], bool]
"""Tells of two articles, by id, whether they make one claim."""


def claims_of(articles: Mapping[str, LabelledArticle]) -> Same:
    """Compares what it is asked about, each pair once."""

    @cache
    def facts(article_id: str) -> TextFacts:
        return TextFacts(articles[article_id].text)

    @cache
    def ordered(one: str, other: str) -> bool:
        first, second = facts(one), facts(other)
        is_copy = bool(first.fingerprint) and first.fingerprint == second.fingerprint
        return is_copy or dice(first.bigrams, second.bigrams) >= SAME_STORY

    return lambda one, other: one == other or ordered(*sorted((one, other)))
