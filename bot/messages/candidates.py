"""The cards to choose from, when several articles may be what a person sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.buttons.question import Choice, encode
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.answers import local_date, verdict
from bot.messages.excerpts import excerpt
from bot.messages.flex import Json
from factcheck.matching.text.excerpts import shared_spans

MAX_CANDIDATES = 10


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
    """'' where that is not known any more."""
    probability: float
    """Probability of the same claim, 0 to 1."""
    reply_type: str | None
    """None: nobody has replied."""
    created_at: datetime | None
    card: CardText | None = None
    """Made before the transaction, in which others would wait for it; None: not made then."""


def card_text(text: str, sent: str) -> CardText:
    shown = excerpt(text, sent)
    return CardText(shown, shared_spans(shown, sent))


def candidates_messages(t: Translate, locale: str, views: Sequence[CandidateView], dialogue_id: str) -> list[Json]:
    bubbles = [_candidate(t, locale, view, number, dialogue_id) for number, view in enumerate(views[:MAX_CANDIDATES])]
    bubbles.append(_none_of_these(t, dialogue_id))
    intro = t("I am not sure, but I know messages like yours. Is it one of these?")
    return [flex.text_message(intro), flex.flex_message(intro, flex.carousel(bubbles))]


def candidate_lines(t: Translate, locale: str, view: CandidateView, number: int) -> list[Json]:
    card = view.card or card_text(view.text, view.sent)
    reply = verdict(t, view.reply_type) if view.reply_type else t("⏳ Not answered yet")
    similarity = t("%(percent)d%% similar") % {"percent": max(1, round(view.probability * 100))}
    return [
        flex.text(f"{number + 1}. {similarity}", bold=True, colour=flex.ACCENT),
        flex.marked(flex.text(card.shown, max_lines=8), card.shared),
        flex.text(reply, size="sm", bold=True),
        flex.text(
            t("First reported: %(date)s") % {"date": local_date(view.created_at, locale, t)},
            size="xs",
            colour=flex.SOFT,
        ),
    ]


def _candidate(t: Translate, locale: str, view: CandidateView, number: int, dialogue_id: str) -> Json:
    body = candidate_lines(t, locale, view, number)
    choose = flex.postback_button(
        t("This one (%(number)d)") % {"number": number + 1},
        encode(dialogue_id, number),
        style="primary",
        colour=flex.ACCENT,
    )
    return flex.bubble(body=body, footer=[choose], size="kilo")


def _none_of_these(t: Translate, dialogue_id: str) -> Json:
    body = [
        flex.text(t("None of these?"), bold=True),
        flex.text(t("Then volunteers can look into your message.")),
    ]
    button = flex.postback_button(t("None of these"), encode(dialogue_id, Choice.NONE))
    return flex.bubble(body=body, footer=[button], size="kilo")
