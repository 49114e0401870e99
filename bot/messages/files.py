"""What is said about pictures, films and sounds."""

from bot.i18n import Translate
from bot.messages import flex, sizes
from bot.messages.flex import Json
from bot.messages.limits import one_line
from factcheck.media.examining import Fault
from factcheck.models import ArticleType
from factcheck.personal_data import Kind, find_personal

SIGNS = {ArticleType.IMAGE: "🖼️", ArticleType.VIDEO: "🎞️", ArticleType.AUDIO: "🎧"}


def named(t: Translate, text: str, article_type: str) -> str:
    """Name a message by its text; a picture without words by what it is."""
    sign = SIGNS.get(ArticleType(article_type or ArticleType.TEXT))
    if sign is None:
        return text
    return f"{sign} {text}" if text.strip() else f"{sign} {kind_word(t, article_type)}"


def kind_word(t: Translate, article_type: str) -> str:
    words = {ArticleType.IMAGE: t("Picture"), ArticleType.VIDEO: t("Film"), ArticleType.AUDIO: t("Sound")}
    return words[ArticleType(article_type)]


def what_was_read(t: Translate, text: str, article_type: str, *, refused: bool) -> list[str]:
    """Say what would become public, in the question whether it may."""
    lines = {
        ArticleType.IMAGE: t("I do not know this picture yet."),
        ArticleType.VIDEO: t("I do not know this film yet."),
        ArticleType.AUDIO: t("I do not know this sound yet."),
    }
    said = t("All right: this is something else. Volunteers can look into it.")
    first = said if refused else lines[ArticleType(article_type)]
    if text.strip():
        read = t("I read: “%(text)s”") % {"text": one_line(text, sizes.READ, sizes.READ_UNITS)}
        return [first, read]
    if article_type == ArticleType.IMAGE:
        return [first, t("I could not read any words in it.")]
    return [first, t("I cannot hear or see what is in it; volunteers can.")]


def personal_lines(t: Translate, text: str, *, has_faces: bool = False) -> list[Json]:
    """Warn of what seems to belong to a private person."""
    words = {
        Kind.MAIL: t("an e-mail address"),
        Kind.PHONE: t("a phone number"),
        Kind.IDENTITY: t("an identity number"),
        Kind.CARD: t("a card number"),
        Kind.PLACE: t("a home address"),
    }
    found = [words[kind] for kind in dict.fromkeys(one.kind for one in find_personal(text))]
    found += [t("a person's face")] if has_faces else []
    if not found:
        return []
    listed = " · ".join(found)
    warning = t("⚠️ There seems to be something private in it: %(what)s. It would be public, too.")
    return [flex.text(warning % {"what": listed}, bold=True, colour=flex.WARNING)]


def not_taken(t: Translate, fault: Fault) -> list[Json]:
    texts = {
        Fault.GONE: t("LINE does not give me that any more. Please send it to me once more."),
        Fault.NOT_READY: t("LINE was still preparing it when I gave up. Please send it to me again in some minutes."),
        Fault.TOO_BIG: t("That is too big for me. Please send a smaller picture or a shorter film, or its words."),
        Fault.NOT_TAKEN: t(
            "I cannot open this kind of file. I take ordinary pictures, films and sounds. If there are words in it, "
            "please take a picture of the screen, or type the most important sentence."
        ),
        Fault.BROKEN: t(
            "I could not open that: the file seems to be broken. Please send it once more, or a picture of your screen."
        ),
        Fault.FULL: t(
            "I am sorry, there is no room for more pictures and films at the moment. If there are words in it, please "
            "send me those."
        ),
    }
    return [flex.text_message(texts[fault])]
