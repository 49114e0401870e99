"""Runs the notebook of the dataset page on the invented messages of a trial, and renders it for that page.

`make notebook`. With `--folder` it runs on the files of a release and renders nothing.
"""

import argparse
import base64
import html
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from factcheck.dataset.export import export_dataset
from factcheck.db.migrate import migrate
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.trial_data import load_fixtures

EDITOR_UI = Path(__file__).parents[1] / "editor_ui"
NOTEBOOK = EDITOR_UI / "static" / "dataset.ipynb"
RENDERED = EDITOR_UI / "templates" / "data" / "_notebook.html"
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
CELL_SECONDS = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="the files of a release")
    folder = parser.parse_args().folder
    if folder is not None:
        executed(folder)
        return
    with tempfile.TemporaryDirectory() as scratch:
        invented_release(Path(scratch))
        cells = executed(Path(scratch)).cells
    for old in NOTEBOOK.parent.glob("notebook-*.png"):
        old.unlink()
    RENDERED.write_text("".join(rendered(cells)), encoding="utf-8")


def invented_release(folder: Path) -> None:
    engine = make_engine(f"sqlite:///{folder}/database.sqlite")
    migrate(engine)
    factory = make_session_factory(engine)
    with transaction(factory) as session:
        load_fixtures(session, secret_key="invented", now=NOW)
    export_dataset(factory, folder, clock=lambda: NOW, licence="CC BY-SA 4.0")
    engine.dispose()


def executed(folder: Path) -> Any:
    """Runs a copy in `folder`. Raises CellExecutionError."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def rendered(cells: list[Any]) -> Iterator[str]:
    """Makes a page's part of the cells and what they wrote. Pictures become files beside the notebook."""
    for cell in cells:
        if cell.cell_type == "markdown":
            yield from map(_paragraph, cell.source.split("\n\n"))
            continue
        yield source_of(cell)
        for output in cell.outputs:
            yield from _output(output, cell.metadata.get("alt", ""))


def source_of(cell: Any) -> str:
    return f'<pre class="scroll" tabindex="0"><code>{escaped(cell.source)}</code></pre>\n'


def escaped(text: str) -> str:
    """For a page, and for the template that it becomes."""
    return html.escape(text, quote=False).replace("{", "&#123;")


def _paragraph(text: str) -> str:
    tag, words = ("h2", text[3:]) if text.startswith("## ") else ("p", text)
    words = re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped(words))
    return f"<{tag}>{words}</{tag}>\n"


def _output(output: Any, alt: str) -> Iterator[str]:
    data = output.get("data", {})
    if "image/png" in data:
        number = len(list(NOTEBOOK.parent.glob("notebook-*.png"))) + 1
        path = NOTEBOOK.parent / f"notebook-{number}.png"
        path.write_bytes(base64.b64decode(data["image/png"]))
        yield f'<p><img src="{{{{ asset("{path.name}") }}}}" alt="{html.escape(alt)}" class="plot"></p>\n'
    text = output.get("text") or data.get("text/plain", "")
    if text and "image/png" not in data:
        yield f'<pre class="scroll" tabindex="0"><samp>{escaped(text.rstrip())}</samp></pre>\n'


if __name__ == "__main__":
    main()
