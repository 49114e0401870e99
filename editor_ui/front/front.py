"""The part of `web` that strangers speak to.

It reads each request whole, with deadlines, before a thread hears of it; gives the webhook room of its own; and keeps
shared pages.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import structlog
from aiohttp import web
from multidict import CIMultiDict
from prometheus_client import Counter
from werkzeug.datastructures import Accept, LanguageAccept
from werkzeug.http import parse_accept_header

from editor_ui.front.behind import AwayError, Behind, TooBigError
from editor_ui.front.cache import FAULT, Answer, Cache
from editor_ui.front.lanes import API_PREFIXES, FILES_PREFIX, BusyError, Kind, kind_of
from editor_ui.front.rates import Rates
from editor_ui.front.refusals import refusal, refusal_of_program
from editor_ui.front.request import Reader, RefusedError, address_of, cookies_of, passed_on, path_of, told_of
from editor_ui.front.visitor import Visitor
from editor_ui.front.visits import Visits
from editor_ui.language import COOKIE, first_language, wanted
from editor_ui.sessions import SESSION_COOKIE, Sessions, account_in
from factcheck.logs import describe

log = structlog.get_logger()

ANSWERS = Counter("factline_front_total", "Requests by how they were answered, and connections shut", ["outcome"])

WRITE_SECONDS = 30.0
"""How long a reader may take for an answer that is ready."""
APP_SECRET = "X-App-Secret"  # noqa: S105 - the name of a header
LOOK_SECONDS = 0.02
SAFE = ("GET", "HEAD")
NOBODY = "localhost"
"""The host of a request of HTTP/1.0 that names none."""
SIGNATURE = re.compile(r"[A-Za-z0-9+/]{43}=")
"""What a signature must look like to be looked at."""


@dataclass(frozen=True)
class Asked:
    """A request that was read."""

    request: web.BaseRequest
    kind: Kind
    address: str
    body: bytes
    has_session: bool
    account: str
    language: str


class Front:
    """Make it inside of a running loop."""

    def __init__(
        self, behind: Behind, sessions: Sessions, visits: Visits, *, proxies: int, of_site: str, trial: bool
    ) -> None:
        self._behind, self._sessions, self._visits = behind, sessions, visits
        self._proxies, self._of_site, self._trial = proxies, of_site, trial
        self._in_hand = 0
        self._reader, self._rates, self._cache = Reader(), Rates(), Cache()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        visitor = _visitor(request)
        visitor.has_head()
        self._in_hand += 1
        try:
            response = await self._response(request)
            if not response.prepared:
                async with asyncio.timeout(WRITE_SECONDS):
                    await response.prepare(request)
                    await response.write_eof()
            return response
        except TimeoutError:
            visitor.shut()
            raise ConnectionResetError from None
        except ConnectionError:
            raise  # the visitor left
        except Exception as error:
            log.error("front_failed", error=type(error).__name__, traceback=describe(error))
            raise
        finally:
            self._in_hand -= 1
            visitor.rests()

    async def is_idle(self) -> None:
        """Returns once no request is in hand."""
        while self._in_hand:
            await asyncio.sleep(LOOK_SECONDS)

    async def _response(self, request: web.BaseRequest) -> web.StreamResponse:
        cookies = cookies_of(request)
        language = self._language(request, cookies)
        try:
            path = path_of(request)
            session = self._sessions(cookies.get(SESSION_COOKIE, ""))
            account = account_in(session)
            kind = kind_of(path, trial=self._trial, is_member=bool(account))
            address = address_of(request, self._proxies)
            if kind == Kind.WEBHOOK:
                self._listen_to(request, address)
            async with self._reader.body(request, kind, address) as body:
                _visitor(request).works()
                asked = Asked(request, kind, address, body, session is not None, account, language)
                response = await self._answer(asked)
            if kind in (Kind.PAGE, Kind.MEMBER):
                self._note_visit(asked, response.status)
            return response
        except RefusedError as refused:
            status = refused.status
        except (BusyError, AwayError, TooBigError):
            status = 503
        ANSWERS.labels(str(status)).inc()
        is_program = request.raw_path.startswith(API_PREFIXES)
        return refusal_of_program(status) if is_program else refusal(status, language)

    def _note_visit(self, asked: Asked, status: int) -> None:
        request, headers = asked.request, asked.request.headers
        purpose = headers.get("Sec-Purpose", "") or headers.get("Purpose", "")
        browser = headers.get("User-Agent", "")
        path = request.rel_url.raw_path
        self._visits.note(request.method, path, status, address=asked.address, browser=browser, purpose=purpose)

    def _listen_to(self, request: web.BaseRequest, address: str) -> None:
        """Raises RefusedError for what cannot come from LINE."""
        if request.method == "POST" and not SIGNATURE.fullmatch(request.headers.get("x-line-signature", "")):
            self._rates.was_unsigned(address)
            raise RefusedError(401)
        if not self._rates.may_knock(address):
            raise RefusedError(429)

    async def _answer(self, asked: Asked) -> web.StreamResponse:
        if asked.kind == Kind.DOWNLOAD:
            return await self._download(asked)
        try:
            return await self._whole(asked)
        except TooBigError:
            if asked.request.method not in SAFE:
                raise
            return await self._download(asked)

    async def _download(self, asked: Asked) -> web.StreamResponse:
        request = asked.request
        with self._rates.download(asked.address) as may_read:
            if not may_read:
                raise RefusedError(429)
            return await self._behind.stream(request, passed_on(request, asked.address, self._proxies))

    async def _whole(self, asked: Asked) -> web.StreamResponse:
        """Hands on what was held whole. Raises TooBigError."""
        request = asked.request
        if asked.kind in (Kind.PAGE, Kind.API) and _may_share(asked):
            return _written(request, await self._shared(asked))
        answer = await self._ask(asked, passed_on(request, asked.address, self._proxies))
        if asked.kind == Kind.WEBHOOK and answer.status == 200:
            _visitor(request).trust()
        if asked.kind == Kind.WEBHOOK and answer.status == 401:
            self._rates.was_unsigned(asked.address)
        return _written(request, answer)

    async def _shared(self, asked: Asked) -> Answer:
        """Asks for a page in a way that leaves nothing of who asks in it."""
        request, language = asked.request, asked.language
        coding = _coding(request.headers.get("Accept-Encoding", ""))
        host = request.headers.get("Host") or NOBODY
        key = (host, request.raw_path, language, coding)
        kept = self._cache.get(key)
        old = None if kept else self._cache.get_old(key)
        if old and self._behind.is_full(asked.kind):
            kept = old
        if kept is not None:
            ANSWERS.labels("from_cache").inc()
            return kept
        plain = CIMultiDict({"Host": host, "Accept-Language": language, "Accept-Encoding": coding})
        headers = told_of(request, asked.address, self._proxies, plain)
        try:
            made = await self._cache.make(key, lambda: self._ask(asked, headers, method="GET"))
        except (BusyError, AwayError):
            if old is None:
                raise
            return old
        return old if old and made.status >= FAULT else made

    async def _ask(self, asked: Asked, headers: "CIMultiDict[str]", method: str = "") -> Answer:
        if asked.kind in (Kind.PAGE, Kind.MEMBER) and not self._rates.may_ask(asked.address, asked.account):
            raise RefusedError(429)
        if asked.kind == Kind.WATCH and not self._rates.may_watch(asked.address):
            raise RefusedError(429)
        has_secret = APP_SECRET in asked.request.headers
        if asked.kind == Kind.API and not self._rates.may_call(asked.address, has_secret=has_secret):
            raise RefusedError(429)
        ANSWERS.labels(asked.kind).inc()
        request = asked.request
        return await self._behind.ask(asked.kind, method or request.method, request.raw_path, headers, asked.body)

    def _language(self, request: web.BaseRequest, cookies: Mapping[str, str]) -> str:
        chosen = request.rel_url.query.get("lang", ""), cookies.get(COOKIE, "")
        return _language(*chosen, request.headers.get("Accept-Language", ""), self._of_site)


def _visitor(request: web.BaseRequest) -> Visitor:
    return cast(Visitor, request.protocol)


@lru_cache(1000)
def _language(asked: str, kept: str, accepted: str, of_site: str) -> str:
    return first_language((asked, kept), wanted(parse_accept_header(accepted, LanguageAccept)), of_site)


@lru_cache(1000)
def _coding(accepted: str) -> str:
    return "gzip" if parse_accept_header(accepted, Accept)["gzip"] else "identity"


def _may_share(asked: Asked) -> bool:
    headers = asked.request.headers
    is_plain = asked.request.method in SAFE and not asked.body
    is_open = asked.kind == Kind.API or asked.request.raw_path.startswith(FILES_PREFIX)
    is_named = any(name in headers for name in ("Authorization", "Range", APP_SECRET))
    return is_plain and (is_open or not asked.has_session) and not is_named


def _written(request: web.BaseRequest, answer: Answer) -> web.Response:
    """The answer, or that the browser has it already."""
    headers = CIMultiDict(answer.headers)
    etag = answer.header("etag")
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if answer.status == 200 and etag and etag.removeprefix("W/") in known:
        headers.popall("Content-Length", None)
        headers.popall("Content-Type", None)
        return web.Response(status=304, headers=headers)
    return web.Response(status=answer.status, headers=headers, body=answer.body)
