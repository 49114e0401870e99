"""The form for a reply: opening it, keeping a draft, looking at what will be published."""

from dataclasses import replace

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from editor_ui.auth import me
from editor_ui.came_from import list_arguments
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.language import format_moment
from editor_ui.pages.reply_form import ReplyForm, read_form
from editor_ui.pages.write_view import render_form, render_opened, with_copy
from editor_ui.rate_limits import draft_limit, write_limit
from editor_ui.shared_snippets import SHARED_SNIPPETS
from editor_ui.text import clean
from factcheck.errors import GoneError, NotFoundError, StaleError
from factcheck.models import Article, Draft, Status
from factcheck.services.drafts import EDIT, NEW_REPLY, DraftKey, discard_draft, save_draft
from factcheck.services.hyperlinks import want
from factcheck.services.snippets import add_snippet, snippets_of

blueprint = Blueprint("writing", __name__)


@blueprint.get("/article/<public_id:article_id>/write")
def show(article_id: str) -> ResponseReturnValue:
    raise_if_gone(article_id)
    return render_opened(article_id, NEW_REPLY, copied_id=clean(request.args.get("copy", "")))


@blueprint.get("/article/<public_id:article_id>/replies/<public_id:reply_id>/edit")
def edit(article_id: str, reply_id: str) -> ResponseReturnValue:
    raise_if_gone(article_id)
    return render_opened(article_id, f"{EDIT}{reply_id}", edited_id=reply_id)


@blueprint.post("/article/<public_id:article_id>/preview")
@draft_limit
def preview(article_id: str) -> ResponseReturnValue:
    """Shows the form again: with a preview, one more row, or a text put in. Nothing is saved but an own text to use
    again."""
    form = read_form()
    keep_if_gone(article_id, form)
    if "copy" in request.form:
        with read_only() as session:
            form = with_copy(session, form, clean(request.form["copy"]))
    elif "add_row" in request.form:
        form = replace(form, more_rows=1)
    elif "snippet" in request.form:
        form = _with_snippet(form, request.form["snippet"])
    elif "keep_snippet" in request.form:
        with transaction() as session:
            add_snippet(session, me(session), form.draft.text, now=parts().clock())
        flash(gettext("Your text can now be put into any reply."), "form")
    else:
        with transaction() as session:
            want(session, form.addresses.values(), now=parts().clock())
        form = replace(form, is_previewed=True)
    return render_form(article_id, form)


def _with_snippet(form: ReplyForm, name: str) -> ReplyForm:
    """Puts a text of the person (its id) or of everybody (`s` and its place) below what is written."""
    with read_only() as session:
        texts = {str(one.id): one.text for one in snippets_of(session, me(session).id)}
    texts.update((f"s{place}", str(text)) for place, text in enumerate(SHARED_SNIPPETS))
    if name not in texts:
        raise NotFoundError(f"no text {name!r}")
    text = "\n\n".join(part for part in (form.draft.text.rstrip(), texts[name]) if part)
    return replace(form, draft=replace(form.draft, text=text))


@blueprint.post("/article/<public_id:article_id>/draft")
@draft_limit
def save(article_id: str) -> ResponseReturnValue:
    """Saves the draft; for the script, which sends `auto`, the answer is JSON."""
    form, auto = read_form(), "auto" in request.form
    try:
        with transaction() as session:
            draft = save_typed(session, article_id, form)
            if not auto:  # an address that is half typed is no page
                want(session, form.addresses.values(), now=parts().clock())
    except StaleError:
        said = gettext("This draft was changed in another window or on another device. Save it to see both.")
        stale = replace(form, newer_draft=True)
        return (jsonify(said=said), 409) if auto else (render_form(article_id, stale), 409)
    raise_if_gone(article_id)
    if auto:
        return jsonify(version=draft.version, said=saved_at(draft))
    flash(gettext("The draft is saved. Only you see it."), "form")
    return _to_form(article_id, form)


def save_typed(session: Session, article_id: str, form: ReplyForm) -> Draft:
    """Keeps what was typed, also at a message that is no longer shown. Raises NotFoundError, StaleError."""
    if session.get(Article, article_id) is None:
        raise NotFoundError(f"no article {article_id!r}")
    key = form.key(me(session).id, article_id)
    return save_draft(session, key, form.draft, seen_version=form.draft_version, now=parts().clock())


def kept(article_id: str, form: ReplyForm) -> ReplyForm:
    """Saves what was typed as a draft, unless another device saved something else: then the form says so."""
    try:
        with transaction() as session:
            draft = save_typed(session, article_id, form)
            return replace(form, draft_version=draft.version)
    except StaleError:
        return replace(form, newer_draft=True)


def keep_if_gone(article_id: str, form: ReplyForm) -> None:
    """Keeps what was typed at a message that is no longer shown. Raises GoneError."""
    try:
        raise_if_gone(article_id)
    except GoneError:
        kept(article_id, form)
        raise


def saved_at(draft: Draft) -> str:
    return gettext("Draft saved %(moment)s", moment=format_moment(draft.updated_at))


def _to_form(article_id: str, form: ReplyForm) -> ResponseReturnValue:
    where = {"article_id": article_id, "_anchor": "write", **list_arguments()}
    if form.edited_id:
        return redirect(url_for("writing.edit", reply_id=form.edited_id, **where), 303)
    return redirect(url_for("writing.show", **where), 303)


def raise_if_gone(article_id: str) -> None:
    """Raises GoneError for a message that was there and is no longer shown."""
    with read_only() as session:
        article = session.get(Article, article_id)
        if article is not None and article.status != Status.NORMAL:
            raise GoneError(
                "This message is no longer shown, so nothing can be published here. What you wrote is kept as a draft "
                "on your page."
            )


@blueprint.get("/me/drafts/<int:draft_id>.txt")
def download(draft_id: int) -> ResponseReturnValue:
    with read_only() as session:
        draft = own_draft(session, draft_id)
        parts_of_it = (draft.type, draft.text, draft.reference)
    response: Response = make_response("\n\n".join(part for part in parts_of_it if part) + "\n")
    response.mimetype = "text/plain"
    response.headers["Content-Disposition"] = f'attachment; filename="draft-{draft_id}.txt"'
    return response


@blueprint.get("/me/drafts/<int:draft_id>/discard")
def ask_discard(draft_id: int) -> ResponseReturnValue:
    with read_only() as session:
        return render_template("discard.html", draft=own_draft(session, draft_id))


@blueprint.post("/me/drafts/<int:draft_id>/discard")
@write_limit
def discard(draft_id: int) -> ResponseReturnValue:
    with transaction() as session:
        draft = own_draft(session, draft_id)
        discard_draft(session, DraftKey(draft.user_id, draft.article_id, draft.form))
    flash(gettext("The draft is thrown away."), "page")
    return redirect(url_for("account.show"), 303)


def own_draft(session: Session, draft_id: int) -> Draft:
    draft = session.get(Draft, draft_id)
    if draft is None or draft.user_id != me(session).id:
        raise NotFoundError(f"no draft {draft_id}")
    return draft
