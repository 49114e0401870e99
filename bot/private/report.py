"""Reporting a reply to the reviewers: a button of an answer that did not help, then one for the reason."""

from bot.messages import questions, reports
from bot.private.turn import Turn
from factcheck.errors import FactlineError, InvalidInputError
from factcheck.models import ReportSource, TargetKind
from factcheck.moderation.reports import report
from factcheck.moderation.targets import Target
from factcheck.services.articles import load_articles
from factcheck.services.replies import replies_for


def show(turn: Turn, arguments: tuple[str, ...]) -> None:
    """`arguments` are an article id and a reply id, and then the reason's letter."""
    articles = load_articles(turn.session, arguments[:1])
    reply_id = arguments[1] if len(arguments) > 1 else ""
    if not articles or reply_id not in {link.reply_id for link in replies_for(articles[0])}:
        turn.say(questions.hint(turn.t, "reply_gone"))
    elif len(arguments) < 3 or arguments[2] not in reports.OFFERED:
        turn.say(reports.ask_reason(turn.t, articles[0].id, reply_id))
    else:
        _report(turn, reply_id, arguments[2])


def _report(turn: Turn, reply_id: str, letter: str) -> None:
    target, reason = Target(TargetKind.REPLY, reply_id), reports.OFFERED[letter]
    try:
        report(turn.session, target, reason, user=turn.user, now=turn.now, source=ReportSource.CHAT)
    except InvalidInputError as error:
        turn.say(reports.refused(turn.t, turn.t(error.reason) % error.values))
    except FactlineError:
        turn.say(questions.hint(turn.t, "reply_gone"))
    else:
        turn.say(reports.thanks(turn.t))
