import base64
import hashlib
import hmac
import secrets

import regex
import xxhash

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"

MAX_PUBLIC_ID_BYTES = 100
"""Two ids fit into the data of a LINE button (300 characters), one into an address that LINE takes (1,000), even if
each byte becomes `%25E7`, and one into an Elasticsearch id (512 bytes)."""

MAX_NUMBER = 2**31 - 1
"""The largest number of a row: what PostgreSQL's INTEGER holds."""

_PUBLIC_ID = regex.compile(r"[\p{L}\p{M}\p{N}_-]+(?: [\p{L}\p{M}\p{N}_-]+)*")


def is_public_id(value: str) -> bool:
    """Tells whether an article or a reply may have this id: letters and digits of any script, hyphens, underscores, and
    single spaces between them. It covers Cofacts' earliest ids (`sample7 copy-answer`, `7853社區轉化line-rumor`), but
    nothing with a meaning in an address, a page or a button's data."""
    return _PUBLIC_ID.fullmatch(value) is not None and len(value.encode()) <= MAX_PUBLIC_ID_BYTES


def base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return digits or "0"


def article_id(text: str) -> str:
    """Makes base-36 XXH64 (seed 0) of the exact text, as Cofacts does, so that data joins."""
    return base36(xxhash.xxh64_intdigest(text.encode("utf-8", "surrogatepass"), seed=0))


def article_ids(text: str) -> tuple[str, str]:
    """Lists the ids that a text may have, in order. XXH64 is easily inverted, so another text may have taken the first;
    the second (SHA-256) cannot be taken."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return article_id(text), base36(int.from_bytes(digest, "big"))[:40]


def random_id(length: int = 20) -> str:
    """Makes an id that nobody can guess or count; 20 characters give 103 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def token_digest(token: str) -> str:
    """Makes what is kept in a token's place."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def published_user_id(secret_key: str, user_id: str, key_number: int = 1) -> str:
    """Makes the dataset's id of a user: HMAC-SHA256 in hex, which nobody without the key can link. Each number is
    another key."""
    what = "published-user" if key_number == 1 else f"published-user-{key_number}"
    return hmac.new(secret_key.encode(), f"{what}:{user_id}".encode(), hashlib.sha256).hexdigest()


_DIGEST = regex.compile(r"[A-Za-z0-9_-]{43}")


def app_user_id(app_id: str, given: str) -> str:
    """Makes Cofacts' id of an app's user: five characters of the app, an underscore, and a digest of what the app calls
    the person. An id of that form, of this app, is one already."""
    digest = base64.b64encode(hashlib.md5(app_id.encode(), usedforsecurity=False).digest()).decode()
    prefix = digest.replace("+", "").replace("/", "")[:5] + "_"
    if given.startswith(prefix) and _DIGEST.fullmatch(given[len(prefix) :]):
        return given
    return prefix + base64.urlsafe_b64encode(hashlib.sha256(given.encode("utf-8", "replace")).digest()).decode()[:43]
