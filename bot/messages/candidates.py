"""The cards to choose from, when several articles may be what a person sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.buttons.question import Choice, encode
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.answers import local_date, verdict
from bot.messages.excerpts import excerpt
from bot.messages.files import SIGNS, kind_word
from bot.messages.flex import Json
from bot.messages.tongues import foreign_language
from factcheck.matching.compare.changes import Difference
from factcheck.matching.decide.decision import Standing
from factcheck.matching.decide.thresholds import MOST_PERHAPS
from factcheck.matching.text.excerpts import shared_spans
from factcheck.models import ArticleType
from factcheck.wording import standing_words


@dataclass(frozen=True)
class CardText:
    """The part of an article's text on its card, which takes some milliseconds to find."""

    shown: str
    shared: list[tuple[int, int]]
    """Start and end of each part of `shown` that was sent, too."""


@dataclass(frozen=True)
class CandidateView:
    text: str
    sent: str
    """'' if unknown."""
    standing: Standing
    reply_type: str | None
    """None: nobody has replied."""
    created_at: datetime | None
    difference: Difference | None = None
    article_type: str = ArticleType.TEXT
    thumbnail: str = ""
    """Address of a small picture; '' for none."""
    card: CardText | None = None
    """Made before the transaction, in which others would wait for it; None: not made then."""


def card_text(text: str, sent: str) -> CardText:
    shown = excerpt(text, sent)
    return CardText(shown, shared_spans(shown, sent))


def candidates_messages(
    t: Translate,
    locale: str,
    views: Sequence[CandidateView],
    dialogue_id: str,
    *,
    has_more: bool = False,
    are_unlikely: bool = False,
) -> list[Json]:
    """The way out is on each card: LINE shows quick replies on phones only, and the end of a row to who swipes.
    `are_unlikely`: the person asked to see what is less like the message."""
    shown = views[:MOST_PERHAPS]
    bubbles = [_candidate(t, locale, view, number, dialogue_id) for number, view in enumerate(shown)]
    if has_more:
        bubbles.append(_more(t, dialogue_id))
    intro = t("I am not sure, but I know messages like yours. Is it one of these?")
    if are_unlikely:
        intro = t("These are less like your message. Is it perhaps one of them?")
    elif len(shown) == 1:
        intro = t("I am not sure, but I know a message like yours. Is it this one?")
    return [flex.text_message(intro), flex.flex_message(intro, flex.carousel(bubbles))]


def candidate_lines(t: Translate, locale: str, view: CandidateView, number: int) -> list[Json]:
    card = view.card or card_text(view.text, view.sent)
    reply = verdict(t, view.reply_type) if view.reply_type else t("⏳ Not answered yet")
    lines = [
        flex.text(f"{number + 1}. {standing_words(t, view.standing)}", bold=True, colour=flex.ACCENT),
        flex.marked(flex.text(card.shown, max_lines=8), card.shared),
        flex.text(reply, size="sm", bold=True),
        flex.text(
            t("First reported: %(date)s") % {"date": local_date(view.created_at, locale, t)},
            size="xs",
            colour=flex.SOFT,
        ),
    ]
    if view.article_type != ArticleType.TEXT:
        kind = f"{SIGNS[ArticleType(view.article_type)]} {kind_word(t, view.article_type)}"
        lines.insert(1, flex.text(kind, size="sm", colour=flex.SOFT))
        if not card.shown.strip():
            del lines[2]
    if language := foreign_language(t, locale, view.text, view.sent):
        lines.insert(1, flex.text(t("🌐 In %(language)s") % {"language": language}, size="sm"))
    return lines


def _candidate(t: Translate, locale: str, view: CandidateView, number: int, dialogue_id: str) -> Json:
    body = candidate_lines(t, locale, view, number)
    choose = flex.postback_button(
        t("This one (%(number)d)") % {"number": number + 1},
        encode(dialogue_id, number),
        style="primary",
        colour=flex.ACCENT,
    )
    none = flex.postback_button(t("None of these"), encode(dialogue_id, Choice.NONE), style="link")
    return flex.bubble(hero=view.thumbnail, body=body, footer=[choose, none], size="kilo")


def _more(t: Translate, dialogue_id: str) -> Json:
    body = [flex.text(t("Others are less like it."), bold=True)]
    button = flex.postback_button(t("Show more"), encode(dialogue_id, Choice.PERHAPS))
    none = flex.postback_button(t("None of these"), encode(dialogue_id, Choice.NONE), style="link")
    return flex.bubble(body=body, footer=[button, none], size="kilo")
