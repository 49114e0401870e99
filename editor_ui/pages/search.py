from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from editor_ui.db import read_only
from editor_ui.dependencies import parts
from editor_ui.queries.cards import ArticleCard, cards
from editor_ui.rate_limits import search_limit
from editor_ui.text import article_id_in, clean
from factcheck.errors import IndexMismatchError, SearchUnavailableError
from factcheck.limits import MAX_QUERY_LENGTH
from factcheck.services.articles import load_articles
from factcheck.services.clusters import listed_for
from factcheck.services.matching import find_hits
from factcheck.services.queue import search_text

blueprint = Blueprint("search", __name__)


@dataclass(frozen=True)
class SearchRequest:
    text: str
    cut: bool


def asked_query() -> SearchRequest:
    text = clean(request.args.get("q", "")).strip()
    return SearchRequest(text[:MAX_QUERY_LENGTH], len(text) > MAX_QUERY_LENGTH)


def found_ids(query: str) -> list[str] | None:
    """Finds article ids, best first; None when the index does not answer. Call it outside of transactions."""
    try:
        return [hit.article_id for hit in find_hits(parts().search, parts().embedder, query, need_vector=False)]
    except (SearchUnavailableError, IndexMismatchError):
        return None


def found_cards(session: Session, query: str, article_ids: list[str] | None) -> list[ArticleCard]:
    articles = search_text(session, query) if article_ids is None else load_articles(session, article_ids)
    return cards(session, listed_for(session, articles))


@blueprint.get("/search")
@search_limit
def show() -> ResponseReturnValue:
    query = asked_query()
    if not query.text:
        return render_template("search.html", query=query, cards=[], fallback=False)
    named = article_id_in(query.text)
    if named:
        with read_only() as session:
            if load_articles(session, [named]):
                return redirect(url_for("article.show", article_id=named))
    article_ids = found_ids(query.text)
    with read_only() as session:
        found = found_cards(session, query.text, article_ids)
        return render_template("search.html", query=query, cards=found, fallback=article_ids is None)
