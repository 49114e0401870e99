from collections import Counter
from collections.abc import Sequence

from bot.buttons.menu import Action, encode
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.answers import VERDICT_COLOURS, ReplyView, helpful_line, local_date, verdict
from bot.messages.excerpts import excerpt
from bot.messages.flex import Json
from factcheck.models import ReplyType
from factcheck.wording import age_words

MOST_CARDS = 10


def replies_messages(t: Translate, locale: str, views: Sequence[ReplyView]) -> list[Json]:
    """List at least two replies, best first."""
    shown = views[:MOST_CARDS]
    head = "\n".join([t("Replies to this message: %(count)d") % {"count": len(views)}, *_counts(t, views)])
    messages = [
        flex.text_message(head),
        flex.flex_message(head, flex.carousel([_card(t, locale, view, number) for number, view in enumerate(shown)])),
    ]
    if len(views) > len(shown):
        body = t("These are the first %(count)d. All of them are on the web.") % {"count": len(shown)}
        link = flex.link_button(t("See it on the web"), views[0].article_url)
        messages.append(flex.flex_message(body, flex.bubble(body=[flex.text(body)], footer=[link])))
    return messages


def _counts(t: Translate, views: Sequence[ReplyView]) -> list[str]:
    found = Counter(ReplyType(view.type) for view in views)
    line = t("%(verdict)s: %(count)d")
    return [line % {"verdict": verdict(t, kind), "count": found[kind]} for kind in ReplyType if found[kind]]


def _card(t: Translate, locale: str, view: ReplyView, number: int) -> Json:
    body = [
        flex.text(excerpt(view.text), max_lines=8),
        flex.text(local_date(view.created_at, locale, t), size="sm", colour=flex.SOFT),
        flex.text(helpful_line(t, view), size="sm", colour=flex.SOFT),
    ]
    if old := age_words(t, view.years):
        body.append(flex.text(f"⏳ {old}", size="sm"))
    read = flex.postback_button(
        t("Read reply %(number)d") % {"number": number + 1},
        encode(Action.REPLY, view.article_id, view.reply_id),
        style="primary",
        colour=flex.ACCENT,
    )
    header = flex.heading(f"{number + 1}. {verdict(t, view.type)}", VERDICT_COLOURS[ReplyType(view.type)])
    return flex.bubble(header=header, body=body, footer=[read], size="kilo")
