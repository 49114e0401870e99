"""The list of one's own replies as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from flask_babel import gettext

from editor_ui.filter_words import Choices, named_houses
from editor_ui.language import VERDICTS
from editor_ui.list_address import NAMES, Address, Readers, among, choice, day_after, day_of, understood
from editor_ui.queries.filter_names import FilterNames
from editor_ui.queries.own_replies import ReplyOrder, ReplyTab, WantedReplies, WrittenBy
from factcheck.models import ReplyType
from factcheck.wording import vote_status_words


@dataclass(frozen=True)
class ReplyAddress(Address):
    tab: ReplyTab = ReplyTab.ALL
    order: ReplyOrder = ReplyOrder.NEWEST

    def wanted(self, user_id: str) -> WantedReplies:
        read = {NAMES.get(name, name): READERS[name](value) for name, value in self.values.items()}
        return WantedReplies(user_id, self.tab, self.order, **read)

    def without(self) -> dict[str, "ReplyAddress"]:
        """Maps each filter to the list without it."""
        every = self.values
        return {name: replace(self, values={k: v for k, v in every.items() if k != name}) for name in every}


def from_arguments(arguments: Mapping[str, str]) -> ReplyAddress:
    """Leaves out what is not understood."""
    return ReplyAddress(
        choice(ReplyTab, arguments.get("show", ""), ReplyTab.ALL),
        choice(ReplyOrder, arguments.get("order", ""), ReplyOrder.NEWEST),
        dict(understood(arguments, READERS)),
    )


def from_query(query: str) -> ReplyAddress:
    return from_arguments(dict(parse_qsl(query)))


READERS: Readers = {
    "verdict": among(ReplyType),
    "written": among(WrittenBy),
    "topic": str,
    "organisation": str,
    "from": day_of,
    "until": day_after,
}
"""Filters by their names in an address. Each gives None for what it does not understand."""


def reply_tab_names() -> Mapping[str, str]:
    """Gives names short enough for two beside each other on a phone."""
    return {
        ReplyTab.ALL: gettext("All"),
        ReplyTab.MEND: gettext("To mend"),
        ReplyTab.DISPUTED: gettext("Disputed"),
        ReplyTab.UNRATED: gettext("Not rated yet"),
        ReplyTab.PROVISIONAL: gettext("Helpful so far"),
        ReplyTab.HELPFUL: gettext("Helpful"),
        ReplyTab.AWAY: gettext("Not shown"),
    }


def reply_tab_meaning(tab: ReplyTab) -> str:
    """Says in a sentence what is in a tab; '' for all."""
    if tab == ReplyTab.ALL:
        return ""
    own = {
        ReplyTab.MEND: gettext("A page that it refers to is gone, or people looked and it does not say so"),
        ReplyTab.AWAY: gettext("Taken back, or hidden by moderation"),
    }
    return own[tab] if tab in own else vote_status_words(gettext, tab.upper())


def reply_choices(names: FilterNames) -> Choices:
    """Gives label and options of each filter that has some."""
    written: dict[str, str] = {
        WrittenBy.ME: gettext("by me"),
        WrittenBy.OTHERS: gettext("by somebody else, added by me"),
    }
    return {
        "verdict": (gettext("Verdict"), {key: str(words[0]) for key, words in VERDICTS.items()}),
        "written": (gettext("Written"), written),
        "topic": (gettext("Topic"), names.topics),
        **named_houses(gettext("Written for (organisation)"), names),
    }
