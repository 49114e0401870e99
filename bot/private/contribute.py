"""Adding to what is public: a reason why one asks, a comment on a reply that did not help.

After the button, the next text is never swallowed: the bot asks whether to add it, and if not handles it as any other.
"""

from datetime import timedelta

from sqlalchemy import bindparam, select

from bot.buttons import rows
from bot.buttons.state import Adding, Purpose, State, Writing
from bot.messages import additions, questions
from bot.messages.additions import Problem
from bot.private.answer import answer_again, record
from bot.private.turn import Turn
from factcheck.errors import CheckedElsewhereError, FactlineError, ForbiddenError
from factcheck.limits import MAX_COMMENT_LENGTH, MAX_REASON_LENGTH
from factcheck.matching.decide.decision import Decision
from factcheck.matching.text.length import words_in
from factcheck.matching.text.normalise import extract_urls, normalise, significant
from factcheck.models import Article, ArticleReplyFeedback, Dialogue, ReplyRequest
from factcheck.services.articles import load_articles, request_check
from factcheck.services.feedback import vote
from factcheck.services.matching import note_addition

SHORTEST = 2.5
"""Least writing (`words_in`) without a link: five Chinese characters, twelve Latin letters. Less ("it is fake") tells a
volunteer nothing."""

WRITING_TIME = timedelta(minutes=15)
LIMITS = {Purpose.REASON: MAX_REASON_LENGTH, Purpose.COMMENT: MAX_COMMENT_LENGTH}


def problem_of(text: str, purpose: Purpose, article_text: str) -> Problem | None:
    """Return why the text cannot be added."""
    core, urls = significant(normalise(text)), set(extract_urls(text))
    if (core or urls) and core == significant(normalise(article_text)) and urls <= set(extract_urls(article_text)):
        return Problem.SAME
    if len(text) > LIMITS[purpose]:
        return Problem.LONG
    return Problem.SHORT if not urls and words_in(core) < SHORTEST else None


def begin(turn: Turn, arguments: tuple[str, ...]) -> None:
    """`arguments` are an article id, and for a comment a reply id."""
    if not arguments or not load_articles(turn.session, arguments[:1]):
        turn.say(questions.hint(turn.t, "gone"))
        return
    purpose = Purpose.COMMENT if len(arguments) > 1 else Purpose.REASON
    question = Writing(purpose, arguments[0], arguments[1] if len(arguments) > 1 else "")
    for row in _open_rows(turn):
        row.closed_at = turn.now
    question_id = turn.ask(question, life=WRITING_TIME)
    turn.say(additions.ask_to_write(turn.t, purpose, question_id, _written_before(turn, question)))


def offer(turn: Turn, text: str, decision: Decision | None) -> bool:
    """Ask whether this text is what the person was about to write; returns False if they were not. `decision`: what it
    is as a message; None when there is nothing in it to look up."""
    row = next(iter(_open_rows(turn)), None)
    if row is None or _came_before(turn, row):
        return False
    writing = rows.read(row.state, row.data).question
    articles = load_articles(turn.session, [writing.article_id]) if isinstance(writing, Writing) else []
    if not isinstance(writing, Writing) or not articles:
        return False
    purpose = writing.purpose
    problem = problem_of(text, purpose, articles[0].text)
    if decision is None:  # shorter than anything that can be looked up
        turn.say(additions.cannot_add(turn.t, problem or Problem.SHORT, LIMITS[purpose], text, None))
        return True
    message = record(turn, text, decision).message
    question = turn.ask(Adding(message, purpose, writing.article_id, writing.reply_id))
    if problem is None:
        row.closed_at = turn.now
        turn.say(additions.ask_to_add(turn.t, purpose, text, question))
    else:
        turn.say(additions.cannot_add(turn.t, problem, LIMITS[purpose], text, question))
    return True


def add(turn: Turn, question: Adding, _choice: str) -> None:
    turn.forget_message(question.message)
    articles = load_articles(turn.session, [question.article_id])
    if not articles or problem_of(question.message.text, question.purpose, articles[0].text):
        turn.say(questions.hint(turn.t, "gone"))
        return
    try:
        place = _publish(turn, question, articles[0])
    except FactlineError as error:
        say_why_not(turn, error)
    else:
        note_addition(turn.match_of(question.message), place)
        turn.say(additions.added(turn.t, question.purpose))


def say_why_not(turn: Turn, error: FactlineError) -> None:
    if isinstance(error, CheckedElsewhereError):
        hint = "elsewhere"
    elif isinstance(error, ForbiddenError):
        hint = "blocked" if turn.user.blocked_at else "own_reply"
    else:
        hint = "gone"
    turn.say(questions.hint(turn.t, hint))


def stop(turn: Turn, _question: Writing, _choice: str) -> None:
    turn.say(additions.stopped(turn.t))


def check_instead(turn: Turn, question: Adding, _choice: str) -> None:
    answer_again(turn, question.message)


def _publish(turn: Turn, question: Adding, article: Article) -> str:
    """Returns the id of the article where the text stands now. Raises what `request_check` and `vote` raise."""
    text = question.message.text
    if question.purpose == Purpose.REASON:
        request_check(turn.session, article, turn.user, reason=text, now=turn.now)
        return article.id
    feedback = _feedback(turn, question.reply_id)
    score = (feedback.score if feedback is not None else 0) or -1  # 0: the vote was taken back
    place = (question.article_id, question.reply_id)
    return vote(turn.session, *place, turn.user, score, comment=text, now=turn.now).article_id


def _came_before(turn: Turn, row: Dialogue) -> bool:
    """The message waited for the index while the person pressed the button."""
    return turn.address.received_at is not None and turn.address.received_at < row.created_at


def _open_rows(turn: Turn) -> list[Dialogue]:
    """Loads and locks them, newest first."""
    return list(turn.session.scalars(_OPEN, {"of_user": turn.user.id, "now": turn.now}))


_OPEN = (
    select(Dialogue)
    .where(
        Dialogue.user_id == bindparam("of_user"),
        Dialogue.state == State.WRITING,
        Dialogue.closed_at.is_(None),
        Dialogue.expires_at > bindparam("now"),
    )
    .order_by(Dialogue.created_at.desc(), Dialogue.id)
    .with_for_update()
)


def _written_before(turn: Turn, question: Writing) -> str:
    if question.purpose == Purpose.REASON:
        own = select(ReplyRequest.reason).where(
            ReplyRequest.user_id == turn.user.id, ReplyRequest.article_id == question.article_id
        )
        return turn.session.scalar(own) or ""
    feedback = _feedback(turn, question.reply_id)
    return feedback.comment if feedback is not None else ""


def _feedback(turn: Turn, reply_id: str) -> ArticleReplyFeedback | None:
    """Votes on a reply from a copy stand there (`factcheck.services.feedback.vote`)."""
    own = select(ArticleReplyFeedback).where(
        ArticleReplyFeedback.user_id == turn.user.id, ArticleReplyFeedback.reply_id == reply_id
    )
    return turn.session.scalars(own.order_by(ArticleReplyFeedback.updated_at.desc()).limit(1)).first()
