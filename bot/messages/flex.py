"""Pieces of Flex messages, as LINE's JSON."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from bot.messages.limits import (
    MAX_ALT_TEXT_UNITS,
    MAX_DISPLAY_TEXT,
    MAX_FLEX_LABEL,
    MAX_POSTBACK_DATA,
    MAX_URI,
    cut_graphemes,
    cut_units,
)

Json = dict[str, Any]

INK, SOFT, PAPER = "#1F2933", "#5F6B7A", "#FFFFFF"
NAME = "Factline"
LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
ACCENT = "#0B7285"
WARNING = "#C92A2A"


def text_message(text: str) -> Json:
    return {"type": "text", "text": text}


def flex_message(alt_text: str, contents: Json) -> Json:
    """LINE takes no empty `alt_text`."""
    return {"type": "flex", "altText": cut_units(alt_text.strip() or NAME, MAX_ALT_TEXT_UNITS), "contents": contents}


def carousel(bubbles: Sequence[Json]) -> Json:
    return {"type": "carousel", "contents": list(bubbles)}


def text(content: str, *, size: str = "md", colour: str = INK, bold: bool = False, max_lines: int = 0) -> Json:
    part: Json = {"type": "text", "text": content or " ", "wrap": True, "size": size, "color": colour}
    if bold:
        part["weight"] = "bold"
    if max_lines:
        part["maxLines"] = max_lines
    return part


def marked(part: Json, spans: Sequence[tuple[int, int]]) -> Json:
    """Mark parts of a text (start and end, in order). The plain text stays for apps that know no spans."""
    if not spans:
        return part
    content, pieces, done = part["text"], [], 0
    for start, end in spans:
        pieces += [{"text": content[done:start]}, {"text": content[start:end], "weight": "bold", "color": ACCENT}]
        done = end
    pieces.append({"text": content[done:]})
    return {**part, "contents": [{"type": "span", **piece} for piece in pieces if piece["text"]]}


def box(contents: Sequence[Json], *, layout: str = "vertical", colour: str = "", spacing: str = "sm") -> Json:
    part: Json = {"type": "box", "layout": layout, "contents": list(contents), "spacing": spacing, "paddingAll": "lg"}
    if colour:
        part["backgroundColor"] = colour
    return part


def postback_button(label: str, data: str, *, style: str = "secondary", colour: str = "") -> Json:
    """Pressing shows the label as the person's own message. Raises ValueError for too long `data`."""
    if len(data) > MAX_POSTBACK_DATA:
        raise ValueError("postback data is too long; it should be a short id")
    action = {
        "type": "postback",
        "label": cut_graphemes(label, MAX_FLEX_LABEL),
        "data": data,
        "displayText": cut_graphemes(label, MAX_DISPLAY_TEXT),
    }
    return _button(action, style, colour)


def link_button(label: str, url: str, *, style: str = "link") -> Json:
    """Raises ValueError for an address that is too long for LINE."""
    address = escaped(url)
    if len(address) > MAX_URI:
        raise ValueError("the address is too long for a button")
    return _button({"type": "uri", "label": cut_graphemes(label, MAX_FLEX_LABEL), "uri": address}, style, "")


def escaped(url: str) -> str:
    """Percent-encode what is not encoded yet."""
    return quote(LONE_PERCENT.sub("%25", url), safe="%/:?#[]@!$&'()*+,;=", errors="replace")


def _button(action: Json, style: str, colour: str) -> Json:
    button: Json = {"type": "button", "action": action, "style": style, "height": "sm", "adjustMode": "shrink-to-fit"}
    if colour:
        button["color"] = colour
    return button


def bubble(
    *,
    header: Json | None = None,
    hero: str = "",
    body: Sequence[Json],
    footer: Sequence[Json] = (),
    size: str = "mega",
) -> Json:
    """Builds a bubble. `hero`: address of a picture above the body; '' for none."""
    contents: Json = {"type": "bubble", "size": size}
    if header is not None:
        contents["header"] = header
    if hero:
        picture = {"type": "image", "url": escaped(hero), "size": "full", "aspectRatio": "4:3", "aspectMode": "fit"}
        contents["hero"] = picture
    contents["body"] = box(body, spacing="md")
    if footer:
        contents["footer"] = box(footer, spacing="sm")
    return contents


def heading(content: str, colour: str) -> Json:
    return box([text(content, colour=PAPER, bold=True)], colour=colour)
