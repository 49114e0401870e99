"""The form that rates a reply, wherever it stands (`_votes.html`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from editor_ui.dependencies import parts
from editor_ui.rate_limits import network
from editor_ui.text import clean
from factcheck.errors import InvalidInputError
from factcheck.models import User
from factcheck.services.feedback import vote
from factcheck.services.second_accounts import origin_of

SCORES = {"1": 1, "somewhat": 0, "0": 0, "-1": -1}
SAY_WHY = lazy_gettext("Please say what is wrong with the reply: choose at least one reason.")


@dataclass(frozen=True)
class Rating:
    score: int
    somewhat: bool
    withdrawn: bool
    reasons: Sequence[str]
    comment: str

    @property
    def lacks_reason(self) -> bool:
        """Tells whether it is against the reply and does not say why; then nothing is lost if it is refused."""
        return self.score < 0 and not self.reasons and not self.comment


def rating_in_form() -> Rating:
    said = request.form.get("score", "")
    if said not in SCORES:
        raise InvalidInputError("score", "Choose helpful or not helpful.")
    withdrawn = said == "0"
    reasons = [] if withdrawn else request.form.getlist("reasons")
    comment = "" if withdrawn else clean(request.form.get("comment", "")).strip()
    return Rating(SCORES[said], said == "somewhat", withdrawn, reasons, comment)


def cast(session: Session, article_id: str, reply_id: str, user: User, rating: Rating) -> None:
    """Raises what `services.feedback.vote` raises."""
    now, settings = parts().clock(), parts().settings
    vote(
        session,
        article_id,
        reply_id,
        user,
        rating.score,
        now=now,
        comment=rating.comment,
        reasons=rating.reasons,
        somewhat=rating.somewhat,
        origin=origin_of(network(), request.user_agent.string, settings.secret_key),
    )
