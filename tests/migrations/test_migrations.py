"""The migrations make exactly what the models say, also when several processes start at once."""

import ast
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, String, Table, inspect, select, text

from factcheck.db.base import Base
from factcheck.db.migrate import ADVISORY_LOCK, HERE, LOCK_SECONDS, config, migrate, pending
from factcheck.db.session import make_engine
from factcheck.models import CooccurrenceArticle, Job
from tests.indexer.processes import FORKED, SECONDS
from tests.migrations.filler import fill, reflected
from tests.waiting import wait_until

PROCESSES = 3


def differences(url: str, metadata: MetaData) -> list[object]:
    engine = make_engine(url)

    def is_of_dialect(item: Any, _name: object, kind: str, *_: object) -> bool:
        only_postgresql = kind == "index" and item.dialect_kwargs.get("postgresql_ops")
        return engine.dialect.name == "postgresql" or not only_postgresql

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_of_dialect})
        found = compare_metadata(context, metadata)
    engine.dispose()
    return list(found)


def upgrade(url: str) -> None:
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()


def test_there_is_one_newest_migration() -> None:
    engine = make_engine("sqlite://")
    assert len(ScriptDirectory.from_config(config(engine)).get_heads()) == 1
    engine.dispose()


def test_migrations_make_what_the_models_say(migrated_url: str) -> None:
    assert differences(migrated_url, Base.metadata) == []


def test_a_difference_would_be_found(migrated_url: str) -> None:
    changed = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(changed)
    Table("more", changed, Column("id", Integer, primary_key=True))
    changed.tables["apps"].append_column(Column("extra", String(10)))
    changed.tables["jobs"].c.attempts.type = String(10)
    assert len(differences(migrated_url, changed)) == 3


def test_pending_until_migrated_and_twice_is_fine(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert pending(engine)
    migrate(engine)
    assert not pending(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO apps (id, name) VALUES ('a', 'kept')"))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT name FROM apps")) == "kept"
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing(empty_url: str) -> None:
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE articles (id INTEGER)"))  # in the way of ours
    with pytest.raises(Exception, match="already exists"):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["articles"]
    engine.dispose()


def _migrate_in_process(url: str, start: object, results: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    try:
        upgrade(url)
        results.put(None)  # type: ignore[attr-defined]
    except Exception as error:
        results.put(repr(error))  # type: ignore[attr-defined]


def test_clusters_come_without_losing_what_points_to_articles(empty_url: str) -> None:
    """SQLite cannot change a table in place in every way, and dropping one deletes, by cascade, what points to it."""
    engine = make_engine(empty_url)
    command.upgrade(config(engine), "0002")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO apps (id, name) VALUES ('app', 'app')",
            "INSERT INTO articles VALUES ('a', 'text', 'TEXT', 'NORMAL', 'mark', '[]', NULL, 'app', 3, 2, 1, "
            "NULL, NULL, '2026-01-01 00:00:00')",
            "INSERT INTO replies (id, type, text, reference, app_id) VALUES ('r', 'RUMOR', 'no', '', 'app')",
            "INSERT INTO article_replies (article_id, reply_id, app_id, status, positive_feedback_count, "
            "negative_feedback_count) VALUES ('a', 'r', 'app', 'NORMAL', 0, 0)",
        ):
            connection.execute(text(statement))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM article_replies")) == 1
        query = "SELECT cluster_id, listed, cluster_size, cluster_request_count, cluster_reply_count, cluster_checked"
        row = connection.execute(text(query + ", cluster_requested_at = last_requested_at FROM articles")).one()
        assert tuple(row) == ("a", True, 1, 3, 2, False, True)
    engine.dispose()


def test_jobs_keep_their_last_resort_and_their_failures(empty_url: str) -> None:
    engine = make_engine(empty_url)
    migrate(engine, "0005")
    payloads = ['{"event_id": "e", "last_resort": "give up", "failures": 2}', '{"event_id": "f"}']
    with engine.begin() as connection:
        for payload in payloads:
            columns = "(kind, payload, priority, state, attempts, max_attempts, due_at, created_at)"
            insert = f"INSERT INTO jobs {columns} VALUES ('k', :payload, 0, 'READY', 0, 9, '2026-03-01', '2026-03-01')"  # noqa: S608
            connection.execute(text(insert), {"payload": payload})
    migrate(engine)
    with engine.connect() as connection:
        found = connection.execute(select(Job.payload, Job.last_resort, Job.failures).order_by(Job.id)).all()
    engine.dispose()
    assert [tuple(row) for row in found] == [({"event_id": "e"}, "give up", 2), ({"event_id": "f"}, None, 0)]


def test_what_was_sent_together_before_is_looked_up_by_the_article(empty_url: str) -> None:
    [path] = (HERE / "versions").glob("*_sent_together.py")
    engine = make_engine(empty_url)
    migrate(engine, f"{int(path.name[:4]) - 1:04}")
    with engine.begin() as connection:
        rows = fill(connection, reflected(connection))
        first, second, third = (row["id"] for row in rows["articles"])
        together = {1: f"{first}_{second}", 2: f"{first}_gone_{third}_{first}", 3: 'a"quote_\\'}
        for number, ids in together.items():
            values = {"ids": ids, "number": number}
            connection.execute(text("UPDATE cooccurrences SET article_ids = :ids WHERE id = :number"), values)
    migrate(engine)
    with engine.connect() as connection:
        found = connection.execute(select(CooccurrenceArticle.cooccurrence_id, CooccurrenceArticle.article_id)).all()
    engine.dispose()
    assert {tuple(row) for row in found} == {(1, first), (1, second), (2, first), (2, third)}


@pytest.mark.xdist_group("processes")
def test_processes_that_migrate_at_once_all_succeed(empty_url: str) -> None:
    start, results = FORKED.Barrier(PROCESSES), FORKED.Queue()
    processes = [FORKED.Process(target=_migrate_in_process, args=(empty_url, start, results)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    outcomes = [results.get(timeout=SECONDS) for _ in processes]
    for process in processes:
        process.join()
        process.close()
    assert outcomes == [None] * PROCESSES
    assert differences(empty_url, Base.metadata) == []


def test_who_migrates_waits_for_another_who_takes_longer_than_a_table_is_waited_for(postgresql_url: str) -> None:
    one, other = make_engine(postgresql_url), make_engine(postgresql_url)
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with ThreadPoolExecutor(1) as pool:
        with one.begin() as long:
            long.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
            second = pool.submit(migrate, other)
            wait_until(lambda: second.done() or bool(long.scalar(waiting)), SECONDS, "the second to come")
            with suppress(TimeoutError):
                second.result(timeout=LOCK_SECONDS + 0.5)
        assert second.result(timeout=SECONDS) is None
    one.dispose()
    other.dispose()


def test_migrations_do_not_depend_on_code_that_changes() -> None:
    """A migration must do next year what it does today, so it uses nothing of ours."""
    files = list((HERE / "versions").glob("*.py"))
    assert files
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = ["." * node.level + (node.module or "")]
            assert {name.split(".")[0] for name in names} <= {"alembic", "sqlalchemy"}, path.name


def test_answers_of_before_become_shown_and_not_chosen(empty_url: str) -> None:
    engine = make_engine(empty_url)
    migrate(engine, "0001")
    rows = [("ANSWER", "a", False), ("ANSWER", None, True), ("CHOOSE", "b", False), ("UNKNOWN", None, True)]
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO apps (id, name) VALUES ('line', 'line')"))
        users = "INSERT INTO users (id, app_id, name, published_id, is_friend, session_version, created_at) "
        connection.execute(text(users + "VALUES ('u', 'line', 'u', 'p', true, 0, '2026-03-01')"))
        for outcome, chosen, submitted in rows:
            values = {"outcome": outcome, "chosen": chosen, "submitted": submitted}
            columns = "(user_id, outcome, candidates, text_length, chosen_article_id, submitted, created_at) "
            insert = f"INSERT INTO matches {columns} VALUES ('u', :outcome, '[]', 9, :chosen, :submitted, '2026-03-01')"  # noqa: S608
            connection.execute(text(insert), values)
    migrate(engine)
    with engine.connect() as connection:
        columns = "outcome, shown_article_id, chosen_article_id, refused, submitted"
        found = connection.execute(text(f"SELECT {columns} FROM matches ORDER BY id")).all()  # noqa: S608
    engine.dispose()
    assert [(row[0], row[1], row[2], bool(row[3]), bool(row[4])) for row in found] == [
        ("ANSWER", "a", None, False, False),
        ("ANSWER", None, None, True, True),
        ("CHOOSE", None, "b", False, False),
        ("UNKNOWN", None, None, False, True),
    ]
