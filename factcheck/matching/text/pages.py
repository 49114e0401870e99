"""One address for pages that are shared under several, without asking the network: links of shorteners and lin.ee
stay."""

from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

import regex

# Addresses that carry another one: redirects of Facebook, Google and YouTube.
_REDIRECTS = {
    "facebook.com": ("/l.php", ("u",)),
    "google.com": ("/url", ("q", "url")),
    "youtube.com": ("/redirect", ("q",)),
}
_GOOGLE = regex.compile(r"(?:www\.|m\.)?google\.(?:com?\.)?[a-z]{2,3}")
_GOOGLE_AMP = regex.compile(r"/amp/(?P<tls>s/)?(?P<rest>[^/.]+\.[^/]+/.*)", regex.DOTALL)
_AMP_CACHE = regex.compile(r"/[a-z]/(?P<tls>s/)?(?P<rest>[^/.]+\.[^/]+/.*)", regex.DOTALL)
_VIDEO = regex.compile(r"/(?:shorts|embed|live|watch|v|e)/(?P<id>[\w-]+)")
_POST = regex.compile(r"/(?:groups/(?P<group>[^/]+)/(?:posts|permalink)|(?P<who>[^/]+)/posts)/(?:[^/]+/)?(?P<id>\w+)")
_FACEBOOK_VIDEO = regex.compile(r"/[^/]+/videos/(?:[^/]+/)?(?P<id>\d+)")
_FACEBOOK_REEL = regex.compile(r"/reel/(?P<id>\d+)")
_INSTAGRAM_POST = regex.compile(r"/(?:[\w.]+/)?(?:p|reels?|tv)/(?P<id>[\w-]+)")
_THREADS_POST = regex.compile(r"/(?:@[\w.]+/post|t)/(?P<id>[\w-]+)")
_LINE_ACCOUNT = regex.compile(r"/(?:r/)?ti/p/(?P<id>[^/]+)", regex.IGNORECASE)
_DEEPEST = 3


# Names of parameters whose value is where the page sends its visitors, also without "https://".
_ONWARD = frozenset(
    "u url uri link to out goto go next redir redirect redirect_uri redirect_url redirecturl return returnurl"
    " return_url return_to returnto continue dest destination target forward jump r".split()
)
_ELSEWHERE = regex.compile(r"(?:[a-z][a-z0-9+.-]{1,20}:)?[/\\]{2,}(?P<host>[^/\\?#]+)", regex.IGNORECASE)
_BARE = regex.compile(r"(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,24})(?=[/?#:]|$)", regex.IGNORECASE)


def leads_on(parameter: str, site: str) -> bool:
    """Tells whether a URL's parameter names another host, where its page may lead."""
    name, _, value = parameter.partition("=")
    value = unquote(unquote(value)).strip()
    match = _ELSEWHERE.match(value) or (_BARE.match(value) if name.lower() in _ONWARD else None)
    host = match["host"].rpartition("@")[2].partition(":")[0].lower() if match else site
    return host != site and not host.endswith("." + site)


def one_address(parts: SplitResult) -> SplitResult:
    """Gives a page's usual address; others unchanged. Expects a lower-case host without port."""
    for _ in range(_DEEPEST):
        parts = _attributed(parts)
        inner = _carried(parts)
        if inner is None:
            break
        parts = inner
    site = _SITES.get(_domain(parts.netloc))
    return site(parts) if site else parts


def _attributed(parts: SplitResult) -> SplitResult:
    """Gives the page of YouTube that a link of its share button names."""
    if _domain(parts.netloc) != "youtube.com" or parts.path != "/attribution_link":
        return parts
    inner = urlsplit(parse_qs(parts.query).get("u", [""])[0])
    return parts._replace(path=inner.path, query=inner.query) if inner.path and not inner.netloc else parts


def _carried(parts: SplitResult) -> SplitResult | None:
    host = "google.com" if _GOOGLE.fullmatch(parts.netloc) else _domain(parts.netloc)
    path, names = _REDIRECTS.get(host, ("", ()))
    if path and parts.path == path:
        query = parse_qs(parts.query)
        return _absolute(next((query[name][0] for name in names if name in query), ""))
    amp = _GOOGLE_AMP if host == "google.com" else _AMP_CACHE if parts.netloc.endswith(".cdn.ampproject.org") else None
    match = amp.fullmatch(parts.path + "/") if amp else None
    if match is None:
        return None
    scheme, rest = "https" if match["tls"] else "http", match["rest"].removesuffix("/")
    return _absolute(f"{scheme}://{rest}{'?' + parts.query if parts.query else ''}")


def _absolute(url: str) -> SplitResult | None:
    if not url.lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return parts._replace(netloc=host) if host else None


def _domain(host: str) -> str:
    return next((site for site in _KNOWN if host == site or host.endswith("." + site)), host)


def _youtube(parts: SplitResult) -> SplitResult:
    """Drops start time and playlist of a video."""
    wanted = parse_qs(parts.query).get("v", [""])[0] if parts.path == "/watch" else ""
    if parts.netloc.endswith("youtu.be"):
        wanted = parts.path.strip("/")
    elif match := _VIDEO.match(parts.path):
        wanted = match["id"]
    if regex.fullmatch(r"[\w-]+", wanted):
        return parts._replace(scheme="https", netloc="www.youtube.com", path="/watch", query=f"v={wanted}")
    if parts.netloc.endswith("youtu.be"):
        return parts
    return parts._replace(netloc="www.youtube.com")


def _facebook(parts: SplitResult) -> SplitResult:
    """Joins pages for computers and phones (story.php)."""
    path, query = parts.path.rstrip("/"), {name: values[0] for name, values in parse_qs(parts.query).items()}
    kept = ""
    if path in ("/story.php", "/permalink.php") and {"story_fbid", "id"} <= query.keys():
        path = f"/{query['id']}/posts/{query['story_fbid']}"
    elif path.startswith("/groups/") and query.get("view") == "permalink" and "id" in query:
        path = f"{path}/posts/{query['id']}"
    elif match := _POST.fullmatch(path):
        path = (
            f"/groups/{match['group']}/posts/{match['id']}"
            if match["group"]
            else f"/{match['who']}/posts/{match['id']}"
        )
    elif match := _FACEBOOK_VIDEO.fullmatch(path) or _FACEBOOK_REEL.fullmatch(path):
        path, kept = "/watch", f"v={match['id']}"
    elif path in ("/watch", "/watch/live", "/video.php") and "v" in query:
        path, kept = "/watch", f"v={quote(query['v'])}"
    elif path in ("/photo.php", "/photo") and "fbid" in query:
        path, kept = "/photo", f"fbid={quote(query['fbid'])}"
    else:
        kept = parts.query
    return parts._replace(scheme="https", netloc="www.facebook.com", path=path, query=kept)


def _twitter(parts: SplitResult) -> SplitResult:
    return parts._replace(scheme="https", netloc="x.com")


def _instagram(parts: SplitResult) -> SplitResult:
    """Joins posts and reels, with and without the name of who posted."""
    match = _INSTAGRAM_POST.fullmatch(parts.path.rstrip("/"))
    path, query = (f"/p/{match['id']}", "") if match else (parts.path, parts.query)
    return parts._replace(scheme="https", netloc="www.instagram.com", path=path, query=query)


def _threads(parts: SplitResult) -> SplitResult:
    match = _THREADS_POST.fullmatch(parts.path.rstrip("/"))
    path, query = (f"/t/{match['id']}", "") if match else (parts.path, parts.query)
    return parts._replace(scheme="https", netloc="www.threads.com", path=path, query=query)


def _line(parts: SplitResult) -> SplitResult:
    """Joins account pages with and without /R, and the versions of a LINE TODAY page."""
    if parts.netloc == "today.line.me":
        return parts._replace(path=regex.sub(r"^/([A-Za-z]{2})/(?:v\d|pc)/", r"/\1/", parts.path))
    if parts.netloc == "line.me" and (match := _LINE_ACCOUNT.fullmatch(parts.path)):
        return parts._replace(scheme="https", path=f"/R/ti/p/{match['id']}", query="")
    return parts


_SITES: dict[str, Callable[[SplitResult], SplitResult]] = {
    "youtu.be": _youtube,
    "youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "facebook.com": _facebook,
    "fb.com": _facebook,
    "instagram.com": _instagram,
    "instagr.am": _instagram,
    "threads.net": _threads,
    "threads.com": _threads,
    "twitter.com": _twitter,
    "x.com": _twitter,
    "line.me": _line,
}
_KNOWN = (*_SITES,)
