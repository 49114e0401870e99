"""A pressed button: `bot.dialogue` decides what it means, this module does it."""

from typing import Any

from bot import dialogue
from bot.chat import Turn
from bot.dialogue import Act, Question, State
from bot.messages import questions
from bot.show import show_article
from factcheck.errors import FactlineError, ForbiddenError, InvalidInputError, NotFoundError
from factcheck.models import Dialogue, Status
from factcheck.services.articles import find_by_text, load_articles, submit_article
from factcheck.services.feedback import vote
from factcheck.services.matching import note_choice, note_refusal, note_submission

HINTS = {Act.SAY_REPEATED: "repeated", Act.SAY_EXPIRED: "expired", Act.SAY_UNKNOWN: "unknown_button"}


def press(turn: Turn, data: str | None) -> None:
    pressed = dialogue.decode(data)
    if pressed is None:
        turn.say(questions.hint(turn.t, "unknown_button"))
        return
    row = turn.question(pressed.dialogue_id)
    act = dialogue.decide(_question(turn, row), pressed.choice)
    if row is None or act in HINTS:
        turn.say(questions.hint(turn.t, HINTS.get(act, "unknown_button")))
        return
    held = dict(row.data)
    _note_choice(turn, row, act, pressed.choice)
    _perform(turn, act, pressed.choice, held)


def _question(turn: Turn, row: Dialogue | None) -> Question | None:
    if row is None:
        return None
    return Question(
        state=row.state,
        candidates=len(row.data.get("article_ids", [])),
        closed=row.closed_at is not None,
        expired=row.expires_at <= turn.now,
        last_choice=row.data.get("last_choice"),
        can_resubmit="text" in row.data,
    )


def _note_choice(turn: Turn, row: Dialogue, act: Act, choice: str) -> None:
    if act in dialogue.CLOSING:
        row.closed_at = turn.now
        # The message itself goes on to the next question, or is published, or is gone. What stays is what tells a
        # repeated press from an unknown button.
        row.data = {"last_choice": choice, "article_ids": row.data.get("article_ids", [])}
    else:
        row.data = {**row.data, "last_choice": choice}


def _perform(turn: Turn, act: Act, choice: str, held: dict[str, Any]) -> None:
    if act == Act.SHOW_ARTICLE:
        _show_chosen(turn, int(choice), held)
    elif act == Act.ASK_SOURCE:
        note_refusal(turn.match_of(held), held.get("article_id"))
        question = turn.ask(State.SOURCE, _message_of(held))
        turn.say(questions.ask_source(turn.t, held["text"], question))
    elif act in (Act.ASK_CONSENT, Act.ASK_CONSENT_TYPED):
        question = turn.ask(State.CONSENT, _message_of(held))
        turn.say(questions.ask_consent(turn.t, question, typed=act == Act.ASK_CONSENT_TYPED))
    elif act == Act.SUBMIT:
        turn.forget_message(held)
        _submit(turn, held)
    elif act == Act.DECLINE:
        turn.forget_message(held)
        turn.say(questions.declined(turn.t))
    else:
        _vote(turn, 1 if act == Act.VOTE_UP else -1, held)


def _message_of(held: dict[str, Any]) -> dict[str, Any]:
    return {key: held[key] for key in ("text", "match_id") if key in held}


def _show_chosen(turn: Turn, number: int, held: dict[str, Any]) -> None:
    chosen = load_articles(turn.session, [held["article_ids"][number]])
    if not chosen:
        turn.say(questions.hint(turn.t, "gone"))
        return
    note_choice(turn.match_of(held), chosen[0].id)
    show_article(turn, chosen[0], _message_of(held))


def _submit(turn: Turn, held: dict[str, Any]) -> None:
    # The very same text, not just the same words: with another link they may be another message, and whoever came here
    # has just been asked and said that none of those is it.
    known = find_by_text(turn.session, held["text"])
    if known is not None and known.status == Status.NORMAL:  # sent by somebody else since, and perhaps answered
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
    note_submission(turn.match_of(held))
    turn.say(questions.submitted(turn.t, turn.context.article_url(article.id)))


def _vote(turn: Turn, score: int, held: dict[str, Any]) -> None:
    try:
        vote(turn.session, held["article_id"], held["reply_id"], turn.user, score, now=turn.now)
    except ForbiddenError:
        turn.say(questions.hint(turn.t, "own_reply"))
    except FactlineError:
        turn.say(questions.hint(turn.t, "gone"))
    else:
        if score > 0:  # the reverse tells nothing: the reply may be poor, or about another message
            note_choice(turn.match_of(held), held["article_id"])
        turn.say(questions.rated(turn.t, helpful=score > 0))
