import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from factcheck.clock import Clock
from factcheck.dataset.export import export_dataset
from factcheck.dataset.importer import import_dataset
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Job, User
from tests.dataset import sample
from tests.dataset.reading import csv_bytes

NewDatabase = Callable[[], SessionFactory]


def test_export_import_export_is_the_same(
    factory: SessionFactory, new_database: NewDatabase, tmp_path: Path, clock: Clock
) -> None:
    """From SQLite into the database under test and on into SQLite again."""
    origin = new_database()
    with transaction(origin) as session:
        sample.fill(session)
    sample.visited(origin)
    export_dataset(origin, tmp_path / "1", clock=clock, licence="L")
    first = import_dataset(factory, tmp_path / "1")
    export_dataset(factory, tmp_path / "2", clock=clock, licence="L")
    last = new_database()
    only_parquet = tmp_path / "parquet"
    only_parquet.mkdir()
    for path in (tmp_path / "2").glob("*.parquet"):
        shutil.copy(path, only_parquet)
    import_dataset(last, only_parquet)
    export_dataset(last, tmp_path / "3", clock=clock, licence="L")

    contents = csv_bytes(tmp_path / "1")
    assert csv_bytes(tmp_path / "2") == contents
    assert csv_bytes(tmp_path / "3") == contents
    derived = {"article_languages", "article_clusters", "article_media"}
    # Of the first, nothing is new; of the second, the copy; the third says what articles.csv has no column for.
    assert all(file.new == file.read > 0 for file in first.files if file.name not in derived)
    assert {file.name: file.new for file in first.files if file.name in derived} == {
        "article_languages": 0,
        "article_clusters": 1,
        "article_media": 1,
    }
    with read_only(factory) as session:
        assert sorted(session.scalars(select(Article.cluster_size))) == [0, 1, 2, 2]  # the first is hidden
    # The files do not say how many asked for the three articles that somebody asked for, nor, of the link, how many
    # found the reply somewhat helpful.
    assert first.recounted == 4


def test_a_second_import_changes_nothing(
    factory: SessionFactory, new_database: NewDatabase, tmp_path: Path, clock: Clock
) -> None:
    origin = new_database()
    with transaction(origin) as session:
        sample.fill(session)
    sample.voted_on(origin)
    export_dataset(origin, tmp_path / "1", clock=clock, licence="L")
    import_dataset(factory, tmp_path / "1")
    again = import_dataset(factory, tmp_path / "1")
    export_dataset(factory, tmp_path / "2", clock=clock, licence="L")
    assert all(file.already_there == file.read for file in again.files)
    assert (again.new, again.recounted) == (0, 0)
    assert csv_bytes(tmp_path / "2") == csv_bytes(tmp_path / "1")


def test_two_imports_at_once(factory: SessionFactory, new_database: NewDatabase, tmp_path: Path, clock: Clock) -> None:
    origin = new_database()
    with transaction(origin) as session:
        sample.fill(session)
        sample.bulk(session, 1_500, 20)
    export_dataset(origin, tmp_path / "1", clock=clock, licence="L")
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: import_dataset(factory, tmp_path / "1"), range(2)))
    export_dataset(factory, tmp_path / "2", clock=clock, licence="L")
    first, second = csv_bytes(tmp_path / "1"), csv_bytes(tmp_path / "2")
    assert {name: sorted(data.splitlines()) for name, data in second.items()} == {
        name: sorted(data.splitlines()) for name, data in first.items()
    }
    assert all(not file.left_out and not file.malformed for report in reports for file in report.files)


def test_ones_own_export_finds_ones_own_people(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(filled, tmp_path, clock=clock, licence="L")
    with read_only(filled) as session:
        people = {user.id: (user.email, user.app_user_id, user.name) for user in session.scalars(select(User))}
        jobs = session.scalar(select(func.count()).select_from(Job))
    report = import_dataset(filled, tmp_path)
    with read_only(filled) as session:
        assert {user.id: (user.email, user.app_user_id, user.name) for user in session.scalars(select(User))} == people
        assert session.scalar(select(func.count()).select_from(Job)) == jobs
    assert report.new == 0
