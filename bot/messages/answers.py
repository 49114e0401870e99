"""A fact-check in the chat: text, since LINE lets people forward that, then a card with buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.buttons.menu import Action
from bot.buttons.menu import encode as encode_action
from bot.buttons.question import Choice, encode
from bot.i18n import Translate
from bot.messages import flex, sizes
from bot.messages.changes import quoted
from bot.messages.excerpts import excerpt
from bot.messages.files import named
from bot.messages.flex import Json
from bot.messages.limits import MAX_TEXT_UNITS, split_units, units
from bot.messages.tongues import foreign_language
from factcheck.languages import BY_TAG, FALLBACK
from factcheck.matching.compare.changes import Difference
from factcheck.models import ArticleType, ReplyType, VoteStatus
from factcheck.wording import age_words, small_difference_line, verdict_word, vote_status_words

TIME_ZONE = ZoneInfo("Asia/Taipei")

ANSWER_PARTS = 3
"""With the card this keeps within LINE's five messages."""

VERDICT_COLOURS = {
    ReplyType.RUMOR: "#C92A2A",
    ReplyType.NOT_RUMOR: "#2B8A3E",
    ReplyType.OPINIONATED: "#9C4A00",
    ReplyType.NOT_ARTICLE: "#495057",
}
VERDICT_SIGNS = {
    ReplyType.RUMOR: "❌",
    ReplyType.NOT_RUMOR: "⭕",
    ReplyType.OPINIONATED: "💬",
    ReplyType.NOT_ARTICLE: "⚠️",
}


@dataclass(frozen=True)
class ReplyView:
    article_id: str
    reply_id: str
    type: str
    text: str
    reference: str
    created_at: datetime | None
    """When the reply was given to this article."""
    helpful: int
    not_helpful: int
    other_replies: int
    article_text: str
    first_reported: datetime | None
    article_url: str
    sent: str = ""
    """'' if unknown."""
    article_type: str = ArticleType.TEXT
    somewhat: int = 0
    vote_status: str = VoteStatus.UNRATED
    years: int = 0
    """Whole ones since the reply was written or changed."""


def verdict(t: Translate, reply_type: str) -> str:
    return f"{VERDICT_SIGNS[ReplyType(reply_type)]} {verdict_word(t, reply_type)}"


def local_date(at: datetime | None, locale: str, t: Translate) -> str:
    if at is None:
        return t("date unknown")
    day = at.astimezone(TIME_ZONE)
    language = BY_TAG.get(locale, FALLBACK)
    if calendar := language.calendar:
        return f"{format_date(day, 'd MMMM', language.locale)} {calendar.era} {day.year + calendar.years_ahead}"
    return str(format_date(day, "long", locale=language.locale))


def answer_messages(
    t: Translate,
    locale: str,
    view: ReplyView,
    dialogue_id: str,
    *,
    can_resubmit: bool,
    difference: Difference | None = None,
) -> list[Json]:
    """Return at most four messages; a longer reply ends with a link to the whole. `difference`: a small one, of the
    person's message."""
    note = small_difference_line(t, difference, quoted) if difference is not None else ""
    parts = split_units(forwardable_text(t, locale, view, note=note, is_near=bool(note)))
    if len(parts) > ANSWER_PARTS:
        more = "\n\n" + t("The reply goes on here: %(url)s") % {"url": view.article_url}
        limit = MAX_TEXT_UNITS - units(more)
        parts = [*parts[: ANSWER_PARTS - 1], split_units(parts[ANSWER_PARTS - 1], limit)[0] + more]
    return [*(flex.text_message(part) for part in parts), _rating_card(t, view, dialogue_id, can_resubmit, note)]


def forwardable_text(
    t: Translate,
    locale: str,
    view: ReplyView,
    *,
    note: str = "",
    is_near: bool = False,
    about_another: bool = False,
) -> str:
    """The verdict is the first line, unless it is about another message. `note`: a paragraph before the reply.
    `is_near`: the message that was checked is not quite the person's."""
    about = t("About the message “%(excerpt)s”")
    if is_near:
        about = t("About the message that volunteers checked: “%(excerpt)s”")
    elif about_another:
        about = t("About the other message, “%(excerpt)s”, volunteers found:")
    shown = excerpt(view.article_text, view.sent, sizes.ANSWERED_ARTICLE)
    about %= {"excerpt": named(t, shown, view.article_type)}
    said = verdict(t, view.type)
    head = [about, said] if about_another else [said, about]
    head.append(t("First reported: %(date)s") % {"date": local_date(view.first_reported, locale, t)})
    if language := foreign_language(t, locale, view.text):
        head.append(t("🌐 The reply is in %(language)s.") % {"language": language})
    if old := age_words(t, view.years):
        head.append(f"⏳ {old}")
    sections = ["\n".join(head), *([note] if note else []), view.text]
    if view.reference:
        title = t("Other views:") if view.type == ReplyType.OPINIONATED else t("References:")
        sections.append(f"{title}\n{view.reference}")
    answered = t("Answered by volunteers on %(date)s.") % {"date": local_date(view.created_at, locale, t)}
    sections.append(f"{answered} {helpful_line(t, view)}\n{view.article_url}")
    return "\n\n".join(sections)


def helpful_line(t: Translate, view: ReplyView) -> str:
    """Says in words what the votes make of it, and how many there are."""
    if view.helpful + view.somewhat + view.not_helpful == 0:
        return t("Nobody has rated this reply yet.")
    counts = t("Found helpful by %(helpful)d, not helpful by %(not_helpful)d.")
    if view.somewhat:
        counts = t("Found helpful by %(helpful)d, somewhat by %(somewhat)d, not helpful by %(not_helpful)d.")
    counts %= {"helpful": view.helpful, "somewhat": view.somewhat, "not_helpful": view.not_helpful}
    return t("%(status)s. %(counts)s") % {"status": vote_status_words(t, view.vote_status), "counts": counts}


def _rating_card(t: Translate, view: ReplyView, dialogue_id: str, can_resubmit: bool, note: str) -> Json:
    title, question = verdict(t, view.type), t("Was this reply helpful?")
    body = [
        *([flex.text(note)] if note else []),
        flex.text(question, bold=True, size="lg"),
        flex.text(helpful_line(t, view), size="sm", colour=flex.SOFT),
        flex.text(t("Press and hold the text above to forward it to the person who sent you the message.")),
        flex.text(
            t("Replies are written by volunteers, under CC BY-SA 4.0. Please look at the references yourself."),
            size="xs",
            colour=flex.SOFT,
        ),
    ]
    return flex.flex_message(
        f"{title} {question}",
        flex.bubble(
            header=flex.heading(title, VERDICT_COLOURS[ReplyType(view.type)]),
            body=body,
            footer=list(_rating_buttons(t, view, dialogue_id, can_resubmit)),
        ),
    )


def _rating_buttons(t: Translate, view: ReplyView, dialogue_id: str, can_resubmit: bool) -> Sequence[Json]:
    buttons = [
        flex.postback_button(t("👍 Helpful"), encode(dialogue_id, Choice.UP), style="primary", colour=flex.ACCENT),
        flex.postback_button(t("🤔 Somewhat"), encode(dialogue_id, Choice.SOMEWHAT)),
        flex.postback_button(t("👎 Not helpful"), encode(dialogue_id, Choice.DOWN)),
    ]
    if view.other_replies:
        more = t("More replies: %(count)d") % {"count": view.other_replies}
        buttons.append(flex.postback_button(more, encode_action(Action.REPLIES, view.article_id)))
    else:
        buttons.append(flex.link_button(t("See it on the web"), view.article_url))
    if can_resubmit:
        buttons.append(
            flex.postback_button(t("This is not what I sent"), encode(dialogue_id, Choice.NONE), style="link")
        )
    return buttons
