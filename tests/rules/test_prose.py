"""Docstrings are whole sentences, and the code does not say more than it did. What counts is in `tests.rules.prose`."""

import pytest

from tests.rules.imports import ROOT, source_files
from tests.rules.prose import amounts, fragments

MIGRATIONS = ROOT / "factcheck/db/migrations"
"""Their docstrings are titles, which Alembic lists."""

MOST_PROSE = 1.415
"""Words of docstrings and comments a line of code. Lower it when there are fewer; say a thing once."""


def test_docstrings_are_whole_sentences() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in source_files()
        if not path.is_relative_to(MIGRATIONS)
        for line, text in fragments(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_there_is_no_more_prose_than_there_was() -> None:
    counted = [amounts(path.read_text(encoding="utf-8")) for path in source_files()]
    words, lines = (sum(each) for each in zip(*counted, strict=True))
    print(f"\nprose: {words} words, {lines} lines of code, {words / lines:.2f} a line")
    assert words / lines <= MOST_PROSE


@pytest.mark.parametrize(
    "docstring",
    [
        "Yes.",
        "No: it is a message like any other.",
        "Of who speaks, if we know them.",
        "Unless it is in use.",
        "Whether it is nothing.",
        "`limit`: characters.",
        "Raises SettingsError",
    ],
)
def test_a_fragment_is_found(docstring: str) -> None:
    assert len(fragments(f'def f() -> None:\n    """{docstring}"""\n')) == 1


@pytest.mark.parametrize(
    "source",
    [
        'def f() -> None:\n    """Removes an index, unless it is in use."""\n',
        'class A:\n    """One row of a table."""\n',
        '"""`articles.csv`: messages that people reported."""\n',
        'class A:\n    """May the message be published?"""\n',
        "def f() -> None:\n    pass\n",
        'A = 1\n"""Seconds; see above."""\n',
    ],
)
def test_a_sentence_is_none(source: str) -> None:
    assert fragments(source) == []


def test_prose_and_code_are_counted() -> None:
    assert amounts('"""Two words."""\n\nA = 1  # and three more\n\n\ndef f() -> None:\n    """One."""\n    pass\n') == (
        6,
        3,
    )
