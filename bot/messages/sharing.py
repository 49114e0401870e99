"""Links that open LINE's own list of chats to send a text to."""

from urllib.parse import quote, unquote

from bot.i18n import Translate
from bot.messages import flex, sizes
from bot.messages.answers import verdict
from bot.messages.flex import Json
from bot.messages.limits import ELLIPSIS, MAX_URI, cut_graphemes
from factcheck.directions import undirected
from factcheck.graphemes import clusters

SHARE = "https://line.me/R/share?text="
"""Opens on phones and computers. See LINE's page on its URL scheme; line:// is deprecated there."""

ADD_FRIEND = "https://line.me/R/ti/p/"


def friend_link(basic_id: str) -> str:
    """`basic_id` includes the @."""
    return ADD_FRIEND + quote(basic_id, safe="")


def share_uri(text: str, tail: str) -> str:
    """Build a link that shares `text` and, on lines of its own, `tail` (links). The text is cut to fit; a tail that
    does not fit by itself is left out."""
    room = MAX_URI - len(SHARE) - len(_escaped("\n" + tail))
    if room < 0:
        return SHARE + _cut(text, MAX_URI - len(SHARE))
    return SHARE + _cut(text, room) + _escaped("\n" + tail if text else tail)


def share_bot_uri(t: Translate, bot_link: str) -> str:
    return share_uri(
        t("Is a message true? Forward it to Factline in LINE, and read what volunteers found out:"), bot_link
    )


def asked(t: Translate, article_text: str) -> str:
    return t("Is this true? Do you know more? “%(excerpt)s”") % {"excerpt": _excerpt(article_text)}


def answered(t: Translate, article_text: str, reply_type: str) -> str:
    """The verdict comes first, since the end may be cut off."""
    return verdict(t, reply_type) + "\n" + t("About the message “%(excerpt)s”") % {"excerpt": _excerpt(article_text)}


def share_article_uri(t: Translate, text: str, article_url: str, bot_link: str) -> str:
    ask = t("Ask Factline in LINE about other messages:")
    return share_uri(text, f"{article_url}\n\n{ask}\n{bot_link}")


def share_card(t: Translate, bot_link: str) -> list[Json]:
    title = t("Tell your friends about Factline")
    body = t(
        "Press the button and choose who should know. They get a short text with a link; you see it before it is sent."
    )
    contents = flex.bubble(
        body=[flex.text(title, bold=True, size="lg"), flex.text(body)],
        footer=[flex.link_button(t("📣 Tell friends"), share_bot_uri(t, bot_link), style="primary")],
    )
    return [flex.flex_message(f"{title} {body}", contents)]


def _excerpt(text: str) -> str:
    return unquote(_cut(cut_graphemes(" ".join(undirected(text).split()), sizes.SHARED), sizes.SHARED_ESCAPED))


def _escaped(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _cut(text: str, room: int) -> str:
    """Escapes a text into at most `room` characters, never cut inside an escape or a grapheme cluster."""
    whole = _escaped(text)
    if len(whole) <= room:
        return whole
    mark, kept, used = _escaped(ELLIPSIS), [], 0
    for cluster in clusters(text):
        used += len(_escaped(cluster))
        if used > room - len(mark):
            break
        kept.append(cluster)
    return _escaped("".join(kept)) + mark if room >= len(mark) else ""
