"""URLs inside messages: where they begin and end beside Chinese, Japanese and Thai text, and one form for comparing."""

from urllib.parse import SplitResult, urlsplit

import regex

# A comma belongs to a URL, unless the next URL begins behind it.
_PATH = r"(?:(?![,;'|]https?://)[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%|])"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
# Three ways people write one: with a scheme, with "www.", or a bare host followed by a path ("bit.ly/abc").
_URL = regex.compile(
    rf"https?://{_PATH}+(?:(?<=[/=_\-])(?<!//)[\p{{L}}\p{{M}}\p{{N}}_\-]+{_PATH}*)*"
    rf"|(?<![A-Za-z0-9@./\-])www\.{_HOST}(?:[:/?]{_PATH}*)?"
    rf"|(?<![A-Za-z0-9@./\-]){_HOST}(?::[0-9]{{2,5}})?/{_PATH}+",
    regex.IGNORECASE,
)
_TRAILING = ".,;:!?'*|~$&"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING_PREFIXES = ("utm_", "__cft__", "fb_action_", "mtm_", "pk_", "hsa_")
_TRACKING = frozenset(
    {
        *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid"),
        *("igshid", "igsh", "mibextid", "sfnsn", "__tn__", "fb_source", "fref", "fb_ref", "li_fat_id"),
        *("mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "vero_id", "oly_enc_id", "oly_anon_id"),
        *("ref_src", "ref_url", "cmpid", "openexternalbrowser", "spm", "share_source", "wt_mc"),
    }
)
# Where a video was shared from; only these hosts use the names for that.
_TRACKING_BY_HOST = {
    "youtu.be": frozenset({"si", "feature"}),
    "youtube.com": frozenset({"si", "feature"}),
    "twitter.com": frozenset({"s", "t"}),
    "x.com": frozenset({"s", "t"}),
}


def extract_urls(text: str) -> tuple[str, ...]:
    """The URLs of a message in their order, normalised, each once. A bare or `www.` host counts as https."""
    found = (normalise_url(match) for match in _matches(text))
    return tuple(dict.fromkeys(url for url in found if url))


def remove_urls(text: str) -> str:
    """The message with a space where each URL was."""
    parts, at = [], 0
    for match in _URL.finditer(text):
        parts.append(text[at : match.start()])
        at = match.start() + len(_trimmed(match.group()))
    return " ".join([*parts, text[at:]])


def normalise_url(url: str) -> str:
    """One form for comparing: lower-case scheme and host, no fragment, default port, user, tracking parameter or
    trailing slash. '' when it is not a usable http(s) URL."""
    if not url.lower().startswith(("http://", "https://")):
        url = "https://" + url
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:  # a port that is no number, a broken IPv6 bracket
        return ""
    if not host:
        return ""
    address = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    query = "&".join(_kept_parameters(parts, host))
    return f"{parts.scheme}://{address}{parts.path.rstrip('/')}{'?' + query if query else ''}"


def place_of(url: str) -> tuple[str, frozenset[str]]:
    """Host and path of a normalised URL, the same by http and https and for phones, and its parameters."""
    parts = urlsplit(url)
    return _site(parts.netloc) + parts.path, frozenset(parts.query.split("&")) - {""}


def _site(host: str) -> str:
    return host.removeprefix("www.").removeprefix("m.")


def _kept_parameters(parts: SplitResult, host: str) -> list[str]:
    dropped = _TRACKING | _TRACKING_BY_HOST.get(_site(host), frozenset())
    kept = []
    for parameter in parts.query.split("&"):
        name = parameter.partition("=")[0].lower()
        if parameter and name not in dropped and not name.startswith(_TRACKING_PREFIXES):
            kept.append(parameter)
    return kept


def _matches(text: str) -> list[str]:
    return [_trimmed(match.group()) for match in _URL.finditer(text)]


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays if it was opened inside."""
    while url:
        if url[-1] in _TRAILING or (url[-1] == ")" and url.count(")") > url.count("(")):
            url = url[:-1]
        else:
            break
    return url
