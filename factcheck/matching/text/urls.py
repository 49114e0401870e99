"""URLs beside Chinese, Japanese and Thai text, and one form of them for comparing."""

import unicodedata
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import idna
import regex

from factcheck.matching.text.pages import leads_on, one_address

# A comma or bracket belongs to a URL, unless the next URL begins behind it.
_PATH = r"(?:(?![,;'|(]h(?:tt|xx)ps?://)[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%|])"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,12}[A-Za-z]{2,24}"
# Hosts in other letters end at a known top-level domain, since text may follow directly.
_FOREIGN_TLD = r"(?:台灣|台湾|臺灣|中國|中国|香港|公司|網路|网络|網址|网址|澳門|澳门|新加坡|コム|みんな|한국|ไทย|คอม)"
_FOREIGN_HOST = (
    rf"(?=[^/\s]{{0,60}}?[^\x00-\x7F])"
    rf"(?:[\p{{L}}\p{{M}}\p{{N}}\-]{{1,63}}+\.){{1,4}}(?:{_FOREIGN_TLD}|[A-Za-z]{{2,24}})"
)
# hxxp: written so that nobody opens it by accident.
_SCHEME = r"h(?:tt|xx)ps?://"
# With a scheme, with "www.", or a bare host followed by a path ("bit.ly/abc").
_URL = regex.compile(
    rf"{_SCHEME}(?:{_FOREIGN_HOST}(?![A-Za-z0-9@.\-])(?:[:/?]{_PATH}*)?|{_PATH}+)"
    rf"(?:(?<=[/=_\-]|_\()(?<!//)[\p{{L}}\p{{M}}\p{{N}}_\-]+{_PATH}*)*"
    rf"|(?<![A-Za-z0-9@./\-])www\.{_HOST}(?:[:/?]{_PATH}*)?"
    rf"|(?<![A-Za-z0-9@./\-]){_HOST}(?::[0-9]{{2,5}})?/{_PATH}+",
    regex.IGNORECASE,
)
_TRAILING = ".,;:!?'*|~$&"
# URLs typed in wide letters or in letters for show; wide marks that end a sentence end them, too.
_WIDE_ENDS = frozenset("，、；！？（）［］｛｝｜＜＞＂＇")
_NARROW = str.maketrans(
    {
        wide: narrow
        for wide in map(chr, (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800)))
        if wide not in _WIDE_ENDS and (narrow := unicodedata.normalize("NFKC", wide)).isascii()
    }
)
_TYPED = regex.compile(r"(h(?:tt|xx)ps?://|(?<![a-z0-9@./-])www\.)[a-z0-9\-._~/?#@%=&+]*", regex.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING_PREFIXES = ("utm_", "__cft__", "fb_action_", "mtm_", "pk_", "hsa_")
_TRACKING = frozenset(
    {
        *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid"),
        *(
            "igshid",
            "igsh",
            "igsi",
            "xmt",
            "slof",
            "rdid",
            "_rdr",
            "sender_device",
            "is_from_webapp",
            "mibextid",
            "sfnsn",
            "__tn__",
            "__xts__",
            "fb_source",
            "fref",
            "fb_ref",
            "li_fat_id",
        ),
        *("mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "vero_id", "oly_enc_id", "oly_anon_id"),
        *("ref_src", "ref_url", "cmpid", "openexternalbrowser", "spm", "share_source", "wt_mc"),
    }
)
# Where it was shared from; on other hosts these names may mean something else.
_TRACKING_BY_HOST = {
    "youtube.com": frozenset({"si", "feature"}),
    "x.com": frozenset({"s", "t"}),
    "facebook.com": frozenset({"share_url", "paipv", "eav", "refsrc", "locale", "ref", "app"}),
    "tiktok.com": frozenset({"_r", "_t", "lang"}),
    "line.me": frozenset({"from", "utm", "lang"}),
}
_ESCAPES = regex.compile(r"(?:%[0-9A-Fa-f]{2})+")
# With the brackets, which not all browsers escape.
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@()")
# Mail programs and pages escape an ampersand, some of them twice.
_AMPERSAND = regex.compile(r"&(?:amp;)+|&#0*38;", regex.IGNORECASE)
_TWICE = regex.compile(r"^(?:https?:/{1,3})+(?=https?://)", regex.IGNORECASE)
_INVISIBLE = regex.compile(r"[\u00AD\u200B-\u200F\u2060-\u2064\uFEFF]+")
# Thai parts words with them: only within a URL's letters.
_WITHIN = regex.compile(rf"(?<=[A-Za-z0-9._/=?&%#@:-]){_INVISIBLE.pattern}(?=[A-Za-z0-9._/=?&%#@:-])")
_FOR_PHONES = regex.compile(r"^(?:www|m|mobile|amp|wap|touch)\.|(?<=^[a-z\-]{2,12}\.)m\.(?=wiki)")
_AMP_PATH = regex.compile(r"/amp(?=/|$)|\.amp(?=\.html?$|$)", regex.IGNORECASE)
_AMP_PARAMETERS = frozenset({"amp", "amp=1", "amp=true", "outputtype=amp"})


class FoundUrl(NamedTuple):
    """What looks like a URL at `text[start:end]`, its scheme or `www.` in plain letters. It may lack a scheme or be
    unusable."""

    start: int
    end: int
    written: str


def find_urls(text: str) -> list[FoundUrl]:
    """Finds URLs in order, without the punctuation and words around them."""
    return _find_urls(_retyped(text))


def extract_urls(text: str) -> tuple[str, ...]:
    """Normalises the URLs of a message, in order and each once. A bare or `www.` host counts as https."""
    found = (normalise_url(url.written) for url in find_urls(_WITHIN.sub("", text)))
    return tuple(dict.fromkeys(url for url in found if url))


def address_to_open(written: str) -> str:
    """Gives the address for a link on a page; '' for what is not usable, and for hxxp, which nobody should open."""
    if written[:4].lower() == "hxxp" or not normalise_url(written):
        return ""
    return written if written.lower().startswith(("http://", "https://")) else f"https://{written}"


def remove_urls(text: str) -> str:
    """Puts a space in the place of each URL."""
    parts, at, text = [], 0, _retyped(text)
    for url in _find_urls(text):
        parts.append(text[at : url.start])
        at = url.end
    return " ".join([*parts, text[at:]])


def normalise_url(url: str) -> str:
    """Folds a URL for comparing: lower-case scheme and ASCII host; no fragment, default port, user, tracking
    parameter or trailing slash; few escapes; one address for a page. '' when it is no usable http(s) URL."""
    url = _AMPERSAND.sub("&", _INVISIBLE.sub("", url))
    url = "http" + url[4:] if url[:4].lower() == "hxxp" else url
    url = _TWICE.sub("", url)
    if not url.lower().startswith(("http://", "https://")):
        url = "https://" + url
    try:
        parts = urlsplit(url)
        host, port = _ascii((parts.hostname or "").rstrip(".")), parts.port
    except ValueError:  # a port that is no number, a broken IPv6 bracket
        return ""
    if not host:
        return ""
    if port not in (None, _DEFAULT_PORTS[parts.scheme]):
        return _assembled(parts._replace(netloc=f"{host}:{port}"))
    usual = one_address(parts._replace(netloc=host, path=_unescaped(parts.path)))
    return _assembled(usual)


def place_of(url: str) -> tuple[str, frozenset[str]]:
    """Parts a normalised URL into host and path, without scheme, phone and AMP variants, and parameters. One that
    leads to another host belongs to the path."""
    parts = urlsplit(url)
    path = _AMP_PATH.sub("", parts.path)
    parameters = {one for one in parts.query.split("&") if one.lower() not in _AMP_PARAMETERS} - {""}
    onward = {one for one in parameters if leads_on(one, _site(parts.netloc))}
    return "?".join([_site(parts.netloc) + path, *sorted(onward)]), frozenset(parameters - onward)


def _assembled(parts: SplitResult) -> str:
    path = _unescaped(parts.path).rstrip("/")
    query = "&".join(_unescaped(parameter) for parameter in _kept_parameters(parts))
    return f"{parts.scheme}://{parts.netloc}{path}{'?' + query if query else ''}"


def _ascii(host: str) -> str:
    """Gives a host's Punycode name; one that cannot be registered stays."""
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return unicodedata.normalize("NFC", host)


def _unescaped(text: str) -> str:
    """Unescapes letters (RFC 3987, section 3.2); other escapes get upper case."""
    return unicodedata.normalize("NFC", _ESCAPES.sub(_unescaped_run, text))


def _unescaped_run(match: regex.Match[str]) -> str:
    decoded = bytes.fromhex(match.group().replace("%", "")).decode("utf-8", errors="surrogateescape")
    return "".join(c if _stays_readable(c) else "".join(f"%{b:02X}" for b in _bytes(c)) for c in decoded)


def _stays_readable(character: str) -> bool:
    if character.isascii():
        return ord(character) in _UNRESERVED
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _bytes(character: str) -> bytes:
    return character.encode("utf-8", errors="surrogateescape")


def _site(host: str) -> str:
    return _FOR_PHONES.sub("", host)


def _kept_parameters(parts: SplitResult) -> list[str]:
    site = _site(parts.netloc)
    dropped = _TRACKING | _TRACKING_BY_HOST.get("line.me" if site.endswith(".line.me") else site, frozenset())
    kept = []
    for parameter in parts.query.split("&"):
        name = parameter.partition("=")[0].lower()
        if parameter and name not in dropped and not name.startswith(_TRACKING_PREFIXES):
            kept.append(parameter)
    return kept


def _find_urls(retyped: str) -> list[FoundUrl]:
    found = ((match.start(), _trimmed(match.group())) for match in _URL.finditer(retyped))
    return [FoundUrl(start, start + len(written), written) for start, written in found]


def _retyped(text: str) -> str:
    """Makes typed URLs plain, at the same length."""
    narrow = text.translate(_NARROW)
    if narrow == text:
        return text
    parts, at = [], 0
    for match in _TYPED.finditer(narrow):
        if match.group(1) != text[slice(*match.span(1))]:
            parts += [text[at : match.start()], match.group()]
            at = match.end()
    return "".join([*parts, text[at:]])


def _trimmed(url: str) -> str:
    """Cuts off punctuation, and what follows a bracket without a partner."""
    opened: list[int] = []
    for at, character in enumerate(url):
        if character == "(":
            opened.append(at)
        elif character == ")":
            if not opened:
                return url[:at].rstrip(_TRAILING)
            opened.pop()
    return (url[: opened[0]] if opened else url).rstrip(_TRAILING)
