"""The daily mail to a volunteer: what happened to their work since the last one."""

from datetime import datetime
from urllib.parse import quote

import structlog
from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.i18n import Translate, translator
from bot.messages.excerpts import excerpt
from factcheck.db.session import read_only
from factcheck.errors import MailRefusedError
from factcheck.jobs.queue import Effects, no_effects
from factcheck.models import User
from factcheck.services.digests import STOP, mail_came_back, mark_of
from factcheck.services.inbox import Entry, Event, inbox_of
from factcheck.services.mail_requests import token_of

MOST_ENTRIES, MOST_COMMENTS = 20, 3

log = structlog.get_logger()


def mail_digest(context: BotContext, user_id: str, since: str) -> Effects:
    """Send it, unless nothing happened or the person has had enough. Raises OSError, after which the job is tried
    again."""
    with read_only(context.factory) as session:
        user = session.get(User, user_id)
        if user is None or not user.wants_digest or not user.email:
            return no_effects
        entries = inbox_of(session, user_id, since=datetime.fromisoformat(since))
        to, t = user.email, translator(user.locale or context.default_locale)
        stop = f"{context.base_url}/digest/stop/{token_of(context.secret_key, user_id, STOP)}"
        body = _body(t, context.base_url, entries, stop)
    if not entries or context.mailer is None:
        return no_effects
    try:
        subject = t("News about your work on Factline")
        context.mailer.send(to, subject, body, stop=stop, bounce=_returned_to(context, user_id))
    except MailRefusedError:
        log.info("digest_refused")
        return lambda session: _give_up(session, user_id, context.clock())
    return no_effects


def _give_up(session: Session, user_id: str, now: datetime) -> None:
    user = session.get(User, user_id, with_for_update=True)
    if user is not None:
        mail_came_back(user, now=now)


def _returned_to(context: BotContext, user_id: str) -> str:
    name, at, domain = context.mail_bounces.partition("@")
    return f"{name}+{mark_of(context.secret_key, user_id)}{at}{domain}" if at else ""


def _body(t: Translate, base_url: str, entries: list[Entry], stop: str) -> str:
    told = [_told(t, base_url, entry) for entry in entries[:MOST_ENTRIES]]
    if len(entries) > MOST_ENTRIES:
        told.append(t("And %(number)d more.") % {"number": len(entries) - MOST_ENTRIES})
    rest = (
        t("All of it, and what you are told: %(url)s") % {"url": f"{base_url}/me/inbox"},
        t("No more of these mails: %(url)s") % {"url": stop},
    )
    return "\n\n".join([*told, "--", *rest]) + "\n"


def _told(t: Translate, base_url: str, entry: Entry) -> str:
    counts = {"ups": entry.ups, "somewhat": entry.somewhat, "downs": entry.downs}
    words = {"excerpt": excerpt(entry.subject.text), "url": entry.url, **counts}
    said = {
        Event.VOTES: t("“%(excerpt)s”: helpful for %(ups)d, somewhat for %(somewhat)d, not helpful for %(downs)d."),
        Event.REUSED: t("Your reply “%(excerpt)s” is used for another message, too."),
        Event.CHANGED: t("A reply that you use was changed: “%(excerpt)s”"),
        Event.DEAD: t("A page that your reply “%(excerpt)s” refers to is gone: %(url)s"),
        Event.UNPROVEN: t("People looked: this page does not say what your reply “%(excerpt)s” says: %(url)s"),
        Event.HIDDEN: t("Your reply “%(excerpt)s” was hidden by moderation."),
        Event.HANDED: t("Somebody handed you a draft of a reply."),
        Event.ANSWERED: t("Somebody replied to a message that you work on: “%(excerpt)s”"),
    }[entry.event] % words
    if not entry.is_quoted:
        said = t("A reply that you added to a message was hidden by moderation.")
    comments = [f"> {excerpt(feedback.comment)}" for feedback in entry.comments[:MOST_COMMENTS]]
    return "\n".join([said, *comments, f"{base_url}{_place(entry)}"])


def _place(entry: Entry) -> str:
    if entry.event == Event.HANDED:
        return f"/article/{quote(entry.article_id, safe='')}/write"
    return f"/reply/{entry.subject.id}"
