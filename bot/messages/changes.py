"""What a message changes of another one, in words that quote both."""

from bot.i18n import Translate
from bot.messages import sizes
from bot.messages.limits import one_line
from factcheck.matching.compare.changes import Change, ChangeKind, Difference

MOST_CHANGES = 3
"""More are not read."""

LURES = (ChangeKind.DEMAND, ChangeKind.LINK)
"""What somebody adds to a true notice to make others act."""


def difference_lines(t: Translate, difference: Difference, *, checked: bool = True) -> list[str]:
    """Quote what differs, the most telling first. `checked`: somebody has replied to the other message."""
    lines = [_line(t, change, checked=checked) for change in difference.changes[:MOST_CHANGES]]
    if checked and any(change.kind in LURES and change.yours for change in difference.changes):
        lines.append(
            t("⚠️ Nobody has checked that. Please do not follow it, pay or give your data before you are sure.")
        )
    return lines


def small_difference_line(t: Translate, difference: Difference) -> str:
    said = t("ℹ️ Your message also says “%(yours)s”. Nobody has checked that.")
    return said % {"yours": _quoted(difference.changes[0].yours)}


def what_is_new(t: Translate, difference: Difference) -> str:
    """Return '' if the message has nothing that the other one lacks."""
    new = next((change.yours for change in difference.changes if change.yours), "")
    return t("New in it: “%(yours)s”.") % {"yours": _quoted(new)} if new else ""


def _line(t: Translate, change: Change, *, checked: bool) -> str:
    values = {"yours": _quoted(change.yours), "theirs": _quoted(change.theirs)}
    if change.yours and change.theirs:
        both = t("You received “%(yours)s”. The message that I know says “%(theirs)s”.")
        if checked:
            both = t("You received “%(yours)s”. The message that was checked says “%(theirs)s”.")
        return both % values
    if change.yours:
        return _only_yours(t, change.kind, checked=checked) % values
    theirs = t("The message that I know also says “%(theirs)s”. Yours does not.")
    if checked:
        theirs = t("The message that was checked also says “%(theirs)s”. Yours does not.")
    return theirs % values


def _only_yours(t: Translate, kind: ChangeKind, *, checked: bool) -> str:
    if not checked:
        return t("Only your message says “%(yours)s”. The one that I know does not.")
    if kind == ChangeKind.DEMAND:
        return t("Your message asks for this: “%(yours)s”. The one that was checked does not.")
    if kind == ChangeKind.LINK:
        return t("Your message leads to “%(yours)s”. The one that was checked does not.")
    return t("Only your message says “%(yours)s”. The one that was checked does not.")


def _quoted(text: str) -> str:
    return one_line(text, sizes.DIFFERENCE, sizes.UNITS_A_GRAPHEME * sizes.DIFFERENCE) or "…"
