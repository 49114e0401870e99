"""What is said when somebody reports a reply."""

from bot.buttons.menu import Action, encode
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.flex import Json
from factcheck.models import Reason

OFFERED = {
    "s": Reason.SPAM,
    "c": Reason.SCAM,
    "p": Reason.PERSONAL_DATA,
    "h": Reason.HARASSMENT,
    "o": Reason.OTHER,
}
"""One letter each, so that two long ids and the reason fit into a button."""


def ask_reason(t: Translate, article_id: str, reply_id: str) -> list[Json]:
    labels = {
        "s": t("Advertising or spam"),
        "c": t("Attempt to cheat people"),
        "p": t("Personal data"),
        "h": t("Insults"),
        "o": t("Another reason"),
    }
    title = t("What is wrong with this reply?")
    body = [
        flex.text(title, bold=True, size="lg"),
        flex.text(t("Reviewers look at what is reported. Nobody else learns who reported it.")),
    ]
    buttons = [
        flex.postback_button(label, encode(Action.REPORT, article_id, reply_id, letter))
        for letter, label in labels.items()
    ]
    return [flex.flex_message(title, flex.bubble(body=body, footer=buttons))]


def thanks(t: Translate) -> list[Json]:
    return [flex.text_message(t("Thank you! A reviewer will look at it."))]


def refused(t: Translate, why: str) -> list[Json]:
    """Takes a translated sentence."""
    return [flex.text_message(t("That was not noted.") + f" {why}")]
