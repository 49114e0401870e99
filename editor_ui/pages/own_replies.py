"""The list of one's own replies, by what became of them."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from editor_ui.auth import me
from editor_ui.csv_export import MAX_ROWS, as_csv
from editor_ui.db import read_only
from editor_ui.dependencies import parts
from editor_ui.paging import page_number
from editor_ui.queries.filter_names import filter_names
from editor_ui.queries.links import reply_links
from editor_ui.queries.own_replies import count_replies, exported_replies, list_replies, reply_totals
from editor_ui.rate_limits import search_limit
from editor_ui.reply_address import from_arguments, reply_choices, reply_tab_meaning, reply_tab_names
from factcheck.services.reach import reach_of
from factcheck.services.saved_lists import saved_lists
from factcheck.services.tasks import checked_references

blueprint = Blueprint("own_replies", __name__)


@blueprint.get("/me/replies")
def show() -> ResponseReturnValue:
    address = from_arguments(request.args)
    with read_only() as session:
        user = me(session)
        totals = reply_totals(session, user.id)
        known = None if address.values else totals[address.tab]
        page = list_replies(session, address.wanted(user.id), page_number(), total=known)
        ids = [link.reply_id for link in page.links]
        others = {} if page.links else address.without()
        return render_template(
            "own_replies.html",
            user=user,
            address=address,
            page=page,
            totals=totals,
            without={name: count_replies(session, other.wanted(user.id)) for name, other in others.items()},
            labels=reply_tab_names(),
            meaning=reply_tab_meaning(address.tab),
            choices=reply_choices(filter_names(session)),
            reach=reach_of(session, ids),
            references=reply_links(session, ids),
            agreed=checked_references(session, ids),
            saved=saved_lists(session, user.id),
        )


@blueprint.get("/me/replies.csv")
@search_limit
def export() -> Response:
    """Gives the list as a table, at most `MAX_ROWS` of it."""
    address = from_arguments(request.args)
    with read_only() as session:
        wanted = address.wanted(me(session).id)
        body = as_csv(exported_replies(session, wanted, MAX_ROWS, parts().settings.base_url))
    headers = {"Content-Disposition": 'attachment; filename="replies.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)
