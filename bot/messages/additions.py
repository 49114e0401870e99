from enum import StrEnum

from bot.buttons.question import Choice, encode
from bot.buttons.state import Purpose
from bot.i18n import Translate
from bot.messages import flex, sizes
from bot.messages.flex import Json
from bot.messages.limits import one_line


class Problem(StrEnum):
    SHORT = "SHORT"
    SAME = "SAME"
    LONG = "LONG"


def ask_to_write(t: Translate, purpose: Purpose, dialogue_id: str, earlier: str) -> list[Json]:
    """`earlier` is what the person wrote before; '' for nothing."""
    if purpose == Purpose.REASON:
        title = t("What do you know about this message?")
        body = t("For example: who sent it to you? What makes you doubt it? What have you found out yourself?")
    else:
        title = t("Why did the reply not help?")
        body = t("For example: what is wrong in it, what is missing, or where can one read more?")
    parts = [
        flex.text(title, bold=True, size="lg"),
        flex.text(body),
        flex.text(t("✍️ Please write it now, in one message."), bold=True),
        flex.text(
            t("Volunteers and everybody else can read it: it becomes PUBLIC. Your name is not shown."),
            size="sm",
            colour=flex.WARNING,
        ),
    ]
    if earlier:
        before = t("You wrote before: “%(excerpt)s” What you write now takes its place.") % {
            "excerpt": _excerpt(earlier)
        }
        parts.append(flex.text(before, size="sm", colour=flex.SOFT))
    never_mind = flex.postback_button(t("Never mind"), encode(dialogue_id, Choice.NONE))
    return [flex.flex_message(f"{title} {body}", flex.bubble(body=parts, footer=[never_mind]))]


def ask_to_add(t: Translate, purpose: Purpose, text: str, dialogue_id: str) -> list[Json]:
    title = t("Add this as your reason?") if purpose == Purpose.REASON else t("Add this as your comment?")
    parts = [
        flex.text(title, bold=True, size="lg"),
        flex.text(t("“%(text)s”") % {"text": _excerpt(text)}),
        flex.text(
            t("It becomes PUBLIC: everybody can read it. Your name is not shown."), bold=True, colour=flex.WARNING
        ),
    ]
    add = flex.postback_button(t("Yes, add it"), encode(dialogue_id, Choice.YES), style="primary", colour=flex.ACCENT)
    return [flex.flex_message(title, flex.bubble(body=parts, footer=[add, _check_instead(t, dialogue_id)]))]


def cannot_add(t: Translate, problem: Problem, limit: int, text: str, dialogue_id: str | None) -> list[Json]:
    """`limit` is in characters; `dialogue_id` None when there is nothing in the text to look up."""
    titles = {
        Problem.SHORT: t("Could you say a little more?"),
        Problem.SAME: t("This is the message itself."),
        Problem.LONG: t("This is too long."),
    }
    bodies = {
        Problem.SHORT: t("A whole sentence helps the volunteers more. Please write it in one message."),
        Problem.SAME: t("Please write in your own words what you know about it."),
        Problem.LONG: t("Please use at most %(limit)d characters.") % {"limit": limit},
    }
    parts = [
        flex.text(titles[problem], bold=True, size="lg"),
        flex.text(bodies[problem]),
        flex.text(t("“%(text)s”") % {"text": _excerpt(text)}, size="sm", colour=flex.SOFT),
    ]
    buttons = [_check_instead(t, dialogue_id)] if dialogue_id else []
    alt = f"{titles[problem]} {bodies[problem]}"
    return [flex.flex_message(alt, flex.bubble(body=parts, footer=buttons))]


def added(t: Translate, purpose: Purpose) -> list[Json]:
    if purpose == Purpose.REASON:
        return [flex.text_message(t("Thank you! The volunteers see it beside the message."))]
    return [flex.text_message(t("Thank you! Your comment is beside the reply now."))]


def stopped(t: Translate) -> list[Json]:
    return [flex.text_message(t("All right. Nothing was added."))]


def _check_instead(t: Translate, dialogue_id: str) -> Json:
    return flex.postback_button(t("No, check it as a message"), encode(dialogue_id, Choice.NO))


def _excerpt(text: str) -> str:
    return one_line(text, sizes.ADDITION, sizes.ADDITION_UNITS)
