"""What the bot says unasked. LINE charges for each person, so a notice is one card, whose button brings the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.buttons.menu import Action, encode
from bot.i18n import Translate
from bot.messages import flex, sizes
from bot.messages.answers import VERDICT_COLOURS, verdict
from bot.messages.flex import Json
from bot.messages.limits import one_line
from factcheck.models import ReplyType


@dataclass(frozen=True)
class ReplyExcerpt:
    type: str
    text: str


def reply_arrived(t: Translate, article_id: str, article_text: str, reply: ReplyExcerpt) -> list[Json]:
    title = t("📣 There is a reply to a message that you asked about.")
    read = flex.postback_button(
        t("Read the reply"), encode(Action.READ, article_id), style="primary", colour=flex.ACCENT
    )
    off = flex.postback_button(t("Do not tell me about replies"), encode(Action.NOTICES, "off"), style="link")
    return [_card(title, [_about(t, article_text), *_reply(t, reply)], [read, off], flex.ACCENT)]


def reply_withdrawn(t: Translate, article_id: str, article_text: str, now: ReplyExcerpt | None) -> list[Json]:
    """`now` is the reply that holds instead; None: there is no other."""
    title = t("⚠️ A reply that I showed you was taken back.")
    body = [_about(t, article_text)]
    if now is None:
        label = t("Look at the message")
        body.append(flex.text(t("Please do not rely on it any more. There is no other reply yet.")))
    else:
        label = t("Read the reply")
        body.append(flex.text(t("Please do not rely on it any more. This reply holds now:")))
        body += _reply(t, now)
    read = flex.postback_button(label, encode(Action.READ, article_id), style="primary", colour=flex.ACCENT)
    return [_card(title, body, [read], VERDICT_COLOURS[ReplyType.OPINIONATED])]


def reply_changed(t: Translate, article_id: str, reply_id: str, article_text: str, now: ReplyExcerpt) -> list[Json]:
    title = t("✏️ A reply that I showed you was changed.")
    body = [_about(t, article_text), flex.text(t("This is what it says now:")), *_reply(t, now)]
    read = flex.postback_button(
        t("Read the reply"), encode(Action.REPLY, article_id, reply_id), style="primary", colour=flex.ACCENT
    )
    return [_card(title, body, [read], VERDICT_COLOURS[ReplyType.OPINIONATED])]


def still_looking(t: Translate) -> list[Json]:
    return [flex.text_message(t("🔍 I am still looking. This takes longer than usual; I will write to you here."))]


def look_again_later(t: Translate) -> list[Json]:
    return [
        flex.text_message(t("🔍 I cannot look it up at the moment. Please send me the message again in some minutes."))
    ]


def _about(t: Translate, article_text: str) -> Json:
    excerpt = _excerpt(article_text, sizes.NOTICE_ARTICLE)
    return flex.text(t("About the message “%(excerpt)s”") % {"excerpt": excerpt}, colour=flex.SOFT)


def _reply(t: Translate, reply: ReplyExcerpt) -> list[Json]:
    excerpt = _excerpt(reply.text, sizes.NOTICE_REPLY)
    return [
        flex.text(verdict(t, reply.type), bold=True, colour=VERDICT_COLOURS[ReplyType(reply.type)]),
        flex.text(excerpt),
    ]


def _excerpt(text: str, length: int) -> str:
    return one_line(text, length, sizes.UNITS_A_GRAPHEME * length)


def _card(title: str, body: Sequence[Json], buttons: Sequence[Json], colour: str) -> Json:
    words = " ".join([title, *(str(part["text"]) for part in body)])
    return flex.flex_message(words, flex.bubble(header=flex.heading(title, colour), body=body, footer=buttons))
