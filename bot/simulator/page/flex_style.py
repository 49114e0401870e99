"""Flex properties as CSS. Only values of a known form get through."""

import re
from collections.abc import Mapping

from bot.simulator.validation.node import JSONObject

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_LENGTH = re.compile(r"\d{1,5}(?:\.\d{1,3})?(?:px|%)")
_RATIO = re.compile(r"(\d{1,6}(?:\.\d+)?):(\d{1,6}(?:\.\d+)?)")
_ANGLE = re.compile(r"\d{1,4}(?:\.\d+)?deg")
_STEPS = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
_TEXT = {"xxs": 11, "xs": 13, "sm": 14, "md": 16, "lg": 19, "xl": 22, "xxl": 29, "3xl": 35, "4xl": 48, "5xl": 74}
_IMAGE = {
    "xxs": 40,
    "xs": 60,
    "sm": 80,
    "md": 100,
    "lg": 120,
    "xl": 140,
    "xxl": 160,
    "3xl": 180,
    "4xl": 200,
    "5xl": 220,
}
_BORDER = {"none": 0, "light": 0.5, "normal": 1, "medium": 2, "semi-bold": 3, "bold": 4}
_ALIGN = {"start": "flex-start", "center": "center", "end": "flex-end"}
_GRAVITY = {"top": "flex-start", "center": "center", "bottom": "flex-end"}
_DECORATION = {"underline": "underline", "line-through": "line-through"}
_DISTRIBUTE = frozenset({"flex-start", "center", "flex-end", "space-between", "space-around", "space-evenly"})

Styles = dict[str, str]


def css(styles: Mapping[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in styles.items() if value)


def color(value: object) -> str:
    return value if isinstance(value, str) and _COLOR.fullmatch(value) else ""


def length(value: object, named: Mapping[str, float] | None = None) -> str:
    """Return a CSS length from a keyword of `named`, pixels or percent; '' for anything else."""
    if not isinstance(value, str):
        return ""
    if named and value in named:
        return f"{named[value]:g}px"
    return value if _LENGTH.fullmatch(value) else ""


def placed(component: JSONObject, parent_layout: str, parent_spacing: object, *, first: bool) -> Styles:
    styles = _share(component, parent_layout)
    gap = component.get("margin", None if first else parent_spacing)
    side = "margin-top" if parent_layout == "vertical" else "margin-inline-start"
    styles[side] = length(gap, _STEPS)
    sides = (("offsetTop", "top"), ("offsetBottom", "bottom"), ("offsetStart", "inset-inline-start"))
    for name, inset in (*sides, ("offsetEnd", "inset-inline-end")):
        styles[inset] = length(component.get(name), _STEPS)
    if component.get("position") == "absolute":
        styles["position"] = "absolute"
    if parent_layout == "horizontal":
        styles["align-self"] = _GRAVITY.get(str(component.get("gravity")), "")
    return styles


def _share(component: JSONObject, parent_layout: str) -> Styles:
    """Gives everything but an icon an equal share in a row unless told; in a column its own height."""
    flex = component.get("flex")
    if not isinstance(flex, int):
        alone = parent_layout == "vertical" or component.get("type") in ("icon", "separator")
        flex = 0 if alone or component.get("width") or component.get("maxWidth") else 1
        if component.get("type") == "filler":
            flex = 1
    if flex == 0:
        return {"flex": "0 0 auto"}
    return {"flex": f"{min(flex, 1000)} 0 {'auto' if parent_layout == 'vertical' else '0'}"}


def box(component: JSONObject) -> Styles:
    layout = component.get("layout")
    styles = {
        "flex-direction": "column" if layout == "vertical" else "row",
        "align-items": "baseline" if layout == "baseline" else "",
        "background-color": color(component.get("backgroundColor")),
        "background-image": _gradient(component.get("background")),
        "border-radius": length(component.get("cornerRadius"), _STEPS),
    }
    for name, property_name in (
        ("width",) * 2,
        ("height",) * 2,
        ("maxWidth", "max-width"),
        ("maxHeight", "max-height"),
    ):
        styles[property_name] = length(component.get(name))
    for name, side in (
        ("All", ""),
        ("Top", "-top"),
        ("Bottom", "-bottom"),
        ("Start", "-inline-start"),
        ("End", "-inline-end"),
    ):
        styles[f"padding{side}"] = length(component.get(f"padding{name}"), _STEPS)
    border = length(component.get("borderWidth"), _BORDER)
    if border or component.get("borderColor"):
        styles["border"] = f"{border or '1px'} solid {color(component.get('borderColor')) or '#000000'}"
    if component.get("justifyContent") in _DISTRIBUTE:
        styles["justify-content"] = str(component["justifyContent"])
    if component.get("alignItems") in _DISTRIBUTE:
        styles["align-items"] = str(component["alignItems"])
    return styles


def _gradient(background: object) -> str:
    if not isinstance(background, dict) or not _ANGLE.fullmatch(str(background.get("angle"))):
        return ""
    start, end = color(background.get("startColor")), color(background.get("endColor"))
    center = color(background.get("centerColor"))
    if not start or not end:
        return ""
    middle = f"{center} {length(background.get('centerPosition')) or '50%'}, " if center else ""
    return f"linear-gradient({background['angle']}, {start}, {middle}{end})"


def letters(component: JSONObject) -> Styles:
    return {
        "font-size": length(component.get("size"), _TEXT),
        "font-weight": "700" if component.get("weight") == "bold" else "",
        "color": color(component.get("color")),
        "font-style": "italic" if component.get("style") == "italic" else "",
        "text-decoration": _DECORATION.get(str(component.get("decoration")), ""),
    }


def text(component: JSONObject) -> Styles:
    styles = letters(component)
    styles["text-align"] = {"start": "start", "center": "center", "end": "end"}.get(str(component.get("align")), "")
    spacing = length(component.get("lineSpacing"))
    if spacing.endswith("px"):
        styles["line-height"] = f"calc(1.4em + {spacing})"
    lines = component.get("maxLines")
    if component.get("wrap") and isinstance(lines, int) and lines > 0:
        styles |= {"display": "-webkit-box", "-webkit-box-orient": "vertical", "-webkit-line-clamp": str(lines)}
    return styles


def image(component: JSONObject) -> Styles:
    size = component.get("size", "md")
    styles = {
        "width": "100%" if size == "full" else length(size, _IMAGE) or "100px",
        "align-self": _ALIGN.get(str(component.get("align", "center")), "center"),
        "background-color": color(component.get("backgroundColor")),
        "aspect-ratio": ratio(component),
    }
    return {**styles, "max-width": "100%"}


def icon(component: JSONObject) -> Styles:
    return {"height": length(component.get("size", "md"), _TEXT) or "16px", "aspect-ratio": ratio(component)}


def ratio(component: JSONObject) -> str:
    match = _RATIO.fullmatch(str(component.get("aspectRatio", "1:1")))
    return f"{match[1]} / {match[2]}" if match else "1 / 1"


def button(component: JSONObject) -> Styles:
    chosen = color(component.get("color"))
    filled = component.get("style") in ("primary", "secondary")
    return {
        "min-height": "40px" if component.get("height") == "sm" else "52px",
        "background-color" if filled else "color": chosen,
    }
