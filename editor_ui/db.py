"""The database session of a request, opened by each page just around what needs it.

A page that also asks the search index or sends mail does so between two such blocks, never inside one. Templates are
rendered inside the block: what was read expires when it ends.
"""

from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from editor_ui.dependencies import parts
from factcheck.db import session as database


def read_only() -> AbstractContextManager[Session]:
    """A session for GET: it takes no write lock and keeps nothing."""
    return database.read_only(parts().session_factory)


def transaction() -> AbstractContextManager[Session]:
    """A session for POST: it commits at the end of the block and rolls back if the block raises."""
    return database.transaction(parts().session_factory)
