"""A message that is nearly a known one: what differs is said before anything is said of the other one."""

from bot.buttons.question import Choice, encode
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.answers import ReplyView, forwardable_text
from bot.messages.changes import quoted
from bot.messages.flex import Json
from bot.messages.limits import MAX_TEXT_UNITS, cut_units
from bot.messages.shortening import shortened
from factcheck.matching.compare.changes import Difference
from factcheck.wording import difference_lines


def differing_messages(
    t: Translate, locale: str, view: ReplyView, difference: Difference, dialogue_id: str
) -> list[Json]:
    """Say what differs, then what was found about the other message, and ask whether it is the same thing."""
    title = t("Is it the same thing?")
    body = [
        flex.text(title, bold=True, size="lg"),
        flex.text(t("What you read above is about the other message. Nobody has checked yours.")),
    ]
    buttons = [
        flex.postback_button(
            t("No, please check mine"), encode(dialogue_id, Choice.NONE), style="primary", colour=flex.ACCENT
        ),
        same_button(t, dialogue_id),
    ]
    return [
        flex.text_message(differing_text(t, locale, view, difference)),
        flex.flex_message(title, flex.bubble(body=body, footer=buttons)),
    ]


def differing_text(t: Translate, locale: str, view: ReplyView, difference: Difference) -> str:
    """Say the difference before any verdict."""
    found = forwardable_text(t, locale, shortened(view), about_another=True)
    return cut_units("\n\n".join(["\n".join(difference_lines(t, difference, quoted)), found]), MAX_TEXT_UNITS)


def same_button(t: Translate, dialogue_id: str) -> Json:
    return flex.postback_button(t("It is the same thing"), encode(dialogue_id, Choice.SAME))
