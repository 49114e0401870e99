"""What is compared of articles, kept in memory and as bytes that a database stores."""

import json
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from factcheck.matching.compare.features import TextFacts
from factcheck.matching.text.contacts import Contacts

MARKS = ("shingles", "bigrams")
SETS = ("numbers", "urls", "pages", "words")
VALUES = ("fingerprint", "script", "negated", "digits", "length", "windows", "is_chat_log")
"""All that is compared of an article, with its contacts, but for `pieces`, which only a near copy needs."""

MOST_KEPT = 16_384
"""Articles of which it is kept in memory, some 4 KB each."""

Kept = Mapping[str, Any]

_recent: OrderedDict[str, Kept] = OrderedDict()
"""Texts and what is kept of them, the longest unused first."""
_mutex = threading.Lock()


def facts_of(text: str) -> TextFacts:
    """Gives the facts of an article, which many messages meet."""
    with _mutex:
        kept = _recent.get(text)
        if kept is not None:
            _recent.move_to_end(text)
    if kept is None:
        kept = derived(text)
        keep(text, kept)
    return TextFacts(text, kept)


def is_kept(text: str) -> bool:
    return text in _recent


def keep(text: str, kept: Kept) -> None:
    with _mutex:
        _recent[text] = kept
        while len(_recent) > MOST_KEPT:
            _recent.popitem(last=False)


def derived(text: str) -> Kept:
    facts = TextFacts(text)
    return {name: getattr(facts, name) for name in (*MARKS, *SETS, *VALUES, "contacts")}


def packed(kept: Kept) -> bytes:
    """Writes it as JSON and, after a NUL, the marks as numbers of 32 bits."""
    contacts: Contacts = kept["contacts"]
    plain = {name: kept[name] for name in VALUES}
    sets = {name: sorted(kept[name]) for name in SETS} | {
        "contacts": [sorted(contacts.names), sorted(contacts.numbers)]
    }
    sizes = {name: len(kept[name]) for name in MARKS}
    marks = b"".join(kept[name].astype("<u4").tobytes() for name in MARKS)
    return json.dumps([plain, sets, sizes], separators=(",", ":")).encode() + b"\0" + marks


def unpacked(data: bytes) -> Kept:
    head, _, body = data.partition(b"\0")
    plain, sets, sizes = json.loads(head)
    names, numbers = map(frozenset, sets.pop("contacts"))
    ends = np.cumsum([sizes[name] for name in MARKS])
    marks = zip(MARKS, np.split(np.frombuffer(body, "<u4").astype(np.uint32), ends[:-1]), strict=True)
    return {
        **plain,
        **{name: frozenset(sets[name]) for name in SETS},
        **dict(marks),
        "contacts": Contacts(names, numbers),
    }


def text_mark(text: str) -> str:
    """Tells texts apart, by 64 bits."""
    return xxhash.xxh3_64_hexdigest(text.encode("utf-8", "surrogatepass"))


@cache
def code_mark() -> str:
    """Names the code that derives: with another, all is derived anew, whether or not the change asked for it."""
    folder = Path(__file__).parents[1]
    files = [
        path for part in ("text", "compare") for path in (folder / part).rglob("*") if path.suffix in (".py", ".txt")
    ]
    files += [folder.parent / "languages.py", folder.parent / "graphemes.py"]
    digest = sha256(unicodedata.unidata_version.encode())
    for package in ("regex", "opencc", "idna"):
        digest.update(version(package).encode())
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
