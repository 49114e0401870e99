"""Every limit at its edge: the last value that LINE takes and the first one it refuses."""

import pytest

from bot.simulator.validation.limits import graphemes, utf16_units
from bot.simulator.validation.messages import validate_messages
from tests.simulator.samples import (
    box,
    bubble,
    button,
    buttons,
    column,
    columns,
    flex,
    postback,
    quick_reply,
    text,
)

FAMILY = "👨‍👩‍👧‍👦"  # one grapheme, eleven UTF-16 units


def properties(*messages: object, **options: bool) -> list[str]:
    return [problem.property for problem in validate_messages(list(messages), **options)]


def confirm(words: str = "sure?", count: int = 2) -> dict:
    template = {"type": "confirm", "text": words, "actions": [postback()] * count}
    return {"type": "template", "altText": "alt", "template": template}


def image_columns(count: int = 1, label: str = "go") -> dict:
    one = {"imageUrl": "https://example.org/a.png", "action": postback(label)}
    return {"type": "template", "altText": "a", "template": {"type": "image_carousel", "columns": [one] * count}}


def uri(address: str) -> dict:
    return flex(bubble(button({"type": "uri", "label": "open", "uri": address})))


def emojis(count: int) -> list[dict]:
    return [{"index": index, "productId": "p", "emojiId": "1"} for index in range(count)]


URL_1000 = "https://example.org/" + "a" * 980
IMAGE = {"originalContentUrl": "https://example.org/a.png", "previewImageUrl": "https://example.org/a.png"}
IN_BUTTON = "messages[0].contents.body.contents[0].action"

EDGES = [
    ("text of 5000 units", text("a" * 5000), text("a" * 5001), "messages[0].text"),
    ("emoji count two", text("😀" * 2500), text("😀" * 2500 + "a"), "messages[0].text"),
    ("clusters count by units", text(FAMILY * 454), text(FAMILY * 455), "messages[0].text"),
    ("text not empty", text(" "), text(""), "messages[0].text"),
    ("20 emojis", text("$" * 21, emojis=emojis(20)), text("$" * 21, emojis=emojis(21)), "messages[0].emojis"),
    ("altText 1500", flex(altText="a" * 1500), flex(altText="a" * 1501), "messages[0].altText"),
    ("altText not empty", flex(altText="a"), flex(altText=""), "messages[0].altText"),
    (
        "13 quick replies",
        text(quickReply=quick_reply(*[postback()] * 13)),
        text(quickReply=quick_reply(*[postback()] * 14)),
        "messages[0].quickReply.items",
    ),
    (
        "quick reply label of 20 graphemes",
        text(quickReply=quick_reply(postback(FAMILY * 20))),
        text(quickReply=quick_reply(postback(FAMILY * 21))),
        "messages[0].quickReply.items[0].action.label",
    ),
    (
        "flex label of 40",
        flex(bubble(button(postback("字" * 40)))),
        flex(bubble(button(postback("字" * 41)))),
        f"{IN_BUTTON}.label",
    ),
    (
        "postback data 300",
        flex(bubble(button(postback(data="d" * 300)))),
        flex(bubble(button(postback(data="d" * 301)))),
        f"{IN_BUTTON}.data",
    ),
    (
        "displayText of 300 graphemes",
        flex(bubble(button(postback(displayText="👍🏽" * 300)))),
        flex(bubble(button(postback(displayText="👍🏽" * 301)))),
        f"{IN_BUTTON}.displayText",
    ),
    (
        "fillInText needs the keyboard",
        flex(bubble(button(postback(inputOption="openKeyboard", fillInText="x")))),
        flex(bubble(button(postback(fillInText="x")))),
        f"{IN_BUTTON}.fillInText",
    ),
    (
        "message action of 300",
        flex(bubble(button({"type": "message", "label": "l", "text": "字" * 300}))),
        flex(bubble(button({"type": "message", "label": "l", "text": "字" * 301}))),
        f"{IN_BUTTON}.text",
    ),
    (
        "clipboard 1000",
        flex(bubble(button({"type": "clipboard", "label": "l", "clipboardText": "c" * 1000}))),
        flex(bubble(button({"type": "clipboard", "label": "l", "clipboardText": "c" * 1001}))),
        f"{IN_BUTTON}.clipboardText",
    ),
    ("uri 1000", uri(URL_1000), uri(URL_1000 + "a"), f"{IN_BUTTON}.uri"),
    ("uri scheme", uri("tel:+886-2-1234"), uri("javascript:alert(1)"), f"{IN_BUTTON}.uri"),
    ("line scheme", uri("line://msg/text"), uri("ftp://example.org/"), f"{IN_BUTTON}.uri"),
    (
        "uri not ASCII",
        uri("https://example.org/%E9%96%B1?a=1&b=2#c"),
        uri("https://example.org/閱"),
        f"{IN_BUTTON}.uri",
    ),
    ("uri with a space", uri("https://example.org/a%20b"), uri("https://example.org/a b"), f"{IN_BUTTON}.uri"),
    ("uri with a stray percent", uri("https://example.org/50%25"), uri("https://example.org/50%"), f"{IN_BUTTON}.uri"),
    ("uri with a host", uri("https://example.org"), uri("https:///path"), f"{IN_BUTTON}.uri"),
    (
        "camera only in quick replies",
        text(quickReply=quick_reply({"type": "camera", "label": "c"})),
        flex(bubble(button({"type": "camera", "label": "c"}))),
        f"{IN_BUTTON}.type",
    ),
    (
        "moments of a date picker",
        flex(
            bubble(button({"type": "datetimepicker", "label": "l", "data": "d", "mode": "date", "min": "2026-01-31"}))
        ),
        flex(bubble(button({"type": "datetimepicker", "label": "l", "data": "d", "mode": "date", "min": "12:00"}))),
        f"{IN_BUTTON}.min",
    ),
    ("sender name 20", text(sender={"name": "n" * 20}), text(sender={"name": "n" * 21}), "messages[0].sender.name"),
    (
        "sender name not LINE",
        text(sender={"name": "Factline"}),
        text(sender={"name": "LINE小幫手"}),
        "messages[0].sender.name",
    ),
    (
        "sender icon https",
        text(sender={"iconUrl": "https://example.org/i.png"}),
        text(sender={"iconUrl": "http://example.org/i.png"}),
        "messages[0].sender.iconUrl",
    ),
    ("buttons text 160", buttons(text="t" * 160), buttons(text="t" * 161), "messages[0].template.text"),
    (
        "buttons text 60 with title",
        buttons(text="t" * 60, title="x"),
        buttons(text="t" * 61, title="x"),
        "messages[0].template.text",
    ),
    ("buttons title 40", buttons(title="字" * 40), buttons(title="字" * 41), "messages[0].template.title"),
    (
        "buttons with 4 actions",
        buttons(actions=[postback()] * 4),
        buttons(actions=[postback()] * 5),
        "messages[0].template.actions",
    ),
    (
        "template label 20",
        buttons(actions=[postback("l" * 20)]),
        buttons(actions=[postback("l" * 21)]),
        "messages[0].template.actions[0].label",
    ),
    ("confirm text 240", confirm("字" * 240), confirm("字" * 241), "messages[0].template.text"),
    ("confirm has two", confirm(count=2), confirm(count=3), "messages[0].template.actions"),
    ("10 columns", columns(*[column()] * 10), columns(*[column()] * 11), "messages[0].template.columns"),
    (
        "column text 120",
        columns(column(text="t" * 120)),
        columns(column(text="t" * 121)),
        "messages[0].template.columns[0].text",
    ),
    (
        "column text 60 with title",
        columns(column(text="t" * 60, title="x")),
        columns(column(text="t" * 61, title="x")),
        "messages[0].template.columns[0].text",
    ),
    (
        "column with 3 actions",
        columns(column(actions=[postback()] * 3)),
        columns(column(actions=[postback()] * 4)),
        "messages[0].template.columns[0].actions",
    ),
    (
        "same number of actions in all columns",
        columns(column(), column()),
        columns(column(), column(actions=[postback()] * 2)),
        "messages[0].template.columns",
    ),
    ("image carousel of 10", image_columns(10), image_columns(11), "messages[0].template.columns"),
    (
        "image carousel label 12",
        image_columns(label="l" * 12),
        image_columns(label="l" * 13),
        "messages[0].template.columns[0].action.label",
    ),
    (
        "https picture",
        {"type": "image", **IMAGE},
        {"type": "image", **IMAGE, "previewImageUrl": "http://e.org/a"},
        "messages[0].previewImageUrl",
    ),
    (
        "url 2000",
        {"type": "image", **IMAGE, "originalContentUrl": "https://example.org/" + "a" * 1980},
        {"type": "image", **IMAGE, "originalContentUrl": "https://example.org/" + "a" * 1981},
        "messages[0].originalContentUrl",
    ),
    (
        "digits of a sticker",
        {"type": "sticker", "packageId": "1", "stickerId": "2"},
        {"type": "sticker", "packageId": "x", "stickerId": "2"},
        "messages[0].packageId",
    ),
    (
        "duration",
        {"type": "audio", "originalContentUrl": "https://e.org/a.m4a", "duration": 1},
        {"type": "audio", "originalContentUrl": "https://e.org/a.m4a"},
        "messages[0].duration",
    ),
]


@pytest.mark.parametrize(("good", "bad", "where"), [edge[1:] for edge in EDGES], ids=[edge[0] for edge in EDGES])
def test_edges(good: dict, bad: dict, where: str) -> None:
    assert properties(good) == []
    assert properties(bad) == [where]


def test_number_of_messages() -> None:
    assert properties(*[text()] * 5) == []
    assert properties(*[text()] * 6) == ["messages"]
    assert properties() == ["messages"]
    assert [problem.property for problem in validate_messages(None)] == ["messages"]
    assert [problem.property for problem in validate_messages("hello")] == ["messages"]


def test_units() -> None:
    assert utf16_units("a") == 1
    assert utf16_units("😀") == 2
    assert utf16_units(FAMILY) == 11
    assert utf16_units("\ud83d") == 1
    assert graphemes(FAMILY) == 1
    assert graphemes("ที่นี่") == 2


def test_each_message_is_checked_and_named() -> None:
    assert properties(text(), text(""), {"type": "nothing"}, "no object") == [
        "messages[1].text",
        "messages[2].type",
        "messages[3]",
    ]


def test_what_line_does_not_know_is_refused() -> None:
    assert properties(text(wrap=True)) == ["messages[0].wrap"]
    assert properties(flex(bubble(text("x", colour="#000000")))) == ["messages[0].contents.body.contents[0].colour"]
    assert properties(text(quickReply=None)) == []


def test_emojis_stand_on_a_dollar_sign_counted_in_units() -> None:
    one = {"productId": "p", "emojiId": "1"}
    assert properties(text("😀$", emojis=[{"index": 2, **one}])) == []
    assert properties(text("😀$", emojis=[{"index": 1, **one}])) == ["messages[0].emojis[0].index"]
    assert properties(text("$", emojis=[{"index": 5, **one}])) == ["messages[0].emojis[0].index"]


def test_text_v2_placeholders() -> None:
    everyone = {"type": "mention", "mentionee": {"type": "all"}}
    message = {"type": "textV2", "text": "Hi {all}, {{not one}}", "substitution": {"all": everyone}}
    assert properties(message, to_group=True) == []
    assert properties(message) == ["messages[0].substitution.all"]
    assert properties({"type": "textV2", "text": "Hi {name}"}) == ["messages[0].substitution"]
    assert properties({"type": "textV2", "text": "Hi {"}) == ["messages[0].text"]


def test_text_v2_counts() -> None:
    def mentions(count: int) -> dict:
        names = {f"n{index}": {"type": "mention", "mentionee": {"type": "all"}} for index in range(count)}
        return {"type": "textV2", "text": "x", "substitution": names}

    def pictures(count: int) -> dict:
        names = {f"n{index}": {"type": "emoji", "productId": "p", "emojiId": "e"} for index in range(count)}
        return {"type": "textV2", "text": "x", "substitution": names}

    assert properties(mentions(20), to_group=True) == []
    assert properties(mentions(21), to_group=True) == ["messages[0].substitution"]
    assert properties(pictures(100)) == []
    assert properties(pictures(101)) == ["messages[0].substitution"]


def test_quote_tokens_only_where_they_can_be_used() -> None:
    assert properties(text(quoteToken="q")) == []
    assert properties(text(quoteToken="q"), quotable=False) == ["messages[0].quoteToken"]
    assert properties({**flex(), "quoteToken": "q"}) == ["messages[0].quoteToken"]


def test_box_with_action_needs_no_label() -> None:
    assert properties(flex(bubble(box(text("x"), action={"type": "postback", "data": "d"})))) == []
    assert properties(flex(bubble(button({"type": "postback", "data": "d"})))) == [f"{IN_BUTTON}.label"]
