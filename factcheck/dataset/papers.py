"""What lies beside the files of a release, for people and for programs: all of it is made from the manifest."""

import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.columns import POINTS_TO
from factcheck.dataset.folders import to_disk, write_text
from factcheck.dataset.manifest import MANIFEST_NAME, FileInfo, Manifest
from factcheck.dataset.write_file import stored
from factcheck.languages import LANGUAGES

CARD_NAME = "README.md"
CITATION_NAME = "CITATION.cff"
PACKAGE_NAME = "datapackage.json"
SUMS_NAME = "SHA256SUMS"
ARCHIVE_NAME = "everything.zip"

PAPERS = (CARD_NAME, MANIFEST_NAME, PACKAGE_NAME, CITATION_NAME, SUMS_NAME)
"""To be read; those before are in the archive, too."""
TITLE = "Factline open dataset"
SUMMARY = (
    "Messages that people reported to a fact-checking chatbot, the replies of volunteers, requests, votes, topics and "
    "visits."
)


class Licence(NamedTuple):
    spdx: str
    address: str


LICENCES = {
    "CC BY-SA 4.0": Licence("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC BY 4.0": Licence("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0 1.0": Licence("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODbL 1.0": Licence("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}
"""Those that a service may choose and programs know."""
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""Rows below which Hugging Face has a word."""


def write_papers(folder: Path, manifest: Manifest) -> None:
    """Writes them and the archive, the last with a manifest that says what it holds."""
    write_text(folder / CARD_NAME, card(manifest))
    write_text(folder / CITATION_NAME, citation(manifest))
    write_text(folder / PACKAGE_NAME, json.dumps(package(manifest), ensure_ascii=False, indent=2) + "\n")
    write_text(folder / MANIFEST_NAME, manifest.to_json())
    listed = [name for name in PAPERS if name != SUMS_NAME]
    names = [*listed, *names_of_files(manifest)]
    _write_archive(folder, names, datetime.fromisoformat(manifest.revised_at or manifest.generated_at))
    sums = {one.name: one.sha256 for file in manifest.files for one in file.stored}
    if manifest.changes:
        sums[manifest.changes.file.name] = manifest.changes.file.sha256
    sums |= {name: stored(folder / name).sha256 for name in (*listed, ARCHIVE_NAME)}
    write_text(folder / SUMS_NAME, "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)))


def names_of_files(manifest: Manifest) -> list[str]:
    names = [one.name for file in manifest.files for one in file.stored]
    return [*names, *([manifest.changes.file.name] if manifest.changes else [])]


def _write_archive(folder: Path, names: list[str], moment: datetime) -> None:
    """Packs what is packed already as it is; unpacked, it is the release again."""
    with zipfile.ZipFile(folder / ARCHIVE_NAME, "x") as archive:
        for name in names:
            member = zipfile.ZipInfo(name, date_time=moment.astimezone(UTC).timetuple()[:6])
            member.external_attr = 0o644 << 16
            with (folder / name).open("rb") as source, archive.open(member, "w", force_zip64=True) as out:
                while piece := source.read(1 << 20):
                    out.write(piece)
    to_disk(folder / ARCHIVE_NAME)


def card(manifest: Manifest) -> str:
    """Makes the read-me, which is a dataset card of Hugging Face, too."""
    lines = ["---", *_front_matter(manifest), "---", "", f"# {TITLE}, release of {manifest.generated_at[:10]}", ""]
    lines += [SUMMARY, "", f"Licence: {manifest.licence}. Cite as `{CITATION_NAME}` says.", ""]
    if manifest.address:
        lines += [f"Address: {manifest.address}", ""]
    if manifest.revised_at:
        lines += [f"Revision {manifest.revision} of {manifest.revised_at}: {_withdrawn(manifest.withdrawn_rows)}.", ""]
    lines += ["## What to know before use", "", *(f"- {note}" for note in manifest.notes), ""]
    lines += ["## How the data is biased", "", *(f"- {bias}" for bias in manifest.biases), ""]
    lines += ["## Files", ""]
    for file in manifest.files:
        lines += [f"### {file.csv}", "", f"{file.description} {file.rows:,} rows.{_beyond(file)}", ""]
        lines += ["| column | type | meaning |", "| --- | --- | --- |"]
        lines += [f"| `{one.name}` | {one.type} | {one.description} |" for one in file.columns]
        lines += [""]
    return "\n".join(lines)


def _withdrawn(rows: int) -> str:
    return "1 row was withdrawn" if rows == 1 else f"{rows} rows were withdrawn"


def _beyond(file: FileInfo) -> str:
    return "" if file.is_in_cofacts else " Beyond Cofacts' dataset."


def _front_matter(manifest: Manifest) -> list[str]:
    """Writes YAML; a string of JSON is one of YAML."""
    size = next((name for most, name in SIZES if manifest.rows < most), "n>1M")
    licence = LICENCES.get(manifest.licence)
    lines = [f"pretty_name: {json.dumps(TITLE)}"]
    lines += (
        [f"license: {licence.spdx.lower()}"]
        if licence
        else ["license: other", f"license_name: {json.dumps(manifest.licence)}"]
    )
    lines += ["language:", *(f"- {language.primary}" for language in LANGUAGES)]
    lines += ["task_categories:", "- text-classification", "- text-retrieval", "tags:", "- fact-checking"]
    lines += ["size_categories:", f"- {size}", "configs:"]
    for number, file in enumerate(manifest.files):
        path = file.parquet.name if file.parquet else file.name
        lines += [f"- config_name: {file.table}", f"  data_files: {path}", *(["  default: true"] if not number else [])]
    return lines


def citation(manifest: Manifest) -> str:
    """Makes a file of the Citation File Format 1.2.0."""
    licence = LICENCES.get(manifest.licence)
    version = manifest.release or manifest.generated_at
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this dataset, please cite it as below.",
        "type: dataset",
        f"title: {json.dumps(TITLE)}",
        f"abstract: {json.dumps(SUMMARY)}",
        "authors:",
        "- name: The people who report and check messages with Factline",
        f"version: {json.dumps(f'{version}, revision {manifest.revision}')}",
        f"date-released: {manifest.generated_at[:10]}",
    ]
    lines += [f"license: {licence.spdx}"] if licence else []
    lines += [f"url: {json.dumps(manifest.address)}"] if manifest.address else []
    return "\n".join(lines) + "\n"


def package(manifest: Manifest) -> dict[str, Any]:
    """Makes a data package (Frictionless Data) of the CSV files."""
    licence = {"title": manifest.licence}
    if known := LICENCES.get(manifest.licence):
        licence |= {"name": known.spdx, "path": known.address}
    tables = {file.table for file in manifest.files}
    return {
        "name": "factline-open-dataset",
        "title": TITLE,
        "description": SUMMARY,
        "created": manifest.generated_at,
        "version": f"{manifest.release or manifest.generated_at}.{manifest.revision}",
        **({"homepage": manifest.address} if manifest.address else {}),
        "licenses": [licence],
        "resources": [_resource(file, tables) for file in manifest.files],
    }


def _resource(file: FileInfo, tables: set[str]) -> dict[str, Any]:
    declared = next((one for one in DATA_FILES if one.name == file.table), None)
    keys = [_foreign_key(column.name) for column in file.columns if _points_outside(file, column.name, tables)]
    return {
        "name": file.table,
        "description": file.description,
        "path": file.name,
        "innerpath": file.csv,
        "compression": "zip",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": {
            "fields": [{"name": one.name, "type": one.type, "description": one.description} for one in file.columns],
            "missingValues": [""],
            **({"primaryKey": list(declared.identity)} if declared else {}),
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def _points_outside(file: FileInfo, column: str, tables: set[str]) -> bool:
    table, _ = POINTS_TO.get(column, ("", ""))
    return table in tables and table != file.table


def _foreign_key(column: str) -> Mapping[str, Any]:
    table, field = POINTS_TO[column]
    return {"fields": [column], "reference": {"resource": table, "fields": [field]}}
