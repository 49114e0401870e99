from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from editor_ui.auth import viewer
from editor_ui.db import read_only
from editor_ui.language import message_of
from editor_ui.pages.beside import beside_article
from editor_ui.pages.shared_page import article_page
from editor_ui.queries.cards import cards, reasons, shown_article
from editor_ui.queries.links import article_links
from editor_ui.queries.replies import reply_views
from factcheck.errors import InvalidInputError
from factcheck.models import Article, ArticleReply, Status
from factcheck.services.clusters import copies_of
from factcheck.services.replies import ReplyDraft, new_form_key, replies_for
from factcheck.services.similar import similar_to
from factcheck.services.topics import topics_of

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
    """Renders from the database alone: a page that anyone may ask for costs no search. Raises NotFoundError."""
    person = viewer()
    viewer_id = person.id if person else None
    with read_only() as session:
        article = shown_article(session, article_id)
        links = replies_for(article)
        views = reply_views(session, links, viewer_id)
        return render_template(
            "article.html",
            article=article,
            replies=views,
            shared=article_page(article, [(view.link, view.author) for view in views]),
            taken_back=_taken_back(article, viewer_id),
            reasons=reasons(session, article, viewer_id),
            copies=copies_of(session, article, SHOWN_COPIES) if article.cluster_size > 1 else [],
            similar=cards(session, similar_to(session, article)),
            topics=topics_of(session, article.id, viewer_id),
            beside=beside_article(session, article, viewer_id),
            links=article_links(session, [article_id]).get(article_id, ()),
            attached={link.reply_id for link in links},
            form=form or empty_form(),
        )


def _taken_back(article: Article, viewer_id: str | None) -> list[ArticleReply]:
    links = article.article_replies if viewer_id else []
    return [link for link in links if link.status == Status.DELETED and link.user_id == viewer_id]
