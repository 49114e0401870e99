"""Many articles out of few: edited copies of real messages, and vectors that resemble those of such copies.

Each copy is a message with one to three edits: characters replaced, taken out or put in, numbers changed, chatter
around it, a part cut off, another message joined to it. The texts are normalised ones, so that the same seed gives
the same articles on every machine. Its vectors are made from those of the message, because embedding 100,000 texts
takes an hour: `v = c b + sqrt(1 - c^2) u`, where `b` is the message's vector of that place, `c` is drawn from the
cosines that really embedded copies have to it (`measure`), and `u` is a direction in which real messages differ.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import regex
import xxhash

from factcheck.matching.text.tokens import WINDOW, window_count
from factcheck.ports import Matrix, SearchDocument

_NUMBER = regex.compile(r"\d+")
_CHATTER = (
    "請大家轉發給親朋好友", "剛剛收到的消息", "這是真的嗎?", "朋友傳來的,請查證", "寧可信其有", "功德無量,請分享出去",
    "長輩群組一直在傳", "please share with everyone you know", "is this true?", "ฝากแชร์ต่อด้วยนะคะ", "拡散希望です",
)  # fmt: skip
_DIRECTION_PARTS = 8
_SECOND_HALF = 0.5


@dataclass(frozen=True)
class Source:
    """A real message: its normalised text, its URLs and one vector a window."""

    text: str
    urls: tuple[str, ...]
    vectors: Matrix


@dataclass(frozen=True)
class Copy:
    text: str
    urls: tuple[str, ...]
    origin: int
    """The message it was made from."""
    joined: int | None
    """The message behind it."""


def edited_copies(sources: Sequence[Source], seed: int) -> Iterator[Copy]:
    """Without end; the same for the same seed."""
    rng = random.Random(seed)
    letters = [letter for source in sources[:500] for letter in source.text]
    while True:
        origin = rng.randrange(len(sources))
        text, joined = sources[origin].text, None
        for name in rng.sample(list(_EDITS), rng.choice((1, 1, 2, 2, 3))):
            if name == "join":
                joined = rng.randrange(len(sources))
                continue
            text = _EDITS[name](text, rng, letters)
        urls = sources[origin].urls if rng.random() < _SECOND_HALF else ()
        if joined is not None:
            text = f"{text} {sources[joined].text}"
        if text.strip():
            yield Copy(text.strip(), urls, origin, joined)


def _replace(text: str, rng: random.Random, letters: Sequence[str]) -> str:
    share = rng.uniform(0.03, 0.2)
    return "".join(rng.choice(letters) if rng.random() < share else letter for letter in text)


def _remove(text: str, rng: random.Random, _letters: Sequence[str]) -> str:
    share = rng.uniform(0.03, 0.2)
    return "".join(letter for letter in text if rng.random() >= share)


def _insert(text: str, rng: random.Random, letters: Sequence[str]) -> str:
    share = rng.uniform(0.03, 0.15)
    return "".join(letter + rng.choice(letters) if rng.random() < share else letter for letter in text)


def _renumber(text: str, rng: random.Random, _letters: Sequence[str]) -> str:
    return _NUMBER.sub(lambda found: str(rng.randrange(10 ** min(len(found.group()), 9))), text)


def _chat(text: str, rng: random.Random, _letters: Sequence[str]) -> str:
    return f"{rng.choice(_CHATTER)} {text} {rng.choice(_CHATTER)}"


def _cut(text: str, rng: random.Random, _letters: Sequence[str]) -> str:
    """A third to two thirds of it, from anywhere."""
    length = int(len(text) * rng.uniform(0.34, 0.67))
    start = rng.randrange(len(text) - length + 1)
    return text[start : start + length] or text


def _join(text: str, _rng: random.Random, _letters: Sequence[str]) -> str:
    return text


_EDITS: dict[str, Callable[[str, random.Random, Sequence[str]], str]] = {
    "replace": _replace, "remove": _remove, "insert": _insert, "renumber": _renumber, "chatter": _chat, "cut": _cut,
    "join": _join,
}  # fmt: skip


class Vectors:
    """Makes the vectors of copies."""

    def __init__(self, sources: Sequence[Source], cosines: npt.NDArray[np.float64], seed: int) -> None:
        """`cosines`: of really embedded copies, from `measure`."""
        self._sources = sources
        self._cosines = cosines
        self._rng = np.random.default_rng(seed)
        rows = np.concatenate([source.vectors for source in sources])
        self._differences = rows - rows.mean(axis=0)

    def of(self, copy: Copy) -> Matrix:
        return self._varied(base_rows(self._sources, copy))

    def _varied(self, rows: Matrix) -> Matrix:
        picked = self._rng.integers(len(self._differences), size=(len(rows), _DIRECTION_PARTS))
        weights = self._rng.standard_normal((len(rows), _DIRECTION_PARTS, 1))
        direction = (self._differences[picked] * weights).sum(axis=1)
        direction -= (direction * rows).sum(axis=1, keepdims=True) * rows
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        cosine = self._rng.choice(self._cosines, size=(len(rows), 1))
        return np.ascontiguousarray(cosine * rows + np.sqrt(1 - cosine**2) * direction, dtype=np.float32)


def base_rows(sources: Sequence[Source], copy: Copy) -> Matrix:
    """For each window of the copy the vector of the message at that place."""
    count = window_count(copy.text)
    origin = sources[copy.origin].vectors
    if copy.joined is None:
        return origin[_places(count, len(origin))]
    behind = sources[copy.joined]
    split = len(copy.text) - len(behind.text)
    first = min(count, max(0, round(count * split / len(copy.text)))) if count > 1 else int(split >= WINDOW // 4)
    return np.concatenate(
        [origin[_places(first, len(origin))], behind.vectors[_places(count - first, len(behind.vectors))]]
    )


def _places(count: int, length: int) -> npt.NDArray[np.int64]:
    return np.arange(count) * length // max(count, 1)


def measure(sources: Sequence[Source], copies: Sequence[Copy], embedded: Sequence[Matrix]) -> npt.NDArray[np.float64]:
    """The cosines of really embedded copies to the rows that `Vectors` starts from."""
    pairs = [(base_rows(sources, copy), rows) for copy, rows in zip(copies, embedded, strict=True)]
    return np.concatenate([(base * rows).sum(axis=1) for base, rows in pairs]).astype(np.float64).clip(-1.0, 1.0)


def as_document(number: int, copy: Copy, vectors: Matrix) -> SearchDocument:
    mark = xxhash.xxh3_128_hexdigest(copy.text.encode())
    return SearchDocument(f"copy{number}", 1, copy.text, mark, copy.urls, vectors)
