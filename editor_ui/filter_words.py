"""What the choices of a filter are called."""

from collections.abc import Mapping

from flask_babel import gettext

from editor_ui.language import VERDICTS
from editor_ui.queries.filter_names import FilterNames
from factcheck.languages import BY_TAG
from factcheck.models import ArticleType
from factcheck.services.filters import Claimed, Mine, Replies, Tab, Votes

Choices = Mapping[str, tuple[str, Mapping[str, str]]]


def tab_names() -> Mapping[str, str]:
    return {
        Tab.WAITING: gettext("Needs a reply"),
        Tab.VOTES: gettext("Needs votes"),
        Tab.STUCK: gettext("Old and stuck"),
        Tab.ANSWERED: gettext("Answered"),
        Tab.RETIRED: gettext("Set aside"),
        Tab.ALL: gettext("All"),
    }


def choices(names: FilterNames, *, logged_in: bool) -> Choices:
    """Gives label and options of each filter that has some. What depends on the person is for those logged in."""
    own = {"mine": (gettext("My work"), _mine())} if logged_in else {}
    return {
        "topic": (gettext("Topic"), names.topics),
        "language": (gettext("Language"), {tag: language.name for tag, language in BY_TAG.items()}),
        "replies": (gettext("Replies"), _replies()),
        "verdict": (gettext("Verdict"), {key: str(words[0]) for key, words in VERDICTS.items()}),
        "votes": (gettext("Votes"), _votes()),
        "claimed": (gettext("Somebody works on it"), _claimed(logged_in=logged_in)),
        **own,
        **named_houses(gettext("Has a reply by (organisation)"), names),
        "kind": (gettext("Kind of message"), _kinds()),
    }


def named_houses(label: str, names: FilterNames) -> Choices:
    """Gives nothing where no organisation is registered."""
    return {"organisation": (label, names.organisations)} if names.organisations else {}


def _replies() -> dict[str, str]:
    return {
        Replies.NONE: gettext("none yet"),
        Replies.SOME: gettext("one or more"),
        Replies.MANY: gettext("three or more"),
    }


def _votes() -> dict[str, str]:
    return {
        Votes.HELPFUL: gettext("has a helpful reply"),
        Votes.UNHELPFUL: gettext("no reply is helpful yet"),
        Votes.FEW: gettext("fewer than three votes"),
    }


def _mine() -> dict[str, str]:
    return {
        Mine.REPLIED: gettext("I replied"),
        Mine.NOT_REPLIED: gettext("I did not reply"),
        Mine.VOTED: gettext("I voted"),
        Mine.DRAFTED: gettext("with my draft"),
        Mine.UNREAD: gettext("not opened yet"),
    }


def _claimed(*, logged_in: bool) -> dict[str, str]:
    own: dict[str, str] = {Claimed.BY_ME: gettext("I do")} if logged_in else {}
    return {Claimed.NO: gettext("nobody"), Claimed.YES: gettext("somebody"), **own}


def _kinds() -> dict[str, str]:
    return {
        ArticleType.TEXT: gettext("text"),
        ArticleType.IMAGE: gettext("picture"),
        ArticleType.VIDEO: gettext("video"),
        ArticleType.AUDIO: gettext("audio"),
    }
