"""Data made by each schema of before comes through to the newest one, and a migration only expands.

See docs/migrations.md. Both are about whatever migrations there are: a new one needs nothing here.
"""

import pytest
from sqlalchemy import text

from factcheck.db.base import Base
from factcheck.db.session import make_engine
from tests.migrations.expanding import contractions
from tests.migrations.filler import ROWS, Rows, reflected
from tests.migrations.walk import BEFORE_THE_RULE, REVISIONS, SCRIPTS, Walk, differing, read_with_models


def declared_changes(after: str) -> set[str]:
    """The "table.column" whose contents the migrations after a revision say that they change."""
    later = REVISIONS[REVISIONS.index(after) + 1 :]
    return {name for revision in later for name in getattr(SCRIPTS[revision], "changes", ())}


def test_everything_stored_under_an_older_schema_is_read_as_it_was(walk: Walk) -> None:
    assert [*walk.filled] == REVISIONS
    assert all(len(rows) == ROWS for filled in walk.filled.values() for rows in filled.values())
    new = read_with_models(walk.engine)
    found = {revision: differing(old, new, declared_changes(revision)) for revision, old in walk.filled.items()}
    assert {revision: faults for revision, faults in found.items() if faults} == {}
    assert {revision: counts for revision, counts in walk.counts.items() if counts[0] != counts[1]} == {}


def test_a_lost_row_and_a_changed_value_would_be_found() -> None:
    old: Rows = {
        "apps": [{"id": "1", "name": "one"}, {"id": "2", "name": "two"}],
        "categories": [{"id": "1", "title": ""}],
        "users": [{"id": "1", "x": 1}],
    }
    new: Rows = {
        "apps": [{"id": "1", "name": "one"}, {"id": "2", "name": None}],
        "categories": [],
        "users": [{"id": "1"}],
    }
    found = ["apps.name: 'two' became None", "categories: a row is gone: {'id': '1', 'title': ''}"]
    found.append("users.x: 1 became 'nothing'")
    assert differing(old, new, set()) == found
    assert differing(old, new, {"apps.name"}) == found[1:]


def test_a_migration_only_expands(walk: Walk) -> None:
    """Unless it says why it contracts, and then it must."""
    found = {revision: faults for revision, faults in walk.contractions.items() if revision not in BEFORE_THE_RULE}
    with_reason = {revision for revision in found if hasattr(SCRIPTS[revision], "contracts")}
    unsaid = {revision: faults for revision, faults in found.items() if faults and revision not in with_reason}
    assert unsaid == {}, "See docs/migrations.md."
    assert [revision for revision in with_reason if not found[revision]] == []


def test_what_a_migration_says_of_itself_names_something() -> None:
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    for revision, script in SCRIPTS.items():
        assert set(getattr(script, "changes", ())) <= columns, revision
        assert len(getattr(script, "contracts", "a reason that says something").split()) >= 4, revision


def test_the_rule_would_have_found_what_came_before_it(walk: Walk) -> None:
    assert walk.contractions["0004"] == [
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
    tables = []
    for engine in engines:
        with engine.connect() as connection:
            tables.append(reflected(connection))
        engine.dispose()
    assert contractions(*tables) == found
