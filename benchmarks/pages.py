"""`make docs`: writes the parts of README.md and docs/*.md that are made from something else.

    python -m benchmarks.pages [--check]

Such a part stands between `<!-- made: NAME -->` and `<!-- end -->`. `settings`, `limits` and `commands` are made from
the code; every other name is a template in `benchmarks/templates`, which is filled with the figures of
`benchmarks/results`. With --check nothing is written, and pages that are not as they would be made are named. The exit
status is then 1, as it is when a template wants a figure that no file has.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from benchmarks.made_of_code import commands, limits, settings
from indexer.evaluation.wanted import compared

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
TEMPLATES = ROOT / "benchmarks" / "templates"
PART = re.compile(r"(<!-- made: ([a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)
OF_CODE = {"settings": settings, "limits": limits, "commands": commands}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pages", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing, name what is not up to date")
    options = parser.parse_args()
    results, wrong = read_results(), 0
    for path in pages():
        text = path.read_text(encoding="utf-8")
        try:
            made_text = fill(text, results)
        except UndefinedError as error:  # a template wants what no file of results has
            print(f"{path.relative_to(ROOT)}: {error}", file=sys.stderr)
            wrong += 1
            continue
        if made_text != text:
            print(path.relative_to(ROOT))
            wrong += options.check
            if not options.check:
                path.write_text(made_text, encoding="utf-8")
    return 1 if wrong else 0


def pages() -> list[Path]:
    """Every page that has made parts."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in found if PART.search(path.read_text(encoding="utf-8"))]


def read_results() -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))}


def fill(text: str, results: Mapping[str, Any]) -> str:
    """The page with its parts made anew. Raises jinja2.UndefinedError if a template wants a figure that no file has."""
    return PART.sub(lambda part: part[1] + made(part[2], results) + part[3], text)


def made(name: str, results: Mapping[str, Any]) -> str:
    if name in OF_CODE:
        return OF_CODE[name]()
    environment = Environment(  # noqa: S701 - pages are Markdown, and nothing in them comes from people
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(n=_whole, share=_share, compared=compared)
    return environment.get_template(f"{name}.md").render(results).strip() + "\n"


def _whole(value: float) -> str:
    """12345.6 as 12,346; small ones keep what decides: 4.2, 0.3."""
    return f"{value:,.0f}" if value >= 20 or value == int(value) else f"{value:.1f}"


def _share(value: float, places: int = 2) -> str:
    return f"{value:.{places}f}"


if __name__ == "__main__":
    sys.exit(main())
