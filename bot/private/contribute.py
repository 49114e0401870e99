"""Adding to what is public: a reason why one asks, a comment on a reply that did not help.

A button says that the next text is meant so, for a while. That text is never swallowed: the bot asks whether it is to
be added, and if not goes on as with any other message.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.buttons.question import State, message_of
from bot.messages import additions, questions
from bot.messages.additions import Problem, Purpose
from bot.private.answer import answer_kept, keep_text
from bot.private.turn import Turn
from factcheck.errors import FactlineError, ForbiddenError
from factcheck.matching.decide.decision import Decision
from factcheck.matching.text.length import words_in
from factcheck.matching.text.normalise import extract_urls, normalise, significant
from factcheck.models import ArticleReplyFeedback, Dialogue, ReplyRequest
from factcheck.services.articles import MAX_REASON_LENGTH, load_articles, request_check
from factcheck.services.feedback import MAX_COMMENT_LENGTH, vote
from factcheck.services.matching import note_addition

SHORTEST = 2.5
"""How much writing (`words_in`) a reason or comment without a link has: five Chinese characters, twelve Latin letters.
Less ("it is fake", 是假的) tells a volunteer nothing."""

WRITING_TIME = timedelta(minutes=15)
LIMITS = {Purpose.REASON: MAX_REASON_LENGTH, Purpose.COMMENT: MAX_COMMENT_LENGTH}

Held = dict[str, Any]
"""purpose, article_id, reply_id ('' for a reason)"""


def problem_of(text: str, purpose: Purpose, article_text: str) -> Problem | None:
    core, urls = significant(normalise(text)), set(extract_urls(text))
    if (core or urls) and core == significant(normalise(article_text)) and urls <= set(extract_urls(article_text)):
        return Problem.SAME
    if len(text) > LIMITS[purpose]:
        return Problem.LONG
    return Problem.SHORT if not urls and words_in(core) < SHORTEST else None


def begin(turn: Turn, arguments: tuple[str, ...]) -> None:
    """`arguments`: article id, and reply id for a comment."""
    if not arguments or not load_articles(turn.session, arguments[:1]):
        turn.say(questions.hint(turn.t, "gone"))
        return
    purpose = Purpose.COMMENT if len(arguments) > 1 else Purpose.REASON
    held = {"purpose": purpose, "article_id": arguments[0], "reply_id": arguments[1] if len(arguments) > 1 else ""}
    for row in _open_ones(turn):
        row.closed_at = turn.now
    question = turn.ask(State.WRITING, held, life=WRITING_TIME)
    turn.say(additions.ask_to_write(turn.t, purpose, question, _written_before(turn, held)))


def offer(turn: Turn, text: str, decision: Decision | None) -> bool:
    """If the person was about to write something, ask whether this text is it. `decision`: what the text is when it is
    a message; None when there is nothing in it to look up. False: they were not."""
    writing = next(iter(_open_ones(turn)), None)
    if writing is None or _came_before(turn, writing):
        return False
    held = {key: writing.data[key] for key in ("purpose", "article_id", "reply_id")}
    articles = load_articles(turn.session, [held["article_id"]])
    if not articles:
        return False
    purpose = Purpose(held["purpose"])
    problem = problem_of(text, purpose, articles[0].text)
    if decision is None:  # shorter than anything that can be looked up
        turn.say(additions.cannot_add(turn.t, problem or Problem.SHORT, LIMITS[purpose], text, None))
        return True
    message = keep_text(turn, text, decision, turn.address.message_id)
    question = turn.ask(State.ADDING, {**held, **message})
    if problem is None:
        writing.closed_at = turn.now
        turn.say(additions.ask_to_add(turn.t, purpose, text, question))
    else:
        turn.say(additions.cannot_add(turn.t, problem, LIMITS[purpose], text, question))
    return True


def add(turn: Turn, held: Held, _choice: str) -> None:
    """Yes."""
    turn.forget_message(held)
    articles = load_articles(turn.session, [held["article_id"]])
    purpose = Purpose(held["purpose"])
    if not articles or problem_of(held["text"], purpose, articles[0].text):
        turn.say(questions.hint(turn.t, "gone"))
        return
    try:
        if purpose == Purpose.REASON:
            request_check(turn.session, articles[0], turn.user, reason=held["text"], now=turn.now)
            place = articles[0].id
        else:
            score = _score(turn, held) or -1
            place = vote(
                turn.session,
                held["article_id"],
                held["reply_id"],
                turn.user,
                score,
                comment=held["text"],
                now=turn.now,
            ).article_id
    except ForbiddenError:
        turn.say(questions.hint(turn.t, "own_reply"))
    except FactlineError:
        turn.say(questions.hint(turn.t, "gone"))
    else:
        note_addition(turn.match_of(held), place)
        turn.say(additions.added(turn.t, purpose))


def stop(turn: Turn, _held: Held, _choice: str) -> None:
    turn.say(additions.stopped(turn.t))


def check_instead(turn: Turn, held: Held, _choice: str) -> None:
    """No: it is a message like any other."""
    answer_kept(turn, message_of(held))


def _came_before(turn: Turn, writing: Dialogue) -> bool:
    """A message that waited for the index while the person pressed the button that asks to write."""
    return turn.address.received_at is not None and turn.address.received_at < writing.created_at


def _open_ones(turn: Turn) -> list[Dialogue]:
    """Newest first."""
    open_ones = select(Dialogue).where(
        Dialogue.user_id == turn.user.id,
        Dialogue.state == State.WRITING,
        Dialogue.closed_at.is_(None),
        Dialogue.expires_at > turn.now,
    )
    return list(turn.session.scalars(open_ones.order_by(Dialogue.created_at.desc(), Dialogue.id).with_for_update()))


def _written_before(turn: Turn, held: Held) -> str:
    if held["purpose"] == Purpose.REASON:
        own = select(ReplyRequest.reason).where(
            ReplyRequest.user_id == turn.user.id, ReplyRequest.article_id == held["article_id"]
        )
        return turn.session.scalar(own) or ""
    feedback = _feedback(turn, held)
    return feedback.comment if feedback is not None else ""


def _score(turn: Turn, held: Held) -> int:
    """As the person has voted; 0: they have not, or took it back."""
    feedback = _feedback(turn, held)
    return feedback.score if feedback is not None else 0


def _feedback(turn: Turn, held: Held) -> ArticleReplyFeedback | None:
    """Votes on a reply that an article has from a copy are kept there (`factcheck.services.feedback.vote`)."""
    own = select(ArticleReplyFeedback).where(
        ArticleReplyFeedback.user_id == turn.user.id, ArticleReplyFeedback.reply_id == held["reply_id"]
    )
    return turn.session.scalars(own.order_by(ArticleReplyFeedback.updated_at.desc()).limit(1)).first()
