"""The page for admins: apps with their secrets, their webhooks, and where fact-checks from elsewhere come from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean
from factcheck.errors import OperatorError
from factcheck.models import App, OutsideSource, Webhook, WebhookDelivery
from factcheck.services import apps, elsewhere, webhooks

blueprint = Blueprint("apps", __name__)

SHOWN_DELIVERIES = 10
Made = TypeVar("Made")


@dataclass(frozen=True)
class Hook:
    row: Webhook
    secret: str
    deliveries: list[WebhookDelivery]


@dataclass(frozen=True)
class ShownApp:
    row: App
    hooks: list[Hook]


@blueprint.get("/apps")
def show() -> ResponseReturnValue:
    return _page()


def _page(secret: str = "", problem: str = "") -> str:
    with read_only() as session:
        shown = [ShownApp(app, _hooks(session, app.id)) for app in apps.all_apps(session)]
        sources: list[OutsideSource] = elsewhere.all_sources(session)
    typed, quota = request.form, apps.REQUESTS_A_MINUTE
    return render_template(
        "apps.html", apps=shown, sources=sources, secret=secret, problem=problem, typed=typed, quota=quota
    )


def _hooks(session: Session, app_id: str) -> list[Hook]:
    key = parts().settings.secret_key
    return [
        Hook(row, webhooks.secret_of(key, row.id), webhooks.deliveries_of(session, row.id, SHOWN_DELIVERIES))
        for row in webhooks.webhooks_of(session, app_id)
    ]


@blueprint.post("/apps")
@write_limit
def register() -> ResponseReturnValue:
    """Shows the new secret at once: it is nowhere afterwards."""
    quota = request.form.get("quota", "")

    def made(session: Session) -> str:
        return apps.register_app(
            session,
            clean(request.form.get("app_id", "")).strip(),
            name=clean(request.form.get("name", "")),
            scopes=request.form.getlist("scope"),
            origins=clean(request.form.get("origins", "")).split(),
            requests_a_minute=int(quota) if quota.isdecimal() and len(quota) < len(str(2**31)) else 0,
            now=parts().clock(),
        )

    return _filled_in(made, _page)


@blueprint.post("/apps/<app_id>/webhooks")
@write_limit
def add_hook(app_id: str) -> ResponseReturnValue:
    def made(session: Session) -> Webhook:
        url = clean(request.form.get("url", "")).strip()
        return webhooks.add_webhook(session, app_id, url, request.form.getlist("event"), now=parts().clock())

    return _filled_in(made, lambda _hook: _back(gettext("It is done.")))


def _filled_in(made: Callable[[Session], Made], answer: Callable[[Made], ResponseReturnValue]) -> ResponseReturnValue:
    """Makes what a form says, or shows the form again with what is wrong in it."""
    try:
        with transaction() as session:
            done = made(session)
    except OperatorError as error:
        return _page(problem=error.field), 422
    return answer(done)


@blueprint.post("/apps/<app_id>/secret")
@write_limit
def renew(app_id: str) -> ResponseReturnValue:
    with transaction() as session:
        secret = apps.new_secret(session, app_id)
    return _page(secret)


@blueprint.post("/apps/<app_id>/switch")
@write_limit
def switch(app_id: str) -> ResponseReturnValue:
    return _changed(lambda session, now: apps.set_enabled(session, app_id, enabled=_is_on(), now=now))


@blueprint.post("/webhooks/<hook_id>/switch")
@write_limit
def switch_hook(hook_id: str) -> ResponseReturnValue:
    return _changed(lambda session, now: webhooks.set_enabled(session, hook_id, enabled=_is_on(), now=now))


@blueprint.post("/webhooks/<hook_id>/remove")
@write_limit
def remove_hook(hook_id: str) -> ResponseReturnValue:
    return _changed(lambda session, _now: webhooks.remove_webhook(session, hook_id))


@blueprint.post("/webhooks/<hook_id>/test")
@write_limit
def test_hook(hook_id: str) -> ResponseReturnValue:
    said = gettext("The test is on its way. Reload the page to see how it was answered.")
    return _changed(lambda session, now: webhooks.send_test(session, hook_id, now=now), said)


@blueprint.post("/deliveries/<int:delivery_id>/replay")
@write_limit
def replay(delivery_id: int) -> ResponseReturnValue:
    return _changed(lambda session, now: webhooks.replay(session, delivery_id, now=now), gettext("It is sent again."))


def _is_on() -> bool:
    return request.form.get("on") == "1"


def _changed(change: Callable[[Session, datetime], object], said: str = "") -> ResponseReturnValue:
    with transaction() as session:
        change(session, parts().clock())
    return _back(said or gettext("It is done."))


def _back(said: str) -> ResponseReturnValue:
    flash(said, "page")
    return redirect(url_for("apps.show"), 303)
