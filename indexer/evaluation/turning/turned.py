"""Messages in which one plain word is turned round, made of real ones: near copies that claim something else.

The words are this folder's own, so that what is measured was made without a look at what measures it.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from factcheck.matching.text.normalise import fingerprint, normalise, significant
from indexer.evaluation.data import TURNED, TURNED_FORWARD, LabelledArticle, Query
from indexer.evaluation.turning.words import Place, places, swaps

COUNT = 200
SEED = 7
SHORTEST, LONGEST = 15, 1500
"""Significant characters of a turned message."""
SWAP = "swap"
MOST_OF_A_SET = 3
FORWARD = "forward"


@dataclass(frozen=True)
class Turning:
    kind: str
    words: tuple[str, ...]
    """Of the set; no more than `MOST_OF_A_SET` messages are turned with one."""
    at: int
    text: str
    yours: str
    theirs: str


def turned_queries(
    articles: Mapping[str, LabelledArticle], queries: Sequence[Query], count: int = COUNT, seed: int = SEED
) -> list[Query]:
    """Turns a word in `count` articles, and in as many edited forwards; these more than once where they are few."""
    known = {fingerprint(article.text) for article in articles.values()}
    sources = {article.id: article.text for article in articles.values()}
    texts = [Query(article.text, TURNED, "zh", article.id) for article in articles.values()]
    forwards = [replace(query, kind=TURNED_FORWARD) for query in queries if query.kind == FORWARD]
    return [one for some in (texts, forwards) for one in _turned(some, sources, known, count, random.Random(seed))]  # noqa: S311 - no secret


def _turned(
    messages: Sequence[Query], sources: Mapping[str, str], known: set[str], count: int, chance: random.Random
) -> Iterator[Query]:
    order = chance.sample(messages, len(messages))
    used, kinds, given = Counter[tuple[str, ...]](), Counter[str](), set[str]()
    for most in (MOST_OF_A_SET, count):  # where few messages are, the sets cannot be many
        for query in [*order, *order]:
            if len(given) >= count:
                return
            all_found = turnings(query.text, sources[query.source_id], chance)
            found = [one for one in all_found if one.text not in given and used[one.words] < most]
            if not found or not _is_used(query.text):
                continue
            early = [one for one in found if one.at < max(len(query.text) // 3, 30)] or found
            one = min(early, key=lambda one: (kinds[one.kind], used[one.words]))
            if fingerprint(one.text) in known:
                continue
            given.add(one.text)
            used[one.words] += 1
            kinds[one.kind] += 1
            yield replace(query, text=one.text, id=f"{query.kind} {one.kind}", yours=one.yours, theirs=one.theirs)


def _is_used(text: str) -> bool:
    return SHORTEST <= len(significant(normalise(text))) <= LONGEST


def turnings(text: str, source: str, chance: random.Random) -> Iterable[Turning]:
    """Lists what can be turned in the first half of a text, where its claim is, and not in what was put around it."""
    half = max(len(text) // 2, 40)
    for place in places(text):
        if place.at < half and _is_from(source, text, place):
            others = [word for word in place.words.words if word != place.word and word not in text]
            if others:
                yield _replaced(text, place, chance.choice(others))
    for one, other in swaps(text):
        if other.at < half and _is_from(source, text, one):
            yield _swapped(text, one, other)


def _is_from(source: str, text: str, place: Place) -> bool:
    """Tells whether the word and a character beside it stand in the source, too."""
    end = place.at + len(place.word)
    return text[place.at : end + 1] in source or text[max(0, place.at - 1) : end] in source


def _replaced(text: str, place: Place, word: str) -> Turning:
    made = text[: place.at] + word + text[place.at + len(place.word) :]
    return Turning(place.words.kind, place.words.words, place.at, made, word, place.word)


def _swapped(text: str, one: Place, other: Place) -> Turning:
    between = text[one.at + len(one.word) : other.at]
    made = text[: one.at] + other.word + between + one.word + text[other.at + len(other.word) :]
    return Turning(SWAP, one.words.words, one.at, made, other.word, one.word)
