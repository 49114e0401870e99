"""Splits a CSV file into rows: in bounded memory, and with a way on behind a quote that is never closed."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TextIO

from factcheck.limits import MAX_ROW

PIECE = 65_536
_WHOLE_CELLS = re.compile(r'(?:(?:"[^"]*+(?:""[^"]*+)*+"|[^",\r\n][^,\r\n]*+)?+,)*+')

csv.field_size_limit(MAX_ROW + 1)  # for the whole process; some messages exceed the default, 128 KiB


@dataclass(frozen=True)
class BrokenRow:
    """`place` says which lines of the file were lost, and why."""

    problem: str
    place: str


class TooLongError(Exception):
    """A row has more characters than MAX_ROW."""


def split_rows(text: TextIO) -> Iterator[list[str] | BrokenRow]:
    """Yields the cells of each row; an empty list for an empty line."""
    lines = _Lines(text)
    rows = csv.reader(lines, strict=True)  # strict, or an unclosed quote would join rows unsaid
    while True:
        lines.begin_row()
        try:
            row: list[str] | BrokenRow = next(rows)
        except StopIteration:
            return
        except TooLongError:
            row = lines.skip_row()
        except csv.Error:
            row = lines.step_back()
        yield row


class _Lines:
    """The lines of a file, numbered from 1; those of the row that is being read can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._given_back: deque[str] = deque()
        self._number = 0
        self.begin_row()

    def begin_row(self) -> None:
        self._taken: list[str] = []
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read(MAX_ROW + 1)
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._number += 1
        self._length += len(line)
        if self._length > MAX_ROW:
            raise TooLongError
        return line

    def _read(self, most: int) -> str:
        return self._given_back.popleft() if self._given_back else self._text.readline(most)

    def step_back(self) -> BrokenRow:
        """Loses the lines up to the one on which the quote began; those behind it are read as if it were closed."""
        opened = _WHOLE_CELLS.match("".join(self._taken)).end()  # type: ignore[union-attr] # it matches nothing, too
        lost = 1 + sum(end <= opened for end in accumulate(map(len, self._taken[:-1])))
        begun = self._number - len(self._taken) + 1
        self._number -= len(self._taken) - lost
        self._given_back.extendleft(reversed(self._taken[lost:]))
        return BrokenRow("a quote is not closed", _said(begun, self._number, "lost: the last one has an open quote"))

    def skip_row(self) -> BrokenRow:
        """Passes by the rest of a row without keeping it."""
        begun = self._number - len(self._taken) + 1
        quoted = sum(line.count('"') for line in self._taken) % 2 == 1
        ended = self._taken[-1][-1] in "\r\n"
        while (quoted or not ended) and (piece := self._read(PIECE)):
            self._number += ended
            quoted ^= piece.count('"') % 2 == 1
            ended = piece[-1] in "\r\n"
        why = "passed by: a quote that began there is not closed" if quoted else "passed by: one row, too long"
        return BrokenRow(f"longer than {MAX_ROW:,} characters", _said(begun, self._number, why))


def _said(first: int, last: int, why: str) -> str:
    return f"line {first}: {why}" if first == last else f"lines {first} to {last}: {why}"
