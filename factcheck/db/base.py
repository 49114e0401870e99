"""Declarative base, constraint names, column types, and the order of times."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from sqlalchemy import DateTime, MetaData, String, Text, func
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times, in UTC. SQLite forgets the zone, so reading restores it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone may not be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _LongAgo(FunctionElement[datetime]):
    """The beginning of 1970. It is written into statements, as it is into indexes: with a value that is sent apart
    from its statement, no index of `time_key` would serve."""

    inherit_cache = True
    type = UtcDateTime()


@compiles(_LongAgo)
def _as_sqlite_keeps_it(_element: _LongAgo, _compiler: Any, **_options: Any) -> str:
    return "'1970-01-01 00:00:00.000000'"


@compiles(_LongAgo, "postgresql")
def _with_its_zone(_element: _LongAgo, _compiler: Any, **_options: Any) -> str:
    return "'1970-01-01 00:00:00+00'::timestamptz"


@lru_cache(maxsize=128)
def time_key(column: Any) -> Any:
    """Makes what lists are ordered by: what has no time stands with the oldest. It is kept, for one list needs that of
    one column several times."""
    return func.coalesce(column, _LongAgo(), type_=UtcDateTime())


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime, str: Text}


ShortText = Annotated[str, mapped_column(String(255))]
"""Ids, enum values and other short keys; what people write is Text."""
