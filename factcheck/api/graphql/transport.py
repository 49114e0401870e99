"""`POST /graphql`, single or in batches, as Cofacts' clients send it."""

import json
from collections.abc import Mapping
from dataclasses import replace
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
    execute_sync,
    parse,
    validate,
)

from factcheck.api.callers import APP_ID, APP_SECRET, allowed_origin, identify
from factcheck.api.graphql import limits
from factcheck.api.graphql.context import NEEDS_USER, Context
from factcheck.api.graphql.resolvers import RESOLVERS
from factcheck.limits import MAX_GRAPHQL_BYTES

log = structlog.get_logger()

SCHEMA = Path(__file__).with_name("schema.graphql")
MOST_OPERATIONS = 25
"""Of one batch; the site of Cofacts sends up to seven."""
EXPOSED_HEADERS = "ratelimit, ratelimit-policy, retry-after"
ALLOWED_HEADERS = "content-type, authorization, x-app-id, x-app-secret, x-accept-license"

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
            return _open(Response(status=204), request.headers.get("Origin", "*"))
        response = _answered(context)
        app_id, origin = request.headers.get(APP_ID, ""), request.headers.get("Origin", "")
        return _open(response, allowed_origin(context.factory, app_id, origin))

    return blueprint


def _answered(context: Context) -> Response:
    if (request.content_length or 0) > MAX_GRAPHQL_BYTES:
        return _json({"errors": [{"message": f"The request is larger than {MAX_GRAPHQL_BYTES} bytes."}]}, 413)
    try:
        asked = json.loads(request.get_data(cache=False))
    except ValueError:
        return _json({"errors": [{"message": "The body must be JSON: an operation, or a list of them."}]}, 400)
    caller = identify(context.factory, request.headers.get(APP_SECRET, ""), request.args.get("userId", ""))
    context, budget = replace(context, caller=caller), limits.Budget()
    is_batch = isinstance(asked, list)
    if is_batch and len(asked) > MOST_OPERATIONS:
        return _json({"errors": [{"message": f"A batch has {MOST_OPERATIONS} operations at most."}]}, 400)
    left = context.quotas.take(caller, max(1, len(asked)) if is_batch else 1)
    # Clients read a batch by its places, whatever goes wrong in one of them.
    if left.is_over:
        refused = {"errors": [{"message": f"Too many requests. Please wait {left.resets_in} seconds."}]}
        response = _json([refused] * len(asked) if is_batch else refused, 429)
    elif is_batch:
        response = _json([run(one, context, budget)[0] for one in asked], 200)
    else:
        response = _json(*run(asked, context, budget))
    response.headers.update(left.headers)
    return response


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
    return Response(body, status=status, content_type="application/json; charset=utf-8")


def _open(response: Response, origin: str) -> Response:
    """Any page may read what anybody may read; who acts proves it by a secret, which no page has. Browsers ask for an
    origin by name where a page sends its cookies along; none counts here."""
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Origin"
    return response
