"""Public ids."""

import hashlib
import hmac
import secrets

import xxhash

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return digits or "0"


def article_id(text: str) -> str:
    """The id of a text article: base-36 XXH64 (seed 0) of the exact text, as Cofacts' ids are, so that data joins."""
    return base36(xxhash.xxh64_intdigest(text.encode("utf-8", "surrogatepass"), seed=0))


def article_ids(text: str) -> tuple[str, str]:
    """The ids that a text article may have, in order: XXH64 is no secret and easily inverted, so the usual one may
    have been taken by somebody else's text; the second one (SHA-256) cannot be."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return article_id(text), base36(int.from_bytes(digest, "big"))[:40]


def random_id(length: int = 20) -> str:
    """An id nobody can guess or count: `length` base-36 characters (20 give 103 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def published_user_id(secret_key: str, user_id: str) -> str:
    """What the dataset shows instead of a user id: HMAC-SHA256 in hex, so that nobody without the key can link it."""
    return hmac.new(secret_key.encode(), f"published-user:{user_id}".encode(), hashlib.sha256).hexdigest()
