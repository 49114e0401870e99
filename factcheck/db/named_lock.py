"""Locks that have a name instead of a row. SQLite has one writer at a time, so nothing is to be locked there."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def lock_name(session: Session, name: str) -> None:
    """Waits for the name, and keeps it until the transaction ends. Two installations in schemas of one database have
    names of their own, or they would wait for each other in circles."""
    if session.get_bind().dialect.name == "postgresql":
        named = func.hashtext(func.concat(func.current_schema(), ":", name))
        session.execute(select(func.pg_advisory_xact_lock(named)))
