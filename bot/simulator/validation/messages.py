import re
from collections.abc import Callable

from bot.simulator.validation import limits
from bot.simulator.validation.actions import QUICK_REPLY, check_action
from bot.simulator.validation.flex import check_flex
from bot.simulator.validation.limits import utf16_units
from bot.simulator.validation.node import BodyProblem, Node
from bot.simulator.validation.templates import check_template

_RESERVED_NAME = re.compile(r"(?<![a-z])LINE(?![a-z])", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([a-zA-Z0-9_]{1,20})\}|[{}]")


def validate_messages(messages: object, *, quotable: bool = True, to_group: bool = False) -> list[BodyProblem]:
    """Check a request's `messages`. `quotable`: quote tokens are allowed (reply, push). `to_group`: mentions are
    allowed."""
    root = Node({"messages": messages}, "", [])
    for node in root.children("messages", 1, limits.MESSAGES, required=True):
        _check_message(node, quotable, to_group)
    return root.problems


def _check_message(node: Node, quotable: bool, to_group: bool) -> None:
    kind = node.choice("type", _KINDS, required=True)
    if kind is None:
        node.stop()
        return
    if kind == "textV2":
        _text_v2(node, to_group)
    else:
        _KINDS[kind](node)
    if kind in ("text", "textV2", "sticker") and node.string("quoteToken") and not quotable:
        node.note("quoteToken can be used only in reply and push messages", "quoteToken")
    _quick_reply(node)
    _sender(node)


def _text(node: Node) -> None:
    text = node.string("text", limits.TEXT, required=True)
    # LINE counts the index of an emoji in UTF-16 units.
    units = (text or "").encode("utf-16-le", "surrogatepass")
    for emoji in node.children("emojis", 0, limits.EMOJIS):
        index = emoji.integer("index", 0, required=True)
        emoji.string("productId", required=True)
        emoji.string("emojiId", required=True)
        if index is not None and units[2 * index : 2 * index + 2] != "$".encode("utf-16-le"):
            emoji.note("there is no $ at this index of the text", "index")


def _text_v2(node: Node, to_group: bool) -> None:
    text = node.string("text", limits.TEXT, required=True) or ""
    names = set()
    for match in _PLACEHOLDER.finditer(text):
        if match[1]:
            names.add(match[1])
        elif match[0] in "{}":
            node.note("a single brace must be doubled or enclose the key of a substitution", "text")
            break
    with node.child("substitution") as substitution:
        known = _substitutions(substitution, to_group) if substitution is not None else set()
    for name in sorted(names - known):
        node.note(f"no substitution for {{{name}}}", "substitution")


def _substitutions(node: Node, to_group: bool) -> set[str]:
    names = set(node.value)
    if len(names) > limits.SUBSTITUTIONS:
        node.note(f"Size must be between 0 and {limits.SUBSTITUTIONS}")
    mentions = 0
    for name in node.value:
        with node.child(name) as one:
            if one is None:
                continue
            kind = one.choice("type", ("emoji", "mention"), required=True)
            if kind == "emoji":
                one.string("productId", required=True)
                one.string("emojiId", required=True)
            elif kind == "mention":
                mentions += 1
                _mentionee(one, to_group)
            else:
                one.stop()
    if mentions > limits.MENTIONS:
        node.note(f"at most {limits.MENTIONS} mentions")
    return names


def _mentionee(node: Node, to_group: bool) -> None:
    if not to_group:
        node.note("a mention can be used only in groups and rooms")
    with node.child("mentionee", required=True) as mentionee:
        if mentionee is None:
            return
        kind = mentionee.choice("type", ("user", "all"), required=True)
        mentionee.string("userId", required=kind == "user")


def _sticker(node: Node) -> None:
    node.matching("packageId", _DIGITS, "must be digits", required=True)
    node.matching("stickerId", _DIGITS, "must be digits", required=True)


def _image(node: Node) -> None:
    node.https_url("originalContentUrl", required=True)
    node.https_url("previewImageUrl", required=True)


def _video(node: Node) -> None:
    _image(node)
    node.string("trackingId", 100)


def _audio(node: Node) -> None:
    node.https_url("originalContentUrl", required=True)
    node.integer("duration", 1, required=True)


def _location(node: Node) -> None:
    node.string("title", 100, required=True)
    node.string("address", 100, required=True)
    node.number("latitude", -90, 90, required=True)
    node.number("longitude", -180, 180, required=True)


def _quick_reply(message: Node) -> None:
    with message.child("quickReply") as node:
        if node is None:
            return
        for item in node.children("items", 1, limits.QUICK_REPLIES, required=True):
            item.choice("type", ("action",), required=True)
            item.https_url("imageUrl")
            check_action(item, "action", QUICK_REPLY)


def _sender(message: Node) -> None:
    with message.child("sender") as node:
        if node is None:
            return
        name = node.string("name", limits.SENDER_NAME, utf16_units)
        if name and _RESERVED_NAME.search(name):
            node.note("this name is reserved", "name")
        node.https_url("iconUrl")


_KINDS: dict[str, Callable[[Node], None]] = {
    "text": _text,
    "textV2": _text,
    "sticker": _sticker,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "location": _location,
    "template": check_template,
    "flex": check_flex,
}
