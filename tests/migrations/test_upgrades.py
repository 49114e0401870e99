"""Data made by each schema of before comes through to the newest one, and a migration only expands.

See docs/migrations.md. Both are about whatever migrations there are: a new one needs nothing here.
"""

from types import ModuleType

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, select, text

from factcheck.db.base import Base
from factcheck.db.migrate import HERE, migrate
from factcheck.db.session import make_engine, make_session_factory, read_only
from tests.migrations.expanding import contractions, schema_of
from tests.migrations.filler import ROWS, Rows, fill, plain, reflected

BEFORE_THE_RULE = ("0004",)
"""Migrations that were written before they had to expand only, and did not."""


def _scripts() -> dict[str, ModuleType]:
    """revision -> its module, oldest first."""
    directory = ScriptDirectory(str(HERE))
    return {script.revision: script.module for script in reversed(list(directory.walk_revisions()))}


SCRIPTS = _scripts()
REVISIONS = list(SCRIPTS)


def declared_changes(after: str) -> set[str]:
    """The "table.column" whose contents the migrations after a revision say that they change."""
    later = REVISIONS[REVISIONS.index(after) + 1 :]
    return {name for revision in later for name in getattr(SCRIPTS[revision], "changes", ())}


def read_with_models(engine: Engine) -> Rows:
    """Every row of every table, as the code of today reads it."""
    found: Rows = {}
    with read_only(make_session_factory(engine)) as session:
        for mapper in Base.registry.mappers:
            order = mapper.primary_key
            rows = session.scalars(select(mapper.class_).order_by(*order)).all()
            names = {mapper.get_property_by_column(column).key: column.name for column in mapper.local_table.columns}
            found[mapper.local_table.name] = [
                plain({name: getattr(row, key) for key, name in names.items()}) for row in rows
            ]
    return found


def differing(old: Rows, new: Rows, changes: set[str]) -> list[str]:
    """What is not as it was, but for the columns in `changes`."""
    found = []
    for table, rows in old.items():
        if len(rows) != len(new.get(table, [])):
            found.append(f"{table}: {len(rows)} rows became {len(new.get(table, []))}")
            continue
        for before, after in zip(rows, new[table], strict=True):
            found += [
                f"{table}.{name}: {value!r} became {after.get(name, 'nothing')!r}"
                for name, value in before.items()
                if f"{table}.{name}" not in changes and (name not in after or after[name] != value)
            ]
    return found


@pytest.mark.parametrize("revision", REVISIONS)
def test_everything_stored_under_an_older_schema_is_read_as_it_was(empty: Engine, revision: str) -> None:
    migrate(empty, revision)
    with empty.begin() as connection:
        old = fill(connection, reflected(connection))
    assert all(len(rows) == ROWS for rows in old.values())
    migrate(empty)
    assert differing(old, read_with_models(empty), declared_changes(revision)) == []


def test_a_lost_row_and_a_changed_value_would_be_found() -> None:
    old: Rows = {"a": [{"id": 1, "x": "one"}, {"id": 2, "x": "two"}], "b": [{"id": 1, "y": 0}], "c": [{"id": 1}]}
    new: Rows = {"a": [{"id": 1, "x": "one"}, {"id": 2, "x": None}], "b": [], "c": [{"number": 1}]}
    found = ["a.x: 'two' became None", "b: 1 rows became 0", "c.id: 1 became 'nothing'"]
    assert differing(old, new, set()) == found
    assert differing(old, new, {"a.x"}) == found[1:]


@pytest.mark.parametrize("revision", [one for one in REVISIONS[1:] if one not in BEFORE_THE_RULE])
def test_a_migration_only_expands(empty: Engine, revision: str) -> None:
    """And the statements of the release before still run: it writes its columns, and reads them back."""
    migrate(empty, SCRIPTS[revision].down_revision)
    before = schema_of(empty)
    with empty.connect() as connection:
        known = reflected(connection)
    migrate(empty, revision)
    found, reason = contractions(before, schema_of(empty)), getattr(SCRIPTS[revision], "contracts", "")
    if reason:
        assert found, f"{revision} says that it contracts, and does not."
        return
    assert found == [], "See docs/migrations.md."
    with empty.begin() as connection:
        assert all(len(rows) == ROWS for rows in fill(connection, known).values())


def test_what_a_migration_says_of_itself_names_something() -> None:
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    for revision, script in SCRIPTS.items():
        assert set(getattr(script, "changes", ())) <= columns, revision
        assert len(getattr(script, "contracts", "a reason that says something").split()) >= 4, revision


def test_the_rule_would_have_found_what_came_before_it(empty: Engine) -> None:
    migrate(empty, "0003")
    before = schema_of(empty)
    migrate(empty, "0004")
    assert contractions(before, schema_of(empty)) == [
        "notices has lost: unique user_id article_id.",
        "notices has a new rule, which old code may break: unique user_id article_id kind reply_id.",
    ]


OLD = (
    "CREATE TABLE p (id INTEGER PRIMARY KEY)",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), n INTEGER NOT NULL DEFAULT 0, p_id INTEGER, UNIQUE (n))",
)
T = "id INTEGER PRIMARY KEY, name VARCHAR(9), n INTEGER NOT NULL DEFAULT 0, p_id INTEGER"


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (f"{T}, extra INTEGER, more INTEGER NOT NULL DEFAULT 1, UNIQUE (n)", []),
        (T.replace("name", "title") + ", UNIQUE (n)", ["The column t.name is gone."]),
        (
            T + ", more INTEGER NOT NULL, UNIQUE (n)",
            ["The column t.more is new, NOT NULL and without a server default."],
        ),
        (
            T.replace("(9)", "(5)") + ", UNIQUE (n)",
            ["The column t.name changed its type from VARCHAR(9) to VARCHAR(5)."],
        ),
        (T.replace("(9)", "(9) NOT NULL") + ", UNIQUE (n)", ["The column t.name became NOT NULL."]),
        (T.replace(" DEFAULT 0", "") + ", UNIQUE (n)", ["The column t.n lost its server default."]),
        (T, ["t has lost: unique n."]),
        (T + ", UNIQUE (n), UNIQUE (name)", ["t has a new rule, which old code may break: unique name."]),
        (T + ", UNIQUE (n), CHECK (n > 0)", ["t has a new rule, which old code may break: check n > 0."]),
        (
            T + ", UNIQUE (n), FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE",
            ["t has a new rule, which old code may break: foreign key p_id to p id ondelete CASCADE."],
        ),
        (None, ["The table t is gone."]),
    ],
)
def test_each_way_to_contract_is_found(new: str | None, found: list[str]) -> None:
    engines = [make_engine("sqlite://") for _ in range(2)]
    changed = (OLD[0], *([f"CREATE TABLE t ({new})"] if new else []))
    for engine, statements in zip(engines, (OLD, changed), strict=True):
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
    before, after = map(schema_of, engines)
    assert contractions(before, after) == found
    for engine in engines:
        engine.dispose()
