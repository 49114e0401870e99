"""What the chat and the web pages say in the same words.

`t` is the caller's translation, so each of these texts stands in both catalogues, which a test keeps alike. `quote`
cuts and marks off what somebody wrote, as the place needs it.
"""

from collections.abc import Callable
from datetime import datetime

from factcheck.matching.compare.changes import Change, ChangeKind, Difference
from factcheck.matching.decide.decision import Standing
from factcheck.models import ReplyType, VoteReason, VoteStatus

Translate = Callable[[str], str]
Quote = Callable[[str], str]

MOST_CHANGES = 3
"""More are not read."""

LURES = (ChangeKind.DEMAND, ChangeKind.LINK)
"""What somebody adds to a true notice to make others act."""

OLD_AFTER = 2
"""Years after which a reply is said to be old."""


def verdict_word(t: Translate, reply_type: str) -> str:
    words = {
        ReplyType.RUMOR: t("Contains misinformation"),
        ReplyType.NOT_RUMOR: t("Contains true information"),
        ReplyType.OPINIONATED: t("Contains personal opinion"),
        ReplyType.NOT_ARTICLE: t("Not something to fact-check"),
    }
    return words[ReplyType(reply_type)]


def vote_status_words(t: Translate, status: str) -> str:
    words = {
        VoteStatus.UNRATED: t("Not rated yet by enough people"),
        VoteStatus.PROVISIONAL: t("Found helpful so far"),
        VoteStatus.HELPFUL: t("Found helpful by many"),
        VoteStatus.DISPUTED: t("Disputed: people disagree about this reply"),
    }
    return words[VoteStatus(status)]


def vote_reason_words(t: Translate, reason: str) -> str:
    words = {
        VoteReason.CLEAR: t("Clear and well written"),
        VoteReason.GOOD_SOURCES: t("Good sources"),
        VoteReason.ADDRESSES_CLAIM: t("Answers what the message claims"),
        VoteReason.CONTEXT: t("Tells what one needs to know"),
        VoteReason.NEUTRAL: t("Neutral words"),
        VoteReason.INCORRECT: t("Something in it is wrong"),
        VoteReason.SOURCES_MISSING: t("No sources, or poor ones"),
        VoteReason.SOURCES_DO_NOT_SUPPORT: t("The sources do not say that"),
        VoteReason.MISSES_POINT: t("It misses the point"),
        VoteReason.HARD_TO_READ: t("Hard to understand"),
        VoteReason.BIASED: t("It takes sides or argues"),
        VoteReason.OPINION: t("It is opinion or guessing"),
        VoteReason.NOT_NEEDED: t("The message needs no reply"),
        VoteReason.SPAM: t("Advertising, spam or abuse"),
        VoteReason.OTHER: t("Something else"),
    }
    return words[VoteReason(reason)]


def years_old(written_at: datetime | None, now: datetime) -> int:
    """Counts whole years; 0 for an unknown moment."""
    return (now - written_at).days // 365 if written_at else 0


def age_words(t: Translate, years: int) -> str:
    """Warns of an old reply; '' for one that is not."""
    if years < OLD_AFTER:
        return ""
    return t("Written more than %(years)d years ago. Look whether it still holds.") % {"years": years}


def standing_words(t: Translate, standing: Standing) -> str:
    words = {
        Standing.SAME: t("The same message"),
        Standing.PROBABLY: t("Probably the same"),
        Standing.PERHAPS: t("Perhaps the same"),
    }
    return words[standing]


def difference_lines(t: Translate, difference: Difference, quote: Quote, *, checked: bool = True) -> list[str]:
    """Quotes what differs, the most telling first. `checked`: somebody has replied to the other message."""
    lines = [_line(t, change, quote, checked=checked) for change in difference.changes[:MOST_CHANGES]]
    if checked and any(change.kind in LURES and change.yours for change in difference.changes):
        lines.append(
            t("⚠️ Nobody has checked that. Please do not follow it, pay or give your data before you are sure.")
        )
    return lines


def small_difference_line(t: Translate, difference: Difference, quote: Quote) -> str:
    change = difference.changes[0]
    if change.kind == ChangeKind.LEFT_OUT:
        return "ℹ️ " + _line(t, change, quote, checked=True)
    return t("ℹ️ Your message also says “%(yours)s”. Nobody has checked that.") % {"yours": quote(change.yours)}


def _line(t: Translate, change: Change, quote: Quote, *, checked: bool) -> str:
    values = {"yours": quote(change.yours), "theirs": quote(change.theirs)}
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
