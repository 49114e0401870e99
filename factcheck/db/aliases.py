"""Second names for tables, which statements of many threads share."""

from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

from factcheck.db.base import Base

Model = TypeVar("Model", bound=Base)


def shared_alias(model: type[Model]) -> type[Model]:
    """Makes one with all its columns. SQLAlchemy makes each when it is first asked for, and of two threads that ask at
    once one may get the table's own column, which the alias then keeps for good."""
    alias = aliased(model)
    for column in inspect(model).column_attrs:
        _ = getattr(alias, column.key).expression
    return alias
