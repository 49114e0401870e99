"""Bodies of requests around the messages."""

import re

from bot.simulator.validation import limits
from bot.simulator.validation.actions import RICH_MENU, check_action
from bot.simulator.validation.messages import validate_messages
from bot.simulator.validation.node import BodyProblem, JSONObject, Node

USER_ID = re.compile(r"U[0-9a-f]{32}")
CHAT_ID = re.compile(r"[UCR][0-9a-f]{32}")
RETRY_KEY = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_AGGREGATION_UNIT = re.compile(r"[a-zA-Z0-9_]{1,30}")


def validate_sending(kind: str, body: JSONObject, *, to_group: bool = False) -> list[BodyProblem]:
    """Check a body of this kind; recipients only for their form."""
    node = Node(body, "", [])
    node.get("messages")
    node.flag("notificationDisabled")
    if kind == "reply":
        node.string("replyToken", required=True)
    elif kind == "push":
        node.matching("to", CHAT_ID, "not a user, group or room id", required=True)
    elif kind == "multicast":
        for index, one in enumerate(node.array("to", 1, limits.MULTICAST, required=True)):
            if not isinstance(one, str) or not USER_ID.fullmatch(one):
                node.note("not a user id", f"to[{index}]")
    if kind in ("push", "multicast"):
        for index, unit in enumerate(node.array("customAggregationUnits", 0, 1)):
            if not isinstance(unit, str) or not _AGGREGATION_UNIT.fullmatch(unit):
                node.note("must have 1 to 30 letters, digits or underscores", f"customAggregationUnits[{index}]")
    quotable = kind in ("reply", "push")
    node.problems += validate_messages(body.get("messages"), quotable=quotable, to_group=to_group)
    node.refuse_unknown()
    return node.problems


def validate_loading(body: JSONObject) -> list[BodyProblem]:
    node = Node(body, "", [])
    node.matching("chatId", USER_ID, "must be a user id", required=True)
    seconds = node.integer("loadingSeconds", 5, 60)
    if seconds is not None and seconds % 5:
        node.note("must be a multiple of 5", "loadingSeconds")
    node.refuse_unknown()
    return node.problems


def validate_mark_as_read(body: JSONObject) -> list[BodyProblem]:
    node = Node(body, "", [])
    node.string("markAsReadToken", required=True)
    node.refuse_unknown()
    return node.problems


def validate_rich_menu(body: JSONObject) -> list[BodyProblem]:
    node = Node(body, "", [])
    width = height = None
    with node.child("size", required=True) as size:
        if size is not None:
            width = size.integer("width", 800, 2500, required=True)
            height = size.integer("height", 250, None, required=True)
            if width and height and width / height < 1.45:
                size.note("the width must be at least 1.45 times the height")
    node.flag("selected", required=True)
    node.string("name", limits.RICH_MENU_NAME, required=True)
    node.string("chatBarText", limits.RICH_MENU_BAR_TEXT, required=True)
    for area in node.children("areas", 0, limits.RICH_MENU_AREAS, required=True):
        _check_bounds(area, width or 2500, height or 1724)
        check_action(area, "action", RICH_MENU)
    node.refuse_unknown()
    return node.problems


def _check_bounds(area: Node, width: int, height: int) -> None:
    with area.child("bounds", required=True) as bounds:
        if bounds is None:
            return
        x = bounds.integer("x", 0, width, required=True) or 0
        y = bounds.integer("y", 0, height, required=True) or 0
        wide = bounds.integer("width", 1, width, required=True) or 0
        high = bounds.integer("height", 1, height, required=True) or 0
        if x + wide > width or y + high > height:
            bounds.note("reaches out of the menu")
