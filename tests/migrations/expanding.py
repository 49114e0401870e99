"""What of a migration the code of the release before could not run on, told from the tables before and after."""

from sqlalchemy import CheckConstraint, Column, Constraint, ForeignKeyConstraint, MetaData, Table, UniqueConstraint

Names = frozenset[tuple[str, ...]]


def contractions(before: MetaData, after: MetaData) -> list[str]:
    """One sentence for each thing that a schema took away from, or asks of, code that knows only the one before.

    A rename shows as something gone. Indexes that are not unique may come and go: no statement names them.
    """
    found = []
    for name, table in before.tables.items():
        if name not in after.tables:
            found.append(f"The table {name} is gone.")
            continue
        found += _of_columns(table, after.tables[name])
        old, new = _rules(table), _rules(after.tables[name])
        found += [f"{name} has lost: {' '.join(rule)}." for rule in sorted(old - new)]
        found += [f"{name} has a new rule, which old code may break: {' '.join(rule)}." for rule in sorted(new - old)]
    return found


def _of_columns(before: Table, after: Table) -> list[str]:
    found = [f"The column {before.name}.{column.name} is gone." for column in before.c if column.name not in after.c]
    for new in after.c:
        old = before.c.get(new.name)
        found += [f"The column {before.name}.{new.name} {fault}." for fault in _of_column(old, new)]
    return found


def _of_column(old: Column[object] | None, new: Column[object]) -> list[str]:
    found = []
    if old is None:
        if not new.nullable and new.server_default is None:
            found.append("is new, NOT NULL and without a server default")
        return found
    if str(old.type) != str(new.type):
        found.append(f"changed its type from {old.type} to {new.type}")
    if old.nullable and not new.nullable:
        found.append("became NOT NULL")
    if old.server_default is not None and new.server_default is None:
        found.append("lost its server default")
    return found


def _rules(table: Table) -> Names:
    """Keys, unique constraints and checks by what they say, whatever they are called."""
    rules = {("primary key", *(column.name for column in table.primary_key))}
    rules |= {("unique", *(column.name for column in index.columns)) for index in table.indexes if index.unique}
    return frozenset(rules | {rule for constraint in table.constraints for rule in _said(constraint)})


def _said(constraint: Constraint) -> list[tuple[str, ...]]:
    if isinstance(constraint, UniqueConstraint):
        return [("unique", *(column.name for column in constraint.columns))]
    if isinstance(constraint, CheckConstraint):
        return [("check", str(constraint.sqltext))]
    if not isinstance(constraint, ForeignKeyConstraint):
        return []
    options = {name: getattr(constraint, name) for name in ("deferrable", "initially", "match", "ondelete", "onupdate")}
    return [
        (
            "foreign key",
            *constraint.column_keys,
            "to",
            constraint.referred_table.name,
            *(element.column.name for element in constraint.elements),
            *(f"{name} {value}" for name, value in options.items() if value),
        )
    ]
