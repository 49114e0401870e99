"""What the bot says in groups: plain text, without buttons that would belong to one person."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Translate
from bot.messages import flex, sizes
from bot.messages.answers import ReplyView, forwardable_text, verdict
from bot.messages.changes import quoted
from bot.messages.differing import differing_text
from bot.messages.excerpts import excerpt
from bot.messages.flex import Json
from bot.messages.limits import MAX_TEXT_UNITS, cut_units
from bot.messages.shortening import shortened
from factcheck.matching.compare.changes import Difference
from factcheck.wording import small_difference_line

MOST_SIMILAR = 3


@dataclass(frozen=True)
class SimilarView:
    text: str
    sent: str
    """'' if unknown."""
    reply_type: str | None
    """None: nobody has replied."""
    url: str


def introduction(t: Translate, about_url: str) -> list[Json]:
    return _text(
        t(
            "Hello, I am Factline. 🔎 When somebody shares a message that volunteers found to be false, I say so here. "
            "Otherwise I keep quiet.\n\n"
            "💬 To ask me about a message, reply to it with “@Factline”. To send me away, write “bye bye Factline”.\n\n"
            "🔒 I do not keep what you write here. More: %(url)s"
        )
        % {"url": about_url}
    )


def answer(t: Translate, locale: str, view: ReplyView, *, asked: bool) -> list[Json]:
    """Return one message, shorter than in a private chat."""
    short = shortened(view)
    thanks = "" if asked else t("Thank you for sharing. Volunteers have checked a message like this one:")
    parts = [forwardable_text(t, locale, short, note=thanks)]
    if (short.text, short.reference) != (view.text, view.reference):
        parts.append(t("This is an extract. The whole reply is on the page above."))
    return _text("\n\n".join(parts))


def differs(t: Translate, locale: str, view: ReplyView, difference: Difference) -> list[Json]:
    """Answer who asked about a message that is nearly a known one."""
    if difference.is_large:
        return _text(differing_text(t, locale, view, difference))
    return _text(
        forwardable_text(t, locale, shortened(view), note=small_difference_line(t, difference, quoted), is_near=True)
    )


def similar(t: Translate, views: Sequence[SimilarView]) -> list[Json]:
    parts = [t("I am not sure, but these messages are similar. Please see for yourself whether one of them fits:")]
    for number, view in enumerate(views[:MOST_SIMILAR], start=1):
        said = verdict(t, view.reply_type) if view.reply_type else t("⏳ Not answered yet")
        shown = excerpt(view.text, view.sent, sizes.GROUP_LISTED)
        quoted = t("%(number)d. “%(excerpt)s”") % {"number": number, "excerpt": shown}
        parts.append(f"{quoted}\n{said}\n{view.url}")
    return _text("\n\n".join(parts))


def waiting(t: Translate, article_url: str) -> list[Json]:
    known = t("This message has been reported before, but nobody has checked it yet. Do you know more? You can help:")
    return _text(f"{known}\n{article_url}")


def unknown(t: Translate, bot_link: str | None) -> list[Json]:
    return _text(_with_link(t("I do not know this message yet, so I cannot say whether it is true."), t, bot_link))


def quoted_unknown(t: Translate, bot_link: str | None) -> list[Json]:
    return _text(
        _with_link(
            t(
                "I do not know the message that you replied to. I keep no texts of this group, so I cannot read it "
                "again. You can write “@Factline” and paste the text."
            ),
            t,
            bot_link,
        )
    )


def press_in_private(t: Translate) -> list[Json]:
    return _text(t("Buttons only work in a private chat with me. Please write to me there."))


def goodbye(t: Translate) -> list[Json]:
    return _text(
        t("Goodbye! I am leaving now. If you need me again, invite me to the group, or write to me privately.")
    )


def _with_link(text: str, t: Translate, bot_link: str | None) -> str:
    if bot_link is None:
        return "\n\n".join([text, t("To have volunteers check it, forward it to me in a private chat.")])
    how = t("To have volunteers check it, forward it to me in a private chat:")
    return f"{text}\n\n{how}\n{bot_link}"


def _text(text: str) -> list[Json]:
    return [flex.text_message(cut_units(text, MAX_TEXT_UNITS))]
