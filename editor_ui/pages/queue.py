from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editor_ui.db import read_only
from editor_ui.paging import page_number
from editor_ui.queries.cards import cards
from factcheck.services.figures import load_figures
from factcheck.services.queue import Order, Waiting, list_articles, totals

blueprint = Blueprint("queue", __name__)

Choice = TypeVar("Choice", bound=StrEnum)


def asked_list() -> tuple[Waiting, Order]:
    return (
        _choice(Waiting, request.args.get("show", ""), Waiting.WAITING),
        _choice(Order, request.args.get("order", ""), Order.WANTED),
    )


@blueprint.get("/")
def show() -> ResponseReturnValue:
    which, order = asked_list()
    with read_only() as session:
        page = list_articles(session, which, order, page_number())
        return render_template(
            "queue.html",
            which=which,
            order=order,
            page=page,
            totals=totals(session),
            numbers=load_figures(session),
            cards=cards(session, page.articles),
        )


def _choice(options: type[Choice], value: str, default: Choice) -> Choice:
    """Gives the default for an unknown value, so that old links keep working."""
    return options(value) if value in list(options) else default
