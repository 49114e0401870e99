"""The OpenAPI 3.1 document, made of the routes and their models."""

import re
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from factcheck.api.rest import models
from factcheck.api.rest.problems import MEDIA_TYPE
from factcheck.api.rest.routes import Route
from factcheck.version import VERSION

Json = dict[str, Any]
TEMPLATE = "#/components/schemas/{model}"
PICTURE_FORM: Json = {
    "type": "object",
    "required": ["picture"],
    "properties": {"picture": {"type": "string", "format": "binary"}},
}
REASONS = {
    404: "It does not exist.",
    410: "It was there and is no longer shown.",
    413: "The body is too large.",
    415: "The body is of another kind.",
    422: "A value cannot be used; `errors` names it.",
    429: "Too many requests; `Retry-After` says when to come again.",
    503: "Something that is needed is away; come again.",
}
ABOUT = (
    "Read-only, for anybody, without a key. What is promised and for how long: docs/api.md. Texts are under "
    "the licence that `/data/` names; name Factline and link to `url`."
)


@cache
def document(routes: tuple[Route, ...], base_url: str) -> Json:
    shown = {model for route in routes for model in (route.gives, route.body) if model} | {models.Problem}
    wanted: list[tuple[type[BaseModel], Any]] = [(model, "serialization") for model in shown if model is not None]
    wanted = [(model, "validation" if model in _bodies(routes) else mode) for model, mode in wanted]
    names, definitions = models_json_schema(sorted(wanted, key=lambda pair: pair[0].__name__), ref_template=TEMPLATE)
    schemas = {model: schema for (model, _), schema in names.items()}
    paths: Json = {}
    for route in routes:
        paths.setdefault(f"/api/v1{route.path}", {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Factline", "version": VERSION, "description": ABOUT},
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {"schemas": definitions["$defs"]},
    }


def _bodies(routes: tuple[Route, ...]) -> set[type[BaseModel]]:
    return {route.body for route in routes if route.body}


def _operation(route: Route, schemas: dict[Any, Json]) -> Json:
    parts = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    answers: Json = {"200": {"description": "It is there.", "content": _content(route, schemas)}}
    for status in sorted({*route.errors, 422, 429}):
        told = {MEDIA_TYPE: {"schema": schemas[models.Problem]}}
        answers[str(status)] = {"description": REASONS[status], "content": told}
    if route.method == "GET":
        answers["304"] = {"description": "It is as the ETag in If-None-Match says."}
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [*parts, *(_parameters(route.asks) if route.asks else ())],
        "responses": answers,
    }
    if route.body:
        body: Json = {"application/json": {"schema": schemas[route.body]}}
        if route.on_picture:
            body["multipart/form-data"] = {"schema": PICTURE_FORM}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _content(route: Route, schemas: dict[Any, Json]) -> Json:
    schema = schemas[route.gives] if route.gives else {"type": "object"}
    return {route.media_type: {"schema": schema}}


def _parameters(asked: type[BaseModel]) -> list[Json]:
    schema = asked.model_json_schema(by_alias=True, ref_template=TEMPLATE)
    needed = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _without_null(part)}
        for name, part in schema["properties"].items()
    ]


def _without_null(part: Json) -> Json:
    """Takes away what an address cannot say: an argument is left out instead."""
    choices = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    if not choices:
        return part
    kept = {name: value for name, value in part.items() if name not in ("anyOf", "default") or value}
    kept.pop("anyOf")
    return {**kept, **choices[0]}
