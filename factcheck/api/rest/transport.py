"""`/api/v1/`: the views, made of the routes."""

import json
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response, current_app, request
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import MethodNotAllowed, NotFound, RequestEntityTooLarge

from factcheck.api.callers import APP_SECRET, identify
from factcheck.api.cursors import CursorError
from factcheck.api.rest import contents, finding, following, models
from factcheck.api.rest.openapi import document
from factcheck.api.rest.problems import ApiError, of_fields, problem
from factcheck.api.rest.routes import Api, Route
from factcheck.api.storable import is_storable
from factcheck.limits import FORM_BYTES, MAX_API_BYTES, MAX_UPLOAD_BYTES

log = structlog.get_logger()

PREFIX = "/api/v1"
ROUTES: tuple[Route, ...] = (*contents.ROUTES, *finding.ROUTES, *following.ROUTES)
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "content-type, if-none-match, x-app-secret",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Expose-Headers": "etag, link, ratelimit, ratelimit-policy, retry-after",
    "Access-Control-Max-Age": "86400",
}
FORM, PICTURE = "multipart/form-data", "picture"
OF_ONE = "private, no-cache"
"""For an answer that says how much is left to whoever asked."""


def rest_blueprint(api: Api) -> Blueprint:
    blueprint = Blueprint("rest", __name__)
    for route in ROUTES:
        rule = PREFIX + route.path.replace("{", "<").replace("}", ">")
        blueprint.add_url_rule(rule, route.name, _view(api, route), methods=[route.method])
    blueprint.add_url_rule(f"{PREFIX}/openapi.json", "openapi", lambda: _json(document(ROUTES, api.base_url)))
    blueprint.add_url_rule("/api/<path:rest>", "unknown", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    blueprint.after_request(_open)
    blueprint.register_error_handler(ApiError, problem)
    for kind in (OperationalError, PoolTimeoutError):
        blueprint.register_error_handler(kind, _on_database_away)
    blueprint.register_error_handler(Exception, _on_fault)
    return blueprint


def _view(api: Api, route: Route) -> Any:
    def view(**parts: str) -> Response:
        caller = identify(api.factory, request.headers.get(APP_SECRET, ""), "")
        if caller.is_wrong:
            raise ApiError(401, "This secret is no app's. Leave the header out to read without one.")
        left = route.quota(api.quotas, caller)
        if left.is_over:
            response = problem(ApiError(429, left.refusal))
            response.headers.update(left.headers)
            return response
        if not all(map(is_storable, parts.values())):
            raise ApiError(404, "There is no such id.")
        try:
            is_picture = route.on_picture is not None and request.mimetype == FORM
            given = _on_picture(api, route) if is_picture else route.handler(api, _asked(route), **parts)
        except CursorError as error:
            raise ApiError(422, "Some values cannot be used.", [("cursor", str(error))]) from None
        response = _json(given, route.media_type)
        if route.method == "POST" or caller.app_id:
            response.headers.update(left.headers)
            response.headers["Cache-Control"] = OF_ONE if route.method == "GET" else "no-store"
        else:  # such an answer may be kept for others
            response.headers["RateLimit-Policy"] = left.headers["RateLimit-Policy"]
        return response

    return view


def _on_picture(api: Api, route: Route) -> Any:
    """Hands on the picture of a form. Raises ApiError."""
    request.max_content_length = MAX_UPLOAD_BYTES + FORM_BYTES
    try:
        sent = request.files.get(PICTURE)
    except RequestEntityTooLarge:
        raise ApiError(413, f"A picture has {MAX_UPLOAD_BYTES} bytes at most.") from None
    if sent is None or route.on_picture is None:
        raise ApiError(422, "The form has no picture.", [(PICTURE, "Send the file as a part of this name.")])
    with closing(sent):
        return route.on_picture(api, sent)


def _asked(route: Route) -> BaseModel:
    """Reads what was asked. Raises ApiError."""
    try:
        if route.body is None:
            return (route.asks or models.Asked).model_validate_strings(request.args.to_dict())
        if (request.content_length or 0) > MAX_API_BYTES:
            raise ApiError(413, f"The body is larger than {MAX_API_BYTES} bytes.")
        if request.mimetype != "application/json":
            or_form = f", or {FORM} with a picture" if route.on_picture else ""
            raise ApiError(415, f"The body must be application/json{or_form}.")
        return route.body.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        raise of_fields(error) from None


def _json(given: BaseModel | dict[str, Any], media_type: str = "application/json") -> Response:
    body = (
        given.model_dump_json(by_alias=True)
        if isinstance(given, BaseModel)
        else json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    )
    response = Response(body, content_type=media_type)
    following = given.next if isinstance(given, models.Page) else given.get("next") if isinstance(given, dict) else None
    if following:
        arguments = {**request.args.to_dict(), "cursor": following}
        response.headers["Link"] = f'<{request.path}?{urlencode(arguments)}>; rel="next"'
    if request.method == "GET":
        response.add_etag()
        response.make_conditional(request)
    return response


def _unknown(rest: str) -> Response:
    """Tells an address that is not there from one that is asked in a wrong way."""
    adapter = current_app.url_map.bind("")
    allowed = set(adapter.allowed_methods(f"/api/{rest}")) - {"PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"}
    known = {route.method for route in ROUTES if _fits(adapter, route, f"/api/{rest}")}
    if not known:
        raise ApiError(404, f"There is nothing here. {PREFIX}/openapi.json lists what there is.")
    response = problem(ApiError(405, "It cannot be asked in this way."))
    response.headers["Allow"] = ", ".join(sorted(known & allowed))
    return response


def _fits(adapter: Any, route: Route, path: str) -> bool:
    try:
        endpoint, _ = adapter.match(path, method=route.method)
    except (NotFound, MethodNotAllowed):
        return False
    return bool(endpoint == f"rest.{route.name}")


def _open(response: Response) -> Response:
    """Any page may read what anybody may read."""
    response.headers.update(OPEN)
    return response


def _on_database_away(error: Exception) -> Response:
    log.error("database_away", endpoint=request.endpoint, error=type(error).__name__)
    response = problem(ApiError(503, "The service is busy or being repaired. Please try again in a minute."))
    response.headers["Retry-After"] = "30"
    return response


def _on_fault(error: Exception) -> Response:
    log.error("api_failed", endpoint=request.endpoint, error=type(error).__name__, exc_info=error)
    return problem(ApiError(500, "Something went wrong on the server. The error was recorded."))
