from collections.abc import Iterable
from zlib import crc32


def of_document(article_id: str, version: int, fingerprint: str, text: str, replies: str, urls: Iterable[str]) -> int:
    return _of((article_id, version, fingerprint, text, replies, sorted(set(urls))))


def of_window(document: int, vector: bytes, code: bytes) -> int:
    """Covers the vector in the table and its code in the vector file."""
    return _of((document, vector, code))


def _of(values: tuple[object, ...]) -> int:
    """Takes values of any kind: damage may change that, too."""
    return crc32(repr(values).encode(errors="surrogatepass"))
