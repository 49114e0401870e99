"""What answers the schema's mutations, by the services that serve the pages."""

import hashlib
from datetime import datetime
from typing import Any

from ariadne import MutationType
from graphql import GraphQLError, GraphQLResolveInfo
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck import ids
from factcheck.api.graphql.attachments import fetched, publish
from factcheck.api.graphql.context import Work
from factcheck.api.graphql.filters import SCORES
from factcheck.api.graphql.loading import all_of, one
from factcheck.api.graphql.paging import Node
from factcheck.api.graphql.people import people
from factcheck.api.graphql.waiting import own_waiting
from factcheck.api.graphql.wanted import wanted
from factcheck.db.session import read_only
from factcheck.errors import GoneError, NotFoundError
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReply,
    Cooccurrence,
    PendingKind,
    Reply,
    ReplyRequest,
    ReplyType,
    Status,
    User,
)
from factcheck.moderation.pending import Written, publish_or_wait
from factcheck.moderation.pending import take_back as take_back_waiting
from factcheck.services import topics
from factcheck.services.accounts import rename
from factcheck.services.apps import TOPICS
from factcheck.services.articles import get_article, lock_article, request_check, submit_article
from factcheck.services.cooccurrences import record_cooccurrence
from factcheck.services.feedback import vote
from factcheck.services.reasons import vote_reason
from factcheck.services.replies import ReplyDraft, reusable_reply, take_back

mutation = MutationType()

Info = GraphQLResolveInfo
MOST_TOGETHER = 50
"""Messages that one person can have forwarded together."""


@mutation.field("CreateArticle")
def create_article(_: Any, info: Info, text: str, reference: Node, reason: str | None = None) -> Node:
    secret_key = info.context.secret_key

    def work(session: Session, user: User, now: datetime) -> str:
        said = {"channel": reference["type"], "reason": reason or "", "secret_key": secret_key}
        return submit_article(session, text, user, now=now, **said).id

    return {"id": info.context.change(work).value}


@mutation.field("CreateMediaArticle")
def create_media_article(_: Any, info: Info, **asked: Any) -> Node:
    context = info.context
    context.require_scope()
    if context.media is None:
        raise GraphQLError("Only texts are taken here: send what the picture says to CreateArticle.")
    row = fetched(context.factory, context.media, asked["mediaUrl"], asked["articleType"])
    said = {"channel": asked["reference"]["type"], "reason": asked.get("reason") or ""}

    def work(session: Session, user: User, now: datetime) -> str:
        return publish(session, row, user, **said, secret_key=context.secret_key, now=now)

    return {"id": context.change(work).value}


@mutation.field("CreateReply")
def create_reply(_: Any, info: Info, **asked: Any) -> Node:
    """Makes one reply of what a person sends twice; one that they took back stands again. Links are fetched later,
    whether or not one waits."""
    if asked["type"] != ReplyType.NOT_ARTICLE and not (asked.get("reference") or "").strip():
        info.context.require_person()
        raise GraphQLError("reference is required for type !== NOT_ARTICLE")

    def work(session: Session, user: User, now: datetime) -> str:
        article = get_article(session, asked["articleId"])
        said = (user.id, article.id, asked["type"], asked["text"], asked.get("reference") or "")
        draft = ReplyDraft(said[2], said[3], said[4], _form_key(said))
        link = session.get(ArticleReply, (article.id, draft.form_key))
        is_back = link is not None and link.status == Status.DELETED
        written = Written(PendingKind.ADDED, draft, draft.form_key) if is_back else Written(PendingKind.NEW, draft)
        _send(info, session, article, written, user, now)
        return draft.form_key

    return {"id": info.context.change(work).value}


def _form_key(said: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\0".join(said).encode("utf-8", "replace")).digest()
    return ids.base36(int.from_bytes(digest, "big")).rjust(20, "0")[:20]


def _send(info: Info, session: Session, article: Article, written: Written, user: User, now: datetime) -> None:
    """Publishes it, or lets it wait as the pages do."""
    window, secret_key = info.context.undo_window, info.context.secret_key
    publish_or_wait(session, article, written, user, window=window, secret_key=secret_key, now=now)


@mutation.field("CreateArticleReply")
def create_article_reply(_: Any, info: Info, **asked: str) -> list[Node]:
    def work(session: Session, user: User, now: datetime) -> None:
        article = get_article(session, asked["articleId"])
        try:
            reply = reusable_reply(session, article.id, asked["replyId"], user)
        except (NotFoundError, GoneError) as error:
            raise GraphQLError(f"Cannot add articleReply: {error}") from None
        lock_article(session, article.id)
        link = session.get(ArticleReply, (article.id, reply.id), populate_existing=True)
        if link is not None and link.status == Status.NORMAL:
            raise GraphQLError("Cannot add articleReply: the reply is at the article already.")
        _send(info, session, article, _added(reply), user, now)

    return _all_after(info, work, ArticleReply, asked["articleId"])


def _added(reply: Reply) -> Written:
    return Written(PendingKind.ADDED, ReplyDraft(reply.type, reply.text, reply.reference, ""), reply.id)


@mutation.field("UpdateArticleReplyStatus")
def update_article_reply_status(_: Any, info: Info, **asked: str) -> list[Node]:
    key, status = (asked["articleId"], asked["replyId"]), asked["status"]

    def work(session: Session, user: User, now: datetime) -> None:
        waits = own_waiting(session, *key, user)
        if waits is not None and status != Status.BLOCKED:
            if status == Status.DELETED:
                take_back_waiting(session, waits.id, user, now=now)
            return
        _require_own(session.get(ArticleReply, key), user, status, f"articleReply(articleId={key[0]},replyId={key[1]})")
        if status == Status.NORMAL:
            _send(info, session, get_article(session, key[0]), _added(session.get_one(Reply, key[1])), user, now)
        else:
            take_back(session, *key, user, now=now)

    return _all_after(info, work, ArticleReply, key[0])


@mutation.field("CreateOrUpdateArticleReplyFeedback")
def vote_on_reply(_: Any, info: Info, **asked: Any) -> Node | None:
    def work(session: Session, user: User, now: datetime) -> tuple[str, str]:
        key, score = (asked["articleId"], asked["replyId"]), SCORES[asked["vote"]]
        row = vote(session, *key, user, score, now=now, comment=asked.get("comment") or "")
        return row.article_id, row.reply_id

    return _one_after(info, work, ArticleReply)


@mutation.field("CreateOrUpdateReplyRequest")
@mutation.field("CreateReplyRequest")
def ask_for_reply(_: Any, info: Info, **asked: Any) -> Node | None:
    def work(session: Session, user: User, now: datetime) -> str:
        article = get_article(session, asked["articleId"])
        request_check(session, article, user, now=now, reason=asked.get("reason") or "")
        return article.id

    return _one_after(info, work, Article)


@mutation.field("CreateOrUpdateReplyRequestFeedback")
def vote_on_request(_: Any, info: Info, **asked: Any) -> Node | None:
    def work(session: Session, user: User, now: datetime) -> int:
        number = asked["replyRequestId"]
        if not (number.isascii() and number.isdecimal()) or len(number) >= len(str(2**31)):
            raise NotFoundError(f"no request {number[:20]!r}")
        return vote_reason(session, int(number), user, SCORES[asked["vote"]], now=now).id

    return _one_after(info, work, ReplyRequest)


@mutation.field("CreateCategory")
def create_category(_: Any, info: Info, title: str, description: str) -> Node:
    def work(session: Session, _user: User, now: datetime) -> str:
        return topics.add_topic(session, title, description, now=now).id

    return {"id": info.context.change(work, scope=TOPICS).value}


@mutation.field("CreateArticleCategory")
def create_article_category(_: Any, info: Info, **asked: Any) -> list[Node]:
    info.context.require_person()
    if not 0 <= (asked.get("aiConfidence") or 0) <= 1:
        raise GraphQLError("aiConfidence must be from 0 to 1.")

    def work(session: Session, user: User, now: datetime) -> None:
        article = get_article(session, asked["articleId"])
        model, sure = asked.get("aiModel"), asked.get("aiConfidence")
        topics.set_topic(session, article, asked["categoryId"], user, now=now, ai_model=model, ai_confidence=sure)

    return _all_after(info, work, ArticleCategory, asked["articleId"])


@mutation.field("UpdateArticleCategoryStatus")
def update_article_category_status(_: Any, info: Info, **asked: str) -> list[Node]:
    key, status = (asked["articleId"], asked["categoryId"]), asked["status"]

    def work(session: Session, user: User, now: datetime) -> None:
        link = session.get(ArticleCategory, key)
        _require_own(link, user, status, f"articleCategory(articleId={key[0]},categoryId={key[1]})")
        if status == Status.NORMAL:
            topics.set_topic(session, get_article(session, key[0]), key[1], user, now=now)
        elif link is not None and link.status == Status.NORMAL:
            topics.take_off(session, *key, user, now=now)

    return _all_after(info, work, ArticleCategory, key[0])


@mutation.field("CreateOrUpdateArticleCategoryFeedback")
def vote_on_category(_: Any, info: Info, **asked: Any) -> Node | None:
    def work(session: Session, user: User, now: datetime) -> tuple[str, str]:
        key = (get_article(session, asked["articleId"]).id, asked["categoryId"])
        topics.vote_topic(session, *key, user, SCORES[asked["vote"]], now=now)
        return key

    return _one_after(info, work, ArticleCategory)


# The name is Cofacts', and so is that of its argument.
@mutation.field("CreateOrUpdateCooccurrence")
def forwarded_together(_: Any, info: Info, **asked: Any) -> Node | None:
    wanted_ids = sorted(set(asked.get("articleIds") or ()))
    info.context.require_person()
    if not 2 <= len(wanted_ids) <= MOST_TOGETHER:
        raise GraphQLError(f"articleIds must name 2 to {MOST_TOGETHER} articles.")

    def work(session: Session, user: User, now: datetime) -> int | None:
        shown = select(Article.id).where(Article.id.in_(wanted_ids), Article.status == Status.NORMAL)
        if missing := set(wanted_ids) - set(session.scalars(shown)):
            raise NotFoundError(f"no article {min(missing)!r}")
        found = record_cooccurrence(session, user, wanted_ids, now=now)
        session.flush()
        return found.id if found else None

    return _one_after(info, work, Cooccurrence)


def _one_after(info: Info, work: Work[Any], model: Any) -> Node | None:
    """Makes a change, and answers with the row whose key it gives."""
    done = info.context.change(work)
    return one(info, model, done.value, viewer_id=done.viewer_id)


def _all_after(info: Info, work: Work[None], model: Any, article_id: str) -> list[Node]:
    """Makes a change, and answers with all links of its article."""
    return all_of(info, model, article_id, viewer_id=info.context.change(work).viewer_id)


def _require_own(link: ArticleReply | ArticleCategory | None, user: User, status: str, name: str) -> None:
    """Lets only who made a link change it, and nobody block. Raises GraphQLError."""
    if link is None or link.user_id != user.id or status == Status.BLOCKED:
        raise GraphQLError(f"Cannot change status for {name}")


@mutation.field("CreateAIReply")
def create_ai_reply(_: Any, info: Info, **asked: str) -> None:
    """Answers that there is nothing, as Cofacts does where its model has nothing to say."""
    info.context.require_person()
    with read_only(info.context.factory) as session:
        if session.get(Article, asked["articleId"]) is None:
            raise GraphQLError(f"Article {asked['articleId']} does not exist.")


@mutation.field("UpdateUser")
def update_user(_: Any, info: Info, **asked: str | None) -> Node:
    """Takes a new name; the site sends an empty slug along where there is none."""
    info.context.require_person()
    name = asked.get("name")
    if any(asked.get(one) for one in ("slug", "avatarType", "avatarData", "bio")):
        raise GraphQLError("Only a name can be changed here.")
    if name is None:
        raise GraphQLError("There's nothing to update")

    def work(_session: Session, user: User, _now: datetime) -> str:
        rename(user, name)
        return user.id

    user_id = info.context.change(work).value
    with read_only(info.context.factory) as session:
        return people(session, {user_id}, wanted(info))[user_id]
