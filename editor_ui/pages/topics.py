from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me
from editor_ui.came_from import to_article
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.queries.cards import shown_article
from editor_ui.rate_limits import write_limit
from factcheck.services import topics

blueprint = Blueprint("topics", __name__)

PLACE = "topics"


def _asked() -> str:
    return request.form.get("category_id", "")


def _back(article_id: str, said: str) -> ResponseReturnValue:
    flash(said, PLACE)
    return to_article(article_id, PLACE)


@blueprint.post("/article/<public_id:article_id>/topics")
@write_limit
def add(article_id: str) -> ResponseReturnValue:
    with transaction() as session:
        article = shown_article(session, article_id)
        topics.set_topic(session, article, _asked(), me(session), now=parts().clock())
    return _back(article_id, gettext("The topic is set."))


@blueprint.post("/article/<public_id:article_id>/topics/vote")
@write_limit
def vote(article_id: str) -> ResponseReturnValue:
    score = {"1": 1, "-1": -1, "0": 0}.get(request.form.get("score", ""), 99)
    with transaction() as session:
        shown_article(session, article_id)
        topics.vote_topic(session, article_id, _asked(), me(session), score, now=parts().clock())
    return _back(article_id, gettext("Thank you, your vote on the topic counts.") if score else gettext("Withdrawn."))


@blueprint.post("/article/<public_id:article_id>/topics/remove")
@write_limit
def remove(article_id: str) -> ResponseReturnValue:
    with transaction() as session:
        shown_article(session, article_id)
        topics.take_off(session, article_id, _asked(), me(session), now=parts().clock())
    return _back(article_id, gettext("The topic is taken off."))
