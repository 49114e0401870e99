"""How the service is, for those who run it. What programs ask is `/readyz` and `/metrics`."""

from collections.abc import Callable
from enum import StrEnum

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.queries.operation import operation
from editor_ui.rate_limits import write_limit
from factcheck.errors import (
    EmbedderUnavailableError,
    IndexLostError,
    IndexMismatchError,
    NotFoundError,
    SearchUnavailableError,
)
from factcheck.jobs import queue
from factcheck.ports import WordQuery

blueprint = Blueprint("operation", __name__)

PROBE = "factline"


class Answer(StrEnum):
    WELL = "well"
    AWAY = "away"
    LOST = "lost"
    """A worker builds it anew."""
    OTHER = "other"
    """It was built by another model, and must be built anew by hand."""


@blueprint.get("/operation")
def show() -> ResponseReturnValue:
    index = _asked(lambda: parts().search.containing(WordQuery((PROBE,), limit=1)))
    model = _asked(lambda: parts().embedder.embed_queries([PROBE]))
    now = parts().clock()
    with read_only() as session:
        return render_template("operation.html", state=operation(session, now=now), index=index, model=model)


def _asked(ask: Callable[[], object]) -> Answer:
    """Tells whether a part answers. Call it outside of transactions."""
    try:
        ask()
    except IndexLostError:
        return Answer.LOST
    except IndexMismatchError:
        return Answer.OTHER
    except (SearchUnavailableError, EmbedderUnavailableError):
        return Answer.AWAY
    return Answer.WELL


@blueprint.post("/operation/jobs/<int:job_id>/retry")
@write_limit
def retry(job_id: int) -> ResponseReturnValue:
    with transaction() as session:
        if not queue.retry_dead(session, job_id, now=parts().clock()):
            raise NotFoundError(f"no dead job {job_id}")
    flash(gettext("The job is tried again."), "dead")
    return redirect(url_for("operation.show", _anchor="dead"), 303)


@blueprint.post("/operation/jobs/<int:job_id>/drop")
@write_limit
def drop(job_id: int) -> ResponseReturnValue:
    with transaction() as session:
        if not queue.drop_dead(session, job_id):
            raise NotFoundError(f"no dead job {job_id}")
    flash(gettext("The job is forgotten."), "dead")
    return redirect(url_for("operation.show", _anchor="dead"), 303)
