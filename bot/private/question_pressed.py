"""A pressed button: `bot.buttons.question` decides what it means, this module does it."""

from collections.abc import Callable
from typing import Any

from bot.buttons.question import CLOSING, Act, Choice, Question, State, decide, decode, message_of
from bot.messages import questions
from bot.private import contribute, settings
from bot.private.article import confirm_submission, show_article, thank_for_vote
from bot.private.burst_question import (
    decline_all,
    list_separately,
    record_company,
    show_found,
    submit_all,
    take_one,
    take_together,
)
from bot.private.turn import Turn
from factcheck.errors import FactlineError, ForbiddenError, InvalidInputError, NotFoundError
from factcheck.models import Dialogue, Status
from factcheck.services.articles import find_by_text, load_articles, submit_article
from factcheck.services.feedback import vote
from factcheck.services.matching import note_choice, note_refusal, note_submission
from factcheck.services.usage import Usage

Held = dict[str, Any]
"""What the question held (`Dialogue.data`) when its button was pressed; see `bot.buttons.question.State`."""

Answer = Callable[[Turn, Held, str], None]
"""Gets the pressed choice too."""

HINTS = {Act.SAY_REPEATED: "repeated", Act.SAY_EXPIRED: "expired", Act.SAY_UNKNOWN: "unknown_button"}


def press(turn: Turn, data: str | None, *, double_click: bool = False) -> None:
    """`double_click`: the second of two presses gets no answer of its own if it repeats the first."""
    pressed = decode(data)
    if pressed is None:
        turn.say(questions.hint(turn.t, "unknown_button"))
        return
    row = turn.question(pressed.dialogue_id)
    act = decide(_question(turn, row), pressed.choice)
    if act == Act.SAY_REPEATED and double_click:
        return
    if row is None or act in HINTS:
        turn.say(questions.hint(turn.t, HINTS.get(act, "unknown_button")))
        return
    held = dict(row.data)
    _note_choice(turn, row, act, pressed.choice)
    ANSWERS[act](turn, held, pressed.choice)


def _question(turn: Turn, row: Dialogue | None) -> Question | None:
    if row is None:
        return None
    return Question(
        state=row.state,
        candidates=len(row.data.get("messages") or row.data.get("article_ids", [])),
        closed=row.closed_at is not None,
        expired=row.expires_at <= turn.now,
        last_choice=row.data.get("last_choice"),
        can_resubmit="text" in row.data,
    )


def _note_choice(turn: Turn, row: Dialogue, act: Act, choice: str) -> None:
    if act in CLOSING:
        row.closed_at = turn.now
        # The message itself goes on to the next question, or is published, or is gone. What stays is what tells a
        # repeated press from an unknown button.
        row.data = {"last_choice": choice, "article_ids": row.data.get("article_ids", [])}
    else:
        row.data = {**row.data, "last_choice": choice}


def _show_chosen(turn: Turn, held: Held, choice: str) -> None:
    chosen = load_articles(turn.session, [held["article_ids"][int(choice)]])
    if not chosen:
        turn.say(questions.hint(turn.t, "gone"))
        return
    note_choice(turn.match_of(held), chosen[0].id)
    turn.note(Usage.CHOSEN, article_id=chosen[0].id)
    show_article(turn, chosen[0], message_of(held))


def _ask_source(turn: Turn, held: Held, _choice: str) -> None:
    note_refusal(turn.match_of(held), held.get("article_id"))
    turn.note(Usage.REFUSED, article_id=held.get("article_id"))
    question = turn.ask(State.SOURCE, message_of(held))
    turn.say(questions.ask_source(turn.t, held["text"], question, refused=True))


def _ask_consent(turn: Turn, held: Held, choice: str) -> None:
    question = turn.ask(State.CONSENT, message_of(held))
    turn.say(questions.ask_consent(turn.t, question, typed=choice == Choice.TYPED))


def _decline(turn: Turn, held: Held, _choice: str) -> None:
    turn.forget_message(held)
    turn.note(Usage.DECLINED)
    turn.say(questions.declined(turn.t))


def _submit(turn: Turn, held: Held, _choice: str) -> None:
    turn.forget_message(held)
    # The very same text, not just the same words: with another link they may be another message, and whoever came here
    # has just been asked and said that none of those is it.
    known = find_by_text(turn.session, held["text"])
    if known is not None and known.status == Status.NORMAL:  # sent by somebody else since, and perhaps answered
        note_submission(turn.match_of(held), known.id)  # what they ask for by it goes when they take it back
        record_company(turn, held, [known.id])
        show_article(turn, known, {})
        return
    try:
        article = submit_article(turn.session, held["text"], turn.user, now=turn.now)
    except InvalidInputError as error:
        turn.say([{"type": "text", "text": turn.t(error.reason) % error.values}])
        return
    except NotFoundError:
        turn.say(questions.hint(turn.t, "gone"))
        return
    note_submission(turn.match_of(held), article.id)
    record_company(turn, held, [article.id])
    turn.note(Usage.SUBMITTED, article_id=article.id)
    confirm_submission(turn, article)


def _vote(turn: Turn, held: Held, choice: str) -> None:
    score = 1 if choice == Choice.UP else -1
    try:
        vote(turn.session, held["article_id"], held["reply_id"], turn.user, score, now=turn.now)
    except ForbiddenError:
        turn.say(questions.hint(turn.t, "own_reply"))
    except FactlineError:
        turn.say(questions.hint(turn.t, "gone"))
    else:
        if score > 0:  # the reverse tells nothing: the reply may be poor, or about another message
            note_choice(turn.match_of(held), held["article_id"])
        turn.note(Usage.VOTED, article_id=held["article_id"], reply_id=held["reply_id"], detail=str(score))
        thank_for_vote(turn, held["article_id"], held["reply_id"], score)


ANSWERS: dict[Act, Answer] = {
    Act.SHOW_ARTICLE: _show_chosen,
    Act.ASK_SOURCE: _ask_source,
    Act.ASK_CONSENT: _ask_consent,
    Act.SUBMIT: _submit,
    Act.DECLINE: _decline,
    Act.VOTE: _vote,
    Act.TAKE_TOGETHER: take_together,
    Act.LIST_SEPARATELY: list_separately,
    Act.TAKE_ONE: take_one,
    Act.SHOW_FOUND: show_found,
    Act.SUBMIT_ALL: submit_all,
    Act.DECLINE_ALL: decline_all,
    Act.ERASE: lambda turn, _held, _choice: settings.erase(turn),
    Act.KEEP: lambda turn, _held, _choice: settings.keep(turn),
    Act.STOP_WRITING: contribute.stop,
    Act.ADD: contribute.add,
    Act.CHECK_INSTEAD: contribute.check_instead,
}
"""What each act does; those in HINTS are only said."""
