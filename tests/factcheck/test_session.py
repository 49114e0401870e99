"""What every engine is made with."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import URL, Connection, Engine, make_url, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from factcheck.db import session, write_lock
from factcheck.db.insert import insert, table_of
from factcheck.db.session import (
    POSTGRESQL_OPTIONS,
    POSTGRESQL_PLANS,
    POSTGRESQL_PREPARED_AFTER,
    SessionFactory,
    make_engine,
    make_session_factory,
    read_only,
    transaction,
)
from factcheck.models import App
from tests.conftest import PRODUCT_DURABILITY


def test_errors_do_not_quote_what_people_wrote(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.execute(text("SELECT * FROM nowhere WHERE secret = :secret"), {"secret": "my private words"})
    assert "my private words" not in str(caught.value)


def test_a_postgresql_server_that_vanishes_is_noticed(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with engine.connect() as connection:
        parameters = connection.connection.dbapi_connection.info.get_parameters()
    engine.dispose()
    asked = {name: str(value) for name, value in POSTGRESQL_OPTIONS.items() if name != "prepare_threshold"}
    assert {name: parameters.get(name) for name in asked} == asked


def test_plans_of_postgresql_are_those_of_indexes_in_memory(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    for _ in range(2):  # the second time from the pool
        with engine.connect() as connection:
            found = {name: connection.scalar(text(f"SHOW {name}")) for name in POSTGRESQL_PLANS}
            assert found == POSTGRESQL_PLANS
    engine.dispose()


PREPARED = text("SELECT count(*) FROM pg_prepared_statements")
MANY = POSTGRESQL_PREPARED_AFTER + 2


def prepared_by(engine: Engine) -> int:
    """How many statements the server keeps for a connection on which one was executed often."""
    factory = make_session_factory(engine)
    for number in range(MANY):
        with read_only(factory) as database:
            database.execute(text("SELECT :number + 1"), {"number": number})
    with read_only(factory) as database:
        return database.scalar(PREPARED) or 0


def test_the_server_prepares_what_is_executed_often(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    assert prepared_by(engine) == 1
    engine.dispose()


def test_what_is_pending_is_written_before_what_is_said_to_a_table(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        session.add(App(id="a", name="first"))
        session.execute(insert(session, App).on_conflict_do_nothing(), {"id": "a", "name": "second"})
        session.get_one(App, "a").name = "third"
        session.execute(update(table_of(App)).values(name="fourth"))
    with read_only(factory) as session:
        assert session.get_one(App, "a").name == "fourth"


@contextmanager
def pooler(url: URL) -> Iterator[URL]:
    """Stands between, and names itself in place of the server's process, as PgBouncer does."""
    key_follows = b"K\x00\x00\x00\x0c"

    def hand_on(source: socket.socket, target: socket.socket) -> None:
        while data := source.recv(1 << 16):
            before, key, after = data.partition(key_follows)
            target.sendall(before + key + (b"fake" + after[4:] if key else b""))
        target.shutdown(socket.SHUT_WR)

    class Between(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((url.host, url.port)) as server:
                asking = threading.Thread(target=hand_on, args=(self.request, server))
                asking.start()
                hand_on(server, self.request)
                asking.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Between) as between:
        threading.Thread(target=between.serve_forever).start()
        yield url.set(host="127.0.0.1", port=between.server_address[1])
        between.shutdown()


def test_nothing_is_prepared_behind_a_pooler(postgresql_url: str) -> None:
    with pooler(make_url(postgresql_url)) as url:
        engine = make_engine(url.render_as_string(hide_password=False))
        assert prepared_by(engine) == 0
        engine.dispose()


def test_a_migration_beside_costs_a_connection_one_statement(postgresql_url: str) -> None:
    """What was prepared for the table of before is not tried again and again."""
    engine, other = make_engine(postgresql_url, pool_size=1), make_engine(postgresql_url)
    change, read = text("ALTER TABLE changing ALTER COLUMN number TYPE text"), text("SELECT number FROM changing")
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE changing (number int)"))
    factory = make_session_factory(engine)
    for _ in range(MANY):
        with read_only(factory) as database:
            database.execute(read)
    with other.begin() as connection:
        connection.execute(change)
    with pytest.raises(DBAPIError, match="cached plan"), read_only(factory) as database:
        database.execute(read)
    with read_only(factory) as database:
        assert database.scalars(read).all() == []
    with other.begin() as connection:
        connection.execute(text("DROP TABLE changing"))
    engine.dispose()
    other.dispose()


def test_a_connection_that_was_cut_while_it_rested_is_made_anew(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resting, other = make_engine(postgresql_url), make_engine(postgresql_url)
    factory = make_session_factory(resting)

    def cut() -> None:
        with read_only(factory) as database:
            number = database.scalar(text("SELECT pg_backend_pid()"))
        with other.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})

    cut()
    with pytest.raises(OperationalError), read_only(factory) as database:  # it is not asked so soon
        database.scalar(text("SELECT 1"))
    cut()
    monkeypatch.setattr(session, "REST_SECONDS", 0.0)
    with read_only(factory) as database:
        assert database.scalar(text("SELECT 1")) == 1
    resting.dispose()
    other.dispose()


def test_on_sqlite_what_is_answered_survives_a_power_cut(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SQLITE_DURABLE", PRODUCT_DURABILITY)
    factory = make_session_factory(make_engine(sqlite_url))
    levels = []
    for durable in (False, True):
        with transaction(factory, durable=durable) as database:
            levels.append(database.scalar(text("PRAGMA synchronous")))
    factory.kw["bind"].dispose()
    assert levels == [1, 2], "NORMAL, FULL"


def test_on_sqlite_a_second_writer_waits_for_the_first_and_readers_do_not(sqlite_url: str) -> None:
    factory = make_session_factory(make_engine(sqlite_url))
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        with transaction(factory) as second:
            second.connection()
            done.set()

    waiting = threading.Thread(target=write)
    with transaction(factory) as first:
        first.connection()
        waiting.start()
        begun.wait()
        with read_only(factory) as reader:
            assert reader.scalar(text("SELECT 1")) == 1
        assert not done.is_set()
    waiting.join(timeout=30)
    assert done.is_set()
    factory.kw["bind"].dispose()


def test_on_sqlite_a_writer_does_not_wait_for_ever(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SQLITE_BUSY_TIMEOUT_MS", 20)
    factory = make_session_factory(make_engine(sqlite_url))
    with transaction(factory) as first:
        first.connection()
        with pytest.raises(OperationalError, match="locked"), transaction(factory) as second:
            second.connection()
    factory.kw["bind"].dispose()


def test_on_sqlite_one_thread_of_a_process_looks_for_the_lock(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, factory = make_engine(sqlite_url), make_session_factory(make_engine(sqlite_url))
    begun, looking = write_lock._begun, set[int]()
    looked = threading.Semaphore(0)

    def watched(connection: Connection, *, last_try: bool) -> bool:
        looking.add(threading.get_ident())
        looked.release()
        return begun(connection, last_try=last_try)

    def write() -> None:
        with transaction(factory) as mine:
            mine.connection()

    waiting = [threading.Thread(target=write) for _ in range(5)]
    with transaction(make_session_factory(elsewhere)) as first:  # as another process would
        first.connection()
        monkeypatch.setattr(write_lock, "_begun", watched)
        for thread in waiting:
            thread.start()
        for _ in range(20):
            assert looked.acquire(timeout=30)
        assert len(looking) == 1
    for thread in waiting:
        thread.join(timeout=30)
    for engine in (elsewhere, factory.kw["bind"]):
        engine.dispose()
    assert len(looking) == 5


def test_on_sqlite_threads_of_a_process_pass_the_lock_on(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    factory = make_session_factory(make_engine(sqlite_url))
    busy = list[bool]()
    begun = write_lock._begun

    def watched(connection: Connection, *, last_try: bool) -> bool:
        busy.append(not begun(connection, last_try=last_try))
        return not busy[-1]

    monkeypatch.setattr(write_lock, "_begun", watched)

    def write() -> None:
        for _ in range(20):
            with transaction(factory) as mine:
                mine.execute(text("DELETE FROM users WHERE id = 'nobody'"))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    factory.kw["bind"].dispose()
    assert len(busy) == 80
    assert not any(busy)


def test_on_sqlite_whoever_fails_leaves_the_lock(sqlite_url: str) -> None:
    factory = make_session_factory(make_engine(sqlite_url))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), transaction(factory) as session:
            session.connection()
            raise ZeroDivisionError
    with factory() as session:  # one connection, two transactions, and none in between
        session.connection()
        session.commit()
        session.connection()
        session.rollback()
    with transaction(factory) as session:
        session.connection().invalidate()
        session.rollback()
    with transaction(factory) as session:
        assert session.scalar(text("SELECT 1")) == 1
    factory.kw["bind"].dispose()
