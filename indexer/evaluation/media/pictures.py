"""What the reader makes of the set's pictures, and which of their edited copies are found again."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from factcheck.matching.decide.pictures import bits_after_look
from factcheck.matching.decide.thresholds import PERHAPS_PICTURE, SAME_PICTURE
from factcheck.matching.text.normalise import normalise
from factcheck.ports import PictureText
from factcheck.services.media_lookup import NEAREST
from indexer.evaluation.media.drawing import VERTICAL, Plan, draw, plans
from indexer.evaluation.media.edits import EDITS
from indexer.evaluation.media.hashes import Copy, Hashed, hashed, hashed_copies, hashed_plans
from indexer.evaluation.media.readings import error_rate, read_all
from indexer.evaluation.media.twins import with_few_other_letters, with_other_words
from indexer.media.closer_look import is_same
from indexer.media.known import distance

Json = dict[str, Any]

SAME_TEXT, LEAST_SHINGLES = 0.6, 6
"""The share of the smaller text's pieces that the other has, too, and how many pieces a text needs."""
_FILES_AT_ONCE = 64
COFACTS_IDENTICAL = 0.95
"""From this similarity Cofacts' chatbot says that it is the same picture."""


@dataclass(frozen=True)
class Drawn:
    plan: Plan
    truth: str
    image: Image.Image
    data: bytes
    """The file, without losses beyond those of its own JPEG."""


def drawn(share: float) -> list[Drawn]:
    found = []
    for plan in plans(share):
        image, truth = draw(plan)
        found.append(Drawn(plan, truth, image, as_file(image)))
    return found


def as_file(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def measure_reading(pictures: Sequence[Drawn], folder: Path) -> tuple[Json, list[PictureText]]:
    """Gives error rates by language and by kind, and what was read."""
    texts = read_all([each.data for each in pictures], folder, label="reading")
    rates = [error_rate(each.truth, text.text) for each, text in zip(pictures, texts, strict=True)]
    groups: dict[str, list[float]] = defaultdict(list)
    kinds: dict[str, list[float]] = defaultdict(list)
    for each, rate in zip(pictures, rates, strict=True):
        groups[_group(each.plan)].append(rate)
        kinds[each.plan.kind].append(rate)
    rows = zip(pictures, texts, rates, strict=True)
    worst = sorted(rows, key=lambda row: (-row[2], row[0].plan.name))[:12]
    return {
        "pictures": len(pictures),
        "error_rate": {group: _rates(each) for group, each in sorted(groups.items())},
        "error_rate_by_kind": {kind: _rates(each) for kind, each in sorted(kinds.items())},
        "worst": [
            {
                "name": each.plan.name,
                "rate": round(rate, 3),
                "size": each.plan.size,
                "contrast": each.plan.contrast,
                "tilt": each.plan.tilt,
                "confidence": round(text.confidence, 2),
                "truth": each.truth,
                "read": text.text,
            }
            for each, text, rate in worst
        ],
    }, texts


def measure_finding(pictures: Sequence[Drawn], texts: Sequence[PictureText], folder: Path, readings: float) -> Json:
    """Gives which edited copies are found again, by kind of edit: by the hash, by the text where the hash does not know
    them, and by Cofacts' rule. `readings`: the share of the copies to be read that is read."""
    files_of_pictures = [each.data for each in pictures]
    originals, copies = hashed(files_of_pictures), hashed_copies(files_of_pictures)
    distances = _Distances.of(originals, copies)
    by_hash = [_first(distances.row(copy.hashes.picture_hash), SAME_PICTURE) == copy.at for copy in copies]
    looked = [_looked(distances, originals, copy.hashes) for copy in copies]
    by_look = [at == copy.at for copy, at in zip(copies, looked, strict=True)]
    read = to_be_read([copy for copy, found in zip(copies, by_look, strict=True) if not found], readings)
    texts_read: list[PictureText] = []
    for start in range(0, len(read), _FILES_AT_ONCE):
        files = [as_file(EDITS[copy.edit](pictures[copy.at].image)) for copy in read[start : start + _FILES_AT_ONCE]]
        texts_read += read_all(files, folder, label="reading copies")
    known = [shingles(text.text) for text in texts]
    matched = [_by_text(shingles(text.text), known) for text in texts_read]
    by_text = {id(copy): at == copy.at for copy, (at, _) in zip(read, matched, strict=True)}
    return {
        "copies": len(copies),
        "read": len(read),
        "threshold_bits": SAME_PICTURE,
        "largest_without_false_match": distances.largest_without_false_match,
        "false_by_hash": sum(
            _first(distances.row(copy.hashes.picture_hash), SAME_PICTURE) not in (None, copy.at) for copy in copies
        ),
        "false_by_look": sum(at not in (None, copy.at) for copy, at in zip(copies, looked, strict=True)),
        "false_by_text": sum(at not in (None, copy.at) for copy, (at, _) in zip(read, matched, strict=True)),
        "by_edit": {name: _of_edit(name, copies, by_hash, by_look, by_text) for name in EDITS},
        "templates": _templates(pictures, distances, originals),
        "cofacts": cofacts(originals, copies),
    }


def to_be_read(unread: Sequence[Copy], share: float) -> list[Copy]:
    """Takes that share of the copies of each edit, spread over the set."""
    by_edit: dict[str, list[Copy]] = defaultdict(list)
    for copy in unread:
        by_edit[copy.edit].append(copy)
    return [copy for each in by_edit.values() for copy in each[:: max(1, round(1 / share))]] if share else []


def _of_edit(
    name: str,
    copies: Sequence[Copy],
    by_hash: Sequence[bool],
    by_look: Sequence[bool],
    by_text: Mapping[int, bool],
) -> Json:
    """Counts of one edit. Copies that were to be read and were not, for want of time, are left out of `by_any`."""
    rows = [(copy, found) for copy, found in zip(copies, by_look, strict=True) if copy.edit == name]
    share = mean(found for _, found in rows)
    tried = [by_text[id(copy)] for copy, found in rows if not found and id(copy) in by_text]
    text_share = mean(tried) if tried else None
    any_share = share + (1 - share) * text_share if text_share is not None else None
    return {
        "by_hash": round(mean(found for copy, found in zip(copies, by_hash, strict=True) if copy.edit == name), 3),
        "by_look": round(share, 3),
        "read": len(tried),
        "by_text_of_those": None if text_share is None else round(text_share, 3),
        "by_any": 1.0 if share == 1 else None if any_share is None else round(any_share, 3),
    }


def _looked(distances: "_Distances", originals: Sequence[Hashed], wanted: Hashed) -> int | None:
    """Gives the picture that it is taken for, as the service does: a closer look at the nearest."""
    row = distances.row(wanted.picture_hash)
    nearest = [int(at) for at in np.argsort(row, kind="stable")[:NEAREST] if row[at] <= PERHAPS_PICTURE]
    bits = {at: bits_after_look(int(row[at]), is_same(wanted.sketch, originals[at].sketch)) for at in nearest}
    same = {at: found for at, found in bits.items() if found is not None and found <= SAME_PICTURE}
    return min(same, key=lambda at: (same[at], row[at])) if same else None


def _templates(pictures: Sequence[Drawn], distances: "_Distances", originals: Sequence[Hashed]) -> Json:
    """Gives how many pictures of the same template are taken for one of the set: with other words, which would be
    false, and with a few other letters, which the text must tell."""
    found: Json = {}
    for name, altered in (("other words", with_other_words), ("few other letters", with_few_other_letters)):
        others = hashed_plans([altered(each.plan) for each in pictures])
        found[name] = {
            "by_hash": sum(_first(distances.row(one.picture_hash), SAME_PICTURE) is not None for one in others),
            "by_look": sum(_looked(distances, originals, one) is not None for one in others),
        }
    return found


@dataclass(frozen=True)
class _Distances:
    """Compares with all originals."""

    words: npt.NDArray[np.uint64]
    largest_without_false_match: int

    @classmethod
    def of(cls, originals: Sequence[Hashed], copies: Sequence[Copy]) -> "_Distances":
        words = np.frombuffer(b"".join(each.picture_hash for each in originals), np.uint64).reshape(-1, 4)
        nearest_false = 256
        for at, each in [*enumerate(originals), *((copy.at, copy.hashes) for copy in copies)]:
            row = _row(words, each.picture_hash)
            row[at] = 256
            nearest_false = min(nearest_false, int(row.min()))
        return cls(words, nearest_false - 1)

    def row(self, wanted: bytes) -> npt.NDArray[np.int64]:
        return _row(self.words, wanted)


def _row(words: npt.NDArray[np.uint64], wanted: bytes) -> npt.NDArray[np.int64]:
    return np.bitwise_count(words ^ np.frombuffer(wanted, np.uint64)).sum(axis=1).astype(np.int64)


def _first(row: npt.NDArray[np.int64], most: int) -> int | None:
    at = int(np.argmin(row))
    return at if row[at] <= most else None


def shingles(text: str) -> frozenset[str]:
    """Gives the pieces of three letters of a text, folded as texts are to be compared."""
    folded = "".join(character for character in normalise(text) if character.isalnum())
    return frozenset(folded[at : at + 3] for at in range(len(folded) - 2))


def _by_text(wanted: frozenset[str], known: Sequence[frozenset[str]]) -> tuple[int | None, float]:
    """Gives the picture whose text is most of this text, or has most of it, and the share; None for a text too short to
    tell, or one that no picture has."""
    if len(wanted) < LEAST_SHINGLES:
        return None, 0.0
    shares = [
        len(wanted & each) / min(len(wanted), len(each)) if len(each) >= LEAST_SHINGLES else 0.0 for each in known
    ]
    at = int(np.argmax(shares))
    return (at if shares[at] >= SAME_TEXT else None), shares[at]


def cofacts(originals: Sequence[Hashed], copies: Sequence[Copy]) -> Json:
    """Gives what Cofacts' rule finds: the same key, and then 0.95 of the fine hash's bits or more."""
    found: dict[str, list[bool]] = defaultdict(list)
    false = 0
    for copy in copies:
        best = max(
            (
                (1 - distance(copy.hashes.fine, each.fine) / 256, at)
                for at, each in enumerate(originals)
                if each.key == copy.hashes.key
            ),
            default=(0.0, -1),
        )
        hit = best[1] if best[0] >= COFACTS_IDENTICAL else None
        found[copy.edit].append(hit == copy.at)
        false += hit not in (None, copy.at)
    return {"found": shares(found), "false": false}


def _group(plan: Plan) -> str:
    """Names what a wanted figure is about."""
    if plan.language == "th":
        return "th, memes" if plan.kind == "meme" else "th, plain"
    return f"{plan.language}, {'vertical' if plan.kind == VERTICAL else 'horizontal'}"


def _rates(rates: Sequence[float]) -> Json:
    return {
        "pictures": len(rates),
        "mean": round(mean(rates), 4),
        "median": round(median(rates), 4),
        "without_error": sum(rate == 0 for rate in rates),
    }


def shares(found: Mapping[str, Iterable[bool]]) -> dict[str, float]:
    return {name: round(mean(map(float, each)), 3) for name, each in found.items()}
