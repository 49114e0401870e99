from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from factcheck.dataset.publish import latest_export, publish_dataset
from factcheck.db.session import SessionFactory, transaction
from tests.conftest import MovableClock
from tests.dataset.reading import csv_bytes

NewDatabase = Callable[[], SessionFactory]


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir())


def test_no_export_yet(tmp_path: Path) -> None:
    assert latest_export(tmp_path) is None
    assert latest_export(tmp_path / "nowhere") is None


def test_what_a_citation_may_name_is_kept(new_database: NewDatabase, tmp_path: Path, clock: MovableClock) -> None:
    factory = new_database()
    for _ in range(3):
        folder = publish_dataset(factory, tmp_path, clock=clock, licence="L")
        found = latest_export(tmp_path)
        assert found is not None
        assert found[0] == folder
        clock.advance(days=20)
    assert names(tmp_path) == ["20260301T120000Z", "20260321T120000Z", "20260410T120000Z"]
    clock.advance(days=10)
    publish_dataset(factory, tmp_path, clock=clock, licence="L")
    # The second of March is over a month old, and not the first of its month.
    assert names(tmp_path) == ["20260301T120000Z", "20260410T120000Z", "20260510T120000Z"]


def test_two_exports_of_the_same_second(new_database: NewDatabase, tmp_path: Path, clock: MovableClock) -> None:
    factory = new_database()
    for _ in range(12):
        folder = publish_dataset(factory, tmp_path, clock=clock, licence="L")
    assert set(names(tmp_path)) == {"20260301T120000Z", *(f"20260301T120000Z-{number}" for number in range(2, 13))}
    found = latest_export(tmp_path)
    assert found is not None
    assert found[0] == folder
    assert folder.is_dir()


def test_a_clock_that_was_set_back(new_database: NewDatabase, tmp_path: Path, clock: MovableClock) -> None:
    factory = new_database()
    for _ in range(5):
        folder = publish_dataset(factory, tmp_path, clock=clock, licence="L")
        found = latest_export(tmp_path)
        assert found is not None
        assert found[0] == folder
        clock.advance(days=-1)
    assert len(names(tmp_path)) == 5


def test_a_failure_keeps_the_previous_export(new_database: NewDatabase, tmp_path: Path, clock: MovableClock) -> None:
    factory = new_database()
    folder = publish_dataset(factory, tmp_path, clock=clock, licence="L")
    before = csv_bytes(folder)
    with transaction(factory) as session:
        session.execute(text("DROP TABLE reply_hyperlinks"))
    clock.advance(days=1)
    with pytest.raises(SQLAlchemyError):
        publish_dataset(factory, tmp_path, clock=clock, licence="L")
    found = latest_export(tmp_path)
    assert found is not None
    assert found[0] == folder
    assert csv_bytes(folder) == before
    assert names(tmp_path) == [folder.name]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"export": "../../etc"}', '{"export": 3}', '{"export": "20260101T000000Z"}']
)
def test_a_pointer_that_leads_nowhere_is_no_export(tmp_path: Path, content: str) -> None:
    (tmp_path / "latest.json").write_text(content)
    assert latest_export(tmp_path) is None
