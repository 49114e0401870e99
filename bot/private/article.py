from typing import Any

from bot.buttons.state import Differing, Rating, SentMessage, Waiting
from bot.line.account import our_basic_id
from bot.messages import answers, questions, sharing
from bot.messages.answers import ReplyView, local_date
from bot.messages.differing import differing_messages
from bot.messages.files import named
from bot.messages.views import reply_view
from bot.private.turn import Turn
from factcheck.matching.compare.changes import Difference
from factcheck.models import Article, ArticleReply, Reply
from factcheck.services.articles import lock_article, request_check
from factcheck.services.replies import replies_for
from factcheck.services.seen_articles import note_view
from factcheck.services.usage import Usage


def show_article(turn: Turn, article: Article, sent: SentMessage | None) -> None:
    """Show the best reply; without one, count the person as asking for the check. `sent`: the message that was found to
    be the article, if any."""
    replies = final_replies(turn, article)
    if replies:
        show_reply(turn, article, replies, sent)
        return
    note_view(turn.session, turn.user, article.id, "", now=turn.now)
    turn.note(Usage.WAITING, article_id=article.id)
    new = request_check(turn.session, article, turn.user, now=turn.now)
    asked = questions.Asked.NOW if new else questions.Asked.BEFORE
    question = turn.ask(Waiting(sent, article.id)) if _may_be_another(article, sent) else None
    turn.say(not_answered_yet(turn, article, asked, question), about=article.id)


def final_replies(turn: Turn, article: Article) -> list[ArticleReply]:
    """Return the replies, best first. If there are none, lock the article until the transaction ends: whoever publishes
    a reply meanwhile sees the turn's request and tells this person, or is seen here."""
    replies = replies_for(article)
    if not replies:
        lock_article(turn.session, article.id)
        turn.session.refresh(article, ["cluster_replies"])
        replies = replies_for(article)
    return replies


def show_reply(
    turn: Turn,
    article: Article,
    replies: list[ArticleReply],
    sent: SentMessage | None,
    *,
    difference: Difference | None = None,
) -> None:
    """Show the first of `replies`, and how many more there are. `difference`: a small one, of what was sent."""
    note_view(turn.session, turn.user, article.id, replies[0].reply_id, now=turn.now)
    turn.note(Usage.ANSWERED, article_id=article.id, reply_id=replies[0].reply_id)
    question = turn.ask(Rating(sent, article.id, replies[0].reply_id))
    view = _view(turn, article, replies, sent)
    can_resubmit = _may_be_another(article, sent)
    said = answers.answer_messages(
        turn.t, turn.locale, view, question, can_resubmit=can_resubmit, difference=difference
    )
    turn.say(said, about=article.id)


def show_difference(
    turn: Turn, article: Article, replies: list[ArticleReply], sent: SentMessage, difference: Difference
) -> None:
    """Say what differs, then what was found about the article, and ask whether it is the same thing."""
    note_view(turn.session, turn.user, article.id, replies[0].reply_id, now=turn.now)
    question = turn.ask(Differing(sent, article.id))
    view = _view(turn, article, replies, sent)
    turn.say(differing_messages(turn.t, turn.locale, view, difference, question), about=article.id)


def _view(turn: Turn, article: Article, replies: list[ArticleReply], sent: SentMessage | None) -> ReplyView:
    url = turn.context.article_url(article.id, turn.locale)
    words = sent.text if sent else ""
    return reply_view(article, replies[0], len(replies) - 1, article_url=url, now=turn.now, sent=words)


def _may_be_another(article: Article, sent: SentMessage | None) -> bool:
    """Publishing the same text or file would lead back to this article."""
    if sent is None:
        return False
    if sent.file_id is not None:
        return sent.file_id != article.file_id
    return sent.text.split() != article.text.split()


def confirm_submission(turn: Turn, article: Article) -> None:
    url = turn.context.article_url(article.id, turn.locale)
    share = ask_friends_uri(turn, article)
    turn.say(questions.submitted(turn.t, article.id, url, share, wants_notices=turn.user.wants_notices))


def ask_friends_uri(turn: Turn, article: Article) -> str:
    url = turn.context.article_url(article.id, turn.locale)
    text = named(turn.t, article.text, article.article_type)
    return sharing.share_article_uri(turn.t, sharing.asked(turn.t, text), url, bot_link(turn))


def thank_for_vote(turn: Turn, rated: Rating, score: int) -> None:
    """The card has buttons of its own: why, or to take the rating back."""
    again = turn.ask(Rating(None, rated.article_id, rated.reply_id))
    url = turn.context.article_url(rated.article_id, turn.locale)
    if score <= 0:
        turn.say(questions.rated_lower(turn.t, rated.article_id, rated.reply_id, url, again, somewhat=score == 0))
        return
    article, reply = turn.session.get_one(Article, rated.article_id), turn.session.get_one(Reply, rated.reply_id)
    text = named(turn.t, article.text, article.article_type)
    share = sharing.share_article_uri(turn.t, sharing.answered(turn.t, text, reply.type), url, bot_link(turn))
    turn.say(questions.rated_helpful(turn.t, share, again))


def bot_link(turn: Turn) -> str:
    """Return where people add the bot, or the web pages until LINE has told the bot's id."""
    basic_id = our_basic_id(turn.session)
    return sharing.friend_link(basic_id) if basic_id else turn.context.base_url


def not_answered_yet(
    turn: Turn, article: Article, asked: questions.Asked, dialogue_id: str | None = None
) -> list[dict[str, Any]]:
    return questions.not_answered_yet(
        turn.t,
        article.id,
        turn.context.article_url(article.id, turn.locale),
        article.cluster_request_count,
        local_date(article.created_at, turn.locale, turn.t),
        asked=asked,
        dialogue_id=dialogue_id,
        wants_notices=turn.user.wants_notices,
    )
