"""Errors as application/problem+json (RFC 9457)."""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response
from pydantic import ValidationError

from factcheck.api.rest.models import Problem

MEDIA_TYPE = "application/problem+json"


class ApiError(Exception):
    """Something that is answered with a problem. `errors` are fields with reasons."""

    def __init__(self, status: int, detail: str, errors: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, list(errors)


def of_fields(error: ValidationError) -> ApiError:
    """Names the fields as they were sent, and quotes nothing of them."""
    found = [(".".join(str(part) for part in one["loc"]), one["msg"]) for one in error.errors(include_input=False)]
    return ApiError(422, "Some values cannot be used.", found)


def problem(error: ApiError) -> Response:
    told = Problem(
        type="about:blank",
        title=HTTPStatus(error.status).phrase,
        status=error.status,
        detail=error.detail,
        errors=[{"field": field, "reason": reason} for field, reason in error.errors],
    )
    response = Response(told.model_dump_json(by_alias=True), status=error.status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response
