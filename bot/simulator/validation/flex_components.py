import re
from collections.abc import Callable, Collection

from bot.simulator.validation import limits
from bot.simulator.validation.actions import FLEX_AREA, FLEX_BUTTON, check_action
from bot.simulator.validation.node import Node

COLOR = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_PX = r"\d+(\.\d+)?px"
_STEPS = "none|xs|sm|md|lg|xl|xxl"
_SPACE = re.compile(f"{_STEPS}|{_PX}")
_PADDING = re.compile(f"{_STEPS}|{_PX}|\\d+(\\.\\d+)?%")
_OFFSET = _PADDING
_LENGTH = re.compile(r"\d+(\.\d+)?(px|%)")
_BORDER = re.compile(f"none|light|normal|medium|semi-bold|bold|{_PX}")
_NAMED_SIZES = "xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl"
_TEXT_SIZE = re.compile(f"{_NAMED_SIZES}|{_PX}")
_IMAGE_SIZE = re.compile(f"{_NAMED_SIZES}|full|{_PX}|\\d+(\\.\\d+)?%")
_LINE_SPACING = re.compile(_PX)
_PERCENT = re.compile(r"\d+(\.\d+)?%")
_ANGLE = re.compile(r"\d+(\.\d+)?deg")
_RATIO = re.compile(r"(\d{1,6}(?:\.\d+)?):(\d{1,6}(?:\.\d+)?)")

_INSIDE = {
    "horizontal": {"box", "button", "image", "text", "separator", "filler"},
    "vertical": {"box", "button", "image", "text", "separator", "filler"},
    "baseline": {"icon", "text", "filler"},
}
_JUSTIFY = ("flex-start", "center", "flex-end", "space-between", "space-around", "space-evenly")


def check_component(node: Node, allowed: Collection[str], depth: int) -> None:
    """Check a component and what is inside. `allowed`: kinds for its place."""
    kind = node.choice("type", allowed, required=True)
    if kind is None:
        node.stop()
        return
    if depth > limits.FLEX_DEPTH:
        node.note("nested too deeply")
        node.stop()
        return
    if kind == "box":
        _box(node, depth)
    elif kind == "video":
        _video(node, depth)
    else:
        _CHECKS[kind](node)


def _color(node: Node, *names: str) -> None:
    for name in names:
        node.matching(name, COLOR, "must be a color like #RRGGBB or #RRGGBBAA")


def _values(node: Node, pattern: re.Pattern[str], *names: str) -> None:
    for name in names:
        node.matching(name, pattern, "not a value that this property can have")


def _placed(node: Node) -> None:
    _values(node, _SPACE, "margin")
    node.choice("position", ("relative", "absolute"))
    _values(node, _OFFSET, "offsetTop", "offsetBottom", "offsetStart", "offsetEnd")


def _box(node: Node, depth: int) -> None:
    layout = node.choice("layout", _INSIDE, required=True)
    if layout is None:
        node.get("contents", required=True)
    else:
        for inner in node.children("contents", 0, None, required=True):
            check_component(inner, _INSIDE[layout], depth + 1)
    _placed(node)
    node.integer("flex", 0)
    _values(node, _SPACE, "spacing", "cornerRadius")
    _values(node, _BORDER, "borderWidth")
    _values(node, _LENGTH, "width", "maxWidth", "height", "maxHeight")
    _values(node, _PADDING, "paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd")
    _color(node, "backgroundColor", "borderColor")
    node.choice("justifyContent", _JUSTIFY)
    node.choice("alignItems", ("flex-start", "center", "flex-end"))
    check_action(node, "action", FLEX_AREA, required=False)
    _gradient(node)


def _gradient(node: Node) -> None:
    with node.child("background") as background:
        if background is None:
            return
        if background.choice("type", ("linearGradient",), required=True) is None:
            background.stop()
            return
        background.matching("angle", _ANGLE, "must be like 90deg", required=True)
        for name in ("startColor", "endColor"):
            background.matching(name, COLOR, "must be a color like #RRGGBB", required=True)
        _color(background, "centerColor")
        _values(background, _PERCENT, "centerPosition")


def _button(node: Node) -> None:
    _placed(node)
    check_action(node, "action", FLEX_BUTTON)
    node.integer("flex", 0)
    node.choice("height", ("sm", "md"))
    node.choice("style", ("primary", "secondary", "link"))
    _color(node, "color")
    node.choice("gravity", ("top", "bottom", "center"))
    node.choice("adjustMode", ("shrink-to-fit",))
    node.flag("scaling")


def _image(node: Node) -> None:
    _placed(node)
    node.https_url("url", required=True)
    node.integer("flex", 0)
    node.choice("align", ("start", "end", "center"))
    node.choice("gravity", ("top", "bottom", "center"))
    _values(node, _IMAGE_SIZE, "size")
    _ratio(node)
    node.choice("aspectMode", ("cover", "fit"))
    _color(node, "backgroundColor")
    node.flag("animated")
    check_action(node, "action", FLEX_AREA, required=False)


def _ratio(node: Node) -> None:
    ratio = node.string("aspectRatio")
    if ratio is None:
        return
    match = _RATIO.fullmatch(ratio)
    width, height = (float(part) for part in match.groups()) if match else (0.0, 0.0)
    if width <= 0 or height <= 0 or height > 3 * width:
        node.note("invalid property: must be width:height, the height at most three times the width", "aspectRatio")


def _video(node: Node, depth: int) -> None:
    node.https_url("url", required=True)
    node.https_url("previewUrl", required=True)
    _ratio(node)
    check_action(node, "action", FLEX_AREA, required=False)
    with node.child("altContent", required=True) as other:
        if other is not None:
            check_component(other, {"box", "image"}, depth + 1)


def _icon(node: Node) -> None:
    _placed(node)
    node.https_url("url", required=True)
    _values(node, _TEXT_SIZE, "size")
    _ratio(node)
    node.flag("scaling")


def _letters(node: Node) -> None:
    _values(node, _TEXT_SIZE, "size")
    node.choice("weight", ("regular", "bold"))
    node.choice("style", ("normal", "italic"))
    node.choice("decoration", ("none", "underline", "line-through"))
    _color(node, "color")


def _text(node: Node) -> None:
    _placed(node)
    node.string("text", required=not node.has("contents"))
    for span in node.children("contents", 1, None):
        if span.choice("type", ("span",), required=True) is None:
            span.stop()
            continue
        _span(span)
    _letters(node)
    node.integer("flex", 0)
    node.choice("align", ("start", "end", "center"))
    node.choice("gravity", ("top", "bottom", "center"))
    node.flag("wrap")
    _values(node, _LINE_SPACING, "lineSpacing")
    node.integer("maxLines", 0)
    node.choice("adjustMode", ("shrink-to-fit",))
    node.flag("scaling")
    check_action(node, "action", FLEX_AREA, required=False)


def _span(node: Node) -> None:
    node.string("text", required=True)
    _letters(node)


def _separator(node: Node) -> None:
    _values(node, _SPACE, "margin")
    _color(node, "color")


def _filler(node: Node) -> None:
    node.integer("flex", 0)


_CHECKS: dict[str, Callable[[Node], None]] = {
    "button": _button,
    "image": _image,
    "icon": _icon,
    "text": _text,
    "separator": _separator,
    "filler": _filler,
}
