"""The account of importing Cofacts' open data, row for row, where the data is at hand."""

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.pages import RESULTS
from benchmarks.real_data import account
from factcheck.dataset.importer import import_dataset
from factcheck.db.session import make_engine, make_session_factory, read_only
from factcheck.ids import is_public_id
from factcheck.models import Article, Reply
from tests.dataset.published import REPLY_IDS

DATA = os.environ.get("TEST_REAL_DATA", "")


@pytest.mark.skipif(not DATA, reason="TEST_REAL_DATA names no folder with Cofacts' open data")
def test_every_row_is_accounted_for_as_the_pages_say(sqlite_template: Path, tmp_path: Path) -> None:
    database = tmp_path / "real.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{database}")
    factory = make_session_factory(engine)
    found = account(import_dataset(factory, Path(DATA), progress=False))
    with read_only(factory) as session:
        replies = set(session.scalars(select(Reply.id)))
        assert all(map(is_public_id, [*replies, *session.scalars(select(Article.id))]))
    engine.dispose()
    wanted = json.loads((RESULTS / "real_import.json").read_text(encoding="utf-8"))["import"]["account"]
    assert found == wanted
    assert found["replies"]["new"] == found["replies"]["read"]
    assert set(REPLY_IDS[:3]) <= replies
