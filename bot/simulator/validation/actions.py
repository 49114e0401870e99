import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.simulator.validation import limits
from bot.simulator.validation.limits import graphemes
from bot.simulator.validation.node import Node, is_web_url, uri_is_encoded

_EVERYWHERE = frozenset({"postback", "message", "uri", "datetimepicker", "clipboard"})
_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_MOMENTS = {
    "date": re.compile(_DATE),
    "time": re.compile(_TIME),
    "datetime": re.compile(f"{_DATE}[Tt]{_TIME}"),
}
_INPUT_OPTIONS = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")


@dataclass(frozen=True)
class Place:
    """Where an action stands, which decides its label and its kinds."""

    label_limit: int
    label_required: bool
    types: frozenset[str] = _EVERYWHERE


QUICK_REPLY = Place(limits.LABEL, True, _EVERYWHERE | {"camera", "cameraRoll", "location"})
TEMPLATE = Place(limits.LABEL, True)
IMAGE_CAROUSEL = Place(limits.LABEL_IMAGE_CAROUSEL, False)
FLEX_BUTTON = Place(limits.LABEL_FLEX, True)
FLEX_AREA = Place(limits.LABEL_FLEX, False)
TEMPLATE_AREA = Place(limits.LABEL, False)
RICH_MENU = Place(limits.LABEL, False, _EVERYWHERE | {"richmenuswitch"})


def check_action(parent: Node, name: str, place: Place, *, required: bool = True) -> None:
    with parent.child(name, required=required) as node:
        if node is not None:
            check_action_node(node, place)


def check_action_node(node: Node, place: Place) -> None:
    kind = node.choice("type", place.types, required=True)
    if kind is None:
        node.stop()
        return
    node.string("label", place.label_limit, graphemes, required=place.label_required)
    if kind == "postback":
        _postback(node)
    elif kind == "message":
        node.string("text", limits.ACTION_TEXT, graphemes, required=True)
    elif kind == "uri":
        _uri(node)
    elif kind == "datetimepicker":
        _datetimepicker(node)
    elif kind == "clipboard":
        node.string("clipboardText", limits.CLIPBOARD, required=True)
    elif kind == "richmenuswitch":
        node.string("richMenuAliasId", 32, required=True)
        node.string("data", limits.POSTBACK_DATA, required=True)


def _postback(node: Node) -> None:
    node.string("data", limits.POSTBACK_DATA, required=True)
    shown = node.string("displayText", limits.ACTION_TEXT, graphemes)
    said = node.string("text", limits.ACTION_TEXT, graphemes)
    if shown and said:
        node.note("displayText and text cannot be used together", "text")
    option = node.choice("inputOption", _INPUT_OPTIONS)
    fill = node.string("fillInText", limits.ACTION_TEXT, graphemes)
    if fill and option != "openKeyboard":
        node.note("needs the inputOption openKeyboard", "fillInText")


def _uri(node: Node) -> None:
    _check_uri(node, "uri")
    with node.child("altUri") as other:
        if other is not None:
            _check_uri(other, "desktop")


def _check_uri(node: Node, name: str) -> None:
    uri = node.string(name, limits.URI, required=True)
    if uri is None:
        return
    try:
        scheme = urlsplit(uri).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https", "line", "tel"):
        node.note("invalid uri scheme", name)
    elif not uri_is_encoded(uri) or (scheme in ("http", "https") and not is_web_url(uri, (scheme,))):
        node.note("invalid uri", name)


def _datetimepicker(node: Node) -> None:
    node.string("data", limits.POSTBACK_DATA, required=True)
    mode = node.choice("mode", _MOMENTS, required=True)
    for name in ("initial", "max", "min"):
        if mode is None:
            node.get(name)
        else:
            node.matching(name, _MOMENTS[mode], f"must be a {mode}")
