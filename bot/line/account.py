"""What LINE has told about our account, as rows by name. Kept light for the web process."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.models import LineFact

ACCOUNT = "account"


def load_fact(session: Session, name: str) -> dict[str, Any] | None:
    """Return None for nothing told yet."""
    return session.scalar(select(LineFact.value).where(LineFact.name == name))


def store_fact(session: Session, name: str, value: dict[str, Any], *, now: datetime) -> None:
    row = {"value": value, "updated_at": now}
    statement = insert(session, LineFact).values(name=name, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


def our_user_id(session: Session) -> str | None:
    """Return the destination of our webhooks; None: not known yet."""
    return (load_fact(session, ACCOUNT) or {}).get("user_id")


def our_basic_id(session: Session) -> str | None:
    """Return our id with its @; None: not known yet."""
    return (load_fact(session, ACCOUNT) or {}).get("basic_id")
