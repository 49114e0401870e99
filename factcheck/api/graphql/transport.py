"""`POST /graphql`, single or in batches, as Cofacts' clients send it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import structlog
from ariadne import make_executable_schema
from flask import Blueprint, Response, request
from graphql import DocumentNode, GraphQLError, GraphQLSchema, execute_sync, parse, validate

from factcheck.api.callers import APP_ID, APP_SECRET, allowed_origin, identify
from factcheck.api.graphql import limits
from factcheck.api.graphql.context import NEEDS_USER, Context, TooManyRequestsError
from factcheck.api.graphql.executing import PlainExecutor
from factcheck.api.graphql.remembered import Answers, key_of
from factcheck.api.graphql.resolvers import RESOLVERS
from factcheck.api.storable import all_storable
from factcheck.limits import MAX_GRAPHQL_BYTES

log = structlog.get_logger()

SCHEMA = Path(__file__).with_name("schema.graphql")
MOST_OPERATIONS = 25
"""Of one batch; the site of Cofacts sends up to seven."""
EXPOSED_HEADERS = "ratelimit, ratelimit-policy, retry-after"
ALLOWED_HEADERS = "content-type, authorization, x-app-id, x-app-secret, x-accept-license"

MOST_REMEMBERED = 20_000
"""Characters of a query kept parsed; some clients write a message of any length into theirs."""
_NO_CHARACTER = re.compile(r"\\u(?:0000|\{0+\})")
"""What GraphQL writes NUL by, which no database stores."""

Json = Any
Answer = dict[str, Any]


@cache
def schema() -> GraphQLSchema:
    return make_executable_schema(SCHEMA.read_text(encoding="utf-8"), *RESOLVERS)


def graphql_blueprint(context: Context, answers: Answers | None = None) -> Blueprint:
    """Makes the view. Without `answers`, each query of a stranger is answered anew."""
    blueprint = Blueprint("graphql", __name__)

    @blueprint.route("/graphql", methods=["POST", "OPTIONS"])
    def answer() -> Response:
        if request.method == "OPTIONS":
            return _open(Response(status=204), request.headers.get("Origin", "*"))
        response = _answered(context, answers)
        app_id, origin = request.headers.get(APP_ID, ""), request.headers.get("Origin", "")
        return _open(response, allowed_origin(context.factory, app_id, origin))

    return blueprint


def _answered(context: Context, answers: Answers | None) -> Response:
    if (request.content_length or 0) > MAX_GRAPHQL_BYTES:
        return _refused(f"The request is larger than {MAX_GRAPHQL_BYTES} bytes.", 413)
    try:
        asked = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        return _refused("The body must be JSON: an operation, or a list of them.", 400)
    caller = identify(context.factory, request.headers.get(APP_SECRET, ""), request.args.get("userId", ""))
    run = Run(replace(context, caller=caller), None if caller.app_id else answers, limits.Budget())
    is_batch = isinstance(asked, list)
    if is_batch and len(asked) > MOST_OPERATIONS:
        return _refused(f"A batch has {MOST_OPERATIONS} operations at most.", 400)
    left = context.quotas.take(caller, max(1, len(asked)) if is_batch else 1)
    # Clients read a batch by its places, whatever goes wrong in one of them.
    if left.is_over:
        response = _refused(left.refusal, 429, places=len(asked) if is_batch else None)
    elif is_batch:
        response = _json(f"[{','.join(run.answer(one)[0] for one in asked)}]", 200)
    else:
        response = _json(*run.answer(asked))
    response.headers.update(left.headers)
    return response


@dataclass(frozen=True)
class Run:
    """What the operations of one request share. `answers`: those to strangers, if they are kept."""

    context: Context
    answers: Answers | None
    budget: limits.Budget

    def answer(self, asked: Json) -> tuple[str, int]:
        """Gives the answer to one operation as JSON, and its HTTP status: 400 when it could not begin."""
        try:
            return self._answer(*_operation(asked)), 200
        except TooManyRequestsError as error:
            return _failed([error]), 429
        except GraphQLError as error:
            return _failed([error]), 400
        except _InvalidError as error:
            return _failed(error.errors), 400
        except RecursionError:
            return _failed([GraphQLError("The query or its variables are nested too deeply.")]), 400

    def _answer(self, query: str, variables: Mapping[str, Any], name: str | None) -> str:
        document = _document(query)
        if self.answers is None:
            return self._executed(document, variables, name)[0]
        key, begun = key_of(query, document, variables, name), self.answers.now()
        kept = self.answers.get(key)
        if kept is None:
            kept, is_whole = self._executed(document, variables, name)
            if is_whole:
                self.answers.keep(key, begun, kept)
        return kept

    def _executed(self, document: DocumentNode, variables: Mapping[str, Any], name: str | None) -> tuple[str, bool]:
        """Gives the answer, and whether it is without errors."""
        operations = limits.check(document, variables, self.budget)
        if operations > 1:  # the first was counted with the request
            self.context.charge(operations - 1)
        result = execute_sync(
            schema(),
            document,
            context_value=self.context,
            variable_values=dict(variables),
            operation_name=name,
            executor_class=PlainExecutor,
        )
        answer: Answer = {"data": result.data}
        if result.errors:
            answer["errors"] = [_error(error) for error in result.errors]
        return _dumped(answer), not result.errors


def _operation(asked: Json) -> tuple[str, Mapping[str, Any], str | None]:
    """Reads query, variables and the operation's name. Raises GraphQLError."""
    if not isinstance(asked, Mapping) or not isinstance(asked.get("query"), str):
        raise GraphQLError("An operation needs a query, as text.")
    query, variables, name = asked["query"], asked.get("variables") or {}, asked.get("operationName") or None
    if not isinstance(variables, Mapping):
        raise GraphQLError("variables must be an object.")
    if name is not None and not isinstance(name, str):
        raise GraphQLError("operationName must be text.")
    if not all_storable([query, variables, name]) or _NO_CHARACTER.search(query):
        raise GraphQLError("Texts must be without NUL and without halves of characters.")
    return query, variables, name


class _InvalidError(Exception):
    """The query is none, or none of this schema."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


def _document(query: str) -> DocumentNode:
    """Parses and validates, which takes longer than running most queries; clients send the same few. Raises
    _InvalidError."""
    document = _remembered(query) if len(query) <= MOST_REMEMBERED else _parsed(query)
    if not isinstance(document, DocumentNode):
        raise _InvalidError(document)
    return document


def _parsed(query: str) -> DocumentNode | tuple[GraphQLError, ...]:
    try:
        document = parse(query, max_tokens=limits.MOST_TOKENS)
        limits.check_size(document)
    except GraphQLError as error:
        return (error,)
    return tuple(validate(schema(), document, max_errors=5)) or document


_remembered = lru_cache(maxsize=256)(_parsed)


def _failed(errors: Sequence[GraphQLError]) -> str:
    return _dumped({"errors": [_error(error) for error in errors]})


def _error(error: GraphQLError) -> Answer:
    """Tells what a client did wrong, and of our own faults only that there was one."""
    shown = dict(error.formatted)
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        log.error("graphql_failed", error=type(error.original_error).__name__, exc_info=error.original_error)
        shown["message"] = "Something went wrong on the server."
    return {**shown, "authError": shown["message"] == NEEDS_USER}


def _refused(message: str, status: int, places: int | None = None) -> Response:
    """Refuses a request, or each of the operations of a batch in its place."""
    refused = {"errors": [{"message": message}]}
    return _json(_dumped(refused if places is None else [refused] * places), status)


def _dumped(answer: Json) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _json(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="application/json; charset=utf-8")


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
