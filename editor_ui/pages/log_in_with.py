"""Logging in at a provider. What was begun is kept in the signed cookie, so that nobody can finish another's log-in."""

import hmac
from dataclasses import asdict
from typing import Any

import structlog
from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import begin_log_in
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of, page_language
from editor_ui.log_in.errors import LoginRefusedError, ProviderAwayError
from editor_ui.log_in.openid import Begun, Provider, require_code
from editor_ui.pages.login import login_form, welcome
from editor_ui.rate_limits import login_limit
from editor_ui.text import safe_next
from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.services.identities import enter

blueprint = Blueprint("log_in_with", __name__)

KEPT = "log_in_with"
MINUTES = 15
"""How long somebody may take at the provider."""

log = structlog.get_logger()


def _provider(name: str) -> Provider:
    found = parts().providers.get(name)
    if found is None:
        raise NotFoundError(f"no provider {name!r}")
    return found


def _back(name: str) -> str:
    return parts().settings.base_url + url_for("log_in_with.back", provider=name)


@blueprint.get("/login/with/<provider>")
@login_limit
def begin(provider: str) -> ResponseReturnValue:
    target = safe_next(request.args.get("next", "/"))
    try:
        begun = _provider(provider).begin(_back(provider), page_language())
    except ProviderAwayError as error:
        return _away(provider, target, error)
    kept = {**asdict(begun), "url": "", "provider": provider, "next": target}
    session[KEPT] = {**kept, "at": int(parts().clock().timestamp())}
    return redirect(begun.url, 303)


@blueprint.get("/login/with/<provider>/back")
@login_limit
def back(provider: str) -> ResponseReturnValue:
    named, kept = _provider(provider), session.pop(KEPT, None) or {}
    target = safe_next(str(kept.get("next", "/")))
    if request.args.get("error") in ("access_denied", "ACCESS_DENIED"):
        return login_form(target, trouble=gettext("You did not log in there. Nothing has happened.")), 422
    try:
        begun = _begun(kept, provider)
        proved = named.finish(_back(provider), begun, require_code(request.args.get("code", "")))
        with transaction() as db:
            key, now = parts().settings.secret_key, parts().clock()
            account = begin_log_in(db, enter(db, proved, secret_key=key, locale=page_language(), now=now))
    except ProviderAwayError as error:
        return _away(provider, target, error)
    except LoginRefusedError as error:
        log.warning("log_in_refused", provider=provider, reason=str(error))
        trouble = gettext("This log-in could not be trusted, or took too long. Please try again, or use the mail.")
        return login_form(target, trouble=trouble), 422
    except InvalidInputError as error:
        return login_form(target, trouble=message_of(error)), 422
    return welcome(account, target)


def _begun(kept: dict[str, Any], provider: str) -> Begun:
    """Raises LoginRefusedError unless this browser began this log-in a moment ago."""
    age = int(parts().clock().timestamp()) - int(kept.get("at", 0))
    is_same = hmac.compare_digest(str(kept.get("state", "")).encode(), request.args.get("state", "").encode())
    if not kept or kept.get("provider") != provider or not is_same or not 0 <= age <= MINUTES * 60:
        raise LoginRefusedError("it was not begun here")
    return Begun("", kept["state"], kept["nonce"], kept["verifier"])


def _away(provider: str, target: str, error: ProviderAwayError) -> ResponseReturnValue:
    log.warning("provider_away", provider=provider, reason=str(error))
    label = _provider(provider).declared.shown_label
    trouble = gettext("%(name)s does not answer as it should. Please use the mail, or try again later.", name=label)
    return login_form(target, trouble=trouble), 503
