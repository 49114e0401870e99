from bot.simulator.validation import limits
from bot.simulator.validation.actions import IMAGE_CAROUSEL, TEMPLATE, TEMPLATE_AREA, check_action, check_action_node
from bot.simulator.validation.flex_components import COLOR
from bot.simulator.validation.limits import graphemes
from bot.simulator.validation.node import Node

_KINDS = ("buttons", "confirm", "carousel", "image_carousel")


def check_template(message: Node) -> None:
    message.string("altText", limits.ALT_TEXT, required=True)
    with message.child("template", required=True) as node:
        if node is None:
            return
        kind = node.choice("type", _KINDS, required=True)
        if kind == "buttons":
            _picture_settings(node)
            _card(node, limits.BUTTONS_TEXT, limits.BUTTONS_TEXT_WITH_MORE, limits.BUTTONS_ACTIONS)
        elif kind == "confirm":
            node.string("text", limits.CONFIRM_TEXT, graphemes, required=True)
            _actions(node, 2, 2)
        elif kind == "carousel":
            _carousel(node)
        elif kind == "image_carousel":
            for column in node.children("columns", 1, limits.CAROUSEL_COLUMNS, required=True):
                column.https_url("imageUrl", required=True)
                check_action(column, "action", IMAGE_CAROUSEL)
        else:
            node.stop()


def _carousel(node: Node) -> None:
    _picture_settings(node)
    shapes = set()
    for column in node.children("columns", 1, limits.CAROUSEL_COLUMNS, required=True):
        count = _card(column, limits.COLUMN_TEXT, limits.COLUMN_TEXT_WITH_MORE, limits.COLUMN_ACTIONS)
        shapes.add((count, column.has("title"), column.has("thumbnailImageUrl")))
    if len(shapes) > 1:
        node.note("all columns need the same number of actions, and all or none a title and an image", "columns")


def _picture_settings(node: Node) -> None:
    node.choice("imageAspectRatio", ("rectangle", "square"))
    node.choice("imageSize", ("cover", "contain"))


def _card(node: Node, text_limit: int, text_limit_with_more: int, most_actions: int) -> int:
    """The text is shorter beside a title or an image. Returns the number of actions."""
    node.https_url("thumbnailImageUrl")
    node.matching("imageBackgroundColor", COLOR, "must be a color like #RRGGBB")
    node.string("title", limits.TEMPLATE_TITLE, graphemes)
    has_more = node.has("title") or node.has("thumbnailImageUrl")
    node.string("text", text_limit_with_more if has_more else text_limit, graphemes, required=True)
    check_action(node, "defaultAction", TEMPLATE_AREA, required=False)
    return _actions(node, 1, most_actions)


def _actions(node: Node, low: int, high: int) -> int:
    count = 0
    for action in node.children("actions", low, high, required=True):
        check_action_node(action, TEMPLATE)
        count += 1
    return count
