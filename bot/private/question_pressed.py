"""A pressed button of a question: `bot.buttons.question` decides what it means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import TypeVar

from bot.buttons import rows
from bot.buttons.question import CLOSING, Act, Choice, Standing, decide, decode
from bot.buttons.rows import Stored
from bot.buttons.state import (
    Adding,
    Choosing,
    Consent,
    ConsentAll,
    Differing,
    Erasing,
    Found,
    Question,
    Rating,
    Refusable,
    SentMessage,
    Separate,
    Several,
    Source,
    Together,
    Writing,
)
from bot.messages import questions
from bot.private import burst_pressed, contribute, settings, submit
from bot.private.answer import less_likely, offer, recall
from bot.private.article import show_article, thank_for_vote
from bot.private.turn import Turn
from factcheck.errors import FactlineError
from factcheck.models import Article, Dialogue, VoteReason
from factcheck.services.articles import load_articles
from factcheck.services.feedback import vote
from factcheck.services.matching import note_choice
from factcheck.services.usage import Usage

Asked = TypeVar("Asked")

SCORES: Mapping[str, int] = {Choice.UP: 1, Choice.SOMEWHAT: 0, Choice.DOWN: -1}

HINTS = {Act.SAY_REPEATED: "repeated", Act.SAY_EXPIRED: "expired", Act.SAY_UNKNOWN: "unknown_button"}


@dataclass(frozen=True)
class Answer:
    kind: type | UnionType
    give: Callable[[Turn, Question, str], None]
    """Gets the pressed choice, too."""


def press(turn: Turn, data: str | None, *, double_click: bool = False) -> None:
    """Do what a button means, or say why not. `double_click`: it was pressed just after another; a repetition then gets
    no answer."""
    pressed = decode(data)
    row = turn.question_row(pressed.dialogue_id) if pressed is not None else None
    if pressed is None or row is None:
        turn.say(questions.hint(turn.t, "unknown_button"))
        return
    stored = rows.read(row.state, row.data)
    act = decide(_standing(turn, row, stored), pressed.choice)
    if act == Act.SAY_REPEATED and double_click:
        return
    if act in HINTS or stored.question is None:
        turn.say(questions.hint(turn.t, HINTS.get(act, "unknown_button")))
        return
    _note_choice(turn, row, stored.question, act, pressed.choice)
    ANSWERS[act].give(turn, stored.question, pressed.choice)


def _standing(turn: Turn, row: Dialogue, stored: Stored) -> Standing:
    return Standing(
        state=row.state,
        numbered=stored.numbered,
        closed=row.closed_at is not None,
        expired=row.expires_at <= turn.now,
        last_choice=stored.last_choice,
        can_resubmit=isinstance(stored.question, Refusable) and stored.question.message is not None,
    )


def _note_choice(turn: Turn, row: Dialogue, question: Question, act: Act, choice: str) -> None:
    if act in CLOSING:  # the message goes on to the next question, or is published, or is gone
        row.closed_at = turn.now
        row.data = rows.write_closed(question, choice)
    else:
        row.data = rows.write(question, choice)


def _show_chosen(turn: Turn, question: Choosing, choice: str) -> None:
    chosen = load_articles(turn.session, [question.article_ids[int(choice)]])
    if not chosen:
        turn.say(questions.hint(turn.t, "gone"))
        return
    _show_taken(turn, chosen[0], question.message)


def _show_perhaps(turn: Turn, question: Choosing | Consent | Differing, _choice: str) -> None:
    recorded = recall(turn, question.message)
    if recorded is None:
        turn.say(questions.hint(turn.t, "gone"))
        return
    found = less_likely(recorded, _shown_by(question))
    if found:
        offer(turn, recorded, found, are_unlikely=True)
    else:
        turn.say(questions.hint(turn.t, "nothing_else"))


def _shown_by(question: Choosing | Consent | Differing) -> tuple[str, ...]:
    if isinstance(question, Choosing):
        return question.article_ids
    return (question.article_id,) if isinstance(question, Differing) else ()


def _take_same(turn: Turn, question: Differing, _choice: str) -> None:
    articles = load_articles(turn.session, [question.article_id])
    if not articles:
        turn.say(questions.hint(turn.t, "gone"))
        return
    _show_taken(turn, articles[0], question.message)


def _show_taken(turn: Turn, article: Article, message: SentMessage) -> None:
    note_choice(turn.match_of(message), article.id)
    turn.note(Usage.CHOSEN, article_id=article.id)
    show_article(turn, article, message)


def _vote(turn: Turn, question: Rating, choice: str) -> None:
    score = SCORES[choice]
    if not _cast(turn, question, score):
        return
    if score > 0:  # a vote against says nothing about the match: the reply may be poor
        note_choice(turn.match_of(question.message), question.article_id)
    turn.note(Usage.VOTED, article_id=question.article_id, reply_id=question.reply_id, detail=str(score))
    thank_for_vote(turn, question, score)


def _say_why(turn: Turn, question: Rating, choice: str) -> None:
    if _cast(turn, question, -1, reasons=[questions.WHY[choice]]):
        turn.say(questions.noted_why(turn.t, question.article_id, question.reply_id))


def _withdraw(turn: Turn, question: Rating, _choice: str) -> None:
    if _cast(turn, question, 0, stands=False):
        turn.say(questions.hint(turn.t, "withdrawn"))


def _cast(turn: Turn, question: Rating, score: int, reasons: Sequence[VoteReason] = (), *, stands: bool = True) -> bool:
    """Says why not where it is not possible. A score of 0 that `stands` is "somewhat"."""
    place = (question.article_id, question.reply_id)
    try:
        vote(turn.session, *place, turn.user, score, now=turn.now, reasons=reasons, somewhat=stands and score == 0)
    except FactlineError as error:
        contribute.say_why_not(turn, error)
    else:
        return True
    return False


def _to(kind: type[Asked] | UnionType, give: Callable[[Turn, Asked, str], None]) -> Answer:
    """Raises TypeError, in the answer, for questions of another type."""

    def checked(turn: Turn, question: Question, choice: str) -> None:
        if not isinstance(question, kind):
            raise TypeError(f"{give.__name__} does not answer {type(question).__name__}")
        give(turn, question, choice)

    return Answer(kind, checked)


ANSWERS: Mapping[Act, Answer] = {
    Act.SHOW_ARTICLE: _to(Choosing, _show_chosen),
    Act.SHOW_PERHAPS: _to(Choosing | Consent | Differing, _show_perhaps),
    Act.TAKE_SAME: _to(Differing, _take_same),
    Act.REFUSE: _to(Refusable, submit.refuse),
    Act.ASK_CONSENT: _to(Source, submit.ask_consent),
    Act.SUBMIT: _to(Consent | Differing, submit.submit),
    Act.DECLINE: _to(Consent | Differing, submit.decline),
    Act.VOTE: _to(Rating, _vote),
    Act.SAY_WHY: _to(Rating, _say_why),
    Act.WITHDRAW: _to(Rating, _withdraw),
    Act.TAKE_BURST: _to(Together, burst_pressed.take_burst),
    Act.LIST_SEPARATELY: _to(Several, burst_pressed.list_separately),
    Act.TAKE_ONE: _to(Separate, burst_pressed.take_one),
    Act.SHOW_FOUND: _to(Found, burst_pressed.show_found),
    Act.SUBMIT_ALL: _to(ConsentAll, submit.submit_all),
    Act.DECLINE_ALL: _to(ConsentAll, submit.decline_all),
    Act.ERASE: _to(Erasing, settings.erase),
    Act.KEEP: _to(Erasing, settings.keep),
    Act.STOP_WRITING: _to(Writing, contribute.stop),
    Act.ADD: _to(Adding, contribute.add),
    Act.CHECK_INSTEAD: _to(Adding, contribute.check_instead),
}
"""Acts in HINTS are only said."""
