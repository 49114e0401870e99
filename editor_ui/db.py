"""The database session, opened by a page just around what needs it.

The search index and mail are used between two such blocks, never inside. Templates are rendered inside: what was read
expires when the block ends.
"""

from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from editor_ui.dependencies import parts
from factcheck.db import session as database


def read_only() -> AbstractContextManager[Session]:
    """Opens a session for GET, without a write lock."""
    return database.read_only(parts().session_factory)


def transaction() -> AbstractContextManager[Session]:
    """Opens a session for POST, which rolls back if the block raises."""
    return database.transaction(parts().session_factory)
