"""A text in a private chat that was looked up: record it, then answer, offer candidates, or ask for its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.buttons.state import Choosing, SentMessage, Source
from bot.messages import candidates, questions
from bot.messages.candidates import CandidateView, CardText
from bot.private.article import show_article
from bot.private.turn import Turn
from factcheck.matching.decide.decision import Decision, Outcome
from factcheck.models import Article, Match
from factcheck.services.articles import load_articles
from factcheck.services.clusters import one_each
from factcheck.services.matching import note_shown, only_shown, recall_decision, record_match, settled
from factcheck.services.replies import replies_for
from factcheck.services.usage import Usage


@dataclass(frozen=True)
class Recorded:
    """A message and what is known about it now: nothing hidden since, and of copies of an article only the best."""

    message: SentMessage
    match: Match
    decision: Decision
    articles: list[Article]
    """In the decision's order."""
    cards: Mapping[str, CardText] = field(default_factory=dict)
    """Article id -> text of its card, if made before this transaction."""


def record(turn: Turn, text: str, decided: Decision, cards: Mapping[str, CardText] | None = None) -> Recorded:
    """Store what the message was compared with. `decided` and `cards` were made before this transaction."""
    articles = _load(turn, [scored.article_id for scored in decided.candidates])
    decision = only_shown(decided, {article.id for article in articles})
    message_id = turn.address.message_id
    match = record_match(turn.session, turn.user, text, decision, now=turn.now, message_id=message_id)
    turn.session.flush()  # its id goes into the question
    return Recorded(SentMessage(text, match.id, message_id), match, decision, articles, cards or {})


def recall(turn: Turn, message: SentMessage) -> Recorded | None:
    """Return None if the sender had everything deleted."""
    match = turn.match_of(message)
    if match is None:
        return None
    articles = _load(turn, [one["article_id"] for one in match.candidates])
    return Recorded(message, match, recall_decision(match, articles), articles)


def answer(turn: Turn, recorded: Recorded) -> None:
    known = settled(recorded.decision)
    if known is not None:
        note_shown(recorded.match, known)
        show_article(turn, next(article for article in recorded.articles if article.id == known), recorded.message)
    elif recorded.decision.outcome == Outcome.CHOOSE:
        turn.note(Usage.OFFERED)
        _offer_candidates(turn, recorded)
    else:
        turn.note(Usage.UNKNOWN)
        question = turn.ask(Source(recorded.message))
        turn.say(questions.ask_source(turn.t, recorded.message.text, question))


def answer_again(turn: Turn, message: SentMessage) -> None:
    recorded = recall(turn, message)
    if recorded is None:
        turn.say(questions.hint(turn.t, "gone"))
    else:
        answer(turn, recorded)


def candidate_view(article: Article, probability: float, sent: str, card: CardText | None = None) -> CandidateView:
    replies = replies_for(article)
    return CandidateView(
        text=article.text,
        sent=sent,
        probability=probability,
        reply_type=replies[0].reply.type if replies else None,
        created_at=article.created_at,
        card=card,
    )


def _load(turn: Turn, article_ids: list[str]) -> list[Article]:
    return one_each(load_articles(turn.session, article_ids))


def _offer_candidates(turn: Turn, recorded: Recorded) -> None:
    probabilities = {scored.article_id: scored.probability for scored in recorded.decision.candidates}
    offered = recorded.articles[: candidates.MAX_CANDIDATES]
    views = [
        candidate_view(article, probabilities[article.id], recorded.message.text, recorded.cards.get(article.id))
        for article in offered
    ]
    question = turn.ask(Choosing(recorded.message, tuple(article.id for article in recorded.articles)))
    turn.say(candidates.candidates_messages(turn.t, turn.locale, views, question))
