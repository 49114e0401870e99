"""Several messages that were sent within a moment: whether they belong together is asked once, then they are dealt with
as one or one by one. The functions with a choice are what buttons do (`bot.private.question_pressed`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from bot.buttons.question import Sent, State, message_of
from bot.inbound.inbox import sent_last_at
from bot.messages import questions, several
from bot.messages.several import SubmittedView
from bot.private.answer import Found, answer_kept, candidate_view, recall
from bot.private.article import ask_friends_uri, newest_replies, show_article
from bot.private.turn import Turn
from bot.understanding.bursts import Question
from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.matching.decide.decision import Scored
from factcheck.matching.decide.thresholds import CHANGED
from factcheck.models import Article, Dialogue, Match
from factcheck.services.articles import load_articles, request_check, submit_article
from factcheck.services.cooccurrences import record_cooccurrence
from factcheck.services.matching import note_choice, note_shown, note_submission, settled
from factcheck.services.replies import replies_for
from factcheck.services.seen_articles import note_view
from factcheck.services.usage import Usage

Company = dict[str, Any]
"""What a message belongs to: `article_ids`, of the messages sent with it that were known at once, and `match_ids` of
all of them, which tell what became of the others. It goes with the message from question to question."""

BATCH = 10
"""Messages that are dealt with at once: as many as an answer has cards. The others come in the next question."""

MOST = 50
"""Messages that a question holds. LINE lets people forward fewer in one go."""

LIKELY = CHANGED
"""From which probability on the best candidate is shown for a message: so that a near copy with another number is."""

SAME_CLAIM = 0.85
"""From which probability it is taken to be the message, which no rewording reaches: it counts as sent together with the
others, and nobody is asked whether the message may be published. Between the two a message gets both, its card and the
question."""


@dataclass(frozen=True)
class Asked:
    """The newest question about what the person sent, if it is not answered yet."""

    row: Dialogue
    messages: list[Sent]
    timing: Question


def just_asked(turn: Turn) -> Asked | None:
    asking = Dialogue.state.in_([State.TOGETHER, State.SOURCE, State.CHOOSING])
    open_ones = select(Dialogue).where(Dialogue.user_id == turn.user.id, Dialogue.closed_at.is_(None), asking)
    row = turn.session.scalar(open_ones.order_by(Dialogue.created_at.desc(), Dialogue.id).limit(1))
    if row is None or "last_choice" in row.data:
        return None
    about_several = row.state == State.TOGETHER
    messages = _present(row.data) if about_several else [message_of(row.data)]
    message_ids = [message["message_id"] for message in messages if message.get("message_id")]
    sent_at = sent_last_at(turn.session, turn.address.to, message_ids)
    return Asked(row, messages, Question(sent_at, about_several)) if sent_at else None


def ask_together(turn: Turn, new: Sequence[Sent], joined: Asked | None) -> None:
    """`joined`: the question that these come to; about several it stays the same one, with more in it."""
    messages = _distinct([*(joined.messages if joined else []), *new])
    if len(messages) == 1:
        answer_kept(turn, messages[0])
        return
    data = {"messages": messages[:MOST]}
    if joined and joined.timing.about_several:
        joined.row.data = data
        question = joined.row.id
    else:
        question = turn.ask(State.TOGETHER, data)
    # Not the answer to one of them: taking that one back must not swallow the question about the others.
    turn.address = replace(turn.address, message_id=None)
    turn.say(
        several.ask_together(turn.t, _texts(data["messages"]), question, batch=BATCH, too_many=len(messages) - MOST)
    )


def take_together(turn: Turn, held: dict[str, Any], _choice: str) -> None:
    batch, rest = _split(held)
    if _is_single(turn, batch, rest):
        return
    known, unsure = _look(turn, batch)
    sure = [one for one in known if one.is_sure]
    for one in sorted(sure, key=lambda one: one.article.cluster_id):  # everybody takes locks in the same order
        _note_known(turn, one)
    sure_ids = [one.article.id for one in sure]
    record_cooccurrence(turn.session, turn.user, sure_ids, now=turn.now)
    company: Company = {"article_ids": sure_ids, "match_ids": [message["match_id"] for message in batch]}
    said = _say_found(turn, known, len(batch), company) if known else []
    if unsure:
        question = turn.ask(State.CONSENT_ALL, {"messages": [{**message, "company": company} for message in unsure]})
        said += several.ask_consent(turn.t, _texts(unsure), len(batch), question)
    if not said and not rest:  # all of it was deleted meanwhile
        said = questions.hint(turn.t, "gone")
    turn.say([*said, *_ask_about_rest(turn, rest)])


def list_separately(turn: Turn, held: dict[str, Any], _choice: str) -> None:
    batch, rest = _split(held)
    if _is_single(turn, batch, rest):
        return
    question = turn.ask(State.SEPARATE, {"messages": batch})
    turn.say([*several.choose_one(turn.t, _texts(batch), question), *_ask_about_rest(turn, rest)])


def take_one(turn: Turn, held: dict[str, Any], choice: str) -> None:
    message = held["messages"][int(choice)]
    if message:
        answer_kept(turn, message)
    else:
        turn.say(questions.hint(turn.t, "gone"))


def show_found(turn: Turn, held: dict[str, Any], choice: str) -> None:
    message = held["messages"][int(choice)]
    articles = load_articles(turn.session, [message["article_id"]]) if message else []
    if not articles:
        turn.say(questions.hint(turn.t, "gone"))
        return
    match = turn.match_of(message)
    if match is not None and match.shown_article_id != articles[0].id:
        note_choice(match, articles[0].id)
    show_article(turn, articles[0], message_of(message))


def submit_all(turn: Turn, held: dict[str, Any], _choice: str) -> None:
    messages = _present(held)
    published = [(message, article) for message in messages if (article := _publish(turn, message)) is not None]
    for message in messages:
        turn.forget_message(message)
    if published:
        record_company(turn, published[0][0], [article.id for _, article in published])
    views = [_submitted_view(turn, article) for _, article in published]
    failed = len(messages) - len(published)
    turn.say(several.submitted(turn.t, views, failed=failed, wants_notices=turn.user.wants_notices))


def record_company(turn: Turn, message: Sent, new: Sequence[str]) -> None:
    """These articles were published just now, from `message` alone or from it and others: they occur together with
    those that it belongs to, as far as these are known or were published before."""
    company = message.get("company")
    if company is None:
        return
    matches = [turn.session.get(Match, match_id) for match_id in company["match_ids"]]
    published = {match.submitted_article_id for match in matches if match is not None and match.submitted}
    before = {*company["article_ids"], *published} - {*new}
    record_cooccurrence(turn.session, turn.user, [*before, *new], now=turn.now, known_before=before)


def decline_all(turn: Turn, held: dict[str, Any], _choice: str) -> None:
    for message in _present(held):
        turn.forget_message(message)
        turn.note(Usage.DECLINED)
    turn.say(questions.declined(turn.t))


@dataclass(frozen=True)
class _Known:
    """A message and the article that it is, or (not `certain`) probably is."""

    message: Sent
    match: Match
    article: Article
    probability: float
    certain: bool

    @property
    def is_sure(self) -> bool:
        return self.certain or self.probability >= SAME_CLAIM


def _look(turn: Turn, messages: Sequence[Sent]) -> tuple[list[_Known], list[Sent]]:
    """Those about which there is something to show, and those that may be published. What was deleted meanwhile is
    neither."""
    matches = [(message, turn.match_of(message)) for message in messages]
    found = [(message, match, recall(turn, match)) for message, match in matches if match is not None]
    settled_ids = {settled(one.decision) for _, _, one in found}
    known, unsure = [], []
    for message, match, one in found:
        best = _best(one, settled_ids)
        if best is not None:
            article = next(article for article in one.articles if article.id == best.article_id)
            certain = settled(one.decision) == article.id
            known.append(_Known(message, match, article, best.probability, certain))
        if best is None or not known[-1].is_sure:
            unsure.append(message)
    return known, unsure


def _best(found: Found, settled_ids: set[str | None]) -> Scored | None:
    """What it is or probably is; not what another of the messages is for certain."""
    if settled(found.decision) is not None:
        return found.decision.candidates[0]
    likely = (one for one in found.decision.candidates if one.probability >= LIKELY)
    return next((one for one in likely if one.article_id not in settled_ids), None)


def _note_known(turn: Turn, known: _Known) -> None:
    """Who is shown that there is no reply yet asks for one, without a further press."""
    replies = newest_replies(turn, known.article)
    if known.certain:
        note_shown(known.match, known.article.id)
        note_view(turn.session, turn.user, known.article.id, replies[0].reply_id if replies else "", now=turn.now)
    if not replies:
        request_check(turn.session, known.article, turn.user, now=turn.now)


def _say_found(turn: Turn, known: Sequence[_Known], asked: int, company: Company) -> list[dict[str, Any]]:
    views = [candidate_view(one.article, one.probability, one.message["text"]) for one in known]
    held = [{**one.message, "article_id": one.article.id, "company": company} for one in known]
    question = turn.ask(State.FOUND, {"messages": held})
    noted = any(one.is_sure and not replies_for(one.article) for one in known)
    told = turn.user.wants_notices
    return several.found(turn.t, turn.locale, views, asked, question, noted=noted, wants_notices=told)


def _publish(turn: Turn, message: Sent) -> Article | None:
    try:
        article = submit_article(turn.session, message["text"], turn.user, now=turn.now)
    except (InvalidInputError, NotFoundError):
        return None
    note_submission(turn.match_of(message), article.id)
    turn.note(Usage.SUBMITTED, article_id=article.id)
    return article


def _submitted_view(turn: Turn, article: Article) -> SubmittedView:
    url = turn.context.article_url(article.id)
    return SubmittedView(article.text, article.id, url, ask_friends_uri(turn, article))


def _ask_about_rest(turn: Turn, rest: list[Sent]) -> list[dict[str, Any]]:
    if not rest:
        return []
    question = turn.ask(State.TOGETHER, {"messages": rest})
    return several.ask_together(turn.t, _texts(rest), question, batch=BATCH)


def _is_single(turn: Turn, batch: list[Sent], rest: list[Sent]) -> bool:
    """Others were taken back or published meanwhile: what is left is dealt with."""
    if len(batch) + len(rest) > 1:
        return False
    if batch:
        answer_kept(turn, batch[0])
    else:
        turn.say(questions.hint(turn.t, "gone"))
    return True


def _split(held: dict[str, Any]) -> tuple[list[Sent], list[Sent]]:
    messages = _present(held)
    return messages[:BATCH], messages[BATCH:]


def _present(held: dict[str, Any]) -> list[Sent]:
    return [message for message in held["messages"] if message]


def _distinct(messages: Sequence[Sent]) -> list[Sent]:
    """The same text twice is one message."""
    return list({message["text"]: message for message in messages}.values())


def _texts(messages: Sequence[Sent]) -> list[str]:
    return [message["text"] for message in messages]
