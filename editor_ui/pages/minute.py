"""One minute is enough: the next small task, for somebody with a phone in their hand."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of, page_language
from editor_ui.queries.task import subject_of
from editor_ui.rate_limits import task_limit
from editor_ui.ratings import SAY_WHY, cast, rating_in_form
from factcheck.errors import GoneError
from factcheck.models import Task, TaskAnswer, TaskKind
from factcheck.services import tasks

blueprint = Blueprint("minute", __name__)

EVERYTHING = "all"
"""The argument that asks for tasks in other languages than the page's, too."""


@blueprint.get("/minute")
@task_limit
def show() -> ResponseReturnValue:
    """Gives the same task until it is answered or too old, so that opening the page again changes nothing."""
    everything, now = request.args.get(EVERYTHING) == "1", parts().clock()
    with transaction() as session:
        person = me(session)
        task = tasks.hand_out(session, person, () if everything else (page_language(),), now=now)
        return render_template(
            "minute.html",
            task=task,
            subject=subject_of(session, task, person.id) if task else None,
            done=tasks.done_today(session, person.id, now=now),
            everything=everything,
        )


@blueprint.post("/minute/<int:task_id>")
@task_limit
def answer(task_id: int) -> ResponseReturnValue:
    given, now = request.form.get("answer", ""), parts().clock()
    rating = rating_in_form() if given == TaskAnswer.RATED else None
    next_one = redirect(url_for("minute.show", all="1" if request.form.get(EVERYTHING) == "1" else None), 303)
    if rating and rating.lacks_reason:
        flash(SAY_WHY, "page")
        return next_one
    try:
        with transaction() as session:
            person, task = me(session), session.get(Task, task_id)
            if task is not None and task.kind == TaskKind.RATE and rating:
                cast(session, task.article_id, task.other_id, person, rating)
            tasks.answer(session, task_id, person, given, now=now)
        if given != TaskAnswer.SKIPPED:
            flash(gettext("Thank you!"), "page")
    except GoneError as error:
        flash(message_of(error), "page")
    return next_one
