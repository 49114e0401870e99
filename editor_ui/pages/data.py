from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal

from editor_ui.dependencies import parts
from factcheck.dataset.manifest import MANIFEST_NAME, README_NAME, Manifest
from factcheck.dataset.publish import find_export, latest_export, name_of

DOCUMENTS = (MANIFEST_NAME, README_NAME)


blueprint = Blueprint("data", __name__, url_prefix="/data")


def _root() -> Path:
    return parts().settings.resolved_dataset_dir.absolute()


@blueprint.get("/")
def show() -> ResponseReturnValue:
    settings = parts().settings
    found = latest_export(_root())
    if found is None:
        return render_template("data/none.html", licence=settings.dataset_licence)
    folder, manifest = found
    return render_template(
        "data/index.html",
        export=name_of(folder),
        manifest=manifest,
        generated=datetime.fromisoformat(manifest.generated_at),
        revised=datetime.fromisoformat(manifest.revised_at or manifest.generated_at),
        address=f"{settings.base_url}{url_for('data.show')}",
        size=size_text,
        count=format_decimal,
        date=lambda moment: format_date(moment, "long", rebase=False),
    )


@blueprint.get("/latest/<name>")
def latest(name: str) -> ResponseReturnValue:
    """Redirects a lasting address, for scripts, to one export's file, so that an interrupted download continues in the
    same file."""
    found = latest_export(_root())
    if found is None or name not in names_in(found[1]):
        abort(404)
    response = redirect(url_for("data.download", export=name_of(found[0]), name=name), 302)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<export>/<name>")
def download(export: str, name: str) -> ResponseReturnValue:
    found = find_export(_root(), export)
    if found is None or name not in names_in(found[1]):
        abort(404)
    return send(found[0], found[1], name)


def names_in(manifest: Manifest) -> set[str]:
    """Lists what may be asked for, whatever else lies on the disk."""
    return {*DOCUMENTS, *(file.name for file in manifest.files)}


def send(folder: Path, manifest: Manifest, name: str) -> Response:
    """Sends a file or a part. The ETag of a data file is its SHA-256."""
    digests = {file.name: file.sha256 for file in manifest.files}
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
