from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from editor_ui.auth import viewer
from editor_ui.db import read_only
from editor_ui.dependencies import parts
from editor_ui.language import message_of
from editor_ui.queries.cards import cards, reasons, shown_article
from editor_ui.queries.replies import reply_views
from factcheck.errors import IndexMismatchError, InvalidInputError, SearchUnavailableError
from factcheck.models import ArticleReply, Status
from factcheck.ports import Hit
from factcheck.services.clusters import copies_of
from factcheck.services.replies import ReplyDraft, new_form_key, replies_for
from factcheck.services.similar import alike, find_similar

SHOWN_COPIES = 30


@dataclass(frozen=True)
class ReplyForm:
    """The form for a new reply. `newcomers` are replies published since it was opened."""

    draft: ReplyDraft
    problems: Sequence[tuple[str, str]] = ()
    """(field, message) in the order of the fields."""
    newcomers: frozenset[str] = frozenset()

    def problem(self, field: str) -> str:
        return next((message for name, message in self.problems if name == field), "")


def empty_form() -> ReplyForm:
    return ReplyForm(ReplyDraft("", "", "", new_form_key()))


def described(problems: Sequence[InvalidInputError]) -> list[tuple[str, str]]:
    return [(problem.field, message_of(problem)) for problem in problems]


def render_article(article_id: str, form: ReplyForm | None = None) -> str:
    """Renders in three steps, so that no transaction is open while the index is asked. Raises NotFoundError."""
    with read_only() as session:
        text = shown_article(session, article_id).text
    nearest = _nearest(article_id, text)
    person = viewer()
    viewer_id = person.id if person else None
    with read_only() as session:
        article = shown_article(session, article_id)
        links = replies_for(article)
        return render_template(
            "article.html",
            article=article,
            replies=reply_views(session, links, viewer_id),
            taken_back=_taken_back(article.article_replies, viewer_id),
            reasons=reasons(session, article, viewer_id),
            copies=copies_of(session, article, SHOWN_COPIES),
            similar=None if nearest is None else cards(session, alike(session, article, nearest)),
            attached={link.reply_id for link in links},
            form=form or empty_form(),
        )


def _nearest(article_id: str, text: str) -> list[Hit] | None:
    """Returns None when the index does not answer."""
    try:
        return find_similar(parts().search, article_id, text)
    except (SearchUnavailableError, IndexMismatchError):
        return None


def _taken_back(links: Sequence[ArticleReply], viewer_id: str | None) -> list[ArticleReply]:
    return [link for link in links if link.status == Status.DELETED and viewer_id and link.user_id == viewer_id]
