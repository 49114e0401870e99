"""The INSERT with ON CONFLICT, which SQLAlchemy has for each database."""

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def table_of(model: type[Any]) -> Table:
    """Gives a class's table: statements about classes take SQLAlchemy two to five times as long."""
    return cast(Table, model.__table__)


def insert(session: Session, into: type[Any] | Table) -> postgresql.Insert | sqlite.Insert:
    """Makes the INSERT of the session's database."""
    into = into if isinstance(into, Table) else table_of(into)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(into) if is_postgresql else sqlite.insert(into)
