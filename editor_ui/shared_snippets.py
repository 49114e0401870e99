"""Texts that many replies need, offered to everybody in the language of the page."""

from flask_babel import lazy_gettext

SHARED_SNIPPETS = (
    lazy_gettext("This is a greeting or a wish. It claims nothing that could be true or false."),
    lazy_gettext("This is an advertisement. Look up the seller before you pay or give your data."),
    lazy_gettext("The message is too short to be checked. Please send the whole text, or where it comes from."),
    lazy_gettext("This was true once, but is no longer: since then it has changed."),
    lazy_gettext("There is no source in the message, and we found none that confirms it."),
    lazy_gettext("This is an opinion. Others see it differently, for example:"),
    lazy_gettext("If you have already given money or data, call the hotline against fraud or your bank now."),
)
