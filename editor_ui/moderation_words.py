"""What reasons, decisions and signals are called on the pages."""

from flask import Flask
from flask_babel import lazy_gettext

REASONS = {
    "SPAM": lazy_gettext("Advertising or spam"),
    "SCAM": lazy_gettext("Attempt to cheat people"),
    "PERSONAL_DATA": lazy_gettext("Somebody's personal data"),
    "HARASSMENT": lazy_gettext("Insults or harassment"),
    "IMPERSONATION": lazy_gettext("Pretends to be somebody else"),
    "COPYRIGHT": lazy_gettext("Infringes copyright"),
    "SEXUAL": lazy_gettext("Sexual content"),
    "MANIPULATION": lazy_gettext("Several accounts act as one"),
    "NONSENSE": lazy_gettext("Nonsense, or in the wrong place"),
    "ILLEGAL": lazy_gettext("Forbidden by law"),
    "OTHER": lazy_gettext("Another reason"),
}
"""Maps each `Reason` to its name; `Signal`s have theirs in SIGNALS."""

SIGNALS = {
    "SOON": lazy_gettext("minutes after signing up"),
    "FAST": lazy_gettext("seconds after the one before"),
    "REPEATED": lazy_gettext("the same words at several places"),
    "CONTACT": lazy_gettext("asks people to call or write to somebody"),
    "RING": lazy_gettext("answers a message of an account of the same age"),
    "REMOVED": lazy_gettext("looks like a picture or film that was removed for good"),
}

SIGNS = {
    "SAME_MAILBOX": lazy_gettext("another account has the same mailbox"),
    "SAME_NETWORK": lazy_gettext("another account voted at the same place on the same reply within a minute"),
    "ONE_AUTHOR": lazy_gettext("all votes are for one author"),
}
"""Maps what speaks for a second account (`SECOND_ACCOUNT`) to its name."""

ACTIONS = {
    "HOLD": lazy_gettext("hidden until it is decided"),
    "HIDE": lazy_gettext("hidden"),
    "BLOCK": lazy_gettext("blocked, with all that the account did"),
    "UNBLOCK": lazy_gettext("unblocked"),
    "RESTORE": lazy_gettext("put back"),
    "REDACT": lazy_gettext("personal data taken out"),
    "REMOVE": lazy_gettext("removed for good"),
}

KINDS = {
    "ARTICLE": lazy_gettext("Message"),
    "REPLY": lazy_gettext("Reply"),
    "REQUEST": lazy_gettext("Reason for asking"),
    "COMMENT": lazy_gettext("Comment"),
    "USER": lazy_gettext("Account"),
    "PENDING": lazy_gettext("Reply that waits"),
}


def init_moderation_words(app: Flask) -> None:
    app.jinja_env.globals.update(REASONS=REASONS, SIGNALS=SIGNALS, SIGNS=SIGNS, ACTIONS=ACTIONS, KINDS=KINDS)
