"""Chinese synonyms out of CC-CEDICT: words that share whole glosses."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from factcheck.matching.text.normalise import fold

Pair = tuple[str, str]

MOST_SHARING = 5
"""Words with one gloss: with more of them it names a kind, not a thing."""
_ENTRY = re.compile(r"^\S+ (\S+) \[([^\]]*)\] /(.*)/\s*$")
_NOTE = re.compile(r"\s*\([^()]*\)\s*")
_SAME_AS = re.compile(
    r"^(?:(?:old |erhua |Japanese )?variant of|also written|also called|also known as|same as|abbr\. for|abbr\. of) "
    r"(\S+?)(?:\[[^\]]*\])?$"
)
_NO_GLOSS = re.compile(
    r"variant of|^see |see also|^CL:|surname|abbr\.|also written|also pr\.|Taiwan pr|same as|used in|lit\. |"
    r"particle|prefix|suffix|bound form|classifier|radical|onom|interjection|county|district|township|dynasty|"
    r"\b(?:place|city|town|province|emperor|novel|film|character|star|constellation|genus|species|king|prince) in\b|"
    r"[\u4e00-\u9fff]|\d",
    re.IGNORECASE,
)
_NOTE_ALONE = re.compile(r"^CL:|Taiwan pr|also pr\.|variant of|also written|abbr\. for")
_HAN = re.compile(r"[\u3400-\u9fff]{1,8}")
_SMALL = frozenset(
    "a an the to of in on at for with by from and or sb sth sb's one's oneself be is being as etc e.g. i.e. up out off "
    "into over one very not no it its his her their that this who which person thing".split()
)


@dataclass(frozen=True)
class Entry:
    word: str
    reading: str
    glosses: tuple[str, ...]


def read_entries(lines: Iterable[str]) -> Iterator[Entry]:
    """The lines of a CC-CEDICT file, with the words folded."""
    found = [match.groups() for match in map(_ENTRY.match, lines) if match]
    words = fold("\n".join(word for word, _, _ in found)).split("\n")
    for word, (_, reading, glosses) in zip(words, found, strict=True):
        yield Entry(word, reading, tuple(glosses.split("/")))


def synonym_groups(entries: Sequence[Entry], siblings: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Groups of which any two are synonyms, sorted; no two of them differ by siblings."""
    shared: defaultdict[Pair, set[str]] = defaultdict(set)
    for gloss, words in _by_gloss(entries).items():
        if len(words) <= MOST_SHARING:
            for pair in combinations(sorted(words), 2):
                shared[pair].add(gloss)
    meanings: Counter[str] = Counter()
    for entry in entries:
        meanings[entry.word] += sum(1 for gloss in entry.glosses if not _NOTE_ALONE.search(gloss))
    pairs = {pair for pair, glosses in shared.items() if _same(pair, glosses, meanings)} | _cross_references(entries)
    return _cliques({pair for pair in pairs if not _differ_by_siblings(*pair, siblings)})


def readings(entries: Iterable[Entry]) -> dict[str, str]:
    """Reading without tone -> the characters that are read so."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if len(entry.word) == 1 and entry.word >= "\u3400":
            found[entry.reading.lower().rstrip("12345").replace("u:", "v")].add(entry.word)
    return {reading: "".join(sorted(characters)) for reading, characters in sorted(found.items())}


def english_words(entries: Iterable[Entry], least: int) -> list[str]:
    """Words of the glosses, of five letters and more, that are in so many of them."""
    counted: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        for word in {*re.findall(r"\b[a-z]{5,}\b", "/".join(entry.glosses))}:
            counted[word] += 1
    return sorted(word for word, times in counted.items() if times >= least)


def _by_gloss(entries: Iterable[Entry]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if _HAN.fullmatch(entry.word) and _is_common(entry.word):
            for gloss in entry.glosses:
                if key := _gloss_key(gloss):
                    found[key].add(entry.word)
    return found


def _is_common(word: str) -> bool:
    """Tells whether each character is among the 6,763 of GB 2312."""
    try:
        word.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _gloss_key(gloss: str) -> str:
    """'' when the gloss does not tell a meaning."""
    return "" if _NO_GLOSS.search(gloss) else _NOTE.sub(" ", gloss).strip().casefold()


def _same(pair: Pair, glosses: set[str], meanings: Mapping[str, int]) -> bool:
    """The one means most of what the other means, or they have a character in common; one character means much, and
    only stands for a word of two that has it."""
    one, other = sorted(pair, key=len)
    if len(one) == 1:
        return len(other) == 2 and one in other
    fewest, most = sorted((meanings[one], meanings[other]))
    if one in other or (len(glosses) * 2 >= fewest and {*one} & {*other}):
        return True
    if len(glosses) * 2 < fewest or len(glosses) * 3 < most:
        return False
    specific = any(len([word for word in gloss.split() if word not in _SMALL]) > 1 for gloss in glosses)
    specific = specific and any(len(gloss.split()) > 2 for gloss in glosses) and most <= 2
    return len(glosses) > 1 or specific


def _cross_references(entries: Iterable[Entry]) -> set[Pair]:
    found = set()
    for entry in entries:
        for gloss in entry.glosses:
            if (match := _SAME_AS.match(gloss.strip())) and len(entry.glosses) == 1:
                other = fold(match[1].split("|")[0])
                if other != entry.word and _HAN.fullmatch(entry.word) and _HAN.fullmatch(other):
                    found.add((min(entry.word, other), max(entry.word, other)))
    return found


def _differ_by_siblings(one: str, other: str, siblings: Mapping[str, frozenset[str]]) -> bool:
    """Each has a part that the other's part is never the same as: 东部, 西部."""
    missing, put = {*one} - {*other}, {*other} - {*one}
    return other in siblings.get(one, ()) or any(
        not siblings.get(part, frozenset()).isdisjoint(put) for part in missing
    )


def _cliques(pairs: set[Pair]) -> list[tuple[str, ...]]:
    """Pairs joined where all of a group are pairs: what is left is as short as it gets by being greedy."""
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for first, second in sorted(pairs):
        behind[first].append(second)
    done: set[Pair] = set()
    found = []
    for pair in sorted(pairs):
        if pair not in done:
            group = [*pair]
            for word in behind[pair[0]]:
                if word not in group and all(tuple(sorted((word, member))) in pairs for member in group):
                    group.append(word)
            done |= {*combinations(sorted(group), 2)}
            found.append(tuple(sorted(group)))
    return found
