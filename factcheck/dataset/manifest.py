"""`manifest.json`: what an export holds."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from factcheck.dataset.data_file import DataFile
from factcheck.dataset.errors import DatasetError

MANIFEST_NAME = "manifest.json"
README_NAME = "README.txt"

NOTES = (
    "UTF-8 CSV with a header, one file a zip archive. Lines end with LF, also inside quoted cells. A missing value is "
    "an empty cell. Times are UTC.",
    "File and column names are those of the Cofacts open dataset. Its analytics.csv is not here: visits are not "
    "counted.",
    "Texts are what people wrote, unchanged except for line breaks. A cell may start with =, +, - or @: do not let a "
    "spreadsheet program run it as a formula.",
    "A hash stands for each person. It is made with a secret key, so that it cannot be traced back to an account. Rows "
    "taken over from another dataset keep the hashes of that dataset.",
    "What people have deleted is taken out of earlier exports within a day. An export then keeps its address and gets "
    "a higher revision, which says how many rows it concerned. Please take it out of your copies, too.",
)


@dataclass(frozen=True)
class ColumnInfo:
    name: str
    description: str


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


@dataclass(frozen=True)
class Manifest:
    generated_at: str
    """ISO 8601, UTC: the moment that the files show."""
    licence: str
    notes: tuple[str, ...]
    files: tuple[FileInfo, ...]
    release: str = ""
    """What its address names; '' of files that were written elsewhere."""
    revision: int = 1
    revised_at: str = ""
    withdrawn_rows: int = 0
    """Rows that revisions took out or emptied. Which ones is not said."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    def to_text(self) -> str:
        lines = [f"Factline open dataset, export of {self.generated_at}", f"Licence: {self.licence}"]
        if self.revised_at:
            lines.append(f"Revision {self.revision} of {self.revised_at}: {self.withdrawn_rows} rows were withdrawn")
        lines += ["", *self.notes]
        for file in self.files:
            lines += ["", f"{file.csv} ({file.rows} rows): {file.description}"]
            lines += [f"  {column.name}: {column.description}" for column in file.columns]
        return "\n".join(lines) + "\n"


def describe(file: DataFile, *, rows: int, size: int, sha256: str) -> FileInfo:
    columns = tuple(ColumnInfo(column.name, column.description) for column in file.columns)
    return FileInfo(f"{file.name}.csv.zip", f"{file.name}.csv", file.description, rows, size, sha256, columns)


def read_manifest(folder: Path) -> Manifest:
    """Raises DatasetError when the folder holds no whole manifest."""
    try:
        data = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        return Manifest(
            generated_at=str(data["generated_at"]),
            licence=str(data["licence"]),
            notes=tuple(map(str, data["notes"])),
            files=tuple(_file_info(file) for file in data["files"]),
            release=str(data.get("release", "")),
            revision=int(data.get("revision", 1)),
            revised_at=str(data.get("revised_at", "")),
            withdrawn_rows=int(data.get("withdrawn_rows", 0)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{folder / MANIFEST_NAME} cannot be read: {error}") from error


def _file_info(data: dict[str, Any]) -> FileInfo:
    columns: Sequence[dict[str, Any]] = data["columns"]
    return FileInfo(**{**data, "columns": tuple(ColumnInfo(**column) for column in columns)})
