"""`python -m indexer evaluate --live`: figures of use, from the rows of both databases."""

import json
from pathlib import Path
from typing import Any

import pytest

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import Match
from indexer import cli
from tests.factcheck.world import NOW, add_user

OFFER = [("a", 0.8), ("b", 0.4)]


def store(factory: SessionFactory, rows: list[dict[str, Any]]) -> None:
    with transaction(factory) as session:
        user = add_user(session, "somebody")
        for row in rows:
            candidates = [{"article_id": key, "probability": p} for key, p in row.pop("candidates", OFFER)]
            session.add(Match(user_id=user.id, candidates=candidates, text_length=20, created_at=NOW, **row))


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Any:
    """Runs the command on the database, and reads what it wrote."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))

    def evaluate() -> dict[str, Any]:
        out = tmp_path / "live.json"
        assert cli.main(["evaluate", "--live", "--json", str(out)]) == 0
        found: dict[str, Any] = json.loads(out.read_text())["live"]
        return found

    return evaluate


def test_what_people_did(factory: SessionFactory, live: Any, capsys: pytest.CaptureFixture[str]) -> None:
    store(
        factory,
        [
            {"outcome": "ANSWER", "shown_article_id": "a", "chosen_article_id": "a"},
            {"outcome": "ANSWER", "shown_article_id": "a"},
            {"outcome": "ANSWER", "shown_article_id": "a", "refused": True, "submitted": True},
            {"outcome": "CHOOSE", "shown_article_id": "a", "refused": True},
            {"outcome": "DIFFERS", "shown_article_id": "a", "chosen_article_id": "a"},
            {"outcome": "CHOOSE", "chosen_article_id": "b"},
            {"outcome": "CHOOSE", "refused": True, "submitted": True},
            {"outcome": "CHOOSE"},
            {"outcome": "UNKNOWN", "candidates": [], "submitted": True},
            {"outcome": "UNKNOWN", "candidates": []},
        ],
    )
    found = live()
    assert (found["n"], found["outcome"]) == (10, {"ANSWER": 3, "DIFFERS": 1, "CHOOSE": 4, "UNKNOWN": 2})
    shown = {"n": 4, "chosen": 1, "refused": 2, "submitted": 1, "silent": 1, "right": pytest.approx(1 / 3, abs=1e-6)}
    assert found["shown"] == shown
    assert found["offered"] == {"n": 3, "chosen": 1, "refused": 1, "submitted": 1, "silent": 1, "right": 0.5}
    assert found["named"] == {"n": 1, "chosen": 1, "refused": 0, "submitted": 0, "silent": 0, "right": 1}
    assert found["chosen_or_new"] == 0.6
    assert found["unknown_submitted"] == 1
    # Judged: 0.8 right twice, wrong twice where it was shown; of the offers 0.8 wrong twice, 0.4 right and wrong once.
    assert found["calibration"]["n"] == 8
    assert found["calibration"]["error"] == pytest.approx((abs(6 * 0.8 - 2) + abs(2 * 0.4 - 1)) / 8, abs=1e-6)
    output = capsys.readouterr().out
    assert (
        "In use: 10 messages looked up (3 ANSWER, 1 DIFFERS, 4 CHOOSE, 2 UNKNOWN); 1 unknown ones published" in output
    )
    assert "8 judged candidates" in output


def test_nobody_has_used_it_yet(factory: SessionFactory, live: Any, capsys: pytest.CaptureFixture[str]) -> None:
    found = live()
    assert (found["n"], found["chosen_or_new"], found["calibration"]["error"]) == (0, None, None)
    assert "In use: 0 messages" in capsys.readouterr().out


def test_a_database_that_was_not_migrated_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert cli.main(["evaluate", "--live"]) == 1
    assert "python -m factcheck migrate" in capsys.readouterr().err
