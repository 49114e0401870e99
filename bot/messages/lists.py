from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.buttons.menu import Action, encode
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.answers import local_date, verdict
from bot.messages.excerpts import excerpt
from bot.messages.flex import Json

PAGE_SIZE = 9
"""With the card for the next page these are ten; of the longest excerpts LINE's 50 KB hold no more."""


@dataclass(frozen=True)
class MineView:
    article_id: str
    text: str
    reply_type: str | None
    """None: nobody has replied."""
    people: int
    """How many have asked about it."""
    at: datetime | None
    """When the person last asked or looked."""
    is_new: bool


def my_messages(t: Translate, locale: str, views: Sequence[MineView], *, page: int, total: int, new: int) -> list[Json]:
    """`page` counts from 1; `total` and `new` are of the whole list."""
    counts = t("Your messages: %(count)d. New replies: %(new)d.") % {"count": total, "new": new}
    pages = -(-total // PAGE_SIZE)
    place = t("Page %(page)d of %(pages)d.") % {"page": page, "pages": pages}
    head = f"{counts} {place}" if pages > 1 else counts
    bubbles = [_card(t, locale, view) for view in views[:PAGE_SIZE]]
    if page < pages:
        bubbles.append(_next(t, page + 1))
    return [flex.text_message(head), flex.flex_message(head, flex.carousel(bubbles))]


def no_messages(t: Translate) -> list[Json]:
    return [
        flex.text_message(
            t("Your list is empty. Messages that you ask me about will be here, so you can look them up.")
        )
    ]


def _card(t: Translate, locale: str, view: MineView) -> Json:
    if view.reply_type:
        status = verdict(t, view.reply_type)
    else:
        status = t("⏳ Not answered yet. People who wait: %(people)d") % {"people": view.people}
    body = [
        flex.text(excerpt(view.text), max_lines=8),
        flex.text(status, size="sm", bold=True),
        flex.text(local_date(view.at, locale, t), size="xs", colour=flex.SOFT),
    ]
    if view.is_new:
        body.insert(0, flex.text(t("🔴 New reply"), bold=True, colour="#C92A2A"))
    button = flex.postback_button(
        t("Read the reply") if view.reply_type else t("Look at it"),
        encode(Action.READ, view.article_id),
        style="primary",
        colour=flex.ACCENT,
    )
    return flex.bubble(body=body, footer=[button], size="kilo")


def _next(t: Translate, page: int) -> Json:
    button = flex.postback_button(t("Next page"), encode(Action.MINE, str(page)))
    return flex.bubble(body=[flex.text(t("There are older messages."))], footer=[button], size="kilo")
