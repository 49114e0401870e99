from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.simulator.page import flex_style
from bot.simulator.validation.node import JSONObject, objects
from bot.simulator.world.history import Message
from bot.simulator.world.pressing import pressables

_LINKS = frozenset({"http", "https", "tel", "line"})
_BLOCKS = ("header", "hero", "body", "footer")


@dataclass(frozen=True)
class Press:
    """A link, a text to copy, or what the server does for `value`."""

    label: str
    value: str = ""
    """Message id and path of the action, for the form."""
    href: str = ""
    copy: str = ""


@dataclass(frozen=True)
class Part:
    kind: str
    style: str = ""
    css_class: str = ""
    text: str = ""
    url: str = ""
    press: Press | None = None
    inner: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Bubble:
    size: str
    direction: str
    blocks: tuple[Part, ...]
    press: Press | None


@dataclass(frozen=True)
class Card:
    """One column of a template."""

    image: str
    title: str
    text: str
    press: Press | None
    buttons: tuple[Press, ...]
    beside: bool = False
    """Buttons stand side by side, as in a confirm template."""


@dataclass(frozen=True)
class Shown:
    kind: str
    text: str = ""
    url: str = ""
    bubbles: tuple[Bubble, ...] = ()
    cards: tuple[Card, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)


def safe_url(value: object, schemes: frozenset[str] = frozenset({"http", "https"})) -> str:
    """Return '' for a URL with a harmful scheme."""
    try:
        return str(value) if urlsplit(str(value)).scheme in schemes else ""
    except ValueError:
        return ""


def to_press(message_id: str, path: str, action: object) -> Press | None:
    if not isinstance(action, dict):
        return None
    label = str(action.get("label") or "")
    if action.get("type") == "uri":
        return Press(label, href=safe_url(action.get("uri"), _LINKS) or "#")
    if action.get("type") == "clipboard":
        return Press(label, copy=str(action.get("clipboardText", "")))
    return Press(label, value=f"{message_id}:{path}")


def quick_replies(message: Message) -> list[Press]:
    found = (to_press(message.id, one.path, one.action) for one in pressables(message.content) if one.in_quick_reply)
    return [press for press in found if press is not None]


def show(message: Message) -> Shown:
    content = message.content
    kind = str(content.get("type"))
    if message.unsent:
        return Shown("unsent")
    if kind == "text":
        return Shown("text", text=str(content.get("text", "")))
    if kind == "textV2":
        return Shown("text", text=_filled_in(content))
    if kind == "flex":
        return Shown("flex", bubbles=_bubbles(message.id, content.get("contents")))
    if kind == "template":
        return Shown("template", cards=_cards(message.id, content.get("template")))
    if kind in ("image", "video", "audio"):
        preview = content.get("previewImageUrl") or content.get("originalContentUrl")
        return Shown(kind, url=safe_url(preview), facts=content)
    if kind in ("sticker", "file", "location"):
        return Shown(kind, facts=content)
    return Shown("unsupported", text=kind)


def _filled_in(content: JSONObject) -> str:
    """Replaces placeholders by words."""
    text = str(content.get("text", ""))
    substitution = content.get("substitution")
    for name, value in (substitution if isinstance(substitution, dict) else {}).items():
        is_mention = isinstance(value, dict) and value.get("type") == "mention"
        text = text.replace(f"{{{name}}}", f"@{name}" if is_mention else f"({name})")
    return text.replace("{{", "{").replace("}}", "}")


def _bubbles(message_id: str, container: object) -> tuple[Bubble, ...]:
    if not isinstance(container, dict):
        return ()
    if container.get("type") == "bubble":
        return (_bubble(message_id, container, "contents"),)
    inner = objects(container.get("contents"))
    return tuple(_bubble(message_id, one, f"contents.contents.{index}") for index, one in enumerate(inner))


def _bubble(message_id: str, bubble: JSONObject, path: str) -> Bubble:
    styles = bubble.get("styles")
    blocks = []
    for name in _BLOCKS:
        block = bubble.get(name)
        if isinstance(block, dict):
            style = styles.get(name) if isinstance(styles, dict) else None
            blocks.append(_block(message_id, name, block, style if isinstance(style, dict) else {}, f"{path}.{name}"))
    size, direction = str(bubble.get("size", "mega")), str(bubble.get("direction", "ltr"))
    return Bubble(size, direction, tuple(blocks), to_press(message_id, f"{path}.action", bubble.get("action")))


def _block(message_id: str, name: str, component: JSONObject, style: JSONObject, path: str) -> Part:
    inner = _part(message_id, component, {"layout": "vertical"}, path, first=True)
    own = {"background-color": flex_style.color(style.get("backgroundColor"))}
    if style.get("separator"):
        own["border-top"] = f"1px solid {flex_style.color(style.get('separatorColor')) or '#d4d6da'}"
    return Part("block", flex_style.css(own), f"fx-{name}", inner=(inner,))


def _part(message_id: str, component: JSONObject, parent: Mapping[str, object], path: str, *, first: bool) -> Part:
    kind = str(component.get("type"))
    layout = str(parent.get("layout"))
    styles = flex_style.placed(component, layout, parent.get("spacing"), first=first)
    press = to_press(message_id, f"{path}.action", component.get("action"))
    if kind == "box":
        inner = objects(component.get("contents"))
        parts = (_part(message_id, one, component, f"{path}.contents.{i}", first=i == 0) for i, one in enumerate(inner))
        return Part("box", flex_style.css(styles | flex_style.box(component)), press=press, inner=tuple(parts))
    if kind == "text":
        style = flex_style.css(styles | flex_style.text(component))
        css_class = "fx-wrap" if component.get("wrap") else "fx-line"
        words = str(component.get("text", ""))
        return Part("text", style, css_class, words, press=press, inner=_spans(component))
    if kind == "button":
        style = flex_style.css(styles | flex_style.button(component))
        return Part("button", style, f"fx-{component.get('style', 'link')}", press=press)
    if kind in ("image", "icon"):
        own = flex_style.image(component) if kind == "image" else flex_style.icon(component)
        css_class = "fx-cover" if component.get("aspectMode") == "cover" else "fx-fit"
        return Part(kind, flex_style.css(styles | own), css_class, url=safe_url(component.get("url")), press=press)
    if kind == "video":
        own = {"width": "100%", "aspect-ratio": flex_style.ratio(component)}
        return Part(kind, flex_style.css(styles | own), "fx-cover", url=safe_url(component.get("previewUrl")))
    if kind == "separator":
        styles["background-color"] = flex_style.color(component.get("color"))
        return Part(kind, flex_style.css(styles), "fx-rule-across" if layout == "vertical" else "fx-rule-down")
    return Part("filler", flex_style.css(styles))


def _spans(component: JSONObject) -> tuple[Part, ...]:
    spans: Sequence[JSONObject] = objects(component.get("contents"))
    return tuple(Part("span", flex_style.css(flex_style.letters(one)), text=str(one.get("text", ""))) for one in spans)


def _cards(message_id: str, template: object) -> tuple[Card, ...]:
    if not isinstance(template, dict):
        return ()
    columns = objects(template.get("columns"))
    if not columns:
        return (_card(message_id, template, "template"),)
    return tuple(_card(message_id, one, f"template.columns.{index}") for index, one in enumerate(columns))


def _card(message_id: str, column: JSONObject, path: str) -> Card:
    image = safe_url(column.get("thumbnailImageUrl") or column.get("imageUrl"))
    name = "action" if "imageUrl" in column else "defaultAction"
    presses = (to_press(message_id, f"{path}.actions.{i}", one) for i, one in enumerate(objects(column.get("actions"))))
    return Card(
        image=image,
        title=str(column.get("title") or ""),
        text=str(column.get("text") or ""),
        press=to_press(message_id, f"{path}.{name}", column.get(name)),
        buttons=tuple(press for press in presses if press is not None),
        beside=column.get("type") == "confirm",
    )
