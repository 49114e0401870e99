"""What an import did, file by file."""

from collections import Counter
from dataclasses import dataclass, field

SHOWN_ROWS = 5


@dataclass
class FileReport:
    """`read` = `new` + `already_there` + `left_out` + `malformed`, each in rows."""

    name: str
    read: int = 0
    new: int = 0
    already_there: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """reason -> rows"""
    malformed: Counter[str] = field(default_factory=Counter)
    """reason -> rows"""
    malformed_rows: list[int] = field(default_factory=list)
    """Numbers of the first few, from 1 after the header."""
    lost: list[str] = field(default_factory=list)
    """Says of the first few broken rows which lines they cost."""
    notes: Counter[str] = field(default_factory=Counter)
    """Oddities of the rows taken."""

    def add_malformed(self, number: int, reason: str, place: str = "") -> None:
        self.malformed[reason] += 1
        if len(self.malformed_rows) < SHOWN_ROWS:
            self.malformed_rows.append(number)
        if place and len(self.lost) < SHOWN_ROWS:
            self.lost.append(place)


@dataclass
class ImportReport:
    files: list[FileReport] = field(default_factory=list)
    recounted: int = 0
    """Articles and links whose counters were wrong."""

    @property
    def new(self) -> int:
        return sum(file.new for file in self.files)

    def file(self, name: str) -> FileReport:
        return next(file for file in self.files if file.name == name)

    def table(self) -> str:
        lines = [_line("file", "rows read", "new", "already there", "left out", "malformed")]
        for file in self.files:
            left_out, malformed = file.left_out.total(), file.malformed.total()
            lines.append(_line(file.name, file.read, file.new, file.already_there, left_out, malformed))
            lines += [f"    left out: {reason}: {count:,}" for reason, count in file.left_out.most_common()]
            lines += [f"    malformed: {reason}: {count:,}" for reason, count in file.malformed.most_common()]
            if file.malformed_rows:
                lines.append(f"    malformed rows: {_numbers(file)}")
            lines += [f"    {place}" for place in file.lost]
            lines += [f"    note: {note}: {count:,}" for note, count in file.notes.most_common()]
        lines.append(f"{self.recounted:,} articles and replies had their counters set to what the rows say.")
        if self.new:
            lines.append("New articles are not searchable yet: run `python -m indexer reindex`.")
        return "\n".join(lines)


def _line(name: str, *cells: int | str) -> str:
    return f"{name:<24}" + "".join(f"{cell:>14,}" if isinstance(cell, int) else f"{cell:>14}" for cell in cells)


def _numbers(file: FileReport) -> str:
    more = " ..." if file.malformed.total() > len(file.malformed_rows) else ""
    return ", ".join(map(str, file.malformed_rows)) + more
