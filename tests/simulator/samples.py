"""Messages as a bot sends them."""

from copy import deepcopy


def text(words: str = "hello", **more: object) -> dict:
    return {"type": "text", "text": words, **more}


def postback(label: str = "Yes", data: str = "yes", **more: object) -> dict:
    return {"type": "postback", "label": label, "data": data, **more}


def button(action: dict | None = None, **more: object) -> dict:
    return {"type": "button", "action": action or postback(), **more}


def box(*contents: dict, layout: str = "vertical", **more: object) -> dict:
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def bubble(*contents: dict, **more: object) -> dict:
    return {"type": "bubble", "body": box(*(contents or (text("body"),))), **more}


def flex(contents: dict | None = None, **more: object) -> dict:
    return {"type": "flex", "altText": "alt", "contents": contents or bubble(), **more}


def carousel(count: int, **more: object) -> dict:
    return {"type": "carousel", "contents": [deepcopy(bubble(**more)) for _ in range(count)]}


def quick_reply(*actions: dict) -> dict:
    return {"items": [{"type": "action", "action": action} for action in actions]}


def buttons(**more: object) -> dict:
    return {
        "type": "template",
        "altText": "alt",
        "template": {"type": "buttons", "text": "t", "actions": [postback()], **more},
    }


def column(**more: object) -> dict:
    return {"text": "t", "actions": [postback()], **more}


def columns(*cards: dict) -> dict:
    return {"type": "template", "altText": "alt", "template": {"type": "carousel", "columns": list(cards)}}
