"""`python -m tests.coverage_table`: what `make coverage` measured, by package. Fails below the floor of pyproject."""

import io
import sys

from coverage import Coverage

PACKAGES = ("bot", "editor_ui", "factcheck", "indexer")


def main() -> int:
    measured = Coverage()
    measured.load()
    for package in PACKAGES:
        print(f"{package:12}{_percent(measured, f'{package}/*'):6.1f} %")
    total = _percent(measured)
    floor = float(measured.get_option("report:fail_under"))
    print(f"{'all':12}{total:6.1f} %  of the lines and branches; the floor is {floor:g} %")
    if total < floor:
        print("Less is covered than before: `.venv/bin/coverage report -m` names the lines.", file=sys.stderr)
        return 1
    return 0


def _percent(measured: Coverage, *files: str) -> float:
    return measured.report(include=files or None, file=io.StringIO())


if __name__ == "__main__":
    sys.exit(main())
