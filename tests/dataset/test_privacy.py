"""The whole of an export is searched for what must never be in it."""

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow.parquet
from sqlalchemy import select

from factcheck.clock import Clock
from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.export import export_dataset
from factcheck.dataset.files.anonymized_users import ANONYMIZED_USERS
from factcheck.dataset.importer import import_dataset
from factcheck.dataset.papers import PAPERS
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import User
from tests.dataset import sample
from tests.dataset.reading import csv_bytes, rows_of
from tests.dataset.sample import visited


def everything_in(folder: Path) -> str:
    """All that a release holds, unpacked."""
    papers = [(folder / name).read_text() for name in PAPERS]
    tables = [repr(pyarrow.parquet.read_table(path).to_pylist()) for path in folder.glob("*.parquet")]
    assert len(tables) == len(DATA_FILES)
    with zipfile.ZipFile(folder / "everything.zip") as archive:
        inside = [archive.read(name) for name in archive.namelist()]
    there = {path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert all(content in there for content in inside)
    return "\n".join([*papers, *tables, *(data.decode() for data in csv_bytes(folder).values())])


def test_nothing_private_is_exported(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    visited(filled)
    export_dataset(filled, tmp_path, clock=clock, licence="L")
    content = everything_in(tmp_path)
    assert "198.51.100" not in content
    with read_only(filled) as session:
        people = session.scalars(select(User)).all()
    assert len(people) == 6
    for person in people:
        for private in (person.id, person.app_user_id, person.email, person.name):
            assert not private or private not in content
    contributors = [person for person in people if person.app_user_id != sample.QUIET_LINE_ID]
    assert all(person.published_id in content for person in contributors)


def test_who_never_published_anything_is_not_listed(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(filled, tmp_path, clock=clock, licence="L")
    with read_only(filled) as session:
        quiet = session.scalars(select(User.published_id).where(User.app_user_id == sample.QUIET_LINE_ID)).one()
    listed = [row["userIdsha256"] for row in rows_of(tmp_path, "anonymized_users")]
    assert len(listed) == 5
    assert quiet not in listed
    assert quiet not in everything_in(tmp_path)


def test_when_a_person_was_last_seen_is_told_by_day(
    filled: SessionFactory, new_database: Callable[[], SessionFactory], tmp_path: Path, clock: Clock
) -> None:
    with transaction(filled) as session:
        late = session.scalars(select(User).where(User.app_user_id == sample.LINE_IDS[0])).one()
        late.last_active_at = datetime(2026, 2, 4, 0, 30, tzinfo=timezone(timedelta(hours=8)))
        unknown = session.scalars(select(User).where(User.app_user_id == sample.LINE_IDS[1])).one()
        unknown.last_active_at = None
        expected = {late.published_id: "2026-02-03T00:00:00.000Z", unknown.published_id: ""}
    export_dataset(filled, tmp_path / "1", clock=clock, licence="L")
    listed = {row["userIdsha256"]: row["lastActiveAt"] for row in rows_of(tmp_path / "1", "anonymized_users")}
    assert expected.items() <= listed.items()
    assert set(listed.values()) == {"2026-02-03T00:00:00.000Z", ""}
    column = next(column for column in ANONYMIZED_USERS.columns if column.name == "lastActiveAt")
    assert "day" in column.description
    elsewhere = new_database()
    import_dataset(elsewhere, tmp_path / "1")
    export_dataset(elsewhere, tmp_path / "2", clock=clock, licence="L")
    assert csv_bytes(tmp_path / "2") == csv_bytes(tmp_path / "1")
