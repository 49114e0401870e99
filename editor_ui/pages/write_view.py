from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from editor_ui.auth import me
from editor_ui.db import read_only
from editor_ui.dependencies import parts
from editor_ui.differences import Piece, differences
from editor_ui.pages.reply_form import ReplyForm, form_of_draft, form_of_reply, new_form
from editor_ui.pages.shared_page import previewed_review
from editor_ui.queries.links import Link, article_links, pages_at
from editor_ui.queries.marks import marks
from editor_ui.queries.replies import reply_views, shown_reply, with_authors, writers_of
from editor_ui.shared_snippets import SHARED_SNIPPETS
from factcheck.errors import ForbiddenError, NotFoundError
from factcheck.models import Article, ArticleReply, Draft, Reply, Status, User
from factcheck.moderation.views import coming_at
from factcheck.services.covers import has_opened
from factcheck.services.drafts import DraftKey, find_draft, others_writing
from factcheck.services.media import files_of
from factcheck.services.replies import replies_for
from factcheck.services.reuse import nearby
from factcheck.services.snippets import snippets_of


def render_form(article_id: str, form: ReplyForm) -> str:
    """Renders message and form side by side. Raises NotFoundError, ForbiddenError."""
    with read_only() as session:
        return _render(session, article_id, form)


def render_opened(article_id: str, kind: str, edited_id: str = "", copied_id: str = "") -> str:
    """Opens the form: with the draft, else with the reply that is to be changed, else empty. `copied_id`: a reply whose
    text and references are put in."""
    with read_only() as session:
        draft = find_draft(session, DraftKey(me(session).id, article_id, kind))
        if draft is not None:
            form = form_of_draft(session, draft)
        elif edited_id:
            form = form_of_reply(own_link(session, article_id, edited_id).reply)
        else:
            form = new_form()
        return _render(session, article_id, with_copy(session, form, copied_id) if copied_id else form)


def own_link(session: Session, article_id: str, reply_id: str) -> ArticleReply:
    """Loads the place of a reply that the person may change. Raises NotFoundError, ForbiddenError."""
    link = session.get(ArticleReply, (article_id, reply_id))
    if link is None or link.status == Status.BLOCKED:
        raise NotFoundError(f"no reply {reply_id!r} at article {article_id!r}")
    if link.reply.user_id != me(session).id:
        raise ForbiddenError("Only the person who wrote this reply can change it.")
    return link


def with_copy(session: Session, form: ReplyForm, reply_id: str) -> ReplyForm:
    """Adds a shown reply to what is in the form, with its references. Raises NotFoundError."""
    reply, _ = shown_reply(session, reply_id, me(session).id)
    copied = form_of_reply(reply)
    text = "\n\n".join(part for part in (form.draft.text, reply.text) if part)
    draft = replace(form.draft, text=text, type=form.draft.type or reply.type)
    return replace(form, draft=draft, rows=tuple(dict.fromkeys((*form.rows, *copied.rows))))


def _render(session: Session, article_id: str, form: ReplyForm) -> str:
    user, (article, near) = me(session), nearby(session, article_id)
    link = own_link(session, article_id, form.edited_id) if form.edited_id else None
    draft = find_draft(session, form.key(user.id, article_id))
    if form.newer_draft and draft is not None:
        form = replace(form, draft_version=draft.version)
    if form.newer_reply and link is not None:
        form = replace(form, draft=replace(form.draft, form_key=str(link.reply.version)))
    links = replies_for(article)
    coming = coming_at(session, article, user.id)
    return render_template(
        "write.html",
        article=article,
        file=files_of(session, [article]).get(article.id),
        opened=article.covered and has_opened(session, article.id, user.id, now=parts().clock()),
        form=form,
        link=link,
        draft=draft,
        changes=_changes(form, link, draft),
        unsaved=_is_unsaved(form, link, draft),
        replies=reply_views(
            session, [one for one in links if one.reply_id != form.edited_id], writers_of(session, links), user.id
        ),
        waiting=with_authors(session, coming),
        attached={one.reply_id for one in links} | {one.public_id for one in coming},
        reusable=[(other, found) for other in (*near.similar, *near.together) if (found := replies_for(other))],
        links=article_links(session, [article_id]).get(article_id, ()),
        mark=marks(session, [article], user.id, now=parts().clock())[article.id],
        others=others_writing(session, article_id, user.id, now=parts().clock()),
        pages=_pages(session, form),
        review=_review(article, form, link, user),
        snippets=snippets_of(session, user.id),
        shared_snippets=SHARED_SNIPPETS,
    )


def _review(article: Article, form: ReplyForm, link: ArticleReply | None, user: User) -> Mapping[str, Any] | None:
    """Gives what search engines would be told of the previewed reply, under the address that it has or will have."""
    if not form.is_previewed:
        return None
    now = parts().clock()
    if link is None:
        return previewed_review(article, form.draft, user.name, now=now)
    draft = replace(form.draft, form_key=link.reply_id)
    return previewed_review(article, draft, user.name, now=now, published=link.reply.created_at)


def _is_unsaved(form: ReplyForm, link: ArticleReply | None, draft: Draft | None) -> bool:
    """Tells whether the form has what neither the draft nor the reply that it changes has."""
    kept = draft or (link.reply if link is not None else None)
    if kept is None:
        return bool(form.draft.text or form.rows)
    return (kept.type, kept.text, kept.reference) != (form.draft.type, form.draft.text, form.draft.reference)


def _pages(session: Session, form: ReplyForm) -> Mapping[str, Link]:
    """Says of each address in the form what the worker found there."""
    found = pages_at(session, list(form.addresses.values()))
    return {typed: found[url] for typed, url in form.addresses.items() if url in found}


def _changes(form: ReplyForm, link: ArticleReply | None, draft: Draft | None) -> Mapping[str, list[Piece]]:
    """Compares what is in the form with what somebody saved meanwhile, or with the reply that it changes."""
    other: Draft | Reply | None = None
    if form.newer_draft:
        other = draft
    elif link is not None and (form.newer_reply or form.is_previewed):
        other = link.reply
    if other is None:
        return {}
    compared = {
        "text": differences(other.text, form.draft.text),
        "reference": differences(other.reference, form.draft.reference),
    }
    return {name: pieces for name, pieces in compared.items() if not all(piece.is_same for piece in pieces)}
