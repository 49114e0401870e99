"""A text in a one-to-one chat: look it up, then answer, offer candidates, or ask where it comes from."""

from bot.chat import Turn
from bot.dialogue import State
from bot.messages import candidates, questions
from bot.messages.candidates import CandidateView
from bot.show import show_article
from factcheck.matching.decision import IDENTICAL, Decision, Outcome
from factcheck.models import Article
from factcheck.services.articles import load_articles
from factcheck.services.clusters import one_each
from factcheck.services.matching import note_shown, only_shown, record_match
from factcheck.services.replies import replies_for


def answer_text(turn: Turn, text: str, decided: Decision) -> None:
    """`decided` was made before this transaction; what was hidden since is left out, and all but the best of several
    copies of one message."""
    articles = one_each(load_articles(turn.session, [scored.article_id for scored in decided.candidates]))
    decision = only_shown(decided, {article.id for article in articles})
    match = record_match(turn.session, turn.user, text, decision, now=turn.now)
    turn.session.flush()  # its id goes into the question
    origin = {"text": text, "match_id": match.id}
    known = settled(decision)
    if known is not None:
        note_shown(match, known)
        show_article(turn, next(article for article in articles if article.id == known), origin)
    elif decision.outcome == Outcome.CHOOSE:
        offer_candidates(turn, decision, articles, origin)
    else:
        question = turn.ask(State.SOURCE, origin)
        turn.say(questions.ask_source(turn.t, text, question))


def settled(decision: Decision) -> str | None:
    """The article to show without asking: the answer, or the very same message that nobody has replied to yet."""
    if not decision.candidates:
        return None
    best = decision.candidates[0]
    identical = not best.answerable and best.probability >= IDENTICAL
    return best.article_id if decision.outcome == Outcome.ANSWER or identical else None


def offer_candidates(turn: Turn, decision: Decision, articles: list[Article], origin: dict[str, object]) -> None:
    """`articles` are the decision's candidates, in its order."""
    probabilities = {scored.article_id: scored.probability for scored in decision.candidates}
    views = [_view(article, probabilities[article.id]) for article in articles[: candidates.MAX_CANDIDATES]]
    question = turn.ask(State.CHOOSING, {**origin, "article_ids": [article.id for article in articles]})
    turn.say(candidates.candidates_messages(turn.t, turn.locale, views, question))


def _view(article: Article, probability: float) -> CandidateView:
    replies = replies_for(article)
    return CandidateView(
        text=article.text,
        probability=probability,
        reply_type=replies[0].reply.type if replies else None,
        created_at=article.created_at,
    )
