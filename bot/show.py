"""Showing an article to a person: its best reply, or that there is none yet."""

from typing import Any

from bot.chat import Turn
from bot.dialogue import State
from bot.messages import answers, questions
from bot.messages.answers import ReplyView
from factcheck.models import Article, ArticleReply
from factcheck.services.articles import lock_article, request_check
from factcheck.services.replies import replies_for
from factcheck.services.views import note_view


def show_article(turn: Turn, article: Article, origin: dict[str, Any]) -> None:
    """`origin` holds the message that the person sent (text, match_id), if that is how they came here."""
    replies = replies_for(article)
    if not replies:
        # Whoever publishes a reply at this moment either sees our request and tells this person, or is seen here.
        lock_article(turn.session, article.id)
        turn.session.refresh(article, ["cluster_replies"])
        replies = replies_for(article)
    note_view(turn.session, turn.user, article.id, replies[0].reply_id if replies else "", now=turn.now)
    if replies:
        turn.say(answer(turn, article, replies, origin))
        return
    new = request_check(turn.session, article, turn.user, now=turn.now)
    question = turn.ask(State.WAITING, {"article_id": article.id, **origin}) if "text" in origin else None
    url = turn.context.article_url(article.id)
    turn.say(questions.not_answered_yet(turn.t, url, article.cluster_request_count, question, new_request=new))


def answer(turn: Turn, article: Article, replies: list[ArticleReply], origin: dict[str, Any]) -> list[dict[str, Any]]:
    best = replies[0]
    data = {"article_id": article.id, "reply_id": best.reply_id, **origin}
    view = ReplyView(
        type=best.reply.type,
        text=best.reply.text,
        reference=best.reply.reference,
        created_at=best.created_at,
        helpful=best.positive_feedback_count,
        not_helpful=best.negative_feedback_count,
        other_replies=len(replies) - 1,
        article_text=article.text,
        article_url=turn.context.article_url(article.id),
    )
    question = turn.ask(State.RATING, data)
    return answers.answer_messages(turn.t, turn.locale, view, question, can_resubmit="text" in origin)
