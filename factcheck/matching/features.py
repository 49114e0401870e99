"""What a pair of texts has in common, as numbers for the pair model.

Shares are between 0 and 1; `lift` is scaled so that its useful range is about as wide.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import regex

from factcheck.matching.differences import Differences, differences, negations
from factcheck.matching.normalise import bigrams, extract_urls, fingerprint, normalise, significant
from factcheck.matching.numerals import numbers
from factcheck.matching.urls import place_of

SHINGLE = 4
"""Characters of a shingle: long enough that unrelated Chinese texts share almost none."""

LIFT_SPAN = 0.10
MOST_LIFT = 1.5
"""An identical text has about this; a model with another range of cosines must not outweigh everything else."""

USUAL_COSINE, USUAL_WEIGHT = 0.84, 3
"""What an unrelated candidate has with this model; stands in where there are few candidates to compare with."""

NEAR_COPY = 0.5
"""From this containment on, texts are aligned to look for changed numbers and negations."""

# With a weight each: Japanese mixes kana into Chinese characters, and Latin words take more letters.
_SCRIPTS = {
    "Han": (regex.compile(r"\p{Han}"), 1.0),
    "kana": (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), 2.0),
    "Thai": (regex.compile(r"\p{Thai}"), 1.0),
    "Hangul": (regex.compile(r"\p{Hangul}"), 1.0),
    "Latin": (regex.compile(r"\p{Latin}"), 0.5),
}


class TextFacts:
    """One text with all that is compared of it, each worked out once and when it is needed."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.normalised = normalise(text)
        self.core = significant(self.normalised)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.original)

    @cached_property
    def bigrams(self) -> Counter[str]:
        return Counter(bigrams(self.normalised))

    @cached_property
    def shingles(self) -> frozenset[str]:
        text = self.core
        return frozenset(text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))) if text else frozenset()

    @cached_property
    def script(self) -> str:
        """The writing that most of the text is in; '' when it has no letters that are known here."""
        amounts = {name: weight * len(pattern.findall(self.core)) for name, (pattern, weight) in _SCRIPTS.items()}
        return max(amounts, key=lambda name: amounts[name]) if any(amounts.values()) else ""

    @cached_property
    def numbers(self) -> frozenset[str]:
        return numbers(self.normalised)

    @cached_property
    def negated(self) -> bool:
        return negations(self.normalised) > 0

    @cached_property
    def urls(self) -> frozenset[str]:
        return frozenset(extract_urls(self.original))

    @cached_property
    def pages(self) -> frozenset[str]:
        """URLs that name something on a site; a bare host is no identity."""
        return frozenset(url for url in self.urls if urlsplit(url).path or urlsplit(url).query)

    @cached_property
    def places(self) -> dict[str, list[frozenset[str]]]:
        """Where its URLs lead, bare hosts included: the sets of parameters that each place is named with."""
        places: dict[str, list[frozenset[str]]] = {}
        for url in self.urls:
            place, parameters = place_of(url)
            places.setdefault(place, []).append(parameters)
        return places

    def leads_elsewhere(self, other: "TextFacts") -> bool:
        """Whether it has a URL that the other text has not."""
        return any(
            not any(_is_one_page(place, one, known) for known in other.places.get(place, []))
            for place, named in self.places.items()
            for one in named
        )


@dataclass(frozen=True)
class PairFeatures:
    values: dict[str, float]
    """By the names that the model file uses. Without `lift` where no vector is known."""
    differences: Differences
    """Looked for in near copies only; they are no part of `values`, since a changed number says "ask", not "no"."""


def pair_features(query: TextFacts, article: TextFacts, cosine: float | None, usual: float) -> PairFeatures:
    """Compare an incoming text with an article. `usual`: see `usual_cosine`."""
    of_query, of_article = _containments(query.shingles, article.shingles)
    near_copy = max(of_query, of_article) >= NEAR_COPY
    changed = differences(query.normalised, article.normalised) if near_copy else Differences(False, False)
    values = {
        "dice": dice(query.bigrams, article.bigrams),
        "query_contained": of_query,
        "article_contained": of_article,
        "bigrams_contained": _share(query.bigrams, article.bigrams),
        "same_page": float(bool(query.pages & article.pages)),
        "other_page": float(bool(query.pages and article.pages and not query.pages & article.pages)),
        "numbers_missing": _missing(query.numbers, article.numbers),
        "numbers_shared": float(bool(query.numbers & article.numbers)),
        "negation_differs": float(query.negated != article.negated),
        "other_script": float(query.script != article.script),
        "query_length": _length(query.core),
        "article_length": _length(article.core),
    }
    if cosine is not None:
        values["lift"] = max(-MOST_LIFT, min(MOST_LIFT, (cosine - usual) / LIFT_SPAN))
    return PairFeatures(values, changed)


def usual_cosine(cosines: Sequence[float]) -> float:
    """What an unrelated candidate of this query has: the mean of the lower half of its candidates, pulled to the
    usual value of the model when there are few. Some texts are near to everything, others to nothing."""
    lower = sorted(cosines)[: len(cosines) // 2]
    return (sum(lower) + USUAL_WEIGHT * USUAL_COSINE) / (len(lower) + USUAL_WEIGHT)


def dice(one: Counter[str], other: Counter[str]) -> float:
    """Sørensen-Dice over bags of tokens."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _is_one_page(place: str, one: frozenset[str], other: frozenset[str]) -> bool:
    """Sharing adds parameters and editing loses some, so all of one may be among those of the other. Without a path,
    parameters are all that names the page."""
    return one == other or ((one <= other or other <= one) and (bool(one and other) or "/" in place))


def _containments(one: frozenset[str], other: frozenset[str]) -> tuple[float, float]:
    shared = len(one & other)
    return (shared / len(one) if one else 0.0), (shared / len(other) if other else 0.0)


def _share(one: Counter[str], other: Counter[str]) -> float:
    return sum(1 for token in one if token in other) / len(one) if one else 0.0


def _missing(one: Iterable[str], other: frozenset[str]) -> float:
    found = list(one)
    return sum(1 for value in found if value not in other) / len(found) if found else 0.0


def _length(text: str) -> float:
    """0 for nothing, 1 for about 1,000 characters."""
    return math.log1p(len(text)) / math.log(1000)
