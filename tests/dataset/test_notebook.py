"""The rendered notebook is that of the notebook; `make notebook` runs it."""

import json

from benchmarks.notebook import NOTEBOOK, RENDERED, escaped


def test_the_page_shows_the_notebook_that_is_downloaded() -> None:
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    page = RENDERED.read_text()
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(code) > 4
    assert all(f"<code>{escaped(each)}</code>" in page for each in code)
    assert page.count('class="plot"') == len(list(NOTEBOOK.parent.glob("notebook-*.png"))) == 3


def test_the_notebook_holds_no_output() -> None:
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    assert not any(cell.get("outputs") for cell in cells)
