"""First steps, words, keys, terms, privacy and accessibility."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editor_ui.db import read_only
from editor_ui.dependencies import parts
from factcheck.models import ReplyType
from factcheck.services import terms
from factcheck.services.vote_nights import nights, turns
from factcheck.votes.status import RANK

blueprint = Blueprint("help", __name__, url_prefix="/help")

SHOWN_NIGHTS, SHOWN_TURNS = 14, 50
RIGHT = ReplyType.RUMOR
"""What the practice message is."""


@blueprint.get("/first-steps")
def first_steps() -> ResponseReturnValue:
    """Judges the practice message by fixed texts; it stores nothing."""
    chosen = request.args.get("answer", "")
    return render_template("help_first_steps.html", chosen=chosen if chosen in list(ReplyType) else "", right=RIGHT)


@blueprint.get("/words")
def words() -> ResponseReturnValue:
    return render_template("help_words.html")


@blueprint.get("/ratings")
def ratings() -> ResponseReturnValue:
    with read_only() as session:
        lately = nights(session, SHOWN_NIGHTS)
        turned = turns(session, lately[0][0], SHOWN_TURNS) if lately else []
        return render_template("help_ratings.html", nights=lately, turned=turned, statuses=RANK)


@blueprint.get("/keys")
def keys() -> ResponseReturnValue:
    return render_template("help_keys.html")


@blueprint.get("/terms")
def terms_of_use() -> ResponseReturnValue:
    return render_template("help_terms.html", version=terms.VERSION)


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("help_privacy.html", contact=parts().settings.contact)


@blueprint.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    return render_template("help_accessibility.html", contact=parts().settings.contact)
