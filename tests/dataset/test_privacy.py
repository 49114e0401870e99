"""The whole of an export is searched for what must never be in it."""

from pathlib import Path

from sqlalchemy import select

from factcheck.clock import Clock
from factcheck.dataset.export import export_dataset
from factcheck.db.session import SessionFactory, reading
from factcheck.models import User
from tests.dataset import sample
from tests.dataset.reading import csv_bytes, rows_of


def everything_in(folder: Path) -> str:
    documents = [path.read_text() for path in (folder / "manifest.json", folder / "README.txt")]
    return "\n".join([*documents, *(data.decode() for data in csv_bytes(folder).values())])


def test_nothing_private_is_exported(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(filled, tmp_path, clock=clock, licence="L")
    content = everything_in(tmp_path)
    with reading(filled) as session:
        people = session.scalars(select(User)).all()
    assert len(people) == 6
    for person in people:
        for private in (person.id, person.app_user_id, person.email, person.name):
            assert not private or private not in content
    contributors = [person for person in people if person.app_user_id != sample.QUIET_LINE_ID]
    assert all(person.published_id in content for person in contributors)


def test_who_never_published_anything_is_not_listed(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(filled, tmp_path, clock=clock, licence="L")
    with reading(filled) as session:
        quiet = session.scalars(select(User.published_id).where(User.app_user_id == sample.QUIET_LINE_ID)).one()
    listed = [row["userIdsha256"] for row in rows_of(tmp_path, "anonymized_users")]
    assert len(listed) == 5
    assert quiet not in listed
    assert quiet not in everything_in(tmp_path)
