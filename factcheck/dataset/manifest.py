"""`manifest.json`: what a release holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from factcheck.dataset.data_file import DataFile
from factcheck.dataset.errors import DatasetError

MANIFEST_NAME = "manifest.json"

NOTES = (
    "CSV: UTF-8 with a header, one file a zip archive; lines end with LF, also inside quoted cells; a missing value is "
    "an empty cell. Parquet: the same rows with types; a missing number or time is null, a missing text is empty. "
    "Times are UTC.",
    "File and column names are those of the Cofacts open dataset. The files beyond it say so.",
    "Texts are what people wrote, unchanged except for line breaks. A cell may start with =, +, - or @: do not let a "
    "spreadsheet program run it as a formula.",
    "A hash stands for each person. It is made with a secret key, so that it cannot be traced back to an account. The "
    "number of the key is user_key: releases of different keys cannot be joined by person. Rows taken over from "
    "another dataset keep the hashes of that dataset.",
    "A small release shows one moment. A large one is read within minutes after it: what is pointed to is never "
    "missing, but a counter may be a few minutes younger than the rows that it counts.",
    "What people have deleted is taken out of earlier releases within a day. A release then keeps its address and gets "
    "a higher revision, which says how many rows it concerned. Please take it out of your copies, too.",
)

BIASES = (
    "Only what somebody forwarded to the bot is here, and of what was new only what its sender agreed to publish. It "
    "is no sample of what people receive: what is believed without a doubt, or shared in private, is missing.",
    "Whoever writes to such a bot already doubts, has a phone, and speaks one of its languages. What frightens or "
    "annoys is forwarded more often than what pleases.",
    "Volunteers choose what they check: short, new and easy messages get replies first. No reply means that nobody "
    "wrote one, not that a message is true.",
    "Types of replies are judgements of volunteers about a message as it was written. RUMOR says that it contains "
    "misinformation, not that all of it is wrong.",
    "Few people vote, mostly on what they asked about themselves, and readers who got the answer that they expected "
    "vote more often.",
    "Noise is left in: greetings, tests, advertisements, messages cut off in the middle.",
    "Copies are found by a program whose errors are in article_clusters.csv; languages are guessed by letters.",
    "Visits before the service counted them are missing, and caches of others on the way hide some.",
)


@dataclass(frozen=True)
class ColumnInfo:
    name: str
    description: str
    type: str = "string"
    """As Frictionless Data names them."""


@dataclass(frozen=True)
class Stored:
    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class FileInfo:
    """A finished file. `bytes` and `sha256` are of the zip archive; `rows` excludes the header."""

    name: str
    csv: str
    description: str
    rows: int
    bytes: int
    sha256: str
    columns: tuple[ColumnInfo, ...]
    parquet: Stored | None = None
    """The same rows; None where this format is not written."""
    by_year: Mapping[str, int] = field(default_factory=dict)
    """Rows by the year of their beginning, of those that have one."""
    is_in_cofacts: bool = True

    @property
    def table(self) -> str:
        return self.csv.removesuffix(".csv")

    @property
    def stored(self) -> tuple[Stored, ...]:
        return (Stored(self.name, self.bytes, self.sha256), *([self.parquet] if self.parquet else []))


@dataclass(frozen=True)
class Changed:
    """How many rows of a file differ from those of the release before. `new`, `changed` and `hidden` are listed in
    the change log, what was `erased` is not."""

    new: int = 0
    changed: int = 0
    hidden: int = 0
    erased: int = 0


@dataclass(frozen=True)
class Changes:
    since: str
    """The release before."""
    since_revision: int
    file: Stored
    """The list."""
    counts: Mapping[str, Changed]
    """By table."""


@dataclass(frozen=True)
class Manifest:
    generated_at: str
    """ISO 8601, UTC: the moment that the files show."""
    licence: str
    notes: tuple[str, ...]
    files: tuple[FileInfo, ...]
    release: str = ""
    """What its address names; '' of files written elsewhere."""
    revision: int = 1
    revised_at: str = ""
    withdrawn_rows: int = 0
    """Rows that revisions took out or emptied. Which ones is not said."""
    code_version: str = ""
    """Of the program that wrote the files."""
    user_key: int = 1
    """The number of the key by which user ids were made."""
    address: str = ""
    """Where the release is for good; '' of files written elsewhere."""
    biases: tuple[str, ...] = BIASES
    changes: Changes | None = None

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    def file(self, table: str) -> FileInfo | None:
        return next((file for file in self.files if file.table == table), None)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def describe(
    file: DataFile, *, rows: int, csv: Stored, parquet: Stored | None = None, by_year: Mapping[str, int] | None = None
) -> FileInfo:
    return FileInfo(
        name=csv.name,
        csv=csv.name.removesuffix(".zip"),
        description=file.description,
        rows=rows,
        bytes=csv.bytes,
        sha256=csv.sha256,
        columns=tuple(ColumnInfo(column.name, column.description, column.kind) for column in file.columns),
        parquet=parquet,
        by_year=by_year or {},
        is_in_cofacts=file.is_in_cofacts,
    )


def read_manifest(folder: Path) -> Manifest:
    """Raises DatasetError when the folder holds no whole manifest."""
    try:
        return manifest_of(json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{folder / MANIFEST_NAME} cannot be read: {error}") from error


def manifest_of(data: dict[str, Any]) -> Manifest:
    """Reads what `to_json` wrote, of earlier releases of this program too. Raises ValueError, KeyError or TypeError."""
    return Manifest(
        generated_at=str(data["generated_at"]),
        licence=str(data["licence"]),
        notes=tuple(map(str, data["notes"])),
        files=tuple(_file_info(file) for file in data["files"]),
        release=str(data.get("release", "")),
        revision=int(data.get("revision", 1)),
        revised_at=str(data.get("revised_at", "")),
        withdrawn_rows=int(data.get("withdrawn_rows", 0)),
        code_version=str(data.get("code_version", "")),
        user_key=int(data.get("user_key", 1)),
        address=str(data.get("address", "")),
        biases=tuple(map(str, data.get("biases", BIASES))),
        changes=_changes(data["changes"]) if data.get("changes") else None,
    )


def _file_info(data: dict[str, Any]) -> FileInfo:
    columns: Sequence[dict[str, Any]] = data["columns"]
    parquet = Stored(**data["parquet"]) if data.get("parquet") else None
    return FileInfo(**{**data, "columns": tuple(ColumnInfo(**column) for column in columns), "parquet": parquet})


def _changes(data: dict[str, Any]) -> Changes:
    counts = {table: Changed(**numbers) for table, numbers in data["counts"].items()}
    return Changes(**{**data, "file": Stored(**data["file"]), "counts": counts})
