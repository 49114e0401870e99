"""`POST /graphql`, single or in batches, as Cofacts' clients send it."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import structlog
from ariadne import make_executable_schema
from flask import Blueprint, Response, request
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    parse,
    validate,
)

from factcheck.api.graphql import limits
from factcheck.api.graphql.context import Context
from factcheck.api.graphql.resolvers import RESOLVERS

log = structlog.get_logger()

SCHEMA = Path(__file__).with_name("schema.graphql")
MOST_BYTES = 1_000_000
MOST_OPERATIONS = 25
"""Of one batch; the site of Cofacts sends up to seven."""
ALLOWED_HEADERS = "content-type, authorization, x-app-id, x-app-secret, x-accept-license"
NEEDS_USER = "userId is not set via query string."

Json = Any
Answer = dict[str, Any]


@cache
def schema() -> GraphQLSchema:
    return make_executable_schema(SCHEMA.read_text(encoding="utf-8"), *RESOLVERS)


def graphql_blueprint(context: Context) -> Blueprint:
    blueprint = Blueprint("graphql", __name__)

    @blueprint.route("/graphql", methods=["POST", "OPTIONS"])
    def answer() -> Response:
        if request.method == "OPTIONS":
            return _open(Response(status=204))
        if (request.content_length or 0) > MOST_BYTES:
            return _json({"errors": [{"message": f"The request is larger than {MOST_BYTES} bytes."}]}, 413)
        return _answered(request.get_data(cache=False), context)

    return blueprint


def _answered(body: bytes, context: Context) -> Response:
    try:
        asked = json.loads(body)
    except ValueError:
        return _json({"errors": [{"message": "The body must be JSON: an operation, or a list of them."}]}, 400)
    budget = limits.Budget()
    if not isinstance(asked, list):
        answer, status = run(asked, context, budget)
        return _json(answer, status)
    if len(asked) > MOST_OPERATIONS:
        return _json({"errors": [{"message": f"A batch has {MOST_OPERATIONS} operations at most."}]}, 400)
    # Clients read a batch by its places, whatever goes wrong in one of them.
    return _json([run(one, context, budget)[0] for one in asked], 200)


def run(asked: Json, context: Context, budget: limits.Budget) -> tuple[Answer, int]:
    """Gives the answer to one operation and its HTTP status: 400 when it could not begin."""
    if not isinstance(asked, Mapping) or not isinstance(asked.get("query"), str):
        return _failed([GraphQLError("An operation needs a query, as text.")])
    variables = asked.get("variables") or {}
    if not isinstance(variables, Mapping):
        return _failed([GraphQLError("variables must be an object.")])
    document = _document(asked["query"])
    if not isinstance(document, DocumentNode):
        return _failed(document)
    try:
        limits.check(document, variables, budget)
    except GraphQLError as error:
        return _failed([error])
    if _changes_something(document):  # nobody can be a user here yet
        return {**_failed([GraphQLError(NEEDS_USER)])[0], "data": None}, 200
    result = execute_sync(
        schema(),
        document,
        context_value=context,
        variable_values=dict(variables),
        operation_name=asked.get("operationName") or None,
    )
    return _shown(result), 200


def _shown(result: ExecutionResult) -> Answer:
    answer: Answer = {"data": result.data}
    if result.errors:
        answer["errors"] = [_error(error) for error in result.errors]
    return answer


@lru_cache(maxsize=256)
def _document(query: str) -> DocumentNode | tuple[GraphQLError, ...]:
    """Parses and validates, which takes longer than running most queries; clients send the same few."""
    try:
        document = parse(query, max_tokens=limits.MOST_TOKENS)
    except GraphQLError as error:
        return (error,)
    return tuple(validate(schema(), document, max_errors=5)) or document


def _changes_something(document: DocumentNode) -> bool:
    return any(
        isinstance(node, OperationDefinitionNode) and node.operation != OperationType.QUERY
        for node in document.definitions
    )


def _failed(errors: Json) -> tuple[Answer, int]:
    return {"errors": [_error(error) for error in errors]}, 400


def _error(error: GraphQLError) -> Answer:
    """Tells what a client did wrong, and of our own faults only that there was one."""
    shown = dict(error.formatted)
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        log.error("graphql_failed", error=type(error.original_error).__name__, exc_info=error.original_error)
        shown["message"] = "Something went wrong on the server."
    return {**shown, "authError": shown["message"] == NEEDS_USER}


def _json(answer: Json, status: int) -> Response:
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return _open(Response(body, status=status, content_type="application/json; charset=utf-8"))


def _open(response: Response) -> Response:
    """Any page may read what anybody may read. Browsers ask for an origin by name where a page sends its cookies along;
    none counts here."""
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
    response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Origin"
    return response
