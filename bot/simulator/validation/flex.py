from bot.simulator.validation import limits
from bot.simulator.validation.actions import FLEX_AREA, check_action
from bot.simulator.validation.flex_components import COLOR, check_component
from bot.simulator.validation.node import Node

BUBBLE_SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
_BLOCKS = ("header", "hero", "body", "footer")


def check_flex(message: Node) -> None:
    message.string("altText", limits.ALT_TEXT, required=True)
    with message.child("contents", required=True) as container:
        if container is None:
            return
        kind = container.choice("type", ("bubble", "carousel"), required=True)
        if kind == "bubble":
            _check_bubble(container)
        elif kind == "carousel":
            _check_carousel(container)
        else:
            container.stop()


def _check_carousel(node: Node) -> None:
    sizes = set()
    for bubble in node.children("contents", 1, limits.BUBBLES, required=True):
        if bubble.choice("type", ("bubble",), required=True) is None:
            bubble.stop()
            continue
        sizes.add(_check_bubble(bubble))
    if len(sizes) > 1:
        node.note("all bubbles of a carousel must have the same size", "contents")
    _check_bytes(node, limits.CAROUSEL_BYTES, "carousel")


def _check_bubble(node: Node) -> str:
    """Returns the bubble's size."""
    size = node.choice("size", BUBBLE_SIZES) or "mega"
    node.choice("direction", ("ltr", "rtl"))
    for block in ("header", "body", "footer"):
        with node.child(block) as box:
            if box is not None:
                check_component(box, {"box"}, depth=1)
    with node.child("hero") as hero:
        if hero is not None:
            check_component(hero, {"box", "image", "video"}, depth=1)
            if hero.value.get("type") == "video" and size not in ("kilo", "mega", "giga"):
                hero.note("a video needs a bubble of size kilo, mega or giga")
    if not any(node.has(block) for block in _BLOCKS):
        node.note("at least one block must be specified")
    check_action(node, "action", FLEX_AREA, required=False)
    _check_styles(node)
    _check_bytes(node, limits.BUBBLE_BYTES, "bubble")
    return size


def _check_styles(bubble: Node) -> None:
    with bubble.child("styles") as styles:
        if styles is None:
            return
        for block in _BLOCKS:
            with styles.child(block) as style:
                if style is not None:
                    style.matching("backgroundColor", COLOR, "must be a color like #RRGGBB")
                    style.flag("separator")
                    style.matching("separatorColor", COLOR, "must be a color like #RRGGBB")


def _check_bytes(node: Node, limit: int, kind: str) -> None:
    size = limits.wire_size(node.value)
    if size > limit:
        node.note(f"the size of a {kind} must be at most {limit // 1024} KB, this one has {size} bytes")
