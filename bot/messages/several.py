"""What the bot says about several messages that came at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue import Choice, encode
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.candidates import CandidateView, candidate_lines
from bot.messages.flex import Json
from bot.messages.limits import MAX_FLEX_LABEL, cut_graphemes, cut_units
from bot.messages.questions import publishing_lines

LISTED = 10
"""Messages in one list, cards in one carousel. With these and the excerpts below a message stays under 50 KB."""
EXCERPT_LENGTH = 40
EXCERPT_UNITS = 120


@dataclass(frozen=True)
class FoundView:
    """What a message that the person sent was found to be."""

    text: str
    article: CandidateView


def ask_together(t: Translate, texts: Sequence[str], dialogue_id: str, *, batch: int, too_many: int = 0) -> list[Json]:
    """`too_many`: how many more came than can be taken."""
    title = t("You sent me %(count)d messages.") % {"count": len(texts)}
    question = t("Do they belong together?")
    body = [flex.text(title, bold=True, size="lg"), *_listed(texts[:batch])]
    if len(texts) > batch:
        question = t("Do these %(count)d belong together?") % {"count": batch}
        body.append(flex.text(t("I take the first %(count)d now, and then the others.") % {"count": batch}))
    if too_many > 0:
        again = t("More came than I can remember at once. Please send the last %(count)d again later.")
        body.append(flex.text(again % {"count": too_many}))
    body += [
        flex.text(question, bold=True),
        flex.text(t("For example, because somebody sent them to you one after the other."), size="sm"),
    ]
    buttons = [
        _main_button(t("Yes, they belong together"), encode(dialogue_id, Choice.YES)),
        flex.postback_button(t("No, they are separate"), encode(dialogue_id, Choice.NO)),
    ]
    return [flex.flex_message(f"{title} {question}", flex.bubble(body=body, footer=buttons))]


def found(
    t: Translate, locale: str, views: Sequence[FoundView], asked: int, dialogue_id: str, *, noted: bool
) -> list[Json]:
    """`asked`: how many messages were sent together. `noted`: the person counts as asking about some of them."""
    intro = t("I found something about %(known)d of your %(count)d messages.") % {"known": len(views), "count": asked}
    if noted:
        intro += " " + t("Where there is no reply yet, I have noted that you ask, and I will tell you.")
    bubbles = [_found(t, locale, view, number, dialogue_id) for number, view in enumerate(views[:LISTED])]
    return [flex.text_message(intro), flex.flex_message(intro, flex.carousel(bubbles))]


def ask_consent(t: Translate, texts: Sequence[str], asked: int, dialogue_id: str) -> list[Json]:
    """`asked`: how many messages were sent together, with these."""
    title = t("May we publish these messages?") if len(texts) > 1 else t("May we publish this message?")
    new = t("I do not know these messages for certain:")
    if len(texts) < asked:
        new = t("%(new)d of your %(count)d messages I do not know for certain:") % {"new": len(texts), "count": asked}
    body = [flex.text(title, bold=True, size="lg"), flex.text(new), *_listed(texts), *publishing_lines(t)]
    buttons = [_main_button(t("Yes, publish and check"), encode(dialogue_id, Choice.YES))]
    if len(texts) > 1:
        buttons.append(flex.postback_button(t("Ask me about each"), encode(dialogue_id, Choice.EACH)))
    buttons.append(flex.postback_button(t("No, do not publish"), encode(dialogue_id, Choice.NO)))
    return [flex.flex_message(f"{new} {title}", flex.bubble(body=body, footer=buttons))]


def choose_one(t: Translate, texts: Sequence[str], dialogue_id: str) -> list[Json]:
    title = t("Then I look at them one by one.")
    body = [
        flex.text(title, bold=True, size="lg"),
        flex.text(t("Press the message that you want to know about first. You can press the others after that.")),
    ]
    buttons = [
        flex.postback_button(_numbered(number, text), encode(dialogue_id, number))
        for number, text in enumerate(texts[:LISTED])
    ]
    return [flex.flex_message(title, flex.bubble(body=body, footer=buttons))]


def submitted(t: Translate, links: Sequence[tuple[str, str]], *, failed: int) -> list[Json]:
    """`links`: text and address of each message that was published."""
    sorry = t("%(count)d could not be published.") % {"count": failed}
    if not links:
        return [flex.text_message(sorry)]
    title = t("Thank you. Messages in the queue: %(count)d.") % {"count": len(links)}
    body = [
        flex.text(title, bold=True, size="lg"),
        flex.text(t("Volunteers will look at it. I will tell you here as soon as there is a reply.")),
    ]
    if failed:
        body.append(flex.text(sorry))
    buttons = [flex.link_button(_numbered(number, text), url) for number, (text, url) in enumerate(links[:LISTED])]
    return [flex.flex_message(title, flex.bubble(body=body, footer=buttons))]


def _found(t: Translate, locale: str, view: FoundView, number: int, dialogue_id: str) -> Json:
    sent = t("You sent: “%(excerpt)s”") % {"excerpt": _excerpt(view.text)}
    lines = candidate_lines(t, locale, view.article, number)
    label = t("Show the reply") if view.article.reply_type else t("See more")
    button = _main_button(label, encode(dialogue_id, number))
    return flex.bubble(body=[flex.text(sent, size="sm", colour=flex.SOFT), *lines], footer=[button], size="kilo")


def _listed(texts: Sequence[str]) -> list[Json]:
    return [flex.text(f"{number + 1}. {_excerpt(text)}", size="sm") for number, text in enumerate(texts[:LISTED])]


def _excerpt(text: str) -> str:
    return cut_units(cut_graphemes(" ".join(text.split()), EXCERPT_LENGTH), EXCERPT_UNITS)


def _numbered(number: int, text: str) -> str:
    return cut_graphemes(f"{number + 1}. {_excerpt(text)}", MAX_FLEX_LABEL)


def _main_button(label: str, data: str) -> Json:
    return flex.postback_button(label, data, style="primary", colour=flex.ACCENT)
