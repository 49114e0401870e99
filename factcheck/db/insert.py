"""The INSERT with ON CONFLICT, which SQLAlchemy has for each database."""

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert(session: Session, into: type[Any] | Table) -> postgresql.Insert | sqlite.Insert:
    """Makes the INSERT of the session's database, into a table: for a class SQLAlchemy takes five times as long."""
    into = into if isinstance(into, Table) else cast(Table, into.__table__)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(into) if is_postgresql else sqlite.insert(into)
