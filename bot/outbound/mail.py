"""Mails to those who asked on the web and are told of a reply."""

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.i18n import Translate, translator
from bot.messages.answers import verdict
from bot.messages.excerpts import excerpt
from factcheck.db.session import read_only
from factcheck.jobs.queue import Effects, no_effects
from factcheck.models import Article, MailRequest, User
from factcheck.services.articles import load_articles
from factcheck.services.mail_notices import plan_mails
from factcheck.services.mail_requests import STOP, token_of
from factcheck.services.replies import replies_for

Mail = tuple[str, str, str]


def mail_askers(context: BotContext, cluster_id: str) -> Effects:
    return lambda session: plan_mails(session, cluster_id, now=context.clock())


def mail_reply(context: BotContext, request_id: str) -> Effects:
    """Send one mail, unless the reply is gone again. Raises OSError, after which the job is tried again; a worker that
    dies between mail and transaction sends it twice."""
    with read_only(context.factory) as session:
        mail = _mail(context, session, request_id)
    if mail is None:
        return no_effects
    if context.mailer is not None:
        context.mailer.send(*mail)

    def effects(session: Session) -> None:
        request = session.get(MailRequest, request_id)
        if request is not None:
            request.told_at = context.clock()

    return effects


def _mail(context: BotContext, session: Session, request_id: str) -> Mail | None:
    request = session.get(MailRequest, request_id)
    if request is None or request.told_at is not None:
        return None
    user = session.get(User, request.user_id)
    found = load_articles(session, [request.article_id or ""])
    replies = replies_for(found[0]) if found else []
    if user is None or not user.email or not replies:
        return None
    t = translator(request.locale)
    page = context.article_url(found[0].id, request.locale)
    token = token_of(context.secret_key, request_id, STOP)
    stop = f"{context.base_url}/check/stop/{token}?lang={request.locale}"
    body = _body(t, found[0], replies[0].reply.type, page, stop)
    return user.email, t("There is a reply to the message that you asked about"), body


def _body(t: Translate, article: Article, reply_type: str, page: str, stop: str) -> str:
    paragraphs = (
        t("About the message “%(excerpt)s”") % {"excerpt": excerpt(article.text)},
        verdict(t, reply_type),
        t("Read the reply and its references here: %(url)s") % {"url": page},
        t("You asked for this mail on our page. If you want none about this message any more: %(url)s") % {"url": stop},
    )
    return "\n\n".join(paragraphs) + "\n"
