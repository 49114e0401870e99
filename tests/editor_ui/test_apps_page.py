"""The page on which admins register apps and look after their webhooks."""

from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import App, HookState, Role, User, Webhook, WebhookDelivery
from factcheck.services.apps import app_with_secret
from tests.editor_ui.browser import Browser

NEW = {"app_id": "A_BOT", "name": "A bot", "quota": "50", "origins": "https://bot.example"}


def appoint(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        session.scalars(select(User).where(User.email.is_not(None))).one().role = Role.ADMIN


def test_an_app_is_registered_and_its_secret_is_shown_once(volunteer: Browser, session_factory: SessionFactory) -> None:
    assert volunteer.client.get("/apps").status_code == 403
    appoint(session_factory)
    volunteer.get("/apps")
    volunteer.submit("/apps", status=200, scope="hooks", **NEW)
    secret = volunteer.main.with_class("note")[0].one("code").text
    with read_only(session_factory) as session:
        app = app_with_secret(session, secret)
        assert app is not None
        assert (app.id, app.scopes, app.origins, app.requests_a_minute) == (
            "A_BOT",
            ["hooks"],
            ["https://bot.example"],
            50,
        )
    volunteer.get("/apps")
    assert secret not in volunteer.main.text
    volunteer.submit("/apps/A_BOT/secret", status=200)
    renewed = volunteer.main.with_class("note")[0].one("code").text
    with read_only(session_factory) as session:
        assert app_with_secret(session, secret) is None
        assert app_with_secret(session, renewed) is not None
    volunteer.submit("/apps/A_BOT/switch")
    with read_only(session_factory) as session:
        assert session.get_one(App, "A_BOT").disabled_at is not None


def test_what_cannot_be_registered_is_named_and_what_was_typed_stays(
    volunteer: Browser, session_factory: SessionFactory
) -> None:
    appoint(session_factory)
    volunteer.get("/apps")
    volunteer.submit("/apps", status=422, **{**NEW, "quota": "many"})
    assert "quota" in volunteer.main.text
    assert volunteer.main.one("input", id="app_id").get("value") == "A_BOT"


def test_a_webhook_is_added_tested_repeated_and_removed(volunteer: Browser, session_factory: SessionFactory) -> None:
    appoint(session_factory)
    volunteer.get("/apps")
    volunteer.submit("/apps", status=200, scope="hooks", **NEW)
    volunteer.get("/apps")
    volunteer.submit("/apps/A_BOT/webhooks", url="https://bot.example/told")
    with read_only(session_factory) as session:
        hook_id = session.scalars(select(Webhook.id)).one()
    volunteer.get("/apps")
    volunteer.submit(f"/webhooks/{hook_id}/test")
    with transaction(session_factory) as session:
        row = session.scalars(select(WebhookDelivery)).one()
        row.state, row.error = HookState.FAILED, "HTTP 500"
        delivery_id = row.id
    volunteer.get("/apps")
    assert "HTTP 500" in volunteer.main.text
    volunteer.submit(f"/deliveries/{delivery_id}/replay")
    with read_only(session_factory) as session:
        assert session.get_one(WebhookDelivery, delivery_id).state == HookState.PENDING
    volunteer.submit(f"/webhooks/{hook_id}/switch")
    with read_only(session_factory) as session:
        assert session.get_one(Webhook, hook_id).disabled_at is not None
    volunteer.submit(f"/webhooks/{hook_id}/remove")
    with read_only(session_factory) as session:
        assert session.scalars(select(WebhookDelivery)).all() == []
