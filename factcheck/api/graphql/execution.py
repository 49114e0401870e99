"""Executing queries. Most fields of most answers are values of rows that were loaded with their list. These are read
without what a resolver would be told, which takes most of the time."""

from typing import Any

from graphql import GraphQLObjectType, GraphQLScalarType, Undefined, is_non_null_type
from graphql.execution import Executor
from graphql.pyutils import Path

PLAIN = {"ID": (str,), "String": (str,), "Int": (int,), "Float": (float,), "Boolean": (bool,)}
"""Scalars, and the types of values that are answered as they are."""
MOST, LEAST = 2**31 - 1, -(2**31)


class QuickExecutor(Executor):
    """Answers what any executor does."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Any,
        position_context: Any,
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        is_row, name = isinstance(source_value, dict), parent_type.name
        for answered, details in grouped_field_set.items():
            value = _plain(parent_type, source_value, details[0].node.name.value) if is_row else Undefined
            if value is Undefined:
                place = Path(path, answered, name)
                value = self.execute_field(parent_type, source_value, details, place, position_context)
            if value is not Undefined:
                found[answered] = value
        return found


def _plain(parent_type: GraphQLObjectType, row: dict[str, Any], name: str) -> Any:
    """Reads a scalar; Undefined where there is more to do."""
    field = parent_type.fields.get(name)
    if field is None or field.resolve is not None:
        return Undefined
    value, kind = row.get(name), field.type
    if value is None:
        return Undefined if is_non_null_type(kind) else None
    kind = kind.of_type if is_non_null_type(kind) else kind
    if not isinstance(kind, GraphQLScalarType) or type(value) not in PLAIN.get(kind.name, ()):
        return Undefined
    return Undefined if kind.name == "Int" and not LEAST <= value <= MOST else value
