"""Schemas and databases of one's own, on the PostgreSQL server that TEST_DATABASE_URL names; dropped at the end."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, text

from factcheck.settings import load_settings


def server_engine() -> Engine:
    """For what concerns more than one schema; it commits each statement, as making a database asks for."""
    url = load_settings(database_url=os.environ["TEST_DATABASE_URL"]).resolved_database_url
    return create_engine(url, isolation_level="AUTOCOMMIT")


@contextmanager
def own_schema() -> Iterator[str]:
    """URL of an empty schema."""
    name = f"test_{secrets.token_hex(6)}"
    with _made(f"SCHEMA {name}", "CASCADE") as server:
        url = server.url.update_query_dict({"options": f"-csearch_path={name}"})
        yield url.render_as_string(hide_password=False)


@contextmanager
def own_database() -> Iterator[str]:
    """URL of an empty database."""
    name = f"factline_{secrets.token_hex(6)}"
    with _made(f"DATABASE {name}", "WITH (FORCE)") as server:
        yield server.url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def _made(what: str, dropped: str) -> Iterator[Engine]:
    server = server_engine()
    with server.connect() as connection:
        connection.execute(text(f"CREATE {what}"))
    try:
        yield server
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP {what} {dropped}"))
        server.dispose()
