"""What was taken out of a text and put in, by words; characters where a script has no spaces. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex
from rapidfuzz.distance import Indel

_TOKEN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|[\p{L}\p{M}\p{N}]+|\n|[^\S\n]+|.")
_SHORTEST_COMMON = 2
"""Fewer common characters between two changes say nothing, and are read as changed."""


@dataclass(frozen=True)
class Piece:
    old: str
    new: str

    @property
    def is_same(self) -> bool:
        return self.old == self.new


def differences(old: str, new: str) -> list[Piece]:
    """Parts two texts into pieces that are the same and pieces that differ, in order."""
    found: list[Piece] = []
    for piece in _pieces(_TOKEN.findall(old), _TOKEN.findall(new)):
        if len(found) > 1 and not piece.is_same and found[-1].is_same and _says_nothing(found[-1].old):
            _join(found, found.pop())
        if found and found[-1].is_same == piece.is_same:
            _join(found, piece)
        else:
            found.append(piece)
    return found


def _join(found: list[Piece], piece: Piece) -> None:
    last = found.pop()
    found.append(Piece(last.old + piece.old, last.new + piece.new))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for step in Indel.opcodes(old, new):
        yield Piece(
            "".join(old[step.src_start : step.src_end]),
            "".join(new[step.dest_start : step.dest_end]),
        )


def _says_nothing(common: str) -> bool:
    return len(common.strip()) < _SHORTEST_COMMON and "\n" not in common
