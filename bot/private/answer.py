"""A looked-up text in a private chat: record it, then answer, say what differs, offer candidates, or ask whether to
publish it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.buttons.state import Choosing, Consent, Differing, SentMessage
from bot.messages import candidates, questions
from bot.messages.candidates import CandidateView, CardText
from bot.messages.questions import Near
from bot.private.article import final_replies, show_article, show_difference, show_reply
from bot.private.turn import Turn
from factcheck.matching.compare.changes import Difference
from factcheck.matching.decide.decision import Decision, Outcome, Scored, Standing
from factcheck.matching.decide.thresholds import MOST_CARDS, MOST_PERHAPS
from factcheck.models import Article, Match, MediaFile
from factcheck.services.articles import load_articles
from factcheck.services.clusters import one_each
from factcheck.services.matching import asked_about, note_shown, only_shown, recall_decision, record_match, settled
from factcheck.services.media import files_of
from factcheck.services.replies import replies_for
from factcheck.services.usage import Usage


@dataclass(frozen=True)
class Recorded:
    """A message and what is known about it now: nothing hidden since, and of copies of an article only the best."""

    message: SentMessage
    match: Match
    decision: Decision
    articles: Mapping[str, Article]
    """By id, of the decision's candidates and what else is perhaps meant."""
    cards: Mapping[str, CardText] = field(default_factory=dict)
    """Article id -> text of its card, if made before this transaction."""

    @property
    def best(self) -> Article:
        return self.articles[self.decision.candidates[0].article_id]


def record(
    turn: Turn,
    text: str,
    decided: Decision,
    cards: Mapping[str, CardText] | None = None,
    *,
    file: MediaFile | None = None,
) -> Recorded:
    """Store what the message was compared with. `decided` and `cards` were made before this transaction. `file`: the
    picture, film or sound that it is, in which `text` was read."""
    articles = _load(turn, [scored.article_id for scored in (*decided.candidates, *decided.perhaps)])
    decision = only_shown(decided, articles)
    message_id = turn.address.message_id
    match = record_match(turn.session, turn.user, text, decision, now=turn.now, message_id=message_id)
    turn.session.flush()  # its id goes into the question
    message = sent_file(file, match.id, message_id) if file else SentMessage(text, match.id, message_id)
    return Recorded(message, match, _as_set(turn, decision), articles, cards or {})


def sent_file(file: MediaFile, match_id: int, message_id: str | None) -> SentMessage:
    return SentMessage(file.text, match_id, message_id, file_id=file.id, file_type=file.type, has_faces=file.faces > 0)


def recall(turn: Turn, message: SentMessage) -> Recorded | None:
    """Return None if the sender had everything deleted."""
    match = turn.match_of(message)
    if match is None:
        return None
    articles = _load(turn, [one["article_id"] for one in match.candidates])
    decision = recall_decision(match, list(articles.values()), message.text)
    return Recorded(message, match, _as_set(turn, decision), articles)


def answer(turn: Turn, recorded: Recorded) -> None:
    known = settled(recorded.decision)
    if known is not None:
        note_shown(recorded.match, known)
        show_article(turn, recorded.articles[known], recorded.message)
    elif recorded.decision.outcome == Outcome.DIFFERS:
        show_differing(turn, recorded)
    elif recorded.decision.outcome == Outcome.CHOOSE:
        turn.note(Usage.OFFERED)
        offered = recorded.decision.candidates[:MOST_CARDS]
        offer(turn, recorded, offered, has_more=bool(less_likely(recorded, [one.article_id for one in offered])))
    else:
        turn.note(Usage.UNKNOWN)
        question = turn.ask(Consent(recorded.message))
        offers_more = bool(recorded.decision.perhaps)
        message = recorded.message
        said = questions.ask_consent(
            turn.t,
            message.text,
            question,
            offers_more=offers_more,
            file_type=message.file_type,
            has_faces=message.has_faces,
        )
        turn.say(said)


def show_differing(turn: Turn, recorded: Recorded) -> None:
    """Say what differs from the near-certain model of the message; if nobody has replied to that, ask for consent."""
    difference, article, message = recorded.decision.difference, recorded.best, recorded.message
    if difference is None:
        raise ValueError("a decision that differs says in what")
    note_shown(recorded.match, article.id)
    turn.note(Usage.DIFFERED, article_id=article.id)
    replies = final_replies(turn, article)
    if not replies:
        question = turn.ask(Differing(message, article.id))
        near = Near(article.text, message.text, difference)
        offers_more = bool(less_likely(recorded, [article.id]))
        turn.say(questions.ask_consent(turn.t, message.text, question, near=near, offers_more=offers_more))
    elif difference.is_large or not turn.context.plain_answers:
        show_difference(turn, article, replies, message, difference)
    else:
        show_reply(turn, article, replies, message, difference=difference)


def less_likely(recorded: Recorded, shown: Collection[str]) -> list[Scored]:
    """Return what may be shown to who asks for more."""
    ranked = (*recorded.decision.candidates, *recorded.decision.perhaps)
    return [one for one in ranked if one.article_id not in shown][:MOST_PERHAPS]


def offer(
    turn: Turn, recorded: Recorded, offered: Sequence[Scored], *, has_more: bool = False, are_unlikely: bool = False
) -> None:
    message = recorded.message
    views = [
        candidate_view(
            turn, recorded.articles[one.article_id], one.standing, message.text, recorded.cards.get(one.article_id)
        )
        for one in offered
    ]
    question = turn.ask(Choosing(message, tuple(one.article_id for one in offered)))
    turn.say(
        candidates.candidates_messages(
            turn.t, turn.locale, views, question, has_more=has_more, are_unlikely=are_unlikely
        )
    )


def answer_again(turn: Turn, message: SentMessage) -> None:
    recorded = recall(turn, message)
    if recorded is None:
        turn.say(questions.hint(turn.t, "gone"))
    else:
        answer(turn, recorded)


def candidate_view(
    turn: Turn,
    article: Article,
    standing: Standing,
    sent: str,
    card: CardText | None = None,
    difference: Difference | None = None,
) -> CandidateView:
    replies = replies_for(article)
    return CandidateView(
        text=article.text,
        article_type=article.article_type,
        thumbnail=turn.context.thumbnail_url(article, files_of(turn.session, [article]).get(article.id)),
        sent=sent,
        standing=standing,
        reply_type=replies[0].reply.type if replies else None,
        created_at=article.created_at,
        difference=difference,
        card=card,
    )


def _load(turn: Turn, article_ids: list[str]) -> dict[str, Article]:
    return {article.id: article for article in one_each(load_articles(turn.session, article_ids))}


def _as_set(turn: Turn, decision: Decision) -> Decision:
    return decision if turn.context.plain_answers else asked_about(decision)
