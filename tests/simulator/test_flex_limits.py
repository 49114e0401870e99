"""Flex messages: sizes, nesting, and the values of each property."""

import pytest

from bot.simulator.validation.limits import BUBBLE_BYTES, CAROUSEL_BYTES, wire_size
from bot.simulator.validation.messages import validate_messages
from tests.simulator.samples import box, bubble, button, carousel, flex, text


def problems(contents: dict) -> list[str]:
    found = [problem.property for problem in validate_messages([flex(contents)])]
    return [one.removeprefix("messages[0].contents") for one in found]


def test_twelve_bubbles() -> None:
    assert problems(carousel(12)) == []
    assert problems(carousel(13)) == [".contents"]
    assert problems({"type": "carousel", "contents": []}) == [".contents"]


def test_bubbles_of_one_size() -> None:
    assert problems(carousel(2, size="kilo")) == []
    mixed = {"type": "carousel", "contents": [bubble(size="kilo"), bubble()]}
    assert problems(mixed) == [".contents"]
    # Without a size a bubble is mega.
    assert problems({"type": "carousel", "contents": [bubble(size="mega"), bubble()]}) == []


def test_bubble_of_30_kilobytes() -> None:
    room = BUBBLE_BYTES - wire_size(bubble(text("")))
    assert problems(bubble(text("a" * room))) == []
    assert problems(bubble(text("a" * (room + 1)))) == [""]


def test_size_is_counted_as_sent() -> None:
    """A Chinese character takes six bytes on the wire."""
    room = BUBBLE_BYTES - wire_size(bubble(text("")))
    assert problems(bubble(text("字" * (room // 6)))) == []
    assert problems(bubble(text("字" * (room // 6 + 1)))) == [""]


def test_carousel_of_50_kilobytes() -> None:
    def three(letters: int) -> dict:
        return {
            "type": "carousel",
            "contents": [bubble(text("a" * 15000)) for _ in range(3)] + [bubble(text("a" * letters))],
        }

    room = CAROUSEL_BYTES - wire_size(three(0))
    assert problems(three(room)) == []
    assert problems(three(room + 1)) == [""]


def test_a_bubble_needs_a_block() -> None:
    assert problems({"type": "bubble"}) == [""]
    assert problems({"type": "bubble", "body": text()}) == [".body.type"]
    hero = {"type": "image", "url": "https://example.org/a.png"}
    assert problems({"type": "bubble", "hero": hero}) == []
    assert problems({"type": "bubble", "size": "huge", "hero": hero}) == [".size"]


@pytest.mark.parametrize(
    ("component", "wrong"),
    [
        ({"type": "box"}, ["layout", "contents"]),
        ({"type": "box", "layout": "vertical"}, ["contents"]),
        ({"type": "box", "layout": "diagonal", "contents": []}, ["layout"]),
        ({"type": "box", "layout": "vertical", "contents": []}, []),
        ({"type": "text"}, ["text"]),
        ({"type": "text", "text": ""}, ["text"]),
        ({"type": "text", "contents": [{"type": "span", "text": "x", "weight": "bold"}]}, []),
        ({"type": "text", "contents": [{"type": "span"}]}, ["contents[0].text"]),
        ({"type": "button"}, ["action"]),
        ({"type": "image"}, ["url"]),
        ({"type": "image", "url": "http://example.org/a.png"}, ["url"]),
        ({"type": "image", "url": "https://example.org/a.png", "aspectRatio": "1:3"}, []),
        ({"type": "image", "url": "https://example.org/a.png", "aspectRatio": "1:4"}, ["aspectRatio"]),
        ({"type": "image", "url": "https://example.org/a.png", "size": "full"}, []),
        ({"type": "image", "url": "https://example.org/a.png", "size": "whole"}, ["size"]),
        ({"type": "separator", "margin": "md", "color": "#00000080"}, []),
        ({"type": "separator", "color": "red"}, ["color"]),
        ({"type": "filler", "flex": 2}, []),
        ({"type": "icon", "url": "https://example.org/a.png"}, ["type"]),
        ({"type": "spacer"}, ["type"]),
        (text("x", size="15px", weight="bold", wrap=True, maxLines=3, align="end", color="#AABBCC"), []),
        (text("x", size="huge"), ["size"]),
        (text("x", weight="heavy"), ["weight"]),
        (text("x", wrap="yes"), ["wrap"]),
        (text("x", maxLines=-1), ["maxLines"]),
        (text("x", color="#abc"), ["color"]),
        (text("x", margin="huge"), ["margin"]),
        (text("x", flex=1.5), ["flex"]),
        (text("x", align="left"), ["align"]),
        (button(style="primary", color="#06C755", height="sm"), []),
        (button(style="danger"), ["style"]),
        (button(height="lg"), ["height"]),
        (box(paddingAll="5%", spacing="10px", cornerRadius="md", borderWidth="semi-bold", width="50%"), []),
        (box(paddingAll="5em"), ["paddingAll"]),
        (box(spacing="5%"), ["spacing"]),
        (
            box(
                background={"type": "linearGradient", "angle": "90deg", "startColor": "#000000", "endColor": "#ffffff"}
            ),
            [],
        ),
        (
            box(background={"type": "linearGradient", "angle": "90", "startColor": "#000000"}),
            ["background.angle", "background.endColor"],
        ),
        (box({"type": "icon", "url": "https://example.org/a.png"}, text(), layout="baseline"), []),
        (box(button(), layout="baseline"), ["contents[0].type"]),
    ],
)
def test_components(component: dict, wrong: list[str]) -> None:
    assert problems(bubble(component)) == [f".body.contents[0].{name}" for name in wrong]


def test_video_only_as_hero_of_a_wide_bubble() -> None:
    video = {
        "type": "video",
        "url": "https://example.org/a.mp4",
        "previewUrl": "https://example.org/a.png",
        "altContent": {"type": "image", "url": "https://example.org/a.png"},
    }
    assert problems({"type": "bubble", "hero": video}) == []
    assert problems({"type": "bubble", "size": "micro", "hero": video}) == [".hero"]
    assert problems(bubble(video)) == [".body.contents[0].type"]


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    inner = text("x")
    for _ in range(200):
        inner = box(inner)
    assert len(problems(bubble(inner))) == 1
