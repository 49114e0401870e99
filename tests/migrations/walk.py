"""A database that goes through every schema that ever was and gets rows under each, as one that is in use does."""

from dataclasses import dataclass, field
from types import ModuleType

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, func, literal_column, select, union_all

from factcheck.db.base import Base
from factcheck.db.migrate import HERE, migrate
from factcheck.db.session import make_session_factory, read_only
from tests.migrations.expanding import contractions
from tests.migrations.filler import ROWS, Rows, fill, plain, reflected

BEFORE_THE_RULE = ("0004",)
"""Migrations that were written before they had to expand only, and did not."""


def _scripts() -> dict[str, ModuleType]:
    """revision -> its module, oldest first."""
    directory = ScriptDirectory(str(HERE))
    return {script.revision: script.module for script in reversed(list(directory.walk_revisions()))}


SCRIPTS = _scripts()
REVISIONS = list(SCRIPTS)


@dataclass
class Walk:
    """By revision: what its migration took away or asks for, how many rows of each table there were before and after
    it, and the rows that came under its schema, as they were then. In the end the database has all of them."""

    engine: Engine
    contractions: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, tuple[dict[str, int], dict[str, int]]] = field(default_factory=dict)
    filled: dict[str, Rows] = field(default_factory=dict)


def walk_through(engine: Engine) -> Walk:
    walk, before = Walk(engine), MetaData()
    for number, revision in enumerate(REVISIONS):
        rows = _counted(engine, before)
        migrate(engine, revision)
        walk.counts[revision] = rows, _counted(engine, before)
        with engine.begin() as connection:
            after = reflected(connection)
            walk.contractions[revision] = contractions(before, after)
            if only_expands(revision) and not walk.contractions[revision]:
                _write_as_before(connection, before)
            walk.filled[revision] = fill(connection, after, ROWS * number)
        before = after
    return walk


def only_expands(revision: str) -> bool:
    return revision not in BEFORE_THE_RULE and not hasattr(SCRIPTS[revision], "contracts")


def _counted(engine: Engine, tables: MetaData) -> dict[str, int]:
    if not tables.tables:
        return {}
    counts = (select(literal_column(f"'{name}'"), func.count()).select_from(one) for name, one in tables.tables.items())
    with engine.connect() as connection:
        return dict(map(tuple, connection.execute(union_all(*counts))))


def _write_as_before(connection: Connection, known: MetaData) -> None:
    """The statements of the release before run: it writes its columns, and reads them back. It is taken back."""
    with connection.begin_nested() as taken_back:
        written = fill(connection, known, ROWS * len(REVISIONS))
        for name, rows in written.items():
            assert len(connection.execute(select(known.tables[name])).all()) >= len(rows)
        taken_back.rollback()


def read_with_models(engine: Engine) -> Rows:
    """Every row of every table, as the code of today reads it."""
    found: Rows = {}
    with read_only(make_session_factory(engine)) as session:
        for mapper in Base.registry.mappers:
            rows = session.scalars(select(mapper.class_).order_by(*mapper.primary_key)).all()
            names = {mapper.get_property_by_column(column).key: column.name for column in mapper.local_table.columns}
            found[mapper.local_table.name] = [
                plain({name: getattr(row, key) for key, name in names.items()}) for row in rows
            ]
    return found


def differing(old: Rows, new: Rows, changes: set[str]) -> list[str]:
    """What is not as it was, but for the columns in `changes`; rows that are in `new` alone are others'."""
    found = []
    for table, rows in old.items():
        keys = [column.name for column in Base.metadata.tables[table].primary_key]
        there = {tuple(row[name] for name in keys): row for row in new[table]}
        for before in rows:
            after = there.get(tuple(before[name] for name in keys))
            if after is None:
                found.append(f"{table}: a row is gone: {before}")
                continue
            found += [
                f"{table}.{name}: {value!r} became {after.get(name, 'nothing')!r}"
                for name, value in before.items()
                if f"{table}.{name}" not in changes and (name not in after or after[name] != value)
            ]
    return found
