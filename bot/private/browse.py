"""Looking at an article and its replies: buttons with an article id, and a reply id for one reply. Only "I want to
know, too" adds a request."""

from sqlalchemy import select

from bot.messages import questions
from bot.messages.questions import Asked
from bot.messages.replies import replies_messages
from bot.messages.views import reply_view
from bot.private.article import not_answered_yet, show_article, show_reply
from bot.private.turn import Turn
from factcheck.models import Article, ReplyRequest
from factcheck.services.articles import load_articles
from factcheck.services.replies import replies_for
from factcheck.services.seen_articles import note_view


def read(turn: Turn, arguments: tuple[str, ...]) -> None:
    article = _article(turn, arguments)
    if article is None:
        turn.say(questions.hint(turn.t, "gone"))
    elif replies := replies_for(article):
        show_reply(turn, article, replies, None)
    else:
        note_view(turn.session, turn.user, article.id, "", now=turn.now)
        asked = Asked.BEFORE if _has_asked(turn, article) else Asked.NEVER
        turn.say(not_answered_yet(turn, article, asked), about=article.id)


def ask(turn: Turn, arguments: tuple[str, ...]) -> None:
    article = _article(turn, arguments)
    if article is None:
        turn.say(questions.hint(turn.t, "gone"))
    else:
        show_article(turn, article, None)


def list_replies(turn: Turn, arguments: tuple[str, ...]) -> None:
    """Show the article if there are fewer than two replies."""
    article = _article(turn, arguments)
    replies = replies_for(article) if article is not None else []
    if article is None or len(replies) < 2:
        read(turn, arguments)
        return
    url = turn.context.article_url(article.id, turn.locale)
    views = [reply_view(article, link, len(replies) - 1, article_url=url, now=turn.now) for link in replies]
    turn.say(replies_messages(turn.t, turn.locale, views))


def read_reply(turn: Turn, arguments: tuple[str, ...]) -> None:
    article = _article(turn, arguments)
    replies = replies_for(article) if article is not None else []
    chosen = [link for link in replies if link.reply_id == arguments[-1]]
    if article is None:
        turn.say(questions.hint(turn.t, "gone"))
    elif not chosen:
        turn.say(questions.hint(turn.t, "reply_gone"))
    else:
        show_reply(turn, article, [*chosen, *(link for link in replies if link not in chosen)], None)


def _article(turn: Turn, arguments: tuple[str, ...]) -> Article | None:
    found = load_articles(turn.session, arguments[:1])
    return found[0] if found else None


def _has_asked(turn: Turn, article: Article) -> bool:
    """A reply to one copy is a reply to all."""
    own = select(ReplyRequest.id).join(Article, Article.id == ReplyRequest.article_id)
    own = own.where(ReplyRequest.user_id == turn.user.id, Article.cluster_id == article.cluster_id)
    return turn.session.scalar(own.limit(1)) is not None
