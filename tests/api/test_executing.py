"""What is asked of the API is answered as graphql-core would answer it."""

from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema, execute_sync, parse

from factcheck.api.graphql.executing import PlainExecutor

SCHEMA = """
enum Kind { RUMOR OPINION }
type Person { id: ID!, name: String, age: Int, friends(first: Int = 2): [Person!]! }
type Message {
  id: ID!, text: String!, kind: Kind, count: Int!, share: Float, hidden: Boolean, tags: [String], user: Person
}
type Query { messages: [Message], one: Message!, nothing: Message }
"""
ANN = {"id": "u1", "name": "Ann", "age": 7, "friends": [{"id": "u2", "name": None}, {"id": "u3"}, {"id": "u4"}]}
WHOLE = {
    "id": 1,
    "text": "a",
    "kind": "RUMOR",
    "count": 2,
    "share": 1,
    "hidden": False,
    "tags": ["x", None],
    "user": ANN,
}
QUERY = """
query($some: Boolean = false, $most: Int = 3) {
  %s { __typename id other: id text kind count share hidden tags ...people
    user { name friends { id } few: friends(first: 1) { id } all: friends(first: $most) { id } } user { age }
    skipped: text @include(if: $some) }
}
fragment people on Message { user { id name friends { name } } }
"""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    made = build_schema(SCHEMA)
    person = made.type_map["Person"]
    assert isinstance(person, GraphQLObjectType)
    person.fields["friends"].resolve = lambda parent, _info, first: parent["friends"][:first]
    return made


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"text": lambda _info: "later"},
        {"text": None},
        {"text": ["no", "text"]},
        {"kind": "NONE"},
        {"kind": None},
        {"count": 2.5},
        {"count": 2**40},
        {"count": "many"},
        {"share": float("nan")},
        {"hidden": "yes"},
        {"id": True},
        {"tags": "one"},
        {"user": None},
        {"user": {"id": "u9"}},
        {"user": {"name": "Bea", "friends": []}},
        {"user": ValueError("no user")},
        {"user": lambda _info: ANN},
        {"user": {**ANN, "friends": None}},
        {"user": {**ANN, "friends": [None]}},
        {"user": {**ANN, "age": "old"}},
    ],
    ids=lambda changed: next(iter(changed), "nothing"),
)
@pytest.mark.parametrize("field", ["messages", "one", "nothing"])
def test_each_value_and_each_error_is_as_in_the_library(
    schema: GraphQLSchema, field: str, changed: dict[str, Any]
) -> None:
    message = {**WHOLE, **changed}
    root = {"messages": [message, WHOLE, None], "one": message, "nothing": None}
    document = parse(QUERY % field)
    expected = execute_sync(schema, document, root)
    found = execute_sync(schema, document, root, executor_class=PlainExecutor)
    assert found.data == expected.data
    assert str(found.data) == str(expected.data), "in the same order, of the same types"
    assert [error.formatted for error in found.errors or []] == [error.formatted for error in expected.errors or []]
