"""Texts to draw, cut from those that this project invented (`fixtures`)."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from opencc import OpenCC

from factcheck.trial_data import FOLDER

_SHORTEST, _LONGEST = {"en": 50, "th": 40, "ja": 16}, {"en": 190, "th": 110}
_DENSE_SHORTEST, _DENSE_LONGEST = 24, 96
"""Characters, in languages of which the lines above say nothing else."""
_UNDRAWN = re.compile(
    r"[^\w\s.,:;!?%()/&'\"“”‘’$+\-。，、；：！？「」『』（）【】《》〈〉…—～·・ー฿＄％／\u0e00-\u0e7f]"
)
_LINK = re.compile(r"(?:https?://)?[\w.-]+\.(?:example|org)\S*")


def passages(language: str, count: int, seed: int) -> list[str]:
    """Gives different passages of one or several sentences. Raises ValueError when there are not so many."""
    source = "zh-Hant" if language == "zh-Hans" else language
    convert = OpenCC("tw2s").convert if language == "zh-Hans" else str
    found = list(dict.fromkeys(passage for text in _texts(source) for passage in _cut(text, source)))
    random.Random(f"{seed} {source}").shuffle(found)  # noqa: S311
    # Traditional and simplified pictures must not say the same.
    chosen = found[::-1] if language == "zh-Hans" else found
    if len(chosen) < count * (2 if source == "zh-Hant" else 1):
        raise ValueError(f"Only {len(chosen)} passages in {source}.")
    return [convert(passage) for passage in chosen[:count]]


def _texts(language: str) -> Iterator[str]:
    articles = _rows("articles")
    languages = {row["key"]: row["lang"] for row in articles}
    of_reply = {row["reply"]: languages[row["article"]] for row in _rows("article_replies")}
    yield from (row["text"] for row in articles if row["lang"] == language and "-copy" not in row["key"])
    yield from (row["text"] for row in _rows("replies") if of_reply.get(row["key"]) == language)
    yield from (row["text"] for row in _rows("altered") if row["lang"] == language)


def _rows(name: str) -> list[dict[str, str]]:
    path: Path = FOLDER / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _cut(text: str, language: str) -> Iterator[str]:
    """Takes sentences together until they are long enough."""
    plain = _UNDRAWN.sub("", _LINK.sub("", text))
    shortest = _SHORTEST.get(language, _DENSE_SHORTEST)
    longest = _LONGEST.get(language, _DENSE_LONGEST)
    passage = ""
    for sentence in re.split(r"\s+" if language == "th" else r"(?<=[。！？])|(?<=[.!?])\s+|\n+", plain):
        joined = _joined(passage, sentence.strip(), language)
        if len(joined) > longest:
            if len(passage) >= shortest:
                yield passage
            passage = sentence.strip() if len(sentence.strip()) <= longest else ""
        else:
            passage = joined
        if len(passage) >= shortest:
            yield passage
            passage = ""


def _joined(passage: str, sentence: str, language: str) -> str:
    between = " " if language in ("en", "th") and passage else ""
    return re.sub(r"\s+", " ", f"{passage}{between}{sentence}").strip()
