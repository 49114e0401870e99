from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta

from editor_ui.charts import HEIGHT, WIDTH, beside_each_other, stacked
from editor_ui.db import read_only
from factcheck.services.figures import load_figures
from factcheck.services.tally import LATELY, PERIODS

blueprint = Blueprint("stats", __name__)


@blueprint.get("/stats")
def show() -> ResponseReturnValue:
    asked_for = request.args.get("days", "")
    period = asked_for if asked_for in PERIODS else LATELY
    with read_only() as session:
        figures = load_figures(session)
        if figures is None:
            return render_template("stats.html", figures=None)
        shown = figures.value[period]
        return render_template(
            "stats.html",
            figures=figures,
            period=period,
            shown=shown,
            size=(WIDTH, HEIGHT),
            reported=stacked(
                shown["parts"],
                ("answered", lambda part: part["answered"]),
                ("waiting", lambda part: part["new"] - part["answered"]),
            ),
            waits=beside_each_other(
                shown["parts"],
                ("ninetieth", lambda part: part["ninetieth"] or 0),
                ("median", lambda part: part["median"] or 0),
            ),
        )


@blueprint.app_template_filter("duration")
def duration(seconds: float | None) -> str:
    return "–" if seconds is None else format_timedelta(timedelta(seconds=seconds), granularity="minute", threshold=1.5)


@blueprint.app_template_filter("between")
def between(pause: timedelta) -> str:
    """Says a pause in whole seconds, minutes, hours or days."""
    return str(format_timedelta(pause, granularity="second", threshold=1))


@blueprint.app_template_filter("share")
def share(part: int, whole: int) -> str:
    """Gives whole percents, and rounds neither up to all nor down to none."""
    if not whole:
        return "–"
    percent = round(100 * part / whole)
    if 0 < part < whole:
        percent = min(99, max(1, percent))
    return f"{percent} %"
