"""Index settings and fields in Elasticsearch, and documents in that form."""

from typing import Any

from factcheck.matching.tokens import bigrams
from factcheck.ports import SearchDocument
from indexer.backends.identity import IndexIdentity, ModelIdentity, check_dimension

REFRESH_INTERVAL = "200ms"


def settings() -> dict[str, Any]:
    """One shard holds millions of messages and keeps BM25 comparable; a replica is used where there is a second node.

    The analyser only cuts at white space: tokens come from `matching.tokens`, the same as in the embedded index, and
    no plugin is needed.
    """
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": REFRESH_INTERVAL,
        "analysis": {"analyzer": {"tokens": {"type": "custom", "tokenizer": "whitespace"}}},
    }


def mappings(identity: IndexIdentity) -> dict[str, Any]:
    vector = {
        "type": "dense_vector",
        "dims": identity.model.dimension,
        "index": True,
        "similarity": "cosine",
        "index_options": {"type": "hnsw", "m": 16, "ef_construction": 100},
    }
    return {
        "dynamic": "strict",
        "_meta": {
            "model": identity.model.name,
            "dimension": identity.model.dimension,
            "mapping": identity.mapping,
        },
        "properties": {
            "version": {"type": "long"},
            "tokens": {"type": "text", "analyzer": "tokens", "index_options": "freqs"},
            "fingerprint": {"type": "keyword"},
            "urls": {"type": "keyword", "ignore_above": 8000},
            "windows": {"type": "nested", "dynamic": "strict", "properties": {"vector": vector}},
        },
    }


def identity_of(mapping: dict[str, Any]) -> IndexIdentity | None:
    """The identity kept in a mapping; None when the index is not ours."""
    meta = mapping.get("_meta", {})
    try:
        return IndexIdentity(ModelIdentity(str(meta["model"]), int(meta["dimension"])), int(meta["mapping"]))
    except (KeyError, TypeError, ValueError):
        return None


def source_of(identity: IndexIdentity, document: SearchDocument) -> dict[str, Any]:
    """Raises IndexMismatchError when the vectors have another dimension."""
    source: dict[str, Any] = {
        "version": document.version,
        "tokens": " ".join(bigrams(document.text)),
        "fingerprint": document.fingerprint,
        "urls": list(document.urls),
    }
    if document.vectors is not None and len(document.vectors):
        check_dimension(identity, document.vectors.shape[1])
        source["windows"] = [{"vector": row.tolist()} for row in document.vectors]
    return source
