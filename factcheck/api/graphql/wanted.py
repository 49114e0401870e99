"""Which fields a query asks for, so that a list loads what its items will need in one statement a kind."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
)

Wanted = Mapping[str, Any]
"""Field -> the fields wanted of it, and the arguments that say which; aliases are one."""


def wanted(info: GraphQLResolveInfo) -> Wanted:
    found: dict[str, Any] = {}
    for node in info.field_nodes:
        _add(found, node.selection_set, info.fragments)
    return found


def under(fields: Wanted, *path: str) -> Wanted:
    for name in path:
        fields = fields.get(name, {})
    return fields


def _add(
    found: dict[str, Any], selection: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode]
) -> None:
    for node in _selections(selection):
        if isinstance(node, FieldNode):
            of_field = found.setdefault(node.name.value, {})
            _add(of_field, node.selection_set, fragments)
            of_field.update({one.name.value: {} for one in node.arguments or () if one.name.value not in of_field})
        elif isinstance(node, InlineFragmentNode):
            _add(found, node.selection_set, fragments)
        elif isinstance(node, FragmentSpreadNode):
            _add(found, fragments[node.name.value].selection_set, fragments)


def _selections(selection: SelectionSetNode | None) -> Iterable[object]:
    return selection.selections if selection else ()
