from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from editor_ui.language import LANGUAGES, set_language_cookie
from editor_ui.text import safe_next

blueprint = Blueprint("language", __name__)


@blueprint.get("/language/<tag>")
def choose(tag: str) -> ResponseReturnValue:
    """Remembers a language, on the way to a page that is the same for everybody and sets no cookie."""
    if tag not in LANGUAGES:
        abort(404)
    response = redirect(safe_next(request.args.get("next", "/")), 303)
    set_language_cookie(response, tag)
    return response
