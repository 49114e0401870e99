"""Each address of the web process is declared, and keeps to its declaration. How is in `tests.rules.routes`."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask_login import login_required

from editor_ui import routes
from editor_ui.app import create_app
from editor_ui.auth import account_of
from editor_ui.rate_limits import SWITCH
from editor_ui.routes import Caller, RouteGroup
from editor_ui.sharing import SHARED
from factcheck.clock import utc_now
from factcheck.dataset.publish import publish_dataset
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.services.accounts import finish_login, start_login
from factcheck.services.login_sessions import begin_session
from factcheck.settings import Settings, load_settings
from tests.rules.routes import broken_routes

pytestmark = pytest.mark.xdist_group("routes")  # of the same apps, which take long to be walked through

Session = dict[str, object]
MakeSettings = Callable[..., Settings]


@pytest.fixture(scope="module")
def make_settings(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> MakeSettings:
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "factline.sqlite")

    def make(*, trial: bool) -> Settings:
        return load_settings(
            trial=trial,
            var_dir=folder,
            secret_key="k" * 40,
            base_url="http://localhost",
            line_channel_secret="secret",
            line_channel_access_token="access",
            metrics_token="metrics",
            mail_url="smtp://localhost",
        )

    return make


@pytest.fixture(scope="module")
def session(make_settings: MakeSettings) -> Session:
    """What the cookie of somebody who is logged in holds."""
    settings = make_settings(trial=False)
    factory = make_session_factory(make_engine(settings.resolved_database_url))
    with transaction(factory) as db:
        token = start_login(db, "amy@example.org", now=utc_now())
        user = finish_login(db, token, secret_key=settings.secret_key, locale="en", now=utc_now())
        db.flush()
        row = begin_session(db, user, "", now=utc_now())
        return {"_user_id": account_of(user, row).get_id(), "_fresh": True}


@pytest.fixture(scope="module")
def export(make_settings: MakeSettings) -> str:
    settings = make_settings(trial=False)
    factory = make_session_factory(make_engine(settings.resolved_database_url))
    return publish_dataset(factory, settings.resolved_dataset_dir, clock=utc_now, licence="CC0").name


@pytest.mark.parametrize("trial", [False, True])
def test_every_route_is_declared_and_keeps_to_it(
    build_app: Callable[[Settings], Flask], make_settings: MakeSettings, session: Session, export: str, trial: bool
) -> None:
    app = build_app(make_settings(trial=trial))
    app.config[SWITCH] = False
    groups: dict[str, RouteGroup] = app.extensions[routes.EXTENSION]
    assert {"line_callback", "metrics", "account", "data"} <= set(groups)
    assert any(group.caller == Caller.TRIAL for group in groups.values()) == trial
    assert broken_routes(app, session, {"export": export}) == []


def views(name: str, *, get: str = "", post: str = "", headers: dict[str, str] | None = None) -> Blueprint:
    """A blueprint that answers everybody at these addresses."""
    blueprint = Blueprint(name, __name__)
    if get:
        blueprint.get(get, endpoint="get")(lambda: ("x", headers or {}))
    if post:
        blueprint.post(post, endpoint="post")(lambda: ("x", headers or {}))
    return blueprint


@pytest.fixture(scope="module")
def findings(make_settings: MakeSettings, session: Session) -> list[str]:
    """What is found of an app with wrong routes."""
    with_login = Blueprint("with_login", __name__)
    with_login.get("/with-login")(login_required(lambda: "x"))
    others = [
        RouteGroup(views("machine", get="/machine", post="/machine"), Caller.MACHINE),
        RouteGroup(views("trial", post="/trial"), Caller.TRIAL),
        RouteGroup(views("public", get="/public", headers={"Cache-Control": "public"}), Caller.ANYONE),
        RouteGroup(views("exempt", post="/exempt"), Caller.ANYONE),
        RouteGroup(with_login, Caller.ANYONE),
        RouteGroup(views("shared", get="/shared", headers={"Set-Cookie": "a=b"}), Caller.ANYONE, SHARED),
    ]
    app = app_with(make_settings, others)
    app.extensions["csrf"].exempt(others[3].blueprint)
    app.register_blueprint(views("undeclared", get="/undeclared"))
    return broken_routes(app, session, {})


def app_with(make_settings: MakeSettings, others: list[RouteGroup]) -> Flask:
    settings = make_settings(trial=False)
    nothing: Any = None
    factory = make_session_factory(make_engine(settings.resolved_database_url))
    app = create_app(settings, factory, search=nothing, embedder=nothing, mailer=nothing, others=others)
    app.config[SWITCH] = False
    return app


@pytest.mark.parametrize(
    "line",
    [
        "GET /machine answers 200 without a signature or token",
        "POST /machine answers 200 without a signature or token",
        "POST /trial answers 200 to a form of another site",
        "GET /public has Cache-Control public, not private, no-cache",
        "POST /exempt answers 200 to a form without its CSRF token",
        "GET /with-login answers 303 though anyone may call it",
        "GET /undeclared has no declaration",
        "GET /shared is shared with a cookie or a token in it",
    ],
)
def test_a_wrong_route_is_found(findings: list[str], line: str) -> None:
    assert line in findings


def test_nothing_else_is_found(findings: list[str]) -> None:
    assert len(findings) == 8


def test_a_log_in_that_is_not_asked_for_is_found(
    make_settings: MakeSettings, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "_refuse_strangers", lambda: None)
    found = broken_routes(app_with(make_settings, []), session, {})
    volunteers = [group.blueprint.name for group in routes.PAGES if group.caller == Caller.VOLUNTEER]
    assert len(volunteers) >= 3
    assert any(line.startswith("POST /article/") and "is not logged in" in line for line in found)
    assert any(line.startswith("GET /me answers") and "is not logged in" in line for line in found)
