"""The form for a reply: what a volunteer typed into it, and what it says to that."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from flask import request
from sqlalchemy.orm import Session

from editor_ui.language import message_of
from editor_ui.text import anchor, clean, number_in
from factcheck.errors import InvalidInputError
from factcheck.ids import is_public_id
from factcheck.matching.text.normalise import extract_urls
from factcheck.models import Article, ArticleReply, Draft, Reply
from factcheck.moderation.views import coming_at
from factcheck.personal_data import Personal, find_personal
from factcheck.services.drafts import EDIT, NEW_REPLY, DraftKey
from factcheck.services.references import Reference, address_of, rows_of, text_of
from factcheck.services.replies import ReplyDraft, check_draft, new_form_key, replies_for
from factcheck.services.reuse import near_identical

LINE_UNITS = 5_000
"""UTF-16 units of a LINE message."""


@dataclass(frozen=True)
class Warnings:
    """What is shown once before a reply is published: replies of others since the form was opened, replies that say
    nearly the same, and personal data."""

    newcomers: frozenset[str] = frozenset()
    twins: Sequence[ArticleReply] = ()
    personal: Sequence[Personal] = ()

    def __bool__(self) -> bool:
        return bool(self.newcomers or self.twins or self.personal)

    @property
    def tokens(self) -> list[str]:
        """Names them for the form, which remembers that they were shown."""
        return [*(anchor(link.reply_id) for link in self.twins), *map(_token, self.personal)]


@dataclass(frozen=True)
class ReplyForm:
    draft: ReplyDraft
    """For a change of a reply, `form_key` is the version that was changed."""
    kind: str = NEW_REPLY
    """See `Draft.form`."""
    rows: tuple[Reference, ...] = ()
    draft_version: int = 0
    seen: frozenset[str] = frozenset()
    """Places of the replies shown beside the form."""
    warned: frozenset[str] = frozenset()
    problems: Sequence[tuple[str, str]] = ()
    """(field, message) in the order of the fields."""
    warnings: Warnings = Warnings()
    newer_draft: bool = False
    """Another device saved a draft since the form was opened."""
    newer_reply: bool = False
    """The reply was changed since the form was opened."""
    more_rows: int = 0
    is_previewed: bool = False

    @property
    def edited_id(self) -> str:
        """The id of the changed reply; '' for a new one."""
        return self.kind.removeprefix(EDIT) if self.kind.startswith(EDIT) else ""

    @property
    def reply_version(self) -> int:
        return number_in(self.draft.form_key)

    @property
    def chat_parts(self) -> int:
        """Counts the messages in which LINE takes it."""
        written = f"{self.draft.text}\n\n{self.draft.reference}"
        return -(-len(written.encode("utf-16-le")) // 2 // LINE_UNITS)

    @property
    def shown_rows(self) -> list[Reference]:
        empty = max(2 - len(self.rows), 0) + self.more_rows
        return [*self.rows, *([Reference("", "")] * empty)]

    @property
    def addresses(self) -> dict[str, str]:
        """Maps what was typed as an address to the form in which the worker knows it."""
        found = ((row.url, extract_urls(address_of(row.url))) for row in self.rows)
        return {typed: urls[0] for typed, urls in found if urls}

    def problem(self, field: str) -> str:
        return " ".join(message for name, message in self.problems if name == field)

    def key(self, user_id: str, article_id: str) -> DraftKey:
        return DraftKey(user_id, article_id, self.kind)


def new_form() -> ReplyForm:
    return ReplyForm(ReplyDraft("", "", "", new_form_key()))


def form_of_draft(session: Session, draft: Draft) -> ReplyForm:
    """Opens a draft again. One published meanwhile becomes a new reply."""
    key = draft.form_key
    if draft.form == NEW_REPLY and session.get(Reply, key) is not None:
        key = new_form_key()
    content = ReplyDraft(draft.type, draft.text, draft.reference, key)
    return ReplyForm(content, draft.form, tuple(rows_of(draft.reference)), draft.version)


def form_of_reply(reply: Reply) -> ReplyForm:
    content = ReplyDraft(reply.type, reply.text, reply.reference, str(reply.version))
    return ReplyForm(content, f"{EDIT}{reply.id}", tuple(rows_of(reply.reference)))


def read_form() -> ReplyForm:
    """Reads the form that was sent. References come as rows, as a pasted text, or both."""
    values = {name: clean(request.form.get(name, "")) for name in ("type", "text", "form_key")}
    rows = _rows()
    draft = ReplyDraft(values["type"], values["text"], text_of(rows), values["form_key"])
    return ReplyForm(
        draft,
        _kind(request.form.get("form", "")),
        rows,
        number_in(request.form.get("draft_version", "")),
        frozenset(request.form.get("seen", "").split()),
        frozenset(request.form.get("warned", "").split()),
    )


def _kind(name: str) -> str:
    return name if name.startswith(EDIT) and is_public_id(name.removeprefix(EDIT)) else NEW_REPLY


def _rows() -> tuple[Reference, ...]:
    notes, urls = request.form.getlist("ref_note"), request.form.getlist("ref_url")
    typed = [Reference(clean(note).strip(), clean(url).strip()) for note, url in zip_longest(notes, urls, fillvalue="")]
    pasted = rows_of(clean(request.form.get("reference", "")))
    return tuple(row for row in (*typed, *pasted) if row.note or row.url)


def with_problems(form: ReplyForm) -> ReplyForm:
    problems = [*check_draft(form.draft), *_wrong_addresses(form.rows)]
    return replace(form, problems=[(problem.field, message_of(problem)) for problem in problems])


def _wrong_addresses(rows: Iterable[Reference]) -> list[InvalidInputError]:
    wrong = [row.url for row in rows if row.url and not address_of(row.url)]
    return [InvalidInputError("reference", "“%(typed)s” is not a web address.", typed=typed[:60]) for typed in wrong]


def warnings_for(session: Session, article: Article, form: ReplyForm, user_id: str) -> Warnings:
    """Finds what was not shown yet. A reply that this form made is none of it."""
    personal = find_personal(f"{form.draft.text}\n{form.draft.reference}")
    unwarned = [one for one in personal if _token(one) not in form.warned]
    if form.edited_id:
        return Warnings(personal=unwarned)
    known = {*form.seen, anchor(form.draft.form_key)}
    there = [link.reply_id for link in replies_for(article)]
    there += [pending.public_id for pending in coming_at(session, article, user_id)]
    newcomers = frozenset(reply_id for reply_id in there if anchor(reply_id) not in known)
    twins = near_identical(session, article, form.draft.text, user_id)
    known = {*form.warned, anchor(form.draft.form_key), *map(anchor, newcomers)}
    return Warnings(newcomers, [link for link in twins if anchor(link.reply_id) not in known], unwarned)


def _token(found: Personal) -> str:
    return f"p{zlib.crc32(found.written.encode()):x}"
