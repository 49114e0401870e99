"""What measures matching was made without it: the turned words of the evaluation teach nothing."""

import ast

from tests.rules.imports import ROOT, imports, source_files

TURNING = "indexer.evaluation.turning"
MEASURING = ROOT / "indexer" / "evaluation"
JUDGING = ROOT / "indexer" / "training" / "command.py"
"""Lets models judge the turned words; what they are fitted to is in other modules."""
FILES = ("zh_longer", "evaluation/turning", "turning/zh")


def test_only_what_measures_knows_the_turned_words() -> None:
    others = [path for path in source_files() if not path.is_relative_to(MEASURING) and path != JUDGING]
    assert len(others) > 100
    for path in others:
        source = path.read_text(encoding="utf-8")
        if "turning" in source:  # or it cannot name the module
            assert not any(name.startswith(TURNING) for _, name in imports(ast.walk(ast.parse(source)))), path
        assert not any(name in source for name in FILES), path
    assert any(
        name.startswith(TURNING) for _, name in imports(ast.walk(ast.parse((MEASURING / "command.py").read_text())))
    )
