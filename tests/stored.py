"""What the database of a test holds."""

from typing import Any

from sqlalchemy import func, select

from factcheck.db.base import Base
from factcheck.db.session import SessionFactory, read_only


def count(factory: SessionFactory, model: type[Any], *which: Any) -> int:
    with read_only(factory) as session:
        return session.scalar(select(func.count()).select_from(model).where(*which)) or 0


def everything(factory: SessionFactory) -> str:
    """All values of all tables."""
    with read_only(factory) as session:
        return "\n".join(str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)))
