"""Rows for every table of a schema, made by the types of its columns alone, so that a new table needs no new filler."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

ROWS = 3
"""Rows of each table in one filling. The second has NULL wherever a table allows it."""

BEGINNING = datetime(2026, 3, 1, 12, tzinfo=UTC)

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def reflected(connection: Connection) -> MetaData:
    """The tables as they are in the database now, without Alembic's own."""
    metadata = MetaData()
    metadata.reflect(connection)
    if "alembic_version" in metadata.tables:
        metadata.remove(metadata.tables["alembic_version"])
    return metadata


def fill(connection: Connection, metadata: MetaData, start: int = 0) -> Rows:
    """Insert ROWS rows into every table, numbered from `start`, and return them."""
    rows: Rows = {}
    for table in metadata.sorted_tables:
        numbers = range(start, start + ROWS)
        rows[table.name] = [row(table, number, nulls=number == start + 1) for number in numbers]
        connection.execute(table.insert(), rows[table.name])
    return rows


def row(table: Table, number: int, *, nulls: bool) -> Row:
    return {c.name: None if nulls and c.nullable and not c.primary_key else _value(c, number) for c in table.columns}


def plain(values: Mapping[str, Any]) -> Row:
    """The same values on both databases: SQLite forgets the zone of a time."""
    return {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
        for name, value in values.items()
    }


def _value(column: Column[Any], number: int) -> Any:
    """Every row has values of its own, so that no unique constraint is met. A foreign key of row n names row n."""
    if column.foreign_keys:
        return _value(next(iter(column.foreign_keys)).column, number)
    kinds: Sequence[tuple[type, Any]] = (
        (Boolean, number % 2 == 0),
        (Integer, number + 1),
        (Float, number + 0.5),
        (DateTime, BEGINNING + timedelta(days=number)),
        (Date, (BEGINNING + timedelta(days=number)).date()),
        (LargeBinary, number.to_bytes(32)),
        (JSON, {"key": f"值 {number}", "list": [number, None, True]}),
    )
    for kind, value in kinds:
        if isinstance(column.type, kind):
            return value
    return f"{column.table.name}.{column.name} 第{number}個"
