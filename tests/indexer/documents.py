"""Search documents and queries made from plain texts with the fake model."""

from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise, windows
from factcheck.ports import SearchDocument, SearchQuery
from tests.fakes.embedder import FakeEmbedder

FLOUR = "燙到手的時候把手放進冷麵粉裡面十分鐘，皮膚就不會起水泡"
LEMON = "檸檬切片泡熱水喝可以殺死癌細胞，比化療強一萬倍"
QUAKE = "氣象局說今天晚上有大地震，請大家不要睡覺"


def document(
    article_id: str, text: str, version: int = 1, vectors: bool = True, embedder: FakeEmbedder | None = None
) -> SearchDocument:
    parts = windows(normalise(text))
    model = embedder or FakeEmbedder()
    rows = model.embed_passages(parts) if vectors and parts else None
    return SearchDocument(article_id, version, normalise(text), fingerprint(text), extract_urls(text), rows)


def query(text: str, limit: int = 20, vector: bool = True, embedder: FakeEmbedder | None = None) -> SearchQuery:
    model = embedder or FakeEmbedder()
    row = model.embed_queries([normalise(text)])[0] if vector else None
    return SearchQuery(normalise(text), fingerprint(text), extract_urls(text), row, limit)
