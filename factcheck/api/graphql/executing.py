"""Runs a query field by field, as graphql-core does, with shorter ways for what most fields are: a value, or another
node, that stands in its node; and the same list of each of many nodes, asked for with the same arguments."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, Undefined, get_nullable_type, is_leaf_type
from graphql.execution import Executor, get_argument_values
from graphql.pyutils import Path

_PLAIN = frozenset({str, int, float, bool, dict})


class PlainExecutor(Executor[None]):
    """Makes path and info for resolvers and errors alone. What is not plain goes the library's way, errors too; nothing
    is awaited, deferred or streamed here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arguments: dict[int, tuple[Any, dict[str, Any]]] = {}

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Path | None, grouped_field_set: Any, _: None
    ) -> dict[str, Any]:
        results: dict[str, Any] = {}
        for name, details in grouped_field_set.items():
            value = self._executed(parent_type, source_value, details, path, name)
            if value is not Undefined:
                results[name] = value
        return results

    def _executed(
        self, parent_type: GraphQLObjectType, source: Any, details: Any, parent: Path | None, key: str
    ) -> Any:
        """Takes a value that stands in its node, or goes on in a node that does; all else is the library's."""
        name = details[0].node.name.value
        value = source.get(name) if type(source) is dict else None
        kind = _unresolved(parent_type, name) if type(value) in _PLAIN else None
        if is_leaf_type(kind) and type(value) is not dict:
            try:
                return kind.coerce_output_value(value)
            except Exception:  # the library's way says it, with its place
                kind = None
        path = Path(parent, key, parent_type.name)
        if type(kind) is not GraphQLObjectType or type(value) is not dict:
            return self.execute_field(parent_type, source, details, path, None)
        try:
            return self.collect_and_execute_subfields(kind, details, path, value, None)
        except Exception as error:
            self.handle_field_error(error, parent_type.fields[name].type, details, path)
            return None

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_details_list: Any, path: Path, _: None
    ) -> Any:
        field = self.schema.get_field(parent_type, field_details_list[0].node.name.value)
        if field is None:
            return Undefined
        info = self.build_resolve_info(field, [one.node for one in field_details_list], parent_type, path)
        try:
            resolve = field.resolve or self.field_resolver
            result = resolve(source, info, **self._arguments_of(field, field_details_list))
            return self.complete_value(field.type, field_details_list, info, path, result, None)
        except Exception as error:
            self.handle_field_error(error, field.type, field_details_list, path)
            return None

    def _arguments_of(self, field: GraphQLField, details: Any) -> dict[str, Any]:
        """Reads the arguments once for all nodes. The list of details is kept, too, so that no other has its id."""
        if not field.args:
            return {}
        if id(details) not in self._arguments:
            first, variables = details[0], self.variable_values
            read = get_argument_values(
                field, first.node, variables, first.fragment_variable_values, hide_suggestions=self.hide_suggestions
            )
            self._arguments[id(details)] = details, read
        return self._arguments[id(details)][1]

    def complete_value(self, return_type: Any, details: Any, info: Any, path: Path, result: Any, position: None) -> Any:
        kind = return_type.of_type if type(return_type) is GraphQLNonNull else return_type
        if type(result) is dict and type(kind) is GraphQLObjectType:
            return self.collect_and_execute_subfields(kind, details, path, result, None)
        return super().complete_value(return_type, details, info, path, result, position)

    def complete_iterable_value(
        self, item_type: Any, details: Any, info: Any, path: Path, items: Iterable[Any], _: None
    ) -> list[Any]:
        return [self._item(item_type, details, info, path.add_key(at, None), item) for at, item in enumerate(items)]

    def _item(self, item_type: Any, details: Any, info: Any, path: Path, item: Any) -> Any:
        try:
            return self.complete_value(item_type, details, info, path, item, None)
        except Exception as error:
            self.handle_field_error(error, item_type, details, path)
            return None


@cache
def _unresolved(parent_type: GraphQLObjectType, name: str) -> Any:
    """Gives the type of a field that has no resolver of its own, or None."""
    field = parent_type.fields.get(name)
    return get_nullable_type(field.type) if field is not None and field.resolve is None else None
