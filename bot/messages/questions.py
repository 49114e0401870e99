"""Questions before publishing, confirmations and hints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.buttons.menu import Action
from bot.buttons.menu import encode as encode_action
from bot.buttons.question import Choice, encode
from bot.i18n import Translate
from bot.messages import flex, sizes
from bot.messages.changes import quoted, what_is_new
from bot.messages.differing import same_button
from bot.messages.excerpts import excerpt
from bot.messages.files import personal_lines, what_was_read
from bot.messages.flex import Json
from bot.messages.limits import one_line
from bot.messages.preferences import turn_on_button
from factcheck.matching.compare.changes import Difference
from factcheck.matching.text.urls import find_urls
from factcheck.models import VoteReason
from factcheck.wording import difference_lines, vote_reason_words

WHY: Mapping[str, VoteReason] = {
    Choice.WRONG: VoteReason.INCORRECT,
    Choice.SOURCES: VoteReason.SOURCES_MISSING,
    Choice.POINT: VoteReason.MISSES_POINT,
    Choice.HARD: VoteReason.HARD_TO_READ,
}
"""What one press says of a reply that did not help."""


@dataclass(frozen=True)
class Near:
    """A message without a reply that is nearly the person's."""

    text: str
    sent: str
    difference: Difference


def ask_consent(
    t: Translate,
    text: str,
    dialogue_id: str,
    *,
    refused: bool = False,
    new: Difference | None = None,
    near: Near | None = None,
    offers_more: bool = False,
    file_type: str = "",
    has_faces: bool = False,
) -> list[Json]:
    """Ask whether to publish. `refused`: the person has just said that they sent something else; `new`: what is new in
    it. `offers_more`: something is perhaps the message. `file_type`: the `ArticleType` of a picture, film or sound in
    which the text was read; '' for a text."""
    question = t("May we publish this message?")
    why = _why(t, text, refused=refused, new=new, near=near)
    if file_type:
        why = what_was_read(t, text, file_type, refused=refused)
    body = [
        flex.text(question, bold=True, size="lg"),
        *(flex.text(line) for line in why),
        *(personal_lines(t, text, has_faces=has_faces) if file_type else ()),
        *publishing_lines(t, is_file=bool(file_type)),
    ]
    if near is None and not file_type and not _is_link(text):
        whole = t("If you typed it and have the whole message, please forward that instead.")
        body.append(flex.text(whole, size="sm", colour=flex.SOFT))
    buttons = [
        flex.postback_button(
            t("Yes, publish and check it"), encode(dialogue_id, Choice.YES), style="primary", colour=flex.ACCENT
        ),
        flex.postback_button(t("No, do not publish"), encode(dialogue_id, Choice.NO)),
    ]
    if near is not None:
        buttons.insert(1, same_button(t, dialogue_id))
    if offers_more:
        perhaps = t("Perhaps it is one of these?")
        buttons.append(flex.postback_button(perhaps, encode(dialogue_id, Choice.PERHAPS), style="link"))
    return [flex.flex_message(question, flex.bubble(body=body, footer=buttons))]


def _why(t: Translate, text: str, *, refused: bool, new: Difference | None, near: Near | None) -> list[str]:
    if near is not None:
        waiting = t("Nobody has answered yet, but I know a message that is nearly the same: “%(excerpt)s”")
        shown = excerpt(near.text, near.sent, sizes.NEAR)
        return [waiting % {"excerpt": shown}, *difference_lines(t, near.difference, quoted, checked=False)]
    unknown = t("I do not know “%(excerpt)s” yet.")
    if refused:
        unknown = t("All right: “%(excerpt)s” is another message. Volunteers can look into it.")
    lines = [unknown % {"excerpt": one_line(text, sizes.QUESTIONED, sizes.QUESTIONED_UNITS)}]
    if new is not None and (said := what_is_new(t, new)):
        lines.append(said)
    return lines


def _is_link(text: str) -> bool:
    return bool(find_urls(text)) and len(text.split()) == 1


def publishing_lines(t: Translate, *, several: bool = False, is_file: bool = False) -> list[Json]:
    doubt = t("If you think that it may be false, volunteers can check it.")
    public = t(
        "The message becomes PUBLIC: everybody can read it on our web site and in our open dataset. Your name and your "
        "LINE account are not shown."
    )
    private = t("Do not publish it if it has private things in it, such as names, addresses or numbers.")
    if several:
        doubt = t("If you think that they may be false, volunteers can check them.")
        public = t(
            "The messages become PUBLIC: everybody can read them on our web site and in our open dataset. Your name "
            "and your LINE account are not shown."
        )
        private = t("Do not publish them if they have private things in them, such as names, addresses or numbers.")
    if is_file and several:
        public = t(
            "They become PUBLIC, with the words in them: everybody can see them on our web site, and read their words "
            "in our open dataset. Your name and your LINE account are not shown."
        )
    elif is_file:
        public = t(
            "It becomes PUBLIC, with the words in it: everybody can see it on our web site, and read its words in our "
            "open dataset. Your name and your LINE account are not shown."
        )
    if is_file:
        private = t(
            "Do not publish what shows private things, such as names, addresses, numbers, or the faces of people who "
            "are not in public life."
        )
    return [flex.text(doubt), flex.text(public, bold=True, colour=flex.WARNING), flex.text(private, size="sm")]


def submitted(
    t: Translate, article_id: str, article_url: str, share_uri: str, *, wants_notices: bool, more: Sequence[str] = ()
) -> list[Json]:
    title = t("Thank you. Your message is in the queue.")
    body = [t("Volunteers will look at it. I will tell you here as soon as there is a reply.")]
    buttons = submitted_buttons(t, article_id, article_url, share_uri)
    if not wants_notices:
        body = [t("Volunteers will look at it."), where_to_look(t)]
        buttons.append(turn_on_button(t))
    return [_card(title, [*body, *more], buttons)]


def submitted_buttons(t: Translate, article_id: str, article_url: str, share_uri: str) -> list[Json]:
    share = flex.link_button(t("📣 Ask friends whether they know more"), share_uri)
    return [_tell_more(t, article_id), share, _web(t, article_url)]


def where_to_look(t: Translate) -> str:
    """Return what replaces the promise to tell, for people without notices."""
    return t("Notices are off, so I will not write to you. You will find replies in “My messages”.")


def declined(t: Translate) -> list[Json]:
    return [flex.text_message(t("All right: nothing was published, and I have deleted what you sent."))]


class Asked(StrEnum):
    """Has a person asked for the check of an article that nobody has replied to?"""

    NOW = "NOW"
    BEFORE = "BEFORE"
    NEVER = "NEVER"


def not_answered_yet(
    t: Translate,
    article_id: str,
    article_url: str,
    people: int,
    first_reported: str,
    *,
    asked: Asked,
    dialogue_id: str | None,
    wants_notices: bool,
) -> list[Json]:
    """`people` includes this person; `first_reported` is a date in words. With a `dialogue_id` the person can say that
    it is another message."""
    titles = {
        Asked.NOW: t("I know this message, but nobody has replied yet. I have noted that you ask, too."),
        Asked.BEFORE: t("You asked about this message before. Nobody has replied yet."),
        Asked.NEVER: t("Nobody has replied to this message yet."),
    }
    body = [t("First reported: %(date)s") % {"date": first_reported}]
    waiting = t("Waiting for a reply: %(people)d.")
    if asked == Asked.NEVER:
        body.append(waiting % {"people": people})
        ask = flex.postback_button(
            t("I want to know, too"), encode_action(Action.ASK, article_id), style="primary", colour=flex.ACCENT
        )
        return [_card(titles[asked], body, [ask, _web(t, article_url)])]
    buttons = [_tell_more(t, article_id), _web(t, article_url)]
    if wants_notices:
        waiting = t("Waiting for a reply: %(people)d. I will tell you here as soon as there is one.")
        body.append(waiting % {"people": people})
    else:
        body += [waiting % {"people": people}, where_to_look(t)]
        buttons.append(turn_on_button(t))
    if dialogue_id:
        wrong = t("This is not what I sent")
        buttons.append(flex.postback_button(wrong, encode(dialogue_id, Choice.NONE), style="link"))
    return [_card(titles[asked], body, buttons)]


def rated_helpful(t: Translate, share_uri: str, dialogue_id: str) -> list[Json]:
    title = t("Thank you!")
    body = t("Do you want to forward the reply to whoever sent you the message?")
    share = flex.link_button(t("📣 Share the reply"), share_uri, style="primary")
    return [_card(title, [body], [share, _take_back(t, dialogue_id)])]


def rated_lower(
    t: Translate, article_id: str, reply_id: str, article_url: str, dialogue_id: str, *, somewhat: bool
) -> list[Json]:
    """Ask what is missing or wrong; one press is enough to say it."""
    title = t("Thank you for telling us.")
    body = t("What is missing, or wrong? Volunteers can write a better reply if you tell them.")
    whys = [
        flex.postback_button(vote_reason_words(t, reason), encode(dialogue_id, choice))
        for choice, reason in WHY.items()
        if not somewhat
    ]
    more = [
        _tell_why(t, article_id, reply_id),
        flex.link_button(t("Write a better reply on the web"), article_url),
        flex.postback_button(t("Report it"), encode_action(Action.REPORT, article_id, reply_id), style="link"),
        _take_back(t, dialogue_id),
    ]
    lines = [body] if somewhat else [body, t("A rating counts for more if you say why.")]
    return [_card(title, lines, [*whys, *more])]


def noted_why(t: Translate, article_id: str, reply_id: str) -> list[Json]:
    body = t("We noted it. Would you like to say more, in your own words?")
    return [_card(t("Thank you for telling us."), [body], [_tell_why(t, article_id, reply_id)])]


def _tell_why(t: Translate, article_id: str, reply_id: str) -> Json:
    tell = encode_action(Action.TELL, article_id, reply_id)
    return flex.postback_button(t("Tell us why"), tell, style="primary", colour=flex.ACCENT)


def _take_back(t: Translate, dialogue_id: str) -> Json:
    return flex.postback_button(t("Take my rating back"), encode(dialogue_id, Choice.BACK), style="link")


def hint(t: Translate, key: str) -> list[Json]:
    texts = {
        "too_short": t("That is too short for me to look up. Please forward or paste the whole message."),
        "text_only": t(
            "Thank you. For now I can only read text, not yet pictures, films, sound or files. If there are words with "
            "it, please send me those, or type the most important sentence."
        ),
        "beside_media": t(
            "🖼️ I cannot look at the picture, film or sound that came with it. What I say is about the text alone."
        ),
        "beside_text": t(
            "I have only looked at the text. I cannot look at pictures, films or sound yet, so I do not know what is "
            "in them."
        ),
        "unknown_kind": t(
            "I do not know this kind of message. Please send me the text, a picture, a film or a sound, or take a "
            "picture of the screen."
        ),
        "file": t(
            "I cannot open files such as documents. Please send me a picture of the page, or type the most important "
            "sentence."
        ),
        "location": t("Thank you, but I cannot look places up. If a message came with it, please forward that to me."),
        "quoted_gone": t("I do not have that message any more. Please forward it to me again."),
        "sticker": t("😊 Thank you! If a message looks suspicious to you, forward it to me and I will look it up."),
        "repeated": t("You have already answered this question. Nothing more was done."),
        "nothing_else": t("I know no other messages like yours."),
        "expired": t("This button is too old. Please send me the message again."),
        "unknown_button": t("I do not know this button. Please use the buttons of my last message, or send a message."),
        "gone": t("This message is no longer available."),
        "looked_at_first": t(
            "Thank you. Somebody has to look at this before others can see it. Then volunteers check it."
        ),
        "reply_gone": t("This reply is no longer available."),
        "withdrawn": t("Your rating is withdrawn."),
        "own_reply": t("You cannot rate your own reply."),
        "blocked": t("Moderation does not let you publish anything. I still look up messages for you."),
        "elsewhere": t("This was checked elsewhere, and is not rated here."),
        "message_failed": t(
            "I am sorry, I could not look at this message: something went wrong here. Please try again later."
        ),
        "press_failed": t("I am sorry, that did not work: something went wrong here. Please try again later."),
    }
    return [flex.text_message(texts[key])]


def _tell_more(t: Translate, article_id: str) -> Json:
    return flex.postback_button(t("Tell the volunteers more"), encode_action(Action.TELL, article_id))


def _web(t: Translate, url: str) -> Json:
    return flex.link_button(t("See it on the web"), url)


def _card(title: str, body: Sequence[str], buttons: Sequence[Json]) -> Json:
    contents = flex.bubble(
        body=[flex.text(title, bold=True, size="lg"), *(flex.text(line) for line in body)], footer=buttons
    )
    return flex.flex_message(" ".join([title, *body]), contents)
