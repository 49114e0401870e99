"""Telling people about a reply to what they asked, and about one taken back or changed. Who was told, the deliveries
and the quota are one transaction, so that a crash makes nobody be told twice."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.i18n import Translate, translator
from bot.line.client import LineError, LineUnreachableError
from bot.messages import notices
from bot.messages.notices import ReplyExcerpt
from bot.outbound.outbox import MAX_RECIPIENTS, send_to_many
from bot.outbound.quota import fresh_quota, room_again_at, room_for, spend
from factcheck.db.session import read_only
from factcheck.jobs.queue import Effects
from factcheck.jobs.worker import PostponeJobError
from factcheck.models import Article, ArticleReply, NoticeKind, User
from factcheck.services.articles import load_articles, lock_article
from factcheck.services.line_quota import load_quota
from factcheck.services.notices import (
    CORRECT,
    CORRECTED_FOR,
    TELL_CHANGE,
    delete_outdated_notices,
    enqueue_notices,
    enqueue_reader_notices,
    forget_change_notices,
    people_to_correct,
    people_to_tell,
    people_to_tell_of_change,
    record_notice,
)
from factcheck.services.replies import replies_for

UNKNOWN_PAUSE = timedelta(minutes=1)

Person = tuple[User, str]
"""With the id of the article that they asked about or were shown."""

Words = Callable[[Translate, Article, ArticleReply | None], list[dict[str, Any]]]


def notify_askers(context: BotContext, article_id: str) -> Effects:
    """Tell everyone who asked, once, as far as the quota lasts. Raises PostponeJobError."""

    def people(session: Session, article: Article, limit: int) -> list[Person]:
        # Taken back meanwhile: the next reply will tell them.
        if not article.cluster_reply_count:
            return []
        return people_to_tell(session, article, limit, blocked=context.blocked_users)

    _be_able_to_push(context, article_id, people)

    def effects(session: Session) -> None:
        # Of two copies that get their first reply at once, the later job sees whom the other has told.
        article = lock_article(session, article_id)
        found = [] if article is None else _within_quota(context, session, article, people, reserve=True)
        if article is None or not found:
            return
        delete_outdated_notices(session, article, [user for user, _ in found])
        _tell(context, session, found, _arrived, NoticeKind.REPLY, "")
        enqueue_notices(session, article, now=context.clock())  # it finds nobody left, or the rest

    return effects


def correct(context: BotContext, article_id: str, reply_id: str) -> Effects:
    """Tell everyone who was shown the reply what holds now. Raises PostponeJobError."""

    def people(session: Session, article: Article, limit: int) -> list[Person]:
        if any(link.reply_id == reply_id for link in replies_for(article)):  # brought back, or a copy still has it
            return []
        since = context.clock() - CORRECTED_FOR
        return people_to_correct(session, article, reply_id, limit, since=since, blocked=context.blocked_users)

    _be_able_to_push(context, article_id, people)

    def effects(session: Session) -> None:
        article, now = lock_article(session, article_id), context.clock()
        found = [] if article is None else _within_quota(context, session, article, people, reserve=False)
        if article is None or not found:
            return
        _tell(context, session, found, _withdrawn, NoticeKind.CORRECTION, reply_id)
        enqueue_reader_notices(session, CORRECT, article_id, reply_id, now=now, delay=timedelta(0))

    return effects


def tell_change(context: BotContext, article_id: str, reply_id: str) -> Effects:
    """Tell everyone who was shown the reply before its last change what it says now. Raises PostponeJobError."""

    def people(session: Session, article: Article, limit: int) -> list[Person]:
        link = _link_to(article, reply_id)
        if link is None or link.reply.edited_at is None:  # taken back meanwhile: that is told instead
            return []
        since = context.clock() - CORRECTED_FOR
        return people_to_tell_of_change(session, article, link.reply, limit, since=since, blocked=context.blocked_users)

    _be_able_to_push(context, article_id, people)

    def effects(session: Session) -> None:
        article, now = lock_article(session, article_id), context.clock()
        found = [] if article is None else _within_quota(context, session, article, people, reserve=True)
        if article is None or not found:
            return
        forget_change_notices(session, reply_id, found)
        _tell(context, session, found, _changed, NoticeKind.CHANGE, reply_id)
        enqueue_reader_notices(session, TELL_CHANGE, article_id, reply_id, now=now, delay=timedelta(0))

    return effects


def _link_to(article: Article, reply_id: str) -> ArticleReply | None:
    return next((link for link in replies_for(article) if link.reply_id == reply_id), None)


def _be_able_to_push(
    context: BotContext, article_id: str, people: Callable[[Session, Article, int], list[Person]]
) -> None:
    """Raises PostponeJobError when the quota is not known."""
    with read_only(context.factory) as session:
        article = session.get(Article, article_id)
        if article is None or not people(session, article, 1):
            return
    try:
        fresh_quota(context)
    except (LineError, LineUnreachableError) as error:
        raise PostponeJobError(context.clock() + UNKNOWN_PAUSE, str(error)) from error


def _within_quota(
    context: BotContext,
    session: Session,
    article: Article,
    people: Callable[[Session, Article, int], list[Person]],
    *,
    reserve: bool,
) -> list[Person]:
    """Return whom to write to now, and note the quota that it takes. Raises PostponeJobError when it is nobody."""
    now = context.clock()
    if not people(session, article, 1):
        return []
    quota = load_quota(session, lock=True)
    if quota is None:  # somebody has just asked for the first time
        raise PostponeJobError(now, "the quota is not known")
    room = room_for(quota, now, reserve=reserve)
    if room == 0:
        raise PostponeJobError(room_again_at(now), "no quota is left this month")
    found = people(session, article, MAX_RECIPIENTS if room is None else min(room, MAX_RECIPIENTS))
    spend(session, quota, len(found), now=now)
    return found


def _tell(
    context: BotContext, session: Session, people: Sequence[Person], words: Words, kind: NoticeKind, reply_id: str
) -> None:
    """Makes one call for people with the same language and article."""
    now = context.clock()
    groups: dict[tuple[str, str], list[User]] = {}
    for user, article_id in people:
        groups.setdefault((user.locale or context.default_locale, article_id), []).append(user)
    articles = {article.id: article for article in load_articles(session, list({key[1] for key in groups}))}
    for (locale, article_id), users in groups.items():
        article = articles[article_id]
        best = _link_to(article, reply_id) if kind == NoticeKind.CHANGE else next(iter(replies_for(article)), None)
        messages = words(translator(locale), article, best)
        delivery = send_to_many(session, [user.app_user_id or "" for user in users], messages, now=now)
        shown = best.reply_id if best is not None else ""
        for user in users:
            record_notice(
                session, user, article_id, delivery.id, now=now, kind=kind, reply_id=reply_id, shown_reply_id=shown
            )


def _arrived(t: Translate, article: Article, best: ArticleReply | None) -> list[dict[str, Any]]:
    if best is None:
        raise ValueError(f"article {article.id!r} has no reply to tell of")
    return notices.reply_arrived(t, article.id, article.text, _excerpt(best))


def _withdrawn(t: Translate, article: Article, best: ArticleReply | None) -> list[dict[str, Any]]:
    return notices.reply_withdrawn(t, article.id, article.text, _excerpt(best) if best is not None else None)


def _changed(t: Translate, article: Article, link: ArticleReply | None) -> list[dict[str, Any]]:
    if link is None:
        raise ValueError(f"article {article.id!r} has not the reply that changed")
    return notices.reply_changed(t, article.id, link.reply_id, article.text, _excerpt(link))


def _excerpt(link: ArticleReply) -> ReplyExcerpt:
    return ReplyExcerpt(link.reply.type, link.reply.text)
