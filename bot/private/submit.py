"""The way from "this is not what I sent" to the queue: consent, publishing."""

from collections.abc import Sequence

from bot.buttons.state import Consent, ConsentAll, Differing, Refusable, SentMessage, Source
from bot.messages import questions, several
from bot.messages.files import named
from bot.messages.several import SubmittedView
from bot.private.answer import recall
from bot.private.article import ask_friends_uri, confirm_submission, show_article
from bot.private.turn import Turn
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError
from factcheck.matching.compare.changes import Difference
from factcheck.models import Article, Match, SentFile, Status
from factcheck.moderation.publishing import publish_file
from factcheck.services.articles import find_by_text, submit_article
from factcheck.services.cooccurrences import record_cooccurrence
from factcheck.services.matching import note_refusal, note_submission
from factcheck.services.media import forget_sent
from factcheck.services.media_articles import find_by_file
from factcheck.services.usage import Usage


def refuse(turn: Turn, question: Refusable, _choice: str) -> None:
    """Raises ValueError without the message (`bot.buttons.question.Standing.can_resubmit`)."""
    if question.message is None:
        raise ValueError("the question carries no message")
    article_id = question.offered_article_id
    note_refusal(turn.match_of(question.message), article_id)
    turn.note(Usage.REFUSED, article_id=article_id)
    new = _difference(turn, question.message) if isinstance(question, Differing) else None
    question_id = turn.ask(Consent(question.message))
    message = question.message
    turn.say(
        questions.ask_consent(
            turn.t,
            message.text,
            question_id,
            refused=True,
            new=new,
            file_type=message.file_type,
            has_faces=message.has_faces,
        )
    )


def _difference(turn: Turn, message: SentMessage) -> Difference | None:
    recorded = recall(turn, message)
    return recorded.decision.difference if recorded else None


def ask_consent(turn: Turn, question: Source, _choice: str) -> None:
    question_id = turn.ask(Consent(question.message))
    message = question.message
    kind, has_faces = message.file_type, message.has_faces
    turn.say(questions.ask_consent(turn.t, message.text, question_id, file_type=kind, has_faces=has_faces))


def decline(turn: Turn, question: Consent | Differing, _choice: str) -> None:
    _decline(turn, [question.message])


def decline_all(turn: Turn, question: ConsentAll, _choice: str) -> None:
    _decline(turn, question.present)


def submit(turn: Turn, question: Consent | Differing, _choice: str) -> None:
    message = question.message
    turn.forget_message(message)
    # The very same text: with another link it may be another message, and the person has just said that none of the
    # similar ones is it.
    known = _known(turn, message)
    if known is not None and known.status == Status.NORMAL:  # sent by somebody else meanwhile
        note_submission(turn.match_of(message), known.id)  # so that what they ask for goes when they take it back
        _record_published(turn, message, [known.id])
        _let_go(turn, [message])
        show_article(turn, known, None)
        return
    try:
        article = _publish(turn, message)
    except InvalidInputError as error:
        turn.say([{"type": "text", "text": turn.t(error.reason) % error.values}])
    except NotFoundError:
        _let_go(turn, [message])
        turn.say(questions.hint(turn.t, "gone"))
    except ForbiddenError:
        turn.say(questions.hint(turn.t, "blocked"))
    else:
        if article.status != Status.NORMAL:
            turn.say(questions.hint(turn.t, "looked_at_first"))
            return
        _record_published(turn, message, [article.id])
        confirm_submission(turn, article)


def submit_all(turn: Turn, question: ConsentAll, _choice: str) -> None:
    messages = question.present
    published = [article for article in _publish_all(turn, messages) if article.status == Status.NORMAL]
    for message in messages:
        turn.forget_message(message)
    if published:
        _record_published(turn, messages[0], [article.id for article in published])
    views = [_submitted_view(turn, article) for article in published]
    failed = len(messages) - len(published)
    turn.say(several.submitted(turn.t, views, failed=failed, wants_notices=turn.user.wants_notices))


def _known(turn: Turn, message: SentMessage) -> Article | None:
    if message.file_id is not None:
        return find_by_file(turn.session, message.file_id)
    return find_by_text(turn.session, message.text)


def _let_go(turn: Turn, messages: Sequence[SentMessage]) -> None:
    """Ends the person's own hold on files: what was published keeps its file, the others go."""
    ids = [message.message_id for message in messages if message.file_id is not None]
    if ids:
        own = (SentFile.chat_id == turn.address.to, SentFile.message_id.in_(ids))
        forget_sent(turn.session, *own, now=turn.now)


def _decline(turn: Turn, messages: Sequence[SentMessage]) -> None:
    _let_go(turn, messages)
    for message in messages:
        turn.forget_message(message)
        turn.note(Usage.DECLINED)
    turn.say(questions.declined(turn.t))


def _publish(turn: Turn, message: SentMessage) -> Article:
    """Raises what `submit_article` raises."""
    key = turn.context.secret_key
    if message.file_id is not None:
        article = publish_file(turn.session, message.file_id, turn.user, now=turn.now, secret_key=key)
        _let_go(turn, [message])
    else:
        article = submit_article(turn.session, message.text, turn.user, now=turn.now, secret_key=key)
    note_submission(turn.match_of(message), article.id)
    turn.note(Usage.SUBMITTED, article_id=article.id)
    return article


def _publish_all(turn: Turn, messages: Sequence[SentMessage]) -> list[Article]:
    """Returns the articles of those that could be published."""
    published = []
    for message in messages:
        try:
            published.append(_publish(turn, message))
        except (InvalidInputError, NotFoundError, ForbiddenError):
            continue
    return published


def _record_published(turn: Turn, message: SentMessage, new: Sequence[str]) -> None:
    """Records that new articles occur together with the rest of the burst that is known or was published before."""
    burst = message.burst
    if burst is None:
        return
    matches = [turn.session.get(Match, match_id) for match_id in burst.match_ids]
    published = {match.submitted_article_id or "" for match in matches if match is not None and match.submitted}
    before = {*burst.article_ids, *published} - {*new, ""}
    record_cooccurrence(turn.session, turn.user, [*before, *new], now=turn.now, known_before=before)


def _submitted_view(turn: Turn, article: Article) -> SubmittedView:
    url = turn.context.article_url(article.id, turn.locale)
    text = named(turn.t, article.text, article.article_type)
    return SubmittedView(text, article.id, url, ask_friends_uri(turn, article))
