"""What a page of a message or reply says of itself in its head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from editor_ui import sizes
from editor_ui.addresses import absolute
from editor_ui.dependencies import parts
from editor_ui.language import VERDICTS
from editor_ui.text import title_of
from factcheck.claim_review import claim_review, is_review, structured
from factcheck.graphemes import excerpt
from factcheck.models import WEBSITE, Article, ArticleReply, Reply
from factcheck.services.replies import ReplyDraft

Shown = tuple[ArticleReply, str]
"""A shown reply, and its author's name."""
MOST_REVIEWS = 5
"""Of the replies to a message, the best. Each reply has its own on its own page."""


@dataclass(frozen=True)
class SharedPage:
    title: str
    description: str
    published: datetime | None
    reviews: Any
    """A ClaimReview, several, or nothing."""


def article_page(article: Article, shown: Sequence[Shown]) -> SharedPage:
    """Puts the best reply's verdict before the message, which may be false, and its text in the place of it."""
    name = title_of(article.text) or gettext("Message")
    if not shown:
        return SharedPage(name, gettext("No reply yet. You could write the first one."), article.created_at, None)
    best = shown[0][0].reply
    reviewing = [(link, author) for link, author in shown if is_review(link)][:MOST_REVIEWS]
    reviews = [_review(link, article, author) for link, author in reviewing]
    return SharedPage(_judged(best.type, name), _in_short(best.text), best.created_at, structured(reviews))


def reply_page(links: Sequence[ArticleReply], author: str) -> SharedPage | None:
    """Describes a reply by the first message that it is shown with."""
    if not links:
        return None
    link = links[0]
    reviews = [_review(link, link.article, author)] if is_review(link) else []
    title = _judged(link.reply.type, title_of(link.article.text) or gettext("Message"))
    return SharedPage(title, _in_short(link.reply.text), link.reply.created_at, structured(reviews))


def previewed_review(
    article: Article, draft: ReplyDraft, author: str, *, now: datetime, published: datetime | None = None
) -> dict[str, Any] | None:
    """Gives the ClaimReview that a reply would have which is being written, or changed that was `published`; None for
    what is no review of a claim."""
    reply = Reply(id=draft.form_key, type=draft.type, text=draft.text.strip(), reference=draft.reference)
    reply.app_id, reply.created_at, reply.edited_at = WEBSITE, published or now, now if published else None
    link = ArticleReply(reply_id=reply.id, app_id=WEBSITE, reply=reply)
    link.positive_feedback_count = link.negative_feedback_count = 0
    return _review(link, article, author) if is_review(link) else None


def _judged(verdict: str, name: str) -> str:
    return f"{VERDICTS[verdict][0]}: {name}" if verdict in VERDICTS else name


def _in_short(text: str) -> str:
    return excerpt(text.replace("\n", " "), *sizes.SHARED)


def _review(link: ArticleReply, article: Article, author: str) -> dict[str, Any]:
    return claim_review(
        link,
        article,
        verdict=str(VERDICTS[link.reply.type][0]),
        author=author,
        site=parts().settings.base_url,
        reply_url=absolute(url_for("article.show_reply", reply_id=link.reply_id)),
        article_url=absolute(url_for("article.show", article_id=article.id)),
    )
