"""What a text in a group gets: unasked, only what is near-certain and trusted; asked, what is known."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.groups.turn import GroupTurn, is_late
from bot.inbound.event_types import EventType
from bot.inbound.events import Event
from bot.inbound.inbox import Reaction, Received
from bot.line.account import our_basic_id
from bot.media import glance
from bot.messages import group, questions
from bot.messages.answers import ReplyView
from bot.messages.group import SimilarView
from bot.messages.hotlines import hotlines
from bot.messages.sharing import friend_link
from bot.messages.views import reply_view
from bot.outbound.quoted import article_said
from bot.understanding.group_text import GroupTextKind, Heard
from bot.understanding.lookup import look_up, look_up_file
from factcheck.db.session import read_only
from factcheck.matching.compare.changes import Difference
from factcheck.matching.decide.decision import Decision, Outcome, Scored
from factcheck.matching.decide.trust import RatedReply, may_speak_up, resembling, trusted_reply
from factcheck.models import Article, ArticleReply, VoteStatus
from factcheck.services import groups
from factcheck.services.articles import load_articles
from factcheck.services.clusters import one_each
from factcheck.services.matching import asked_about, only_shown, settled
from factcheck.services.replies import replies_for
from factcheck.services.usage import Usage

NOTHING = Decision(Outcome.UNKNOWN, ())


def text_reaction(context: BotContext, received: Received, heard: Heard) -> Reaction | None:
    event = received.event
    is_edited = event.type == EventType.EDITED
    late = is_late(received, context.clock())
    if not is_edited and (late or heard.kind == GroupTextKind.TALK):
        return None
    looks_up = bool(heard.text) and not late and not _knows_quoted(context, received, heard)
    decision = _look_up(context, heard) if looks_up else NOTHING
    of_file = _look_at_quoted(context, received, heard, late=late)

    def react(session: Session, current: Received, now: datetime) -> bool:
        turn = GroupTurn(context, session, current, now)
        if not groups.has_left_since(session, event.chat_id, at=turn.at):
            groups.note_present(session, event.chat_id, event.source_type)
            if event.message_id and (looks_up or is_edited):
                groups.store_match(session, event.chat_id, event.message_id, decision, at=turn.at)
                session.flush()  # so that what is said about it can be noted there
            if of_file is not None:
                _say_what_is_known(turn, of_file, event.quoted_message_id)
            else:
                _answer(turn, heard, decision)
        return True

    return react


def _look_up(context: BotContext, heard: Heard) -> Decision:
    if not heard.article_id:
        return resembling(look_up(context, heard.text).decision)
    with read_only(context.factory) as session:
        found = load_articles(session, [heard.article_id])
        named = tuple(Scored(article.id, 1, answerable=bool(replies_for(article))) for article in found)
    return Decision(Outcome.ANSWER, named) if named else NOTHING


def _look_at_quoted(context: BotContext, received: Received, heard: Heard, *, late: bool) -> Decision | None:
    """Look at a picture that somebody asks us about; return None if it is none, or was not to be had. Nothing of it is
    kept, and nobody's are looked at unasked."""
    event = received.event
    asked = heard.kind == GroupTextKind.ASKED_QUOTING and event.type == EventType.MESSAGE and not late
    if context.media is None or not asked or heard.text or _knows_quoted(context, received, heard):
        return None
    facts = glance(context.factory, context.media, event.quoted_message_id or "")
    return resembling(look_up_file(context, facts).decision) if facts is not None else None


def _knows_quoted(context: BotContext, received: Received, heard: Heard) -> bool:
    event = received.event
    if heard.kind != GroupTextKind.ASKED_QUOTING:
        return False
    with read_only(context.factory) as session:
        return _quoted(session, event) is not None


def _quoted(session: Session, event: Event) -> Decision | None:
    """Finds what the quoted message resembled, or which article it was about if the bot said it."""
    said = article_said(session, event.chat_id, event.quoted_message_id)
    if said is not None:
        return Decision(Outcome.ANSWER, (Scored(said, 1, answerable=False),))
    return groups.find_match(session, event.chat_id, event.quoted_message_id)


def _answer(turn: GroupTurn, heard: Heard, decision: Decision) -> None:
    event = turn.event
    if heard.need is not None:
        turn.note(Usage.HELPED, detail=heard.need)
        turn.say(hotlines(turn.t, heard.need, turn.context.hotlines))
    elif heard.kind == GroupTextKind.INTRODUCE:
        turn.say(group.introduction(turn.t, turn.context.about_url(turn.locale)))
    elif heard.kind == GroupTextKind.OVERHEARD:
        _speak_up(turn, decision, heard.text)
    elif heard.kind == GroupTextKind.ASKED and heard.article_id and not decision.candidates:
        turn.say(questions.hint(turn.t, "gone"))
    elif heard.kind == GroupTextKind.ASKED:
        _say_what_is_known(turn, decision, event.message_id, sent=heard.text)
    elif heard.kind in (GroupTextKind.ASKED_QUOTING, GroupTextKind.WONDERED):
        _answer_about_quoted(turn, heard, decision)


def _speak_up(turn: GroupTurn, decision: Decision, sent: str) -> None:
    """Says nothing unless match and reply are sure, and it was not said here lately."""
    if not may_speak_up(decision) or not turn.context.plain_answers:
        return
    event = turn.event
    article = next(iter(load_articles(turn.session, [decision.candidates[0].article_id])), None)
    replies = replies_for(article) if article else []
    place = trusted_reply([_rated(link) for link in replies])
    if article is None or place is None:
        return
    if not groups.is_answered(turn.session, event.chat_id, event.message_id, article, now=turn.now):
        _say_reply(turn, article, _view(turn, article, replies, place, sent), event.message_id, asked=False)


def _rated(link: ArticleReply) -> RatedReply:
    is_disputed = link.vote_status == VoteStatus.DISPUTED
    return RatedReply(link.reply.type, link.positive_feedback_count, link.negative_feedback_count, is_disputed)


def _answer_about_quoted(turn: GroupTurn, heard: Heard, decision: Decision) -> None:
    """`decision` is about what is written beside the quote, if that was looked up."""
    event, called = turn.event, heard.kind == GroupTextKind.ASKED_QUOTING
    held = _quoted(turn.session, event)
    if held is not None:
        _say_what_is_known(turn, held, event.quoted_message_id, called=called)
    elif heard.text:
        _say_what_is_known(turn, decision, event.message_id, sent=heard.text)
    elif called:
        turn.say(group.quoted_unknown(turn.t, _bot_link(turn)))


def _say_what_is_known(
    turn: GroupTurn, decided: Decision, message_id: str | None, *, called: bool = True, sent: str = ""
) -> None:
    """Something is said in any case if the bot was `called`. `sent` is '' for a quoted message, whose text is gone."""
    articles = one_each(load_articles(turn.session, [scored.article_id for scored in decided.candidates]))
    decision = only_shown(decided, {article.id for article in articles})
    if not turn.context.plain_answers:
        decision = asked_about(decision)
    known = settled(decision)
    if known is not None:
        articles = [article for article in articles if article.id == known]
    if not called:
        articles = [article for article in articles if replies_for(article)]
    if not articles:
        if called and turn.say(group.unknown(turn.t, _bot_link(turn))):
            turn.note(Usage.UNKNOWN)
    elif decision.difference is not None and decision.candidates[0].article_id == articles[0].id:
        _say_what_differs(turn, articles[0], decision.difference, sent)
    elif known is None:
        if turn.say(group.similar(turn.t, [_similar(turn, article, sent) for article in articles])):
            turn.note(Usage.OFFERED)
    elif replies := replies_for(articles[0]):
        _say_reply(turn, articles[0], _view(turn, articles[0], replies, 0, sent), message_id, asked=True)
    elif turn.say(group.waiting(turn.t, turn.context.article_url(known, turn.locale)), about=known):
        turn.note(Usage.WAITING, article_id=known)


def _say_what_differs(turn: GroupTurn, article: Article, difference: Difference, sent: str) -> None:
    replies = replies_for(article)
    said = group.similar(turn.t, [_similar(turn, article, sent)])
    if replies:
        said = group.differs(turn.t, turn.locale, _view(turn, article, replies, 0, sent), difference)
    if turn.say(said, about=article.id):
        turn.note(Usage.DIFFERED, article_id=article.id)


def _view(turn: GroupTurn, article: Article, replies: list[ArticleReply], place: int, sent: str) -> ReplyView:
    url = turn.context.article_url(article.id, turn.locale)
    return reply_view(article, replies[place], len(replies) - 1, article_url=url, now=turn.now, sent=sent)


def _say_reply(turn: GroupTurn, article: Article, view: ReplyView, message_id: str | None, *, asked: bool) -> None:
    if turn.event.type == EventType.EDITED and groups.is_answered_about(turn.session, message_id, article):
        return
    if turn.say(group.answer(turn.t, turn.locale, view, asked=asked), about=article.id):
        groups.note_answered(turn.session, message_id, article, now=turn.now)
        detail = "asked" if asked else "unasked"
        turn.note(Usage.ANSWERED, article_id=article.id, reply_id=view.reply_id, detail=detail)


def _similar(turn: GroupTurn, article: Article, sent: str) -> SimilarView:
    replies = replies_for(article)
    reply_type = replies[0].reply.type if replies else None
    return SimilarView(article.text, sent, reply_type, turn.context.article_url(article.id, turn.locale))


def _bot_link(turn: GroupTurn) -> str | None:
    basic_id = our_basic_id(turn.session)
    return friend_link(basic_id) if basic_id else None
