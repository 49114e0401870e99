"""The transaction of a request, opened by each page just around what needs it.

A page that also asks the search index or sends mail does so between two such blocks, never inside one. Templates are
rendered inside the block: what was read expires when it ends.
"""

from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from editor_ui.dependencies import parts
from factcheck.db import session as database


def reading() -> AbstractContextManager[Session]:
    """For GET: takes no write lock, keeps nothing."""
    return database.reading(parts().session_factory)


def writing() -> AbstractContextManager[Session]:
    """For POST: commits at the end of the block, rolls back if it raises."""
    return database.transaction(parts().session_factory)
