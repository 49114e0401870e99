"""What LINE has told about our account, as rows by name. Kept light: the web process imports it, too."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.models import LineFact

ACCOUNT = "account"


def load_fact(session: Session, name: str, *, lock: bool = False) -> dict[str, Any] | None:
    """Load what LINE told under this name; None: nothing yet. `lock`: until the transaction ends."""
    query = select(LineFact.value).where(LineFact.name == name)
    return session.scalar(query.with_for_update() if lock else query)


def store_fact(session: Session, name: str, value: dict[str, Any], *, now: datetime) -> None:
    row = {"value": value, "updated_at": now}
    statement = insert(session, LineFact).values(name=name, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


def our_user_id(session: Session) -> str | None:
    """Return what LINE's webhooks for us name as destination; None: not known yet."""
    return (load_fact(session, ACCOUNT) or {}).get("user_id")


def our_basic_id(session: Session) -> str | None:
    """Return our id with the @, for links; None: not known yet."""
    return (load_fact(session, ACCOUNT) or {}).get("basic_id")
