import base64
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from factcheck.matching.text.tokens import bigrams
from factcheck.ports import Matrix, SearchDocument
from indexer.backends.identity import IndexIdentity, ModelIdentity, check_dimension

REFRESH_INTERVAL = "200ms"
LINKS, CONSIDERED = 32, 200
"""Twice the defaults: copies of one message lie so close together that a thinner graph has unreachable parts."""
_DOCUMENTS_IN_PART, _LARGEST_PART = 500_000, "1500mb"
"""Lucene's documents (articles and windows) in a segment on average, and the largest that is merged. One graph is
quickest to search, but one core builds it: 40 minutes did not suffice for a million articles."""
_DIGITS = 7
"""Decimal places of a vector's values in a request, all that float32 has."""

_Settings = dict[str, Any]


def settings(shards: int, replicas: str) -> _Settings:
    """Settings of an index in use: one shard holds millions of messages and keeps BM25 comparable. `replicas` is a
    range as in `auto_expand_replicas`. Tokens come from `matching.text.tokens`, so the analyser only cuts at white
    space."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": replicas,
        "refresh_interval": REFRESH_INTERVAL,
        "merge.policy.max_merged_segment": _LARGEST_PART,
        "analysis": {"analyzer": {"tokens": {"type": "custom", "tokenizer": "whitespace"}}},
    }


def building_settings(shards: int) -> _Settings:
    """Settings while an index is filled: nobody searches it, and copies are made at the end."""
    return settings(shards, "false") | {"number_of_replicas": 0, "refresh_interval": "-1"}


def finished_settings(replicas: str) -> _Settings:
    return {"auto_expand_replicas": replicas, "refresh_interval": REFRESH_INTERVAL}


def parts(documents: int, shards: int) -> int:
    """Segments of each shard. `documents`: as Lucene counts, in all shards."""
    return max(1, math.ceil(documents / shards / _DOCUMENTS_IN_PART))


def mappings(identity: IndexIdentity) -> dict[str, Any]:
    """`windows` is only searched; `packed` keeps the vectors for reading, in a third of the size."""
    vector = {
        "type": "dense_vector",
        "dims": identity.model.dimension,
        "index": True,
        "similarity": "cosine",
        "index_options": {"type": "hnsw", "m": LINKS, "ef_construction": CONSIDERED},
    }
    return {
        "dynamic": "strict",
        "_meta": {
            "model": identity.model.name,
            "dimension": identity.model.dimension,
            "mapping": identity.mapping,
            "texts": identity.texts,
        },
        "_source": {"excludes": ["tokens", "replies", "windows"]},
        "properties": {
            "version": {"type": "long"},
            "tokens": {"type": "text", "analyzer": "tokens", "index_options": "freqs"},
            "replies": {"type": "text", "analyzer": "tokens", "index_options": "freqs"},
            "fingerprint": {"type": "keyword"},
            "urls": {"type": "keyword", "ignore_above": 8000},
            "windows": {"type": "nested", "dynamic": "strict", "properties": {"vector": vector}},
            "packed": {"type": "binary"},
        },
    }


def identity_of(mapping: dict[str, Any]) -> IndexIdentity | None:
    """Returns None when the index is not ours."""
    meta = mapping.get("_meta", {})
    try:
        model = ModelIdentity(str(meta["model"]), int(meta["dimension"]))
        return IndexIdentity(model, str(meta.get("texts", "")), int(meta["mapping"]))
    except (KeyError, TypeError, ValueError):
        return None


def source_of(identity: IndexIdentity, document: SearchDocument) -> dict[str, Any]:
    """Raises IndexMismatchError when the vectors have another dimension."""
    source: dict[str, Any] = {
        "version": document.version,
        "tokens": " ".join(bigrams(document.text)),
        "replies": " ".join(bigrams(document.replies)),
        "fingerprint": document.fingerprint,
        "urls": list(document.urls),
    }
    if document.vectors is not None and len(document.vectors):
        check_dimension(identity, document.vectors.shape[1])
        rows = np.round(document.vectors.astype(np.float64), _DIGITS).tolist()
        source["windows"] = [{"vector": row} for row in rows]
        source["packed"] = base64.b64encode(np.ascontiguousarray(document.vectors, dtype="<f4").tobytes()).decode()
    return source


def written(documents: Sequence[SearchDocument]) -> list[object]:
    """Fields and documents as `indexer.golden` digests them."""
    dimension = next((one.vectors.shape[1] for one in documents if one.vectors is not None), 1)
    identity = IndexIdentity(ModelIdentity("", dimension), "")
    fields = [settings(1, "")["analysis"], mappings(identity)["properties"]]
    return [*fields, *(source_of(identity, document) for document in documents)]


def vectors_of(source: dict[str, Any], dimension: int) -> Matrix | None:
    packed = source.get("packed")
    if not packed:
        return None
    return np.frombuffer(base64.b64decode(packed), dtype="<f4").reshape(-1, dimension).astype(np.float32)
