"""Pictures that LINE has not: their address is a stranger's (M07)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.simulator.world.chats import Chat
from factcheck.models import MediaFile
from tests.failures.harness import Bot, words
from tests.failures.pictures import CLAIM, picture
from tests.fakes.web import WebServer, page, web_server
from tests.pictures import jpeg
from tests.stored import count

GONE = "LINE does not give me that any more."


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as web:
        yield web


@pytest.fixture
def open_minded(seeing: Bot) -> Bot:
    """It takes the addresses of this machine for such as are open to everybody."""
    assert seeing.context.media is not None
    object.__setattr__(seeing.context, "media", replace(seeing.context.media, allow_loopback=True))
    return seeing


def send_from(bot: Bot, person: Chat, address: str) -> str:
    event = picture(bot, person, text=CLAIM).event
    event["message"]["contentProvider"] = {"type": "external", "originalContentUrl": address}
    return words(bot.send(event))


@pytest.mark.parametrize("host", ["169.254.169.254", "localhost", "[::1]", "10.0.0.8"])
def test_m07_an_address_that_is_not_open_to_everybody_is_not_fetched(seeing: Bot, ada: Chat, host: str) -> None:
    assert GONE in send_from(seeing, ada, f"http://{host}/latest")
    assert count(seeing.factory, MediaFile) == 0


def test_m07_a_picture_of_another_server_is_taken_like_any(open_minded: Bot, ada: Chat, web: WebServer) -> None:
    web.answers["/a"] = page(jpeg(1), kind="text/plain")  # the bytes say what it is
    assert f"I read: “{CLAIM}”" in send_from(open_minded, ada, web.url("/a"))
    assert [path for path, _ in web.asked] == ["/a"]
    assert open_minded.line.calls("*/content") == []
    [(_, headers)] = web.asked
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page("none", status=404), GONE),
        (page(b"<svg/>", kind="image/jpeg"), "I cannot open"),
        (page(jpeg(1)[:400], kind="image/jpeg"), "the file seems to be broken"),
        (page(jpeg(1) + bytes(11 * 1024 * 1024), kind="image/jpeg"), "That is too big for me."),
        (page("", status=302, Location="http://10.0.0.8/a"), GONE),
    ],
    ids=["gone", "drawing", "cut", "big", "leads elsewhere"],
)
def test_m07_what_another_server_says_is_not_believed(
    open_minded: Bot, ada: Chat, web: WebServer, answer: object, said: str
) -> None:
    web.answers["/a"] = answer  # type: ignore[assignment]
    assert said in send_from(open_minded, ada, web.url("/a"))
    assert count(open_minded.factory, MediaFile) == 0
