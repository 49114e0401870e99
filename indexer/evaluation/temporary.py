import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factcheck.ports import SearchBackend
from factcheck.settings import Settings
from indexer.backends.elasticsearch.cleanup import remove_indices
from indexer.embedding.model import model_directory
from indexer.factory import build_search

ABANDONED_SECONDS = 24 * 3600.0
"""Longer than any measurement; an older index was left by a killed one."""


@contextmanager
def temporary_search(settings: Settings, backend: str) -> Iterator[SearchBackend]:
    """Takes "embedded" or "elasticsearch" as `backend`. Raises SearchUnavailableError."""
    with tempfile.TemporaryDirectory(prefix="factline-index-") as directory:
        family = f"{settings.elasticsearch_prefix}-temporary-"
        prefix = family + secrets.token_hex(4)
        changes = {
            "search_backend": backend,
            "var_dir": Path(directory),
            "embedding_model": str(model_directory(settings).resolve()),
            "elasticsearch_prefix": prefix,
        }
        search = build_search(settings.model_copy(update=changes))
        if backend == "embedded":
            yield search
            return
        urls = [url.strip() for url in settings.elasticsearch_url.split(",") if url.strip()]
        remove_indices(urls, family, older_than=ABANDONED_SECONDS)
        try:
            yield search
        finally:
            remove_indices(urls, prefix)
