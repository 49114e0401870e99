"""Everything else the bot says: greeting, questions before publishing, confirmations, hints, notices."""

from collections.abc import Sequence

from bot.dialogue import Choice, encode
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.flex import Json
from bot.messages.limits import cut_graphemes


def greeting(t: Translate) -> list[Json]:
    return [
        flex.text_message(
            t(
                "Hello! I am Factline. Forward me a message that looks suspicious, and I will look for a fact-check "
                "that volunteers have written.\n\nIf nobody has checked it yet, I can pass it on to them with your "
                "consent, and I will tell you when there is a reply."
            )
        ),
        flex.text_message(
            t(
                "How to: press and hold a message in another chat, choose Share, then choose Factline. You can also "
                "copy the text and paste it here."
            )
        ),
    ]


def ask_source(t: Translate, text: str, dialogue_id: str) -> list[Json]:
    excerpt = cut_graphemes(" ".join(text.split()), 20)
    question = t("Where does it come from?")
    body = [
        flex.text(question, bold=True, size="lg"),
        flex.text(t("I do not know “%(excerpt)s” yet.") % {"excerpt": excerpt}),
        flex.text(t("Did you forward the whole message, or type it yourself?")),
    ]
    buttons = [
        flex.postback_button(
            t("Forwarded as it was"), encode(dialogue_id, Choice.FORWARDED), style="primary", colour=flex.ACCENT
        ),
        flex.postback_button(t("I typed it"), encode(dialogue_id, Choice.TYPED)),
    ]
    return [flex.flex_message(question, flex.bubble(body=body, footer=buttons))]


def ask_consent(t: Translate, dialogue_id: str, *, typed: bool) -> list[Json]:
    messages = []
    if typed:
        messages.append(
            flex.text_message(
                t(
                    "Volunteers can check a message best if they see all of it. If you can, forward the whole message "
                    "instead. If there is nothing to forward, you can still ask with what you typed."
                )
            )
        )
    question = t("May we publish this message?")
    body = [
        flex.text(question, bold=True, size="lg"),
        flex.text(t("If you think that it may be false, volunteers can check it.")),
        flex.text(
            t(
                "The message becomes PUBLIC: everybody can read it on our web site and in our open dataset. Your "
                "name and your LINE account are not shown."
            ),
            bold=True,
            colour="#C92A2A",
        ),
        flex.text(
            t("Do not publish it if it has private things in it, such as names, addresses or numbers."), size="sm"
        ),
    ]
    buttons = [
        flex.postback_button(
            t("Yes, publish and check it"), encode(dialogue_id, Choice.YES), style="primary", colour=flex.ACCENT
        ),
        flex.postback_button(t("No, do not publish"), encode(dialogue_id, Choice.NO)),
    ]
    messages.append(flex.flex_message(question, flex.bubble(body=body, footer=buttons)))
    return messages


def submitted(t: Translate, article_url: str) -> list[Json]:
    return [
        _card(
            t("Thank you. Your message is in the queue."),
            t("Volunteers will look at it. I will tell you here as soon as there is a reply."),
            t("See it on the web"),
            article_url,
        )
    ]


def declined(t: Translate) -> list[Json]:
    return [flex.text_message(t("All right: nothing was published, and I have deleted what you sent."))]


def not_answered_yet(
    t: Translate, article_url: str, people: int, dialogue_id: str | None, *, new_request: bool
) -> list[Json]:
    """`people`: how many have asked about the article, this person included. With a `dialogue_id` the person can
    say that it is another message."""
    if new_request:
        title = t("I know this message, but nobody has replied yet. I have noted that you ask, too.")
    else:
        title = t("You asked about this message before. Nobody has replied yet.")
    body = t("Waiting for a reply: %(people)d. I will tell you here as soon as there is one.") % {"people": people}
    wrong = []
    if dialogue_id:
        wrong = [flex.postback_button(t("This is not what I sent"), encode(dialogue_id, Choice.NONE), style="link")]
    return [_card(title, body, t("See it on the web"), article_url, wrong)]


def reply_arrived(t: Translate) -> Json:
    """Goes before the reply itself."""
    return flex.text_message(t("📣 There is a reply to a message that you asked about."))


def rated(t: Translate, *, helpful: bool) -> list[Json]:
    if helpful:
        return [flex.text_message(t("Thank you! Do you want to forward the reply to whoever sent you the message?"))]
    return [
        flex.text_message(
            t("Thank you for telling us. If you know more, you can say so on the web or write a better reply.")
        )
    ]


def hint(t: Translate, key: str) -> list[Json]:
    """Short explanations; `key` is one of the names below."""
    texts = {
        "too_short": t("That is too short for me to look up. Please forward or paste the whole message."),
        "text_only": t("For now I can only read text. Please send the text of the message."),
        "repeated": t("You have already answered this question. Nothing more was done."),
        "expired": t("This button is too old. Please send me the message again."),
        "unknown_button": t("I do not know this button. Please use the buttons of my last message, or send a message."),
        "gone": t("This message is no longer available."),
        "own_reply": t("You cannot rate your own reply."),
    }
    return [flex.text_message(texts[key])]


def _card(title: str, body: str, link: str, url: str, buttons: Sequence[Json] = ()) -> Json:
    contents = flex.bubble(
        body=[flex.text(title, bold=True, size="lg"), flex.text(body)],
        footer=[flex.link_button(link, url), *buttons],
    )
    return flex.flex_message(f"{title} {body}", contents)
