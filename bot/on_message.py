"""A text in a one-to-one chat: look it up, then answer, offer candidates, or ask where it comes from."""

from dataclasses import dataclass, field, replace

from bot.chat import Turn
from bot.dialogue import Sent, State
from bot.lookup import LookedUp
from bot.messages import candidates, questions
from bot.messages.candidates import CandidateView, CardText
from bot.show import show_article
from factcheck.matching.decision import IDENTICAL, Decision, Outcome
from factcheck.models import Article, Match
from factcheck.services.articles import load_articles
from factcheck.services.clusters import one_each
from factcheck.services.matching import note_shown, only_shown, recall_decision, record_match
from factcheck.services.replies import replies_for
from factcheck.services.usage import Usage


@dataclass(frozen=True)
class Found:
    """What is known about a message, as the database says now: without what was hidden since it was decided, and all
    but the best of several copies of one message."""

    decision: Decision
    articles: list[Article]
    """The decision's candidates, in its order."""
    cards: dict[str, CardText] = field(default_factory=dict)
    """As in LookedUp."""


def answer_text(turn: Turn, text: str, looked_up: LookedUp) -> None:
    """It was looked up before this transaction."""
    found = replace(_found(turn, looked_up.decision), cards=looked_up.cards)
    match, message = _keep(turn, text, found, turn.address.message_id)
    _answer(turn, message, match, found)


def keep_text(turn: Turn, text: str, decided: Decision, message_id: str | None) -> Sent:
    """For later: nothing is said about it now."""
    return _keep(turn, text, _found(turn, decided), message_id)[1]


def answer_kept(turn: Turn, message: Sent) -> None:
    """As if it had been sent just now."""
    match = turn.match_of(message)
    if match is None:  # its sender had everything deleted
        turn.say(questions.hint(turn.t, "gone"))
    else:
        _answer(turn, message, match, recall(turn, match))


def recall(turn: Turn, match: Match) -> Found:
    articles = _known(turn, [one["article_id"] for one in match.candidates])
    return Found(recall_decision(match, articles), articles)


def _found(turn: Turn, decided: Decision) -> Found:
    articles = _known(turn, [scored.article_id for scored in decided.candidates])
    return Found(only_shown(decided, {article.id for article in articles}), articles)


def _known(turn: Turn, article_ids: list[str]) -> list[Article]:
    return one_each(load_articles(turn.session, article_ids))


def _keep(turn: Turn, text: str, found: Found, message_id: str | None) -> tuple[Match, Sent]:
    match = record_match(turn.session, turn.user, text, found.decision, now=turn.now, message_id=message_id)
    turn.session.flush()  # its id goes into the question
    return match, {"text": text, "match_id": match.id, "message_id": message_id}


def _answer(turn: Turn, message: Sent, match: Match, found: Found) -> None:
    known = settled(found.decision)
    if known is not None:
        note_shown(match, known)
        show_article(turn, next(article for article in found.articles if article.id == known), message)
    elif found.decision.outcome == Outcome.CHOOSE:
        turn.note(Usage.OFFERED)
        offer_candidates(turn, found, message)
    else:
        turn.note(Usage.UNKNOWN)
        question = turn.ask(State.SOURCE, message)
        turn.say(questions.ask_source(turn.t, message["text"], question))


def settled(decision: Decision) -> str | None:
    """The article to show without asking: the answer, or the very same message that nobody has replied to yet."""
    if not decision.candidates:
        return None
    best = decision.candidates[0]
    identical = not best.answerable and best.probability >= IDENTICAL
    return best.article_id if decision.outcome == Outcome.ANSWER or identical else None


def offer_candidates(turn: Turn, found: Found, message: Sent) -> None:
    probabilities = {scored.article_id: scored.probability for scored in found.decision.candidates}
    offered = found.articles[: candidates.MAX_CANDIDATES]
    views = [
        candidate_view(article, probabilities[article.id], message["text"], found.cards.get(article.id))
        for article in offered
    ]
    question = turn.ask(State.CHOOSING, {**message, "article_ids": [article.id for article in found.articles]})
    turn.say(candidates.candidates_messages(turn.t, turn.locale, views, question))


def candidate_view(article: Article, probability: float, sent: str, card: CardText | None = None) -> CandidateView:
    """`sent`: what the person sent."""
    replies = replies_for(article)
    return CandidateView(
        text=article.text,
        sent=sent,
        probability=probability,
        reply_type=replies[0].reply.type if replies else None,
        created_at=article.created_at,
        card=card,
    )
