"""What a message changes of another one, quoted as a chat shows it."""

from bot.i18n import Translate
from bot.messages import sizes
from bot.messages.limits import one_line
from factcheck.matching.compare.changes import Difference


def what_is_new(t: Translate, difference: Difference) -> str:
    """Return '' if the message has nothing that the other one lacks."""
    new = next((change.yours for change in difference.changes if change.yours), "")
    return t("New in it: “%(yours)s”.") % {"yours": quoted(new)} if new else ""


def quoted(text: str) -> str:
    return one_line(text, sizes.DIFFERENCE, sizes.UNITS_A_GRAPHEME * sizes.DIFFERENCE) or "…"
