"""What `/api/v1/` says of itself in its OpenAPI document holds for whatever is sent; a bounded number of tries, the
same each time in CI."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from factcheck.api.quotas import Quotas
from factcheck.api.rest.routes import Api
from factcheck.api.rest.transport import ROUTES, rest_blueprint
from tests.editor_ui.world import World

TRIES = 12
NOT_PROMISED = [positive_data_acceptance]
"""No document can say which cursors there are, or which text says enough to be compared."""
LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"


@pytest.fixture
def app(api: Api, world: World) -> Flask:
    world.reply(world.article(LEMON), "It does not.")
    unlimited = Quotas(lambda: "", enabled=lambda: False)
    made = Flask(__name__)
    made.register_blueprint(rest_blueprint(Api(**{**vars(api), "quotas": unlimited})))
    return made


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_the_document_holds(app: Flask, route: object) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    name = getattr(route, "name", "")
    [operation] = [
        one
        for one in (found.ok() for found in schema.get_all_operations())
        if one.definition.raw["operationId"] == name
    ]
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

    @given(case=operation.as_strategy())
    @settings(max_examples=TRIES, suppress_health_check=quiet, phases=[Phase.explicit, Phase.generate], deadline=None)
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=NOT_PROMISED)

    holds()
