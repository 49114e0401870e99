"""What of a migration the code of the release before could not run on, told from the schemas before and after."""

from sqlalchemy import Engine, Inspector, inspect

Names = frozenset[tuple[str, ...]]


def contractions(before: Inspector, after: Inspector) -> list[str]:
    """One sentence for each thing that a schema took away from, or asks of, code that knows only the one before.

    A rename shows as something gone. Indexes that are not unique may come and go: no statement names them.
    """
    found = []
    for table in _tables(before):
        if table not in _tables(after):
            found.append(f"The table {table} is gone.")
            continue
        found += _of_columns(before, after, table)
        old, new = _rules(before, table), _rules(after, table)
        found += [f"{table} has lost: {' '.join(rule)}." for rule in sorted(old - new)]
        found += [f"{table} has a new rule, which old code may break: {' '.join(rule)}." for rule in sorted(new - old)]
    return found


def schema_of(engine: Engine) -> Inspector:
    """A view of the schema as it is now; what it has read stays as it was when the schema changes."""
    seen = inspect(engine)
    for table in _tables(seen):
        seen.get_columns(table)
        _rules(seen, table)
    return seen


def _tables(schema: Inspector) -> list[str]:
    return [table for table in schema.get_table_names() if table != "alembic_version"]


def _of_columns(before: Inspector, after: Inspector, table: str) -> list[str]:
    old = {column["name"]: column for column in before.get_columns(table)}
    new = {column["name"]: column for column in after.get_columns(table)}
    found = [f"The column {table}.{name} is gone." for name in old if name not in new]
    for name, column in new.items():
        label, known = f"The column {table}.{name}", old.get(name)
        if known is None:
            if not column["nullable"] and column["default"] is None:
                found.append(f"{label} is new, NOT NULL and without a server default.")
            continue
        if str(known["type"]) != str(column["type"]):
            found.append(f"{label} changed its type from {known['type']} to {column['type']}.")
        if known["nullable"] and not column["nullable"]:
            found.append(f"{label} became NOT NULL.")
        if known["default"] is not None and column["default"] is None:
            found.append(f"{label} lost its server default.")
    return found


def _rules(schema: Inspector, table: str) -> Names:
    """Keys, unique constraints and checks by what they say, whatever they are called."""
    primary = ("primary key", *schema.get_pk_constraint(table)["constrained_columns"])
    unique = [("unique", *rule["column_names"]) for rule in schema.get_unique_constraints(table)]
    unique += [
        ("unique", *(name or "" for name in index["column_names"]))
        for index in schema.get_indexes(table)
        if index["unique"]
    ]
    checks = [("check", rule["sqltext"]) for rule in schema.get_check_constraints(table)]
    foreign = [
        (
            "foreign key",
            *rule["constrained_columns"],
            "to",
            rule["referred_table"],
            *rule["referred_columns"],
            *sorted(f"{name} {value}" for name, value in rule["options"].items()),
        )
        for rule in schema.get_foreign_keys(table)
    ]
    return frozenset([primary, *unique, *checks, *foreign])
