"""Strangers do harm to the real web processes, and the webhook is answered all the same."""

import html
import os
import re
import signal
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
import requests

from bot.inbound.webhook import signature
from factcheck.api.quotas import ANYBODY
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from factcheck.long_running import PAGES_NICE
from factcheck.models import Article, Status
from tests.e2e.service import START_SECONDS, Service, children
from tests.factcheck.world import add_article
from tests.waiting import wait_until

pytestmark = pytest.mark.xdist_group("front")

SECRET = "the channel's secret"
HEAD = b"POST /callback HTTP/1.1\r\nHost: x\r\n"
ANSWER_SECONDS = 4.5
"""Half a second less than the slow ones may take for half a head: whoever had to wait for them would wait longer. (LINE
waits two seconds; how quick the webhook is on an idle machine, `make bench` measures.)"""
SLOW = {
    "nothing": b"",
    "half a head": HEAD,
    "half a body": HEAD + b"Content-Length: 1000\r\nX-Line-Signature: " + b"a" * 43 + b"=\r\n\r\n{",
    "half a form": b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nemail=",
    "half a chunk": HEAD.replace(b"/callback", b"/login") + b"Transfer-Encoding: chunked\r\n\r\nff\r\nx",
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The web processes alone, over an empty database."""
    settings = {"TRIAL": "1", "LINE_CHANNEL_SECRET": SECRET}
    service = Service(tmp_path_factory.mktemp("web"), settings)
    service.run("factcheck", "migrate")
    try:
        service.start("web")
        wait_until(lambda: is_up(service), START_SECONDS, "the start of web")
        requests.get(f"{service.base_url}/about", timeout=60)  # the first page of a process takes long to make
        yield service
    finally:
        service.stop()


def is_up(service: Service) -> bool:
    try:
        return requests.get(f"{service.base_url}/healthz", timeout=5).ok
    except (requests.ConnectionError, requests.Timeout):
        return False


@pytest.fixture
def database(web: Service) -> Iterator[SessionFactory]:
    engine = make_engine(f"sqlite:///{web.folder}/factline.sqlite")
    yield make_session_factory(engine)
    engine.dispose()


def post_webhook(
    service: Service, body: bytes = b'{"destination":"U1","events":[]}', secret: str = SECRET, source: str = ""
) -> int:
    """`source`: the address of this machine that it comes from."""
    headers = {"x-line-signature": signature(secret, body)}
    with requests.Session() as session:
        session.mount("http://", From(source))
        posted = session.post(f"{service.base_url}/callback", data=body, headers=headers, timeout=ANSWER_SECONDS)
    return posted.status_code


class From(requests.adapters.HTTPAdapter):
    def __init__(self, source: str) -> None:
        self._source = source
        super().__init__()

    def init_poolmanager(self, *given: Any, **more: Any) -> None:
        super().init_poolmanager(*given, source_address=(self._source, 0) if self._source else None, **more)


ALL_ROLES = ["front", "pages", "pages", "webhook", "webhook"]


def roles(service: Service) -> dict[int, str]:
    """Role by process. The number of one that ended may be another's by now, who is no child of it."""
    booted = re.findall(r"\[(\d+)\] \[INFO\] This process is (\w+)", (service.folder / "web.log").read_text())
    present = children(service.processes["web"].pid)
    return {int(pid): role for pid, role in booted if int(pid) in present}


def wait_for_replacement(service: Service, gone: Iterable[int]) -> None:
    """Waits until these processes have ended, and all roles are filled. One that was just killed still has its role."""

    def is_replaced() -> bool:
        now = roles(service)
        return sorted(now.values()) == ALL_ROLES and now.keys().isdisjoint(gone)

    wait_until(is_replaced, 60, "the replacement")


@contextmanager
def sockets(service: Service, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as opened:
        found = [opened.enter_context(socket.create_connection(("127.0.0.1", service.port))) for _ in range(count)]
        for one in found:
            one.sendall(sent)
        yield found


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_w31_who_sends_half_a_request_and_waits_stops_nobody(web: Service, sent: bytes) -> None:
    with sockets(web, 40, sent), ThreadPoolExecutor(8) as pool:
        page = pool.submit(requests.get, f"{web.base_url}/about", timeout=ANSWER_SECONDS)
        answers = list(pool.map(lambda _: post_webhook(web), range(40)))
    assert answers == [200] * 40
    assert page.result().status_code == 200


def test_all_kinds_at_once_stop_nobody_either(web: Service) -> None:
    """More than a network may hold: the oldest give way, and those that LINE opens are new."""
    with ExitStack() as opened:
        for sent in SLOW.values():
            opened.enter_context(sockets(web, 50, sent))
        assert [post_webhook(web) for _ in range(20)] == [200] * 20
        assert requests.get(f"{web.base_url}/about", timeout=ANSWER_SECONDS).status_code == 200


@pytest.mark.parametrize("path", ["/", "/callback"])
def test_w32_slow_big_bodies_do_not_take_the_room_of_webhooks(web: Service, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Line-Signature: {'a' * 43}=\r\nContent-Length: 2000000\r\n\r\n"
    large = b'{"destination":"U1","events":[]}' + b" " * 87_000
    with sockets(web, 20, head.encode() + b"x" * 70_000), ThreadPoolExecutor(4) as pool:
        time.sleep(1)  # the front reads them
        assert set(pool.map(lambda _: post_webhook(web, large, source="127.0.0.2"), range(8))) == {200}


@pytest.mark.parametrize("path", ["/readyz", "/metrics", "/healthz"])
def test_who_asks_how_the_service_is_again_and_again_does_not_have_it_taken_out(web: Service, path: str) -> None:
    ends = time.monotonic() + 5

    def ask(_: int) -> int:
        with requests.Session() as asking:
            while time.monotonic() < ends:
                status = asking.get(f"{web.base_url}{path}", timeout=30).status_code
        return status

    with ThreadPoolExecutor(40) as pool:
        asked = pool.map(ask, range(40))
        while time.monotonic() < ends:
            assert requests.get(f"{web.base_url}/healthz", timeout=ANSWER_SECONDS).status_code == 200
        assert set(asked) <= {200, 429, 503}


def test_two_strangers_get_the_same_bytes_until_the_article_is_hidden(web: Service, database: SessionFactory) -> None:
    with transaction(database) as session:
        article_id = add_article(session, "a message that somebody will hide").id
    address = f"{web.base_url}/article/{article_id}"
    one, other = (requests.get(address, headers={"Accept-Language": tag}, timeout=30) for tag in ("en", "en-GB"))
    assert one.status_code == 200
    assert one.content == other.content
    assert one.headers["ETag"] == other.headers["ETag"]
    assert one.headers["Content-Encoding"] == "gzip"
    assert "Set-Cookie" not in one.headers
    known = requests.get(address, headers={"Accept-Language": "en", "If-None-Match": one.headers["ETag"]}, timeout=30)
    assert (known.status_code, known.content) == (304, b"")
    with transaction(database) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED

    def is_gone() -> bool:
        return requests.get(address, headers={"Accept-Language": "en"}, timeout=30).status_code == 410

    wait_until(is_gone, 60, "its end in the cache")


def log_in(service: Service, browser: requests.Session, email: str) -> requests.Response:
    """Logs in as one does in a trial, and gives the page that comes then."""
    form = browser.get(f"{service.base_url}/login", timeout=30)
    sent = browser.post(f"{service.base_url}/login", data={**token_in(form), "email": email}, timeout=30)
    link = re.search(r'href="[^"]*(/login/[^"]+)"', sent.text)
    assert link is not None
    opened = browser.get(f"{service.base_url}{html.unescape(link[1])}", timeout=30)
    return browser.post(opened.url, data=token_in(opened), timeout=30)


def token_in(page: requests.Response) -> dict[str, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    return {"csrf_token": token[1], "next": "/about"}


def test_a_form_works_without_scripts(web: Service) -> None:
    """In a browser that has an anonymous page from the cache, and from then on a session of its own."""
    with requests.Session() as browser:
        assert browser.get(f"{web.base_url}/about", timeout=30).headers["Cache-Control"].startswith("public")
        page = log_in(web, browser, "amy@example.org")
        assert page.url == f"{web.base_url}/about"
        assert page.headers["Cache-Control"] == "private, no-cache"
        assert "/logout" in page.text
    assert "/logout" not in requests.get(f"{web.base_url}/about", timeout=30).text


@contextmanager
def only(service: Service, its: int) -> Iterator[None]:
    """Has one of the two processes that make pages hang, so that the other answers."""
    wait_for_replacement(service, [])
    pages = sorted(pid for pid, role in roles(service).items() if role == "pages")
    hangs = pages[1 - its]
    os.kill(hangs, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # on a busy machine it was replaced meanwhile
            os.kill(hangs, signal.SIGCONT)


def asked_of_the_api(service: Service, headers: Mapping[str, str]) -> int:
    """Sends a tenth of what a network may ask for in a minute."""
    operations = [{"query": "{ __typename }"}] * (ANYBODY // 10)
    return requests.post(f"{service.base_url}/graphql", json=operations, headers=headers, timeout=30).status_code


def searched(service: Service, words: str, headers: Mapping[str, str]) -> int:
    return requests.get(f"{service.base_url}/search", params={"q": words}, headers=headers, timeout=30).status_code


def test_two_processes_that_make_pages_give_nobody_twice_the_allowance(web: Service) -> None:
    """What is used up in one is used up in the other, whatever a visitor changes of himself."""
    with requests.Session() as browser:
        assert "/logout" in log_in(web, browser, "ben@example.org").text
        member = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in browser.cookies)}
    invented = "203.0.113.77"
    guises: list[dict[str, str]] = [
        {},
        {"Connection": "close"},
        member,
        {"X-Forwarded-For": invented, "Forwarded": f"for={invented}", "X-Real-IP": invented},
        {"User-Agent": "another", "Accept-Language": "th", "X-App-Id": "another"},
    ]
    for _ in range(3):
        began, refused = time.monotonic(), set[int]()
        with only(web, 0), ThreadPoolExecutor(3) as pool:
            allowed = list(pool.map(lambda number: asked_of_the_api(web, guises[number % 5]), range(10)))
            allowed += pool.map(lambda number: searched(web, f"words {number}", guises[number % 5]), range(60))
        for its in (1, 0):
            with only(web, its):
                refused |= {asked_of_the_api(web, headers) for headers in guises}
                refused |= {searched(web, f"again {its} {number}", headers) for number, headers in enumerate(guises)}
        if time.monotonic() - began < 60:  # else the counts of the first have ended, and all may ask again
            break
        time.sleep(60)
    assert allowed == [200] * 70
    assert refused == {429}


def test_a_process_behind_that_dies_is_replaced_by_one_of_its_role(web: Service) -> None:
    wait_for_replacement(web, [])
    before = roles(web)
    killed = {role: pid for pid, role in before.items()}
    for role in ("webhook", "pages", "front"):
        os.kill(killed[role], signal.SIGKILL)
        if role == "pages":
            assert requests.get(f"{web.base_url}/login", timeout=30).ok, "the other makes its pages"
    wait_for_replacement(web, killed.values())
    wait_until(lambda: is_up(web), 60, "the new front")
    assert post_webhook(web) == 200
    assert requests.get(f"{web.base_url}/about", timeout=30).ok


def test_pages_leave_the_processor_to_those_who_answer_line(web: Service) -> None:
    """Each has a session: see `factcheck.long_running`."""
    present = roles(web)
    found = {(role, os.getpriority(os.PRIO_PROCESS, pid)) for pid, role in present.items()}
    assert found == {("webhook", 0), ("front", 0), ("pages", PAGES_NICE)}
    assert len({os.getsid(pid) for pid in present}) == len(present)


@pytest.mark.parametrize("harm", ["removed", "written over"])
def test_sockets_between_the_processes_that_somebody_spoilt_are_made_again(web: Service, harm: str) -> None:
    before, spoilt = [*roles(web)], list(web.folder.glob("web-*.sock"))
    assert len(spoilt) == 2
    for path in spoilt:
        path.unlink()
        if harm == "written over":
            path.write_bytes(b"no socket")

    def is_answered() -> bool:
        try:
            return post_webhook(web) == 200 and requests.get(f"{web.base_url}/about", timeout=30).ok
        except requests.RequestException:
            return False

    wait_for_replacement(web, before)
    assert all(path.is_socket() for path in spoilt)
    wait_until(is_answered, 60, "the new processes")


def test_what_is_in_hand_when_web_is_stopped_is_finished(web: Service) -> None:
    """The head has come, the body comes after the stop has begun. The head has been read once a later one is answered:
    a connection that the front has not taken yet is lost with it."""
    body = b'{"destination":"U1","events":[]}'
    head = HEAD + f"Content-Length: {len(body)}\r\nX-Line-Signature: {signature(SECRET, body)}\r\n\r\n".encode()
    with sockets(web, 1, head) as [half]:
        assert post_webhook(web) == 200
        process = web.processes["web"]
        process.terminate()
        wait_until(lambda: b"Handling signal: term" in (web.folder / "web.log").read_bytes(), 60, "the signal", 0.005)
        half.sendall(body)
        assert half.recv(1000).startswith(b"HTTP/1.1 200 OK")
    web.stop()
    assert [*web.folder.glob("web-*.sock")] == []
