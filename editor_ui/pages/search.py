from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from editor_ui.auth import viewer
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.filter_words import choices
from editor_ui.language import message_of
from editor_ui.list_address import ListAddress, choice, from_arguments
from editor_ui.paging import page_number
from editor_ui.pictures import decision_on_picture, look_at, take_upload
from editor_ui.queries.cards import cards
from editor_ui.queries.filter_names import filter_names
from editor_ui.queries.found import passages
from editor_ui.queries.marks import marks
from editor_ui.rate_limits import all_checks_limit, check_limit, search_limit
from editor_ui.text import article_id_in, clean
from factcheck.errors import EmbedderUnavailableError, IndexMismatchError, InvalidInputError, SearchUnavailableError
from factcheck.limits import MAX_QUERY_LENGTH, MAX_TEXT_LENGTH
from factcheck.models import Article
from factcheck.ports import Part
from factcheck.services.articles import load_articles
from factcheck.services.clusters import listed_for
from factcheck.services.filters import Tab
from factcheck.services.matching import find_hits
from factcheck.services.queue import PAGE_SIZE, Page, Wanted, list_articles
from factcheck.services.searching import (
    MOST_NEAR,
    NOTHING,
    Proposed,
    Results,
    address_in,
    keep_query,
    kept_query,
    literally,
    propose,
    results,
    with_address,
    with_words,
)

blueprint = Blueprint("search", __name__)
paste = Blueprint("paste", __name__)

AWAY = (SearchUnavailableError, IndexMismatchError, EmbedderUnavailableError)
MAX_SHORT = 200
"""Longer texts are kept, and their address has a key in place of them."""


@dataclass(frozen=True)
class SearchRequest:
    text: str
    cut: bool
    key: str = ""
    gone: bool = False
    """The key names nothing any more."""

    @property
    def arguments(self) -> dict[str, str]:
        return {"text": self.key} if self.key else {"q": self.text}


def asked_query() -> SearchRequest:
    text = clean(request.args.get("q", "")).strip()
    return SearchRequest(text[:MAX_QUERY_LENGTH], len(text) > MAX_QUERY_LENGTH)


def _asked() -> SearchRequest:
    key = request.args.get("text", "")
    if not key:
        return asked_query()
    with read_only() as session:
        text = kept_query(session, key)
    return SearchRequest(text, False, key, gone=not text)


def found_ids(query: str) -> list[str] | None:
    """Finds article ids, best first; None when the index does not answer. Call it outside of transactions."""
    try:
        return [hit.article_id for hit in find_hits(parts().search, parts().embedder, query, need_vector=False)]
    except (SearchUnavailableError, IndexMismatchError):
        return None


def found_articles(session: Session, query: str, article_ids: list[str] | None) -> list[Article]:
    """Loads what was found, one a cluster, with the replies."""
    ids = literally(session, query, Part.MESSAGE)[:PAGE_SIZE] if article_ids is None else article_ids
    articles = load_articles(session, ids)
    return load_articles(session, [article.id for article in listed_for(session, articles)])


@paste.post("/search")
@search_limit
def send() -> ResponseReturnValue:
    """Leads to the address of a search. A text of any length may be pasted: it comes in the body."""
    text = clean(request.form.get("q", "")).strip()[:MAX_TEXT_LENGTH]
    if len(text) <= MAX_SHORT:
        return redirect(url_for("search.show", q=text), 303)
    with transaction() as session:
        key = keep_query(session, text, now=parts().clock())
    return redirect(url_for("search.show", text=key), 303)


@paste.post("/search/picture")
@check_limit
@all_checks_limit
def picture() -> ResponseReturnValue:
    """Finds messages by a picture. It is not kept, so the answer has no address of its own."""
    upload, person = take_upload("picture"), viewer()
    try:
        if upload is None:
            raise InvalidInputError("picture", "Choose a picture first.")
        facts = look_at(upload)
        decided = decision_on_picture(facts)
    except InvalidInputError as error:
        return render_template("search_picture.html", problem=message_of(error), cards=[], marks={}, words=""), 422
    except AWAY:
        problem = gettext("We cannot look it up at the moment. Please send the picture again in some minutes.")
        return render_template("search_picture.html", problem=problem, cards=[], marks={}, words=""), 503
    with read_only() as session:
        ids = [one.article_id for one in (*decided.candidates, *decided.perhaps)]
        articles = listed_for(session, load_articles(session, ids))
        return render_template(
            "search_picture.html",
            problem="",
            cards=cards(session, articles),
            marks=marks(session, articles, person.id if person else None, now=parts().clock()),
            words=facts.text,
        )


@blueprint.get("/search")
@search_limit
def show() -> ResponseReturnValue:
    query, person = _asked(), viewer()
    part = choice(Part, request.args.get("in", ""), Part.MESSAGE)
    asked = from_arguments(request.args)
    address, number = ListAddress(Tab.ALL, asked.order, asked.values), page_number()
    named = article_id_in(query.text)
    if named:
        with read_only() as session:
            if load_articles(session, [named]):
                return redirect(url_for("article.show", article_id=named))
    urls = address_in(query.text)
    proposed = _proposed(query.text, part, with_near=number == 1)
    viewer_id, now = person.id if person else None, parts().clock()
    with read_only() as session:
        found = _found(session, query, part, proposed, address.wanted(viewer_id, now), urls, number)
        near = _near(session, proposed, found.page.articles, address.wanted(viewer_id, now)) if number == 1 else []
        shown = [*found.page.articles, *near]
        items, count = cards(session, shown), len(found.page.articles)
        return render_template(
            "search.html",
            query=query,
            part=part,
            address=address,
            page=found.page,
            more=proposed.words.total > len(proposed.words.article_ids),
            cards=items[:count],
            near=items[count:],
            marks=marks(session, shown, viewer_id, now=now),
            passages=passages(session, found, near, query.text, part),
            fallback=proposed.fallback,
            choices=choices(filter_names(session), logged_in=person is not None),
        )


def _proposed(text: str, part: Part, *, with_near: bool) -> Proposed:
    return propose(parts().search, parts().embedder, text, part, with_near=with_near) if text else Proposed(NOTHING)


def _found(
    session: Session,
    query: SearchRequest,
    part: Part,
    proposed: Proposed,
    wanted: Wanted,
    urls: list[str],
    number: int,
) -> Results:
    if not query.text:
        page = list_articles(session, wanted, number) if wanted.filters.is_set else Page([], 0, 1, 1)
        return Results(page, {article.id: article.id for article in page.articles})
    if urls:
        return results(session, wanted, with_address(session, urls, part), number)
    return results(session, wanted, with_words(session, query.text, part, proposed), number)


def _near(session: Session, proposed: Proposed, shown: list[Article], wanted: Wanted) -> list[Article]:
    """Adds what is similar in meaning and meets the filters, too."""
    known = {article.cluster_id for article in shown} | {*proposed.words.article_ids}
    found = results(session, wanted, [one for one in proposed.near if one not in known], 1).page.articles
    return [article for article in found if article.cluster_id not in known and article.id not in known][:MOST_NEAR]
