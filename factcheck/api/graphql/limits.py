"""What a query may cost, before anything of it runs."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

MOST_TOKENS = 4_000
DEEPEST = 14
MOST_FIELDS = 1_000
MOST_ITEMS = 200_000
"""Items of lists that a query may ask for; a list within a list counts for each item around it."""
PAGE = 10
"""Items of a page when a query does not say how many."""
CHILDREN = 5
"""Items that a list without pages is taken to have."""

_LISTS = frozenset({"articleReplies", "feedbacks", "replyRequests", "articles", "articleCategories", "cooccurrences"})
Fragments = Mapping[str, FragmentDefinitionNode]


class _Count:
    def __init__(self, fragments: Fragments, variables: Mapping[str, Any]) -> None:
        self.fragments, self.variables, self.fields = fragments, variables, 0

    def items(self, selection: SelectionSetNode | None, depth: int) -> int:
        if selection is None:
            return 0
        if depth > DEEPEST:
            raise GraphQLError(f"The query is more than {DEEPEST} levels deep.")
        return sum(self._of(node, depth) for node in selection.selections)

    def _of(self, node: object, depth: int) -> int:
        if isinstance(node, FragmentSpreadNode):
            fragment = self.fragments.get(node.name.value)
            return self.items(fragment.selection_set, depth + 1) if fragment else 0
        if isinstance(node, InlineFragmentNode):
            return self.items(node.selection_set, depth)
        if not isinstance(node, FieldNode):
            return 0
        self.fields += 1
        if self.fields > MOST_FIELDS:
            raise GraphQLError(f"The query has more than {MOST_FIELDS} fields.")
        within = self.items(node.selection_set, depth + 1)
        size = self._size(node)
        return size * (1 + within) if size else within

    def _size(self, node: FieldNode) -> int:
        """Gives 0 for what is no list."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if "first" in given:
            return max(1, self._number(given["first"]))
        if node.name.value.startswith("List") or node.name.value in ("relatedArticles", "similarReplies"):
            return PAGE
        return CHILDREN if node.name.value in _LISTS else 0

    def _number(self, value: object) -> int:
        if isinstance(value, VariableNode):
            number = self.variables.get(value.name.value, PAGE)
            return number if isinstance(number, int) else PAGE
        return int(value.value) if isinstance(value, IntValueNode) else PAGE


def check(document: DocumentNode, variables: Mapping[str, Any]) -> None:
    """Raises GraphQLError when a query goes too deep or asks for too much. `document` is valid."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            asked = _Count(fragments, variables).items(node.selection_set, 1)
            if asked > MOST_ITEMS:
                raise GraphQLError(
                    f"The query may give {asked} items; {MOST_ITEMS} are allowed. Ask for smaller pages."
                )
