"""What a query may cost, before anything of it runs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
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
MOST_OF_A_NAME = 100
"""Fields of one name in a query. Whether those in one place agree is asked of every two of them."""
MOST_ITEMS = 200_000
"""Items of lists that a query may ask for; a list within a list counts for each item around it."""
ITEMS_AN_OPERATION = 1_000
"""A query that asks for so many items more counts as another operation."""
PAGE = 10
"""Items of a page when a query does not say how many."""
CHILDREN = 5
"""Items that a list without pages is taken to have."""

MOST_SEARCHES = 60
"""Lists searched for or loaded apart, in all operations of one request: those in a list count for each item around
them."""
_APART = {"relatedArticles": 1, "similarReplies": 5}
"""What such a list within an item counts; for a similar reply the index is asked, and the model."""

_LISTS = frozenset(
    {"articleReplies", "feedbacks", "replyRequests", "articles", "articleCategories", "cooccurrences", "stats"}
)
Fragments = Mapping[str, FragmentDefinitionNode]


class _Count:
    def __init__(self, fragments: Fragments, variables: Mapping[str, Any]) -> None:
        self.fragments, self.variables = fragments, variables
        self.fields = self.searches = 0

    def items(self, selection: SelectionSetNode | None, depth: int = 1, times: int = 1) -> int:
        """Counts the items of lists below a selection that is there so many `times`."""
        if selection is None:
            return 0
        if depth > DEEPEST:
            raise GraphQLError(f"The query is more than {DEEPEST} levels deep.")
        return sum(self._of(node, depth, times) for node in selection.selections)

    def _of(self, node: object, depth: int, times: int) -> int:
        if isinstance(node, FragmentSpreadNode):
            fragment = self.fragments.get(node.name.value)
            return self.items(fragment.selection_set, depth + 1, times) if fragment else 0
        if isinstance(node, InlineFragmentNode):
            return self.items(node.selection_set, depth, times)
        if not isinstance(node, FieldNode):
            return 0
        self.fields += 1
        if self.fields > MOST_FIELDS:
            raise GraphQLError(f"The query has more than {MOST_FIELDS} fields.")
        self.searches += times * _APART.get(node.name.value, int(node.name.value.startswith("List")))
        size = self._size(node)
        within = self.items(node.selection_set, depth + 1, times * (size or 1))
        return times * size + within

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


@dataclass
class Budget:
    """What the operations of one request may still ask for."""

    searches: int = MOST_SEARCHES


def check_size(document: DocumentNode) -> None:
    """Raises GraphQLError for a query with too many fields; before it is validated, which takes the square of them."""
    names: Counter[str] = Counter()
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldNode):
            names[(node.alias or node.name).value] += 1
        if selection := getattr(node, "selection_set", None):
            waiting += selection.selections
    if names.total() > MOST_FIELDS:
        raise GraphQLError(f"The query has more than {MOST_FIELDS} fields.")
    name, most = max(names.items(), key=lambda item: item[1], default=("", 0))
    if most > MOST_OF_A_NAME:
        raise GraphQLError(f"The query has {most} fields called {name}; {MOST_OF_A_NAME} are allowed.")


def check(document: DocumentNode, variables: Mapping[str, Any], budget: Budget) -> int:
    """Returns for how many operations the query counts. Raises GraphQLError when it goes too deep or asks for too
    much. `document` is valid."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    count = _Count(fragments, variables)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    asked = max((count.items(node.selection_set) for node in operations), default=0)
    if asked > MOST_ITEMS:
        raise GraphQLError(f"The query may give {asked} items; {MOST_ITEMS} are allowed. Ask for smaller pages.")
    budget.searches -= count.searches
    if budget.searches < 0:
        raise GraphQLError(f"One request may ask for {MOST_SEARCHES} lists, those within items counted for each.")
    return 1 + asked // ITEMS_AN_OPERATION
