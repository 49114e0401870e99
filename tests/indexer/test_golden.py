"""The digest of what would be indexed changes with every rule that decides about it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import regex

from factcheck.matching.text import chatter, contacts, normalise, pages, signs, tokens, transcripts, urls
from factcheck.matching.text.words import words_by_language
from indexer.backends.elasticsearch import mapping
from indexer.backends.embedded import file
from indexer.backends.identity import MAPPING_VERSION
from indexer.golden import TEXTS, Written, digest, golden_texts

BACKENDS = [file.written, mapping.written]
CHATTER = {name: " ".join(listed) for name, listed in chatter._word_groups().items()}
CHINESE, *OTHERS = words_by_language()


@pytest.fixture(scope="module")
def usual() -> dict[Written, str]:
    return {written: digest(written) for written in BACKENDS}


@pytest.fixture(scope="module")
def usual_parts() -> list[tuple[list[str], str]]:
    """Some of the texts each, with their digest: what a change changes is mostly seen in the first ones."""
    texts = golden_texts()
    return [(part, digest(file.written, part)) for part in (texts[at : at + 40] for at in range(0, len(texts), 40))]


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """What is made by the rules is made anew, before and after a change."""
    made = (normalise._chatter, normalise.normalise, normalise.fold_letter)
    for one in made:
        one.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    for one in made:
        one.cache_clear()


def without(pattern: "regex.Pattern[str]", part: str) -> "regex.Pattern[str]":
    assert part in pattern.pattern
    return regex.compile(pattern.pattern.replace(part, "", 1), pattern.flags)


def words(kind: str, word: str) -> Callable[[], dict[str, list[str]]]:
    assert word in CHATTER[kind].split()
    left = " ".join(one for one in CHATTER[kind].split() if one != word)
    return lambda: {name: [listed] for name, listed in (CHATTER | {kind: left}).items()}


CHANGES: dict[str, tuple[Any, str, Any]] = {
    "a forwarding word": (chatter, "_word_groups", words("forward", "擴散")),
    "a place": (chatter, "_word_groups", words("place", "ネット")),
    "a kind of chatter": (
        chatter,
        "words_by_language",
        lambda: (replace(CHINESE, chatter_segments=CHINESE.chatter_segments[1:]), *OTHERS),
    ),
    "a kind of line": (
        chatter,
        "words_by_language",
        lambda: (replace(CHINESE, chatter_lines=CHINESE.chatter_lines[1:]), *OTHERS),
    ),
    "heads of mails": (chatter, "_MAIL_HEADER", "(?!)"),
    "layers": (normalise, "_MOST_LAYERS", 2),
    "emoji": (normalise, "_EMOJI", without(normalise._EMOJI, r"\p{Regional_Indicator}")),
    "invisible characters": (normalise, "_INVISIBLE", without(normalise._INVISIBLE, r"\u2800")),
    "digits": (normalise, "_OTHER_DIGIT", without(normalise._OTHER_DIGIT, r"\p{Nd}")),
    "variants": (normalise, "_VARIANTS", {}),
    "Thai": (normalise, "_THAI_AE", "\0"),
    "signs": (signs, "_AGREES", frozenset(signs._OPPOSITES)),
    "punctuation that counts": (normalise, "_INSIGNIFICANT", without(normalise._INSIGNIFICANT, "%‰")),
    "phones": (normalise, "_PHONE", without(normalise._PHONE, r"|0\p{Nd}{1,3}")),
    "tracking": (urls, "_TRACKING", urls._TRACKING - {"fbclid"}),
    "hosts": (urls, "_URL", without(urls._URL, "ไทย|")),
    "pages": (pages, "_SITES", {name: site for name, site in pages._SITES.items() if name != "x.com"}),
    "copied chats": (transcripts, "_MESSAGE", regex.compile("(?!)")),
    "exported chats": (transcripts, "_EXPORT", regex.compile("(?!)")),
    "hosts in words": (contacts, "_HOST_IN_WORDS", regex.compile("(?!)")),
    "tokens": (tokens, "_LONGEST_WORD", 20),
    "windows": (tokens, "WINDOW", 300),
    "number of windows": (tokens, "MOST_WINDOWS", 12),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_rule_that_decides_about_an_index_changes_the_digest(
    change: str, rules: pytest.MonkeyPatch, usual_parts: list[tuple[list[str], str]]
) -> None:
    module, name, value = CHANGES[change]
    rules.setattr(module, name, value)
    assert any(digest(file.written, texts) != before for texts, before in usual_parts)


def test_how_a_backend_keeps_documents_changes_its_digest_alone(
    rules: pytest.MonkeyPatch, usual: dict[Written, str]
) -> None:
    rules.setattr(file, "pack", lambda vectors: [row.tobytes() for row in vectors.astype(np.float64)])
    assert digest(file.written) != usual[file.written]
    assert digest(mapping.written) == usual[mapping.written]
    rules.setattr(mapping, "LINKS", 16)
    assert digest(mapping.written) != usual[mapping.written]


def test_every_word_of_chatter_stands_around_a_golden_text() -> None:
    """Else nobody would notice that it is gone, or comes to mean something else."""
    missing = {word for listed in CHATTER.values() for word in listed.split()} - _words_taken_off()
    assert not missing, f"Write texts with them into {TEXTS.name}."


def _words_taken_off() -> set[str]:
    taken = set()
    for text in golden_texts():
        folded, rest = normalise.fold(text), normalise.normalise(text)
        taken |= {word for word in _FOLDED if _FOLDED[word] in folded and _FOLDED[word] not in rest}
    return taken


_FOLDED = {word: normalise.fold(word) for listed in CHATTER.values() for word in listed.split()}


FORMS = {4: ("f7812844ee73", "a9e68a91772b")}
"""MAPPING_VERSION -> digests of the tables of the embedded index, and of the fields in Elasticsearch."""


def test_another_form_of_index_is_another_mapping_version() -> None:
    """If this fails: can the code still read an index of the form before? If not, raise MAPPING_VERSION. Then write the
    digests down here."""
    found = tuple(digest(written, []) for written in BACKENDS)
    assert FORMS[MAPPING_VERSION] == found
