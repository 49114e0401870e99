"""What can be pressed in a message, and what it says."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.simulator.validation.node import JSONObject


@dataclass(frozen=True)
class Pressable:
    path: str
    """Place in the message, for example `contents.footer.contents.0.action`."""
    action: JSONObject
    in_quick_reply: bool

    @property
    def label(self) -> str:
        return str(self.action.get("label") or "")


def pressables(content: JSONObject) -> Iterator[Pressable]:
    yield from _walk(content, "", in_quick_reply=False)


def _walk(value: object, path: str, *, in_quick_reply: bool) -> Iterator[Pressable]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            inner = f"{path}.{index}"
            if path.endswith("actions") and isinstance(item, dict):
                yield Pressable(inner, item, in_quick_reply)
            else:
                yield from _walk(item, inner, in_quick_reply=in_quick_reply)
    elif isinstance(value, dict):
        for name, item in value.items():
            inner = f"{path}.{name}" if path else name
            if name in ("action", "defaultAction") and isinstance(item, dict):
                yield Pressable(inner, item, in_quick_reply)
            else:
                yield from _walk(item, inner, in_quick_reply=in_quick_reply or name == "quickReply")


def find_pressable(content: JSONObject, path: str) -> Pressable | None:
    return next((one for one in pressables(content) if one.path == path), None)


def visible_text(content: JSONObject) -> str:
    """Return what a person sees, one piece a line; quick replies, too."""
    return "\n".join(_words(content))


def _words(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in ("text", "title", "label", "address") and isinstance(item, str):
                yield item
            elif name in ("action", "defaultAction") and isinstance(item, dict):
                yield from _words({"label": item.get("label")})
            elif name == "actions" and isinstance(item, list):
                yield from (str(one["label"]) for one in item if isinstance(one, dict) and one.get("label"))
            else:
                yield from _words(item)
