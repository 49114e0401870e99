import hashlib
import json
import resource
import signal
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyarrow.parquet
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import SQLAlchemyError

from factcheck.clock import Clock
from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.export import export_dataset, write_files
from factcheck.dataset.files.articles import ARTICLES
from factcheck.dataset.files.reply_requests import REPLY_REQUESTS
from factcheck.dataset.folders import draft_folder
from factcheck.dataset.reading import Reading, reading
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.ids import article_id
from factcheck.models import Article, User
from factcheck.services import articles, users
from factcheck.version import VERSION
from tests.dataset import sample
from tests.dataset.reading import cells_of, csv_bytes, rows_of
from tests.dataset.sample import visited


@contextmanager
def file_size_limit(limit: int) -> Iterator[None]:
    """Writing beyond `limit` bytes of a file fails as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_rows_say_what_the_database_says(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(filled, tmp_path, clock=clock, licence="L")
    mango = next(row for row in rows_of(tmp_path, "articles") if row["id"] == article_id(sample.AWKWARD))
    with read_only(filled) as session:
        asker = session.scalars(select(User.published_id).where(User.app_user_id == sample.LINE_IDS[0])).one()
    assert mango == {
        "id": article_id(sample.AWKWARD),
        "articleType": "TEXT",
        "status": "NORMAL",
        "text": sample.PLAIN_AWKWARD,
        "normalArticleReplyCount": "1",
        "createdAt": "2026-02-03T04:05:06.789Z",
        "updatedAt": "2026-02-03T05:05:06.789Z",
        "lastRequestedAt": "2026-02-03T04:06:06.789Z",
        "userIdsha256": asker,
        "appId": "RUMORS_LINE_BOT",
        "references": "LINE,URL",
    }


def test_times_are_in_utc_and_cut_to_milliseconds(factory: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    times = {
        "created_at": datetime(2026, 1, 2, 3, 4, 5, 678_999, tzinfo=UTC),
        "updated_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8))),
    }
    with transaction(factory) as session:
        users.ensure_app(session, "WEBSITE")
        session.add(Article(id="one", text="b", app_id="WEBSITE", **times))
    export_dataset(factory, tmp_path, clock=clock, licence="L")
    (row,) = rows_of(tmp_path, "articles")
    assert (row["createdAt"], row["updatedAt"]) == ("2026-01-02T03:04:05.678Z", "2026-01-01T19:04:05.000Z")
    assert row["lastRequestedAt"] == ""


def test_hidden_rows_are_exported_with_their_status(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(filled, tmp_path, clock=clock, licence="L")

    def statuses(name: str) -> list[str]:
        return sorted(row["status"] for row in rows_of(tmp_path, name))

    assert statuses("articles") == ["BLOCKED", "NORMAL", "NORMAL"]
    assert statuses("article_replies") == ["DELETED", "NORMAL"]
    assert statuses("article_reply_feedbacks") == ["BLOCKED", "NORMAL", "NORMAL", "NORMAL"]
    assert statuses("article_categories") == ["DELETED", "NORMAL"]


def test_missing_values_numbers_and_formulas(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(filled, tmp_path, clock=clock, licence="L")
    by_topic = {row["categoryId"]: row for row in rows_of(tmp_path, "article_categories")}
    assert by_topic["food"]["aiConfidence"] == by_topic["food"]["aiModel"] == by_topic["food"]["createdAt"] == ""
    assert float(by_topic["money"]["aiConfidence"]) == 0.1 + 0.2
    assert by_topic["money"]["userIdsha"] == ""
    assert sample.FORMULA in {row["reason"] for row in rows_of(tmp_path, "reply_requests")}
    assert {row["score"] for row in rows_of(tmp_path, "article_reply_feedbacks")} == {"1", "0", "-1"}
    assert not any(b"\r" in data for data in csv_bytes(tmp_path).values())


def test_manifest_describes_the_files(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    export_dataset(filled, tmp_path, clock=clock, licence="CC BY-SA 4.0")
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["generated_at"] == "2026-03-01T12:00:00.000Z"
    assert manifest["licence"] == "CC BY-SA 4.0"
    assert {file["name"] for file in manifest["files"]} == {path.name for path in tmp_path.glob("*.csv.zip")}
    assert (manifest["code_version"], manifest["user_key"]) == (VERSION, 1)
    counted = next(file for file in manifest["files"] if file["csv"] == "replies.csv")
    assert counted["by_year"] == {"2026": 2}
    for file in manifest["files"]:
        data = (tmp_path / file["name"]).read_bytes()
        rows = rows_of(tmp_path, file["csv"].removesuffix(".csv"))
        assert file["bytes"] == len(data)
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["rows"] == len(rows)
        if rows:
            assert [column["name"] for column in file["columns"]] == list(rows[0])
    read_me = (tmp_path / "README.md").read_text()
    assert "CC BY-SA 4.0" in read_me
    assert "analytics" in read_me
    assert all(column["description"] in read_me for file in manifest["files"] for column in file["columns"])


def test_the_same_rows_give_the_same_bytes(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    first = export_dataset(filled, tmp_path / "a", clock=clock, licence="L")
    second = export_dataset(filled, tmp_path / "b", clock=clock, licence="L")
    assert first == second


def test_a_moment_does_not_see_later_writes_and_holds_nobody_up(filled: SessionFactory, clock: Clock) -> None:
    with reading(filled) as reader:
        before = rows_in(reader, ARTICLES)
        with transaction(filled) as other:
            user = users.get_or_create_line_user(other, "Unew", secret_key="k", locale=None, now=clock())
            articles.submit_article(other, "written while the export runs", user, now=clock())
        assert rows_in(reader, ARTICLES) == before
        assert "written" not in str(list(reader.batches(REPLY_REQUESTS)))
    with reading(filled) as reader:
        assert rows_in(reader, ARTICLES) == before + 1


def rows_in(reader: Reading, file: DataFile) -> int:
    return sum(len(rows) for rows in reader.batches(file))


def test_a_long_export_gives_each_moment_up_and_misses_nothing(
    factory: SessionFactory, tmp_path: Path, clock: Clock
) -> None:
    with transaction(factory) as session:
        sample.fill(session)
        sample.bulk(session, 450, 20)  # several batches of articles
    export_dataset(factory, tmp_path / "one", clock=clock, licence="L")
    begun: list[float] = []
    engine = factory().get_bind()
    event.listen(engine, "begin", lambda _connection: begun.append(0.0))
    (tmp_path / "many").mkdir()
    write_files(factory, tmp_path / "many", now=clock(), licence="L", seconds=0)
    assert len(begun) > len(DATA_FILES)
    assert csv_bytes(tmp_path / "many") == csv_bytes(tmp_path / "one")


def test_a_file_that_is_long_before_its_first_row_is_read_on(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each few rows would be sorted for anew."""
    with transaction(factory) as session:
        sample.fill(session)
        sample.bulk(session, 950, 20)
    watch = iter((0.0, *[100.0] * 1_000))  # the moment begins, and is long over at the first row
    monkeypatch.setattr("factcheck.dataset.reading.time.monotonic", lambda: next(watch))
    begun: list[float] = []
    event.listen(factory().get_bind(), "begin", lambda _connection: begun.append(0.0))
    with reading(factory, seconds=20) as reader:
        batches = [len(rows) for rows in reader.batches(ARTICLES)]
    assert len(batches) > 1
    assert len(begun) == 1


def test_parquet_says_the_same(filled: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    visited(filled)
    export_dataset(filled, tmp_path, clock=clock, licence="L")
    for file in DATA_FILES:
        rows = rows_of(tmp_path, file.name)
        assert rows, f"the sample has nothing for {file.name}"
        assert cells_of(tmp_path / f"{file.name}.parquet") == rows
    schema = pyarrow.parquet.read_schema(tmp_path / "articles.parquet")
    assert str(schema.field("createdAt").type) == "timestamp[ms, tz=UTC]"
    assert str(schema.field("normalArticleReplyCount").type) == "int32"


def test_without_pyarrow_there_is_csv_alone(
    filled: SessionFactory, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcheck.dataset.write_file.can_parquet", lambda: False)
    manifest = export_dataset(filled, tmp_path, clock=clock, licence="L")
    assert all(file.parquet is None for file in manifest.files)
    assert not list(tmp_path.glob("*.parquet"))
    assert "data_files: articles.csv.zip" in (tmp_path / "README.md").read_text()


def test_a_failure_in_the_middle_leaves_the_old_export_whole(new_database, tmp_path: Path, clock: Clock) -> None:
    factory = new_database()
    with transaction(factory) as session:
        sample.fill(session)
    target = tmp_path / "out"
    export_dataset(factory, target, clock=clock, licence="L")
    before = {path.name: path.read_bytes() for path in target.iterdir() if path.is_file()}
    with transaction(factory) as session:
        session.execute(text("UPDATE articles SET text = 'changed'"))
        session.execute(text("DROP TABLE article_reply_feedbacks"))
    with pytest.raises(SQLAlchemyError):
        export_dataset(factory, target, clock=clock, licence="L")
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before


def test_a_full_disk_is_a_clear_error_and_leaves_nothing(new_database, tmp_path: Path, clock: Clock) -> None:
    factory = new_database()
    with transaction(factory) as session:
        sample.bulk(session, 300, 1000)
    target = tmp_path / "out"
    with file_size_limit(100_000), pytest.raises(DatasetError, match=r"out failed: File too large"):
        export_dataset(factory, target, clock=clock, licence="L")
    assert list(target.iterdir()) == []


def test_a_target_that_is_a_file_is_a_clear_error(factory: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(DatasetError, match="out failed"):
        export_dataset(factory, tmp_path / "out", clock=clock, licence="L")
    assert (tmp_path / "out").read_text() == "mine"


def test_other_files_in_the_target_stay(factory: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    export_dataset(factory, tmp_path, clock=clock, licence="L")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_drafts_of_killed_exports_go_and_running_ones_stay(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / ".draft-killed").mkdir()
    made = (tmp_path / ".draft-killed").stat().st_mtime
    now = clock().fromtimestamp(made, tz=clock().tzinfo)
    with draft_folder(tmp_path, now + timedelta(hours=1)):
        assert (tmp_path / ".draft-killed").exists()
    with draft_folder(tmp_path, now + timedelta(days=2)):
        assert not (tmp_path / ".draft-killed").exists()


def test_memory_does_not_grow_with_the_rows(factory: SessionFactory, tmp_path: Path, clock: Clock) -> None:
    with transaction(factory) as session:
        sample.bulk(session, 2_000, 10_000)  # of 2 bytes each: 40 MB as Python strings, 2 MB at a time
    tracemalloc.start()
    try:
        export_dataset(factory, tmp_path, clock=clock, licence="L")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(rows_of(tmp_path, "articles")) == 2_000
    assert peak < 16_000_000


def test_an_article_with_nul_is_exported_without_it(new_database, tmp_path: Path, clock: Clock) -> None:
    factory = new_database()  # PostgreSQL does not take the character at all
    with transaction(factory) as session:
        users.ensure_app(session, "WEBSITE")
        session.add(Article(id="nul", text="a\x00b", app_id="WEBSITE"))
    export_dataset(factory, tmp_path / "out", clock=clock, licence="L")
    assert [row["text"] for row in rows_of(tmp_path / "out", "articles")] == ["ab"]
