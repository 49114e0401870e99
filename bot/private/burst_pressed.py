from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.buttons.state import Burst, ConsentAll, Found, FoundMessage, SentMessage, Separate, Several, Together
from bot.messages import questions, several
from bot.private.answer import answer_again, candidate_view, recall, show_differing
from bot.private.article import final_replies, show_article
from bot.private.burst_matches import KnownMessage, sort_out
from bot.private.burst_question import ask_about_rest, split_batch, texts_of
from bot.private.turn import Turn
from factcheck.services.articles import load_articles, request_check
from factcheck.services.cooccurrences import record_cooccurrence
from factcheck.services.matching import note_choice, note_shown
from factcheck.services.replies import replies_for
from factcheck.services.seen_articles import note_view


def take_burst(turn: Turn, question: Together, _choice: str) -> None:
    """Show what is known, and ask for consent to publish the others."""
    batch, rest = split_batch(question)
    if _take_last(turn, batch, rest):
        return
    known, unsure = sort_out(turn, batch)
    sure = [one for one in known if one.is_sure]
    burst = Burst(tuple(one.article.id for one in sure), tuple(message.match_id for message in batch))
    _note_known(turn, sure)
    record_cooccurrence(turn.session, turn.user, list(burst.article_ids), now=turn.now)
    said = [*_show_known(turn, known, burst), *_ask_consent(turn, unsure, burst)]
    if not said and not rest:  # all of it was deleted meanwhile
        said = questions.hint(turn.t, "gone")
    turn.say([*said, *ask_about_rest(turn, rest)])


def list_separately(turn: Turn, question: Several, _choice: str) -> None:
    batch, rest = split_batch(question)
    if _take_last(turn, batch, rest):
        return
    question_id = turn.ask(Separate(tuple(batch)))
    turn.say([*several.choose_one(turn.t, texts_of(turn, batch), question_id), *ask_about_rest(turn, rest)])


def take_one(turn: Turn, question: Separate, choice: str) -> None:
    message = question.messages[int(choice)]
    if message is not None:
        answer_again(turn, message)
    else:
        turn.say(questions.hint(turn.t, "gone"))


def show_found(turn: Turn, question: Found, choice: str) -> None:
    found = question.messages[int(choice)]
    articles = load_articles(turn.session, [found.article_id]) if found is not None else []
    if found is None or not articles:
        turn.say(questions.hint(turn.t, "gone"))
        return
    recorded = recall(turn, found.message)
    if recorded is not None and recorded.decision.difference is not None and recorded.best.id == found.article_id:
        show_differing(turn, recorded)
        return
    if recorded is not None and recorded.match.shown_article_id != articles[0].id:
        note_choice(recorded.match, articles[0].id)
    show_article(turn, articles[0], found.message)


def _take_last(turn: Turn, batch: list[SentMessage], rest: list[SentMessage]) -> bool:
    """Handles what is left if the others are gone meanwhile; returns whether it did."""
    if len(batch) + len(rest) > 1:
        return False
    if batch:
        answer_again(turn, batch[0])
    else:
        turn.say(questions.hint(turn.t, "gone"))
    return True


def _note_known(turn: Turn, sure: Sequence[KnownMessage]) -> None:
    """Seeing that there is no reply counts as asking for one."""
    for one in sorted(sure, key=lambda one: one.article.cluster_id):  # so that locks are taken in one order
        replies = final_replies(turn, one.article)
        if one.certain:
            note_shown(one.match, one.article.id)
            note_view(turn.session, turn.user, one.article.id, replies[0].reply_id if replies else "", now=turn.now)
        if not replies:
            request_check(turn.session, one.article, turn.user, now=turn.now)


def _show_known(turn: Turn, known: Sequence[KnownMessage], burst: Burst) -> list[dict[str, Any]]:
    if not known:
        return []
    views = [
        candidate_view(turn, one.article, one.standing, one.message.text, difference=one.difference) for one in known
    ]
    question = turn.ask(Found(tuple(FoundMessage(replace(one.message, burst=burst), one.article.id) for one in known)))
    noted = any(one.is_sure and not replies_for(one.article) for one in known)
    count, wants_notices = len(burst.match_ids), turn.user.wants_notices
    return several.found(turn.t, turn.locale, views, count, question, noted=noted, wants_notices=wants_notices)


def _ask_consent(turn: Turn, unsure: Sequence[SentMessage], burst: Burst) -> list[dict[str, Any]]:
    if not unsure:
        return []
    question = turn.ask(ConsentAll(tuple(replace(message, burst=burst) for message in unsure)))
    return several.ask_consent(
        turn.t,
        texts_of(turn, unsure),
        len(burst.match_ids),
        question,
        has_files=any(message.file_id for message in unsure),
        has_faces=any(message.has_faces for message in unsure),
    )
