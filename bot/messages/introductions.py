"""Greeting, tutorial and small talk: short sentences and large signs, since many readers are elderly."""

from bot.buttons.menu import Action, encode
from bot.buttons.talk import Talk
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.answers import verdict
from bot.messages.flex import Json
from factcheck.models import ReplyType

EXAMPLE = "example"
"""Argument of Action.TUTORIAL that shows a sample answer."""


def greeting(t: Translate) -> list[Json]:
    hello = t(
        "Hello! I am Factline. Forward me a message that looks suspicious, and I will look for a fact-check that "
        "volunteers have written.\n\nIf nobody has checked it yet, I can pass it on to them with your consent, and I "
        "will tell you when there is a reply."
    )
    return [flex.text_message(hello), *tutorial(t)]


def tutorial(t: Translate) -> list[Json]:
    copying = t("Choose Factline in the list and send. You can also copy the text and paste it here.")
    reading = t("In a few seconds I tell you what volunteers found out. If nobody knows yet, I can ask them.")
    steps = (
        ("👆", t("1. Press and hold"), t("In your other chat, put your finger on the suspicious message and hold it.")),
        ("📤", t("2. Share"), t("A small menu opens. Choose “Share”.")),
        ("🔎", t("3. Choose Factline"), copying),
        ("✅", t("4. Read the answer"), reading),
    )
    bubbles = [_step(sign, title, body) for sign, title, body in steps]
    bubbles[-1]["footer"] = flex.box(
        [
            flex.postback_button(
                t("Show me an example"), encode(Action.TUTORIAL, EXAMPLE), style="primary", colour=flex.ACCENT
            )
        ]
    )
    return [flex.flex_message(t("How to ask me about a message, in 4 steps"), flex.carousel(bubbles))]


def example(t: Translate) -> list[Json]:
    """Each text says that it is an example, since it may be forwarded."""
    message = t("Put a silver spoon into the fridge, and all vegetables stay fresh for three months!")
    reply = t(
        "A spoon does not keep vegetables fresh. What helps is to keep them cool, dry and in a closed bag. Most leaf "
        "vegetables last about a week."
    )
    about = t("About the message “%(excerpt)s”") % {"excerpt": message}
    answer = [t("📘 EXAMPLE"), f"{verdict(t, ReplyType.RUMOR)}\n{about}"]
    return [
        flex.text_message(t("📘 EXAMPLE. Say that you forward me this:\n\n%(message)s") % {"message": message}),
        flex.text_message("\n\n".join([*answer, reply])),
        *_card(t("Now it is your turn!"), [t("Forward me any message that you wonder about.")], [_how_to(t)]),
    ]


def small_talk(t: Translate, talk: Talk) -> list[Json]:
    ask = t("Forward me a message that looks suspicious, and I will look it up.")
    if talk == Talk.WHO:
        who = t(
            "I am a computer program. I look for fact-checks that volunteers have written, and pass on to them what "
            "nobody has checked yet."
        )
        return _card(t("I am Factline."), [who, ask], [_how_to(t), _share(t)])
    if talk == Talk.THANKS:
        body = t("The thanks go to our volunteers. If I was of help, tell your friends about me.")
        return _card(t("You are welcome! 😊"), [body], [_share(t)])
    if talk == Talk.GOODBYE:
        return _card(t("Goodbye! 👋"), [t("When a message makes you wonder, I am here.")], [])
    if talk == Talk.FINE:
        return _card(t("All right! 👍"), [ask], [])
    if talk == Talk.ASKING:
        return _card(
            t("Which message do you mean?"),
            [t("Please forward me the whole message that you ask about.")],
            [_how_to(t)],
        )
    return _card(t("Hello! 👋"), [ask], [_how_to(t)])


def no_words(t: Translate) -> list[Json]:
    body = t("Please send me the text of a message, and I will look it up.")
    return _card(t("I see no words here. 😊"), [body], [_how_to(t)])


def _step(sign: str, title: str, body: str) -> Json:
    """LINE demands the same size of the cards of a row."""
    picture = {**flex.text(sign, size="5xl"), "align": "center"}
    heading = {**flex.text(title, bold=True, size="xl", colour=flex.ACCENT), "align": "center"}
    return flex.bubble(body=[picture, heading, flex.text(body, size="lg")], size="kilo")


def _card(title: str, body: list[str], buttons: list[Json]) -> list[Json]:
    """A card, not text, so that nobody forwards the bot's own words back to it."""
    parts = [flex.text(title, bold=True, size="lg"), *(flex.text(line) for line in body)]
    return [flex.flex_message(" ".join([title, *body]), flex.bubble(body=parts, footer=buttons))]


def _how_to(t: Translate) -> Json:
    return flex.postback_button(t("How it works"), encode(Action.TUTORIAL))


def _share(t: Translate) -> Json:
    return flex.postback_button(t("📣 Tell friends"), encode(Action.SHARE))
