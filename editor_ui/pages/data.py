from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal

from editor_ui.charts import HEIGHT, WIDTH, beside_each_other
from editor_ui.dependencies import parts
from factcheck.dataset.manifest import Manifest, Stored
from factcheck.dataset.papers import ARCHIVE_NAME, PAPERS, names_of_files
from factcheck.dataset.publish import all_exports, find_export, latest_export, name_of

OF_BEFORE = "README.txt"
"""What releases had before they had a card."""
DOCUMENTS = (*PAPERS, OF_BEFORE)
COUNTED = ("articles", "replies", "reply_requests", "article_reply_feedbacks")
"""The files whose rows are shown by year."""


blueprint = Blueprint("data", __name__, url_prefix="/data")


def _root() -> Path:
    return parts().settings.resolved_dataset_dir.absolute()


@blueprint.get("/")
def show() -> ResponseReturnValue:
    found = latest_export(_root())
    if found is None:
        return render_template("data/none.html", licence=parts().settings.dataset_licence)
    return _page(*found, is_latest=True)


@blueprint.get("/notebook/")
def notebook() -> ResponseReturnValue:
    return render_template("data/notebook.html")


@blueprint.get("/<export>/")
def show_release(export: str) -> ResponseReturnValue:
    """Shows one release, which is where a citation leads."""
    found = find_export(_root(), export)
    if found is None:
        abort(404)
    latest = latest_export(_root())
    return _page(*found, is_latest=latest is not None and latest[0] == found[0])


def _page(folder: Path, manifest: Manifest, *, is_latest: bool) -> ResponseReturnValue:
    root = f"{parts().settings.base_url}{url_for('data.show')}"
    counted = [file for table in COUNTED if (file := manifest.file(table)) is not None]
    years = sorted({year for file in counted for year in file.by_year})
    return render_template(
        "data/index.html",
        export=name_of(folder),
        manifest=manifest,
        is_latest=is_latest,
        archive=_archive(folder),
        documents=[name for name in DOCUMENTS if (folder / name).is_file()],
        releases=all_exports(_root())[::-1],
        generated=datetime.fromisoformat(manifest.generated_at),
        revised=datetime.fromisoformat(manifest.revised_at or manifest.generated_at),
        address=root,
        lasting=f"{root}{name_of(folder)}/",
        counted=counted,
        years=years,
        size=(WIDTH, HEIGHT),
        by_year=beside_each_other(
            [{"name": year, **{file.table: file.by_year.get(year, 0) for file in counted}} for year in years],
            ("articles", lambda part: part.get("articles", 0)),
            ("replies", lambda part: part.get("replies", 0)),
        ),
        size_text=size_text,
        count=format_decimal,
        date=lambda moment: format_date(moment, "long", rebase=False),
    )


def _archive(folder: Path) -> Stored | None:
    """Finds the archive, which earlier releases have not."""
    path = folder / ARCHIVE_NAME
    return Stored(path.name, path.stat().st_size, "") if path.is_file() else None


@blueprint.get("/latest/<name>")
def latest(name: str) -> ResponseReturnValue:
    """Redirects a lasting address, for scripts, to one export's file, so that an interrupted download continues in
    it."""
    found = latest_export(_root())
    if found is None or name not in names_in(*found):
        abort(404)
    response = redirect(url_for("data.download", export=name_of(found[0]), name=name), 302)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<export>/<name>")
def download(export: str, name: str) -> ResponseReturnValue:
    found = find_export(_root(), export)
    if found is None or name not in names_in(*found):
        abort(404)
    return send(*found, name)


def names_in(folder: Path, manifest: Manifest) -> set[str]:
    """Lists what may be asked for, whatever else lies on the disk."""
    papers = {name for name in (*DOCUMENTS, ARCHIVE_NAME) if (folder / name).is_file()}
    return papers | set(names_of_files(manifest))


def send(folder: Path, manifest: Manifest, name: str) -> Response:
    """Sends a file or a part. The ETag of a data file is its SHA-256."""
    digests = {one.name: one.sha256 for file in manifest.files for one in file.stored}
    response = send_from_directory(
        folder,
        name,
        as_attachment=name not in DOCUMENTS,
        conditional=True,
        etag=digests.get(name, True),
        max_age=0,
    )
    # Private: the answer may carry a session cookie.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def size_text(size: int) -> str:
    """Writes decimal units, as download dialogs do: 1.3 MB."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{format_decimal(round(value, 1) if unit != 'B' else size)} {unit}"
