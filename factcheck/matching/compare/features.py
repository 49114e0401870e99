"""What two texts have in common, as numbers for the pair model, between -1.5 and 1.5, most of them shares from 0 to 1.

Cosines and word scores mean nothing without those of the other candidates.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from factcheck.matching.compare.marks import Marks, bag_marks, dice, set_marks, shared
from factcheck.matching.compare.pieces import Pieces, pieces_of
from factcheck.matching.text.contacts import Contacts, contacts, digits, words
from factcheck.matching.text.hosts import bare_hosts
from factcheck.matching.text.negation import negations
from factcheck.matching.text.normalise import (
    bigrams,
    extract_urls,
    identity,
    is_chat_log,
    normalise,
    significant,
    signs_of,
    windows,
)
from factcheck.matching.text.numerals import numbers
from factcheck.matching.text.scripts import SCRIPTS, SHINGLE, SHORT_SHINGLE
from factcheck.matching.text.signs import Sign
from factcheck.matching.text.tokens import MOST_WINDOWS, window_count
from factcheck.matching.text.urls import place_of
from factcheck.ports import Hit

LIFT_SPAN, LEAD_SPAN = 0.3, 0.15
MOST_LIFT = 1.5
"""So that a model with other cosines does not outweigh everything else."""

USUAL_COSINE, USUAL_WEIGHT = 0.25, 3
"""An unrelated candidate's cosine in centred vectors (`indexer.embedding.centring`), where few can be compared."""

COPIED = 0.2
"""Containment from which a pair counts as copied in part. Of the development queries, 95 of 100 edited forwards and
excerpts have over 0.38, 95 of 100 rewordings and other claims under 0.2."""

NEAR_COPY = 0.3
"""Containment from which texts are aligned to find what differs; 600 of 600 edited forwards and excerpts have it."""

MANY = 4000
"""Articles from which on the size of the index counts no more: no labelled set is larger."""


class TextFacts:
    """One text and all that is compared of it, worked out when needed. `kept`: what is known of it (`compare.kept`)."""

    def __init__(self, text: str, kept: Mapping[str, Any] | None = None) -> None:
        self.original = text
        self.__dict__.update(kept or {})

    @cached_property
    def normalised(self) -> str:
        return normalise(self.original)

    @cached_property
    def core(self) -> str:
        return significant(self.normalised)

    @cached_property
    def length(self) -> int:
        """Counts significant characters."""
        return len(self.core)

    @cached_property
    def windows(self) -> int:
        return window_count(self.normalised)

    def window(self, number: int) -> "TextFacts":
        """Gives one of its windows, from 1, or itself."""
        return self._windows[number - 1] if 0 < number <= len(self._windows) else self

    @cached_property
    def _windows(self) -> list["TextFacts"]:
        parts = dict.fromkeys(windows(self.normalised))
        parts.pop(self.normalised, None)
        return [TextFacts(part) for part in parts]

    @cached_property
    def pieces(self) -> Pieces:
        return pieces_of(self.original)

    @cached_property
    def fingerprint(self) -> str:
        return identity(self.core, self.urls, self.signs)

    @cached_property
    def signs(self) -> list[Sign]:
        return signs_of(self.original)

    @cached_property
    def bigrams(self) -> Marks:
        """Gives them as a bag."""
        return bag_marks(bigrams(self.normalised))

    @cached_property
    def distinct_bigrams(self) -> Marks:
        return set_marks(bigrams(self.normalised))

    @cached_property
    def shingles(self) -> Marks:
        text, size = self.core, self._shingle_size
        return set_marks(text[i : i + size] for i in range(max(1, len(text) - size + 1)) if text)

    @property
    def _shingle_size(self) -> int:
        return SHINGLE.get(self.script, SHORT_SHINGLE)

    @cached_property
    def script(self) -> str:
        """Names the script of most letters; '' when none is known."""
        amounts = {name: weight * len(pattern.findall(self.core)) for name, (pattern, weight) in SCRIPTS.items()}
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
        """URLs of pages; a bare host is no identity."""
        return frozenset(url for url in self.urls if urlsplit(url).path or urlsplit(url).query)

    @cached_property
    def is_bare_host(self) -> bool:
        """Tells whether it says nothing but the name of a site, as an address or without one."""
        return bool(bare_hosts(self.original))

    @cached_property
    def is_chat_log(self) -> bool:
        return is_chat_log(self.original)

    @cached_property
    def places(self) -> dict[str, list[frozenset[str]]]:
        """Maps hosts and paths of URLs to their sets of parameters."""
        places: dict[str, list[frozenset[str]]] = {}
        for url in self.urls:
            place, parameters = place_of(url)
            places.setdefault(place, []).append(parameters)
        return places

    @cached_property
    def contacts(self) -> Contacts:
        return contacts(self.normalised)

    @cached_property
    def words(self) -> frozenset[str]:
        return words(self.normalised)

    @cached_property
    def names(self) -> frozenset[str]:
        """Lists its words and hosts, to look up another text's contacts."""
        return self.words | self.contacts.names | {place.partition("/")[0] for place in self.places}

    @cached_property
    def digits(self) -> str:
        return digits(self.normalised)

    def elsewhere(self, other: "TextFacts") -> frozenset[str]:
        """Lists its URLs and contacts that the other text lacks."""
        contacts = self.contacts
        return frozenset(
            [
                *(url for url in self.urls if not other._has_page(*place_of(url))),
                *(contacts.names - other.names),
                *(number for number in contacts.numbers if number not in other.digits),
            ]
        )

    def _has_page(self, place: str, parameters: frozenset[str]) -> bool:
        is_named = not parameters and place in self.words
        return is_named or any(_is_one_page(place, parameters, known) for known in self.places.get(place, []))


@dataclass(frozen=True)
class PairFeatures:
    values: dict[str, float]
    """By the model file's names; without a vector, `cosine`, `lift`, `lead` and those of windows are absent."""

    @property
    def shares_part(self) -> bool:
        """Tells whether one may be copied from the other, in part at least."""
        return self.values["copied"] >= COPIED

    @property
    def likeness(self) -> tuple[float, float]:
        """Says how much of one is in the other, and then of both in both."""
        return self.values["copied"], self.values["dice"]

    @property
    def is_near(self) -> bool:
        """Tells whether one is a version of the other, so that what differs can be named."""
        return self.values["copied"] >= NEAR_COPY


@dataclass(frozen=True)
class Field:
    """What the index said of all candidates of one query."""

    usual: float
    cosines: tuple[float, float]
    """The two highest."""
    words: float
    """The highest score."""
    known: float
    """The size of the index, 0 for one article and 1 for `MANY`: the nearest of a few is seldom the right one."""

    @classmethod
    def of(cls, hits: Iterable[Hit], among: int = MANY) -> "Field":
        """Takes the hits of a query in an index of `among` articles."""
        found = list(hits)
        cosines = sorted((hit.cosine for hit in found if hit.cosine is not None), reverse=True)
        usual = usual_cosine(cosines)
        first, second, *_ = [*cosines, usual, usual]
        words = max((hit.bm25 for hit in found if hit.bm25 is not None), default=0.0)
        return cls(usual, (first, second), words, math.log(max(1, min(among, MANY))) / math.log(MANY))


def pair_features(query: TextFacts, article: TextFacts, hit: Hit, field: Field) -> PairFeatures:
    of_query, of_article = _containments(query.shingles, article.shingles)
    copied = max(of_query, of_article)
    # What a long message says anew, one of its windows says; what it copies may stand anywhere in it.
    said = query if copied >= COPIED else query.window(hit.window)
    values = {
        "copied": copied,
        "dice": dice(query.bigrams, article.bigrams),
        "query_contained": of_query,
        "article_contained": of_article,
        "bigrams_contained": _share(query.distinct_bigrams, article.bigrams),
        "same_page": float(bool(query.pages & article.pages)),
        "other_page": float(bool(query.pages and article.pages and not query.pages & article.pages)),
        "numbers_missing": _missing(said.numbers, article.numbers),
        "numbers_shared": float(bool(said.numbers & article.numbers)),
        "negation_differs": float(said.negated != article.negated),
        "other_script": float(query.script != article.script),
        "known": field.known,
        "query_length": _length(said.length),
        "article_length": _length(article.length),
        "words": hit.bm25 / field.words if hit.bm25 is not None and field.words > 0 else 0.0,
    }
    if hit.cosine is not None:
        values |= _of_cosine(hit.cosine, field)
        # Of many windows, one is nearer by chance.
        values["article_windows"] = _windows(article)
        values["query_windows"] = _windows(query)
    return PairFeatures(values)


def may_be_copy(query: TextFacts, article: TextFacts) -> bool:
    """Tells of `PairFeatures.is_near` without the rest."""
    return max(_containments(query.shingles, article.shingles)) >= NEAR_COPY


def _windows(text: TextFacts) -> float:
    return math.log(max(1, text.windows)) / math.log(MOST_WINDOWS)


def _of_cosine(cosine: float, field: Field) -> dict[str, float]:
    first, second = field.cosines
    return {
        "cosine": cosine,
        "lift": max(-MOST_LIFT, min(MOST_LIFT, (cosine - field.usual) / LIFT_SPAN)),
        "lead": max(-1.0, min(1.0, (cosine - (second if cosine >= first else first)) / LEAD_SPAN)),
    }


def usual_cosine(cosines: Sequence[float]) -> float:
    """Estimates an unrelated candidate's cosine, as some texts are near to everything: the mean of the lower half,
    pulled to the usual value when there are few."""
    lower = sorted(cosines)[: len(cosines) // 2]
    return (sum(lower) + USUAL_WEIGHT * USUAL_COSINE) / (len(lower) + USUAL_WEIGHT)


def _is_one_page(place: str, one: frozenset[str], other: frozenset[str]) -> bool:
    """Allows parameters on one side only, which sharing adds and editing loses. Without a path they must name the
    page."""
    return one == other or ((one <= other or other <= one) and (bool(one and other) or "/" in place))


def _containments(one: Marks, other: Marks) -> tuple[float, float]:
    both = shared(one, other)
    return (both / len(one) if len(one) else 0.0), (both / len(other) if len(other) else 0.0)


def _share(one: Marks, other: Marks) -> float:
    return shared(one, other) / len(one) if len(one) else 0.0


def _missing(one: Iterable[str], other: frozenset[str]) -> float:
    found = list(one)
    return sum(1 for value in found if value not in other) / len(found) if found else 0.0


def _length(characters: int) -> float:
    """Gives 0 for nothing, 1 for about 1,000 characters."""
    return math.log1p(characters) / math.log(1000)
