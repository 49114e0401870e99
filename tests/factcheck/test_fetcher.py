"""The real fetcher and a server that means no good."""

import gzip
import json
import socket
import zlib
from collections.abc import Iterator

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.worker import build_fetcher
from factcheck.fetching import fetcher
from factcheck.fetching.body import MAX_BYTES
from factcheck.fetching.fetcher import WebFetcher
from factcheck.ports import FetchedPage
from factcheck.settings import Settings, SettingsError, load_settings
from tests.fakes.web import Say, WebServer, endless, page, redirect, web_server
from tests.waiting import PATIENCE_SECONDS

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
TITLE = b"<html><head><title>Found</title></head>"


class Names(AbstractResolver):
    """What a name means, one answer after the other; the last one stays."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.answers[host]
        address = found.pop(0) if len(found) > 1 else found[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def fetched(web: WebServer, say: Say, *, seconds: float = PATIENCE_SECONDS) -> FetchedPage:
    web.answers["/page"] = say
    url = web.url("/page")
    return WebFetcher("Test", allow_loopback=True, seconds=seconds).fetch([url])[url]


def test_a_page_says_what_it_is(web: WebServer) -> None:
    html = """<html><head><title>Old</title><meta property="og:title" content="Water &amp; salt\n is no cure">
        <meta name="description" content=" Doctors\u202e say so. "><meta property="og:image" content="/salt.png">
        <link rel="canonical" href="/true?utm_source=mail"></head><body><h1>Body</h1>"""
    packed = gzip.compress(html.encode())
    web.answers["/on"] = page(packed, Content_Encoding="gzip")
    found = fetched(web, redirect("/on"))
    assert (found.state, found.status, found.fault) == ("OK", 200, None)
    assert (found.title, found.summary) == ("Water & salt is no cure", "Doctors say so.")
    assert (found.image, found.canonical) == (web.url("/salt.png"), web.url("/true"))
    (_, first), (path, _) = web.asked
    assert (path, first["User-Agent"], "Cookie" in first) == ("/on", "Test", False)


@pytest.mark.parametrize(
    ("title", "codec", "declared", "meta"),
    [
        ("喝鹽水可以治病嗎，專家這樣說", "big5", "text/html; charset=big5", ""),
        ("喝盐水可以治病吗，专家这样说", "gb18030", "text/html", "gb2312"),
        ("塩水を飲めば治るという話は本当か", "cp932", "text/html", "Shift_JIS"),
        ("น้ำเกลือรักษาโรคได้จริงหรือไม่", "cp874", "text/html; charset=TIS-620", ""),
        ("喝鹽水可以治病嗎，專家這樣說", "utf-8", "text/html; charset=iso-8859-1", "big5"),
        ("喝鹽水可以治病嗎，專家這樣說，醫院也澄清沒有這回事", "big5", "text/html; charset=nonsense", "rot13"),
    ],
)
def test_letters_come_out_right(web: WebServer, title: str, codec: str, declared: str, meta: str) -> None:
    html = f'<html><head><meta charset="{meta}"><title>{title}</title></head>'
    assert fetched(web, page(html.encode(codec), kind=declared)).title == title


@pytest.mark.parametrize(
    ("status", "state"), [(404, "GONE"), (410, "GONE"), (403, "REFUSED"), (429, "REFUSED"), (503, "ERROR")]
)
def test_what_the_site_says_is_kept_apart(web: WebServer, status: int, state: str) -> None:
    found = fetched(web, page("<title>Sorry</title>", status=status))
    assert (found.state, found.status, found.title) == (state, status, "")


def test_another_kind_of_file_is_there_and_not_read(web: WebServer) -> None:
    found = fetched(web, endless(HEAD.replace(b"text/html", b"application/pdf") + b"\r\n", b"x" * 65536))
    assert (found.state, found.title) == ("OK", "")
    assert web.left.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::ffff:192.168.0.1]/",
        "http://[fd00:ec2::254]/",
        "//1.1.1.1:6379/",
    ],
)
def test_a_redirect_leads_nowhere_inside(web: WebServer, target: str) -> None:
    found = fetched(web, redirect(target))
    assert (found.state, found.fault) == ("REFUSED", "NOT_PUBLIC")


def test_this_machine_is_not_asked_whatever_its_name(web: WebServer) -> None:
    urls = [web.url("/page", host) for host in ("127.0.0.1", "localhost", "user@127.0.0.1", "0x7f.1")]
    odd = ["http://2130706433/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://", "https://[::1"]
    found = WebFetcher("Test").fetch([*urls, *odd])
    assert {found[url].fault for url in urls} == {"NOT_PUBLIC"}
    assert not {found[url].state for url in odd} & {"OK", "WAITING"}
    assert "UNKNOWN_ERROR" not in {found[url].fault for url in odd}
    names = Names(harmless_example=["127.0.0.1"])
    url = "http://harmless.example/"
    assert WebFetcher("Test", resolver=names).fetch([url])[url].fault == "NOT_PUBLIC"
    assert web.asked == []


def test_a_name_that_means_something_else_the_second_time_is_judged_again(web: WebServer) -> None:
    web.answers["/first"] = redirect("/second")
    names = Names(rebound_example=["127.0.0.1", "192.168.0.1"])
    url = web.url("/first", "rebound.example")
    found = WebFetcher("Test", allow_loopback=True, resolver=names).fetch([url])[url]
    assert (found.state, found.fault) == ("REFUSED", "NOT_PUBLIC")
    assert [path for path, _ in web.asked] == ["/first"]


def test_redirects_without_end_and_to_an_app_are_given_up(web: WebServer) -> None:
    assert fetched(web, redirect("/page")).fault == "TOO_MANY_REDIRECTS"
    assert len(web.asked) == 6
    assert fetched(web, redirect("line://ti/p/x")).fault == "UNSUPPORTED"


def test_a_body_without_end_is_read_so_far(web: WebServer) -> None:
    found = fetched(web, endless(HEAD + b"\r\n" + TITLE, b"<p>more" * 10_000))
    assert (found.state, found.title) == ("OK", "Found")
    assert web.left.wait(PATIENCE_SECONDS)


def test_a_bomb_is_not_unpacked(web: WebServer) -> None:
    bomb = zlib.compress(TITLE + b" " * (8 * MAX_BYTES), 9)
    found = fetched(web, page(bomb, Content_Encoding="deflate"))
    assert (found.state, found.fault) == ("ERROR", "UNSUPPORTED")
    twice = gzip.compress(gzip.compress(TITLE))
    assert fetched(web, page(twice, Content_Encoding="gzip, gzip")).fault == "UNSUPPORTED"
    assert fetched(web, page(TITLE, Content_Encoding="gzip")).fault == "UNSUPPORTED"


@pytest.mark.parametrize("head", [HEAD + b"\r\n", HEAD + b"X-Slow: "])
def test_who_drips_is_not_waited_for(web: WebServer, head: bytes) -> None:
    found = fetched(web, endless(head, b"x", pause=0.02), seconds=0.4)
    assert (found.state, found.fault) == ("ERROR", "TOO_SLOW")


@pytest.mark.parametrize("piece", [b"X-More: " + b"x" * 60_000, b"X-More: x\r\n"])
def test_headers_without_end_are_not_kept(web: WebServer, piece: bytes) -> None:
    found = fetched(web, endless(HEAD, piece))
    assert (found.state, found.fault) == ("ERROR", "NOT_REACHABLE")


def test_the_settings_say_where_the_worker_may_go(web: WebServer) -> None:
    web.answers["/page"] = page("<title>Here</title>")
    url = web.url("/page")
    usual = Settings(base_url="https://checks.example")
    here = usual.model_copy(update={"trial": True, "fetch_loopback": True})
    for settings, state in ((usual, "REFUSED"), (here, "OK")):
        made = build_fetcher(settings)
        assert made is not None
        assert made.fetch([url])[url].state == state
    assert "https://checks.example" in web.asked[0][1]["User-Agent"]
    assert build_fetcher(usual.model_copy(update={"fetch_links": False})) is None
    with pytest.raises(SettingsError, match="FETCH_LOOPBACK"):
        load_settings(fetch_loopback=True)


def test_an_archive_that_is_asked_names_its_copy_or_nothing(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "ARCHIVE", web.url("/archive"))
    web.answers["/page"] = page("<title>Here</title>")
    url = web.url("/page")
    asked = str(URL("/archive").with_query(url=url))
    said = {"https://web.archive.org/web/1/x": "https://web.archive.org/web/1/x", "javascript:alert(1)": ""}
    for copy, kept in said.items():
        found = {"archived_snapshots": {"closest": {"url": copy}}}
        web.answers[asked] = page(json.dumps(found), kind="application/json")
        assert WebFetcher("Test", ask_archive=True, allow_loopback=True).fetch([url])[url].archived == kept
    web.answers[asked] = page("nothing of use")
    assert WebFetcher("Test", ask_archive=True, allow_loopback=True).fetch([url])[url].archived == ""


def test_a_page_is_believed_about_its_own_site_alone(web: WebServer) -> None:
    html = """<title>News</title><link rel="canonical" href="https://www.bbc.com/news/1">
        <meta property="og:image" content="javascript:x">"""
    found = fetched(web, page(html))
    assert (found.canonical, found.image) == (web.url("/page"), "")


@pytest.mark.parametrize(
    "padding", ["<div>" * 250_000, "<meta " * 200_000, "<meta a='" * 150_000, "<title " * 180_000, "<b><i>" * 200_000]
)
def test_a_page_made_to_be_slow_to_read_is_read(web: WebServer, padding: str) -> None:
    found = fetched(web, page(f"{padding}<title>Found</title><meta name=description content=it>"))
    assert (found.title, found.summary) == ("Found", "it")


def test_one_page_does_not_keep_the_others_waiting(web: WebServer) -> None:
    web.answers["/good"] = page("<title>Good</title>")
    web.answers["/bad"] = endless(HEAD, b"x")
    good, bad = web.url("/good"), web.url("/bad")
    found = WebFetcher("Test", allow_loopback=True, seconds=5).fetch([bad, good])
    assert (found[good].title, found[bad].state) == ("Good", "ERROR")
