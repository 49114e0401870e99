from collections import Counter

from flask import render_template
from sqlalchemy.orm import Session

from editor_ui.auth import LoggedIn, viewer
from editor_ui.db import read_only
from editor_ui.dependencies import parts
from editor_ui.pages.beside import beside_article
from editor_ui.pages.shared_page import article_page
from editor_ui.queries.cards import reasons
from editor_ui.queries.history import history_of
from editor_ui.queries.links import article_links
from editor_ui.queries.replies import reply_views, with_authors, writers_of
from factcheck.models import Article, ArticleReply, PendingReply, Status
from factcheck.moderation.views import waiting_at
from factcheck.services.clusters import copies_of
from factcheck.services.covers import has_opened
from factcheck.services.drafts import drafts_at
from factcheck.services.media import files_of
from factcheck.services.replies import replies_for
from factcheck.services.reuse import nearby
from factcheck.services.roles import Action
from factcheck.services.topics import topics_of

SHOWN_COPIES = 30


def render_article(article_id: str) -> tuple[str, bool]:
    """Renders from the database alone: a page that anyone may ask for costs no search. Tells also whether whoever is
    logged in has not opened it before. Raises NotFoundError."""
    person = viewer()
    viewer_id = person.id if person else None
    with read_only() as session:
        article, near = nearby(session, article_id)
        links = replies_for(article)
        writers = writers_of(session, article.cluster_replies)
        views = reply_views(session, links, writers, viewer_id)
        beside = beside_article(session, article, viewer_id)
        page = render_template(
            "article.html",
            article=article,
            replies=views,
            shared=article_page(article, [(view.link, view.author) for view in views]),
            verdicts=Counter(link.reply.type for link in links),
            taken_back=_taken_back(article, viewer_id),
            reasons=reasons(session, article, viewer_id),
            copies=copies_of(session, article, SHOWN_COPIES) if article.cluster_size > 1 else [],
            similar=near.similar,
            together=near.together,
            topics=topics_of(session, article.id, viewer_id),
            beside=beside,
            file=files_of(session, [article]).get(article.id),
            opened=article.covered and has_opened(session, article.id, viewer_id, now=parts().clock()),
            links=article_links(session, [article_id]).get(article_id, ()),
            attached={link.reply_id for link in links},
            history=history_of(session, article, writers),
            drafts=drafts_at(session, viewer_id, article_id) if viewer_id else {},
            waiting=_waiting(session, article, person),
        )
        return page, beside is not None and not beside.mark.is_read


def _waiting(session: Session, article: Article, person: LoggedIn | None) -> list[tuple[PendingReply, str]]:
    """Lists unpublished replies, with their authors' names."""
    if person is None:
        return []
    return with_authors(session, waiting_at(session, article, person.id, sees_all=person.may(Action.REVIEW)))


def _taken_back(article: Article, viewer_id: str | None) -> list[ArticleReply]:
    own = (link for link in article.cluster_replies if link.article_id == article.id and link.user_id == viewer_id)
    return [link for link in own if viewer_id is not None and link.status == Status.DELETED]
