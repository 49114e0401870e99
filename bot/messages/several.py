from collections.abc import Sequence
from dataclasses import dataclass

from bot.buttons.question import Choice, encode
from bot.i18n import Translate
from bot.messages import flex, questions, sizes
from bot.messages.candidates import CandidateView, candidate_lines
from bot.messages.changes import quoted
from bot.messages.files import personal_lines
from bot.messages.flex import Json
from bot.messages.limits import MAX_FLEX_LABEL, cut_graphemes, one_line
from bot.messages.preferences import turn_on_button
from factcheck.wording import difference_lines

LISTED = 10
"""Messages in one list, cards in one carousel. With the sizes of excerpts this keeps a message under 50 KB."""


@dataclass(frozen=True)
class SubmittedView:
    text: str
    article_id: str
    article_url: str
    share_uri: str


def ask_together(t: Translate, texts: Sequence[str], dialogue_id: str, *, batch: int, too_many: int = 0) -> list[Json]:
    """Ask about the first `batch` messages. `too_many`: how many more came than can be taken."""
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
    t: Translate,
    locale: str,
    views: Sequence[CandidateView],
    asked: int,
    dialogue_id: str,
    *,
    noted: bool,
    wants_notices: bool,
) -> list[Json]:
    """`asked` is how many were sent together; `noted`, that the person counts as asking about some."""
    intro = t("I found something about %(known)d of your %(count)d messages.") % {"known": len(views), "count": asked}
    bubbles = [_found(t, locale, view, number, dialogue_id) for number, view in enumerate(views[:LISTED])]
    if noted and wants_notices:
        intro += " " + t("Where there is no reply yet, I have noted that you ask, and I will tell you.")
    elif noted:
        intro += " " + t("Where there is no reply yet, I have noted that you ask.")
        bubbles.append(
            flex.bubble(body=[flex.text(questions.where_to_look(t))], footer=[turn_on_button(t)], size="kilo")
        )
    return [flex.text_message(intro), flex.flex_message(intro, flex.carousel(bubbles))]


def ask_consent(
    t: Translate,
    texts: Sequence[str],
    asked: int,
    dialogue_id: str,
    *,
    has_files: bool = False,
    has_faces: bool = False,
) -> list[Json]:
    """Ask whether to publish these of the `asked` messages. `has_files`: there are pictures, films or sounds among
    them; `has_faces`: somebody's face seems to be in one."""
    title = t("May we publish these messages?") if len(texts) > 1 else t("May we publish this message?")
    new = t("I do not know these messages for certain:")
    if len(texts) < asked:
        new = t("%(new)d of your %(count)d messages I do not know for certain:") % {"new": len(texts), "count": asked}
    lines = questions.publishing_lines(t, several=len(texts) > 1, is_file=has_files)
    if has_files:
        lines = [*personal_lines(t, "\n".join(texts), has_faces=has_faces), *lines]
    body = [flex.text(title, bold=True, size="lg"), flex.text(new), *_listed(texts), *lines]
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


def submitted(t: Translate, views: Sequence[SubmittedView], *, failed: int, wants_notices: bool) -> list[Json]:
    """Confirm what was published; a single message as if it had come alone."""
    could_not = t("%(count)d could not be published.") % {"count": failed}
    if not views:
        return [flex.text_message(could_not)]
    sorry = [could_not] if failed else []
    if len(views) == 1:
        one = views[0]
        return questions.submitted(
            t, one.article_id, one.article_url, one.share_uri, wants_notices=wants_notices, more=sorry
        )
    title = t("Thank you. Messages in the queue: %(count)d.") % {"count": len(views)}
    told = t("Volunteers will look at them. I will tell you here when there are replies.")
    lines = [told] if wants_notices else [t("Volunteers will look at them."), questions.where_to_look(t)]
    lines += sorry
    card = flex.bubble(
        body=[flex.text(title, bold=True, size="lg"), *(flex.text(line) for line in lines)],
        footer=[] if wants_notices else [turn_on_button(t)],
    )
    cards = flex.carousel([_submitted(t, view, number) for number, view in enumerate(views[:LISTED])])
    know_more = t("Do you know more about one of them?")
    return [flex.flex_message(" ".join([title, *lines]), card), flex.flex_message(know_more, cards)]


def _submitted(t: Translate, view: SubmittedView, number: int) -> Json:
    body = [flex.text(f"{number + 1}. {_excerpt(view.text)}")]
    buttons = questions.submitted_buttons(t, view.article_id, view.article_url, view.share_uri)
    return flex.bubble(body=body, footer=buttons, size="kilo")


def _found(t: Translate, locale: str, view: CandidateView, number: int, dialogue_id: str) -> Json:
    sent = t("You sent: “%(excerpt)s”") % {"excerpt": _excerpt(view.sent)}
    lines = candidate_lines(t, locale, view, number)
    if view.difference is not None:
        lines.insert(1, flex.text(difference_lines(t, view.difference, quoted)[0], size="sm"))
    label = t("Show the reply") if view.reply_type else t("See more")
    button = _main_button(label, encode(dialogue_id, number))
    body = [flex.text(sent, size="sm", colour=flex.SOFT), *lines]
    return flex.bubble(hero=view.thumbnail, body=body, footer=[button], size="kilo")


def _listed(texts: Sequence[str]) -> list[Json]:
    return [flex.text(f"{number + 1}. {_excerpt(text)}", size="sm") for number, text in enumerate(texts[:LISTED])]


def _excerpt(text: str) -> str:
    return one_line(text, sizes.LISTED, sizes.LISTED_UNITS)


def _numbered(number: int, text: str) -> str:
    return cut_graphemes(f"{number + 1}. {_excerpt(text)}", MAX_FLEX_LABEL)


def _main_button(label: str, data: str) -> Json:
    return flex.postback_button(label, data, style="primary", colour=flex.ACCENT)
