"""Puts the search side together; all that `bot` and `editor_ui` may import from `indexer`. No model is loaded and no
server is asked before the first use."""

import os
from functools import cache, partial

from factcheck.db.session import SessionFactory
from factcheck.errors import EmbedderUnavailableError
from factcheck.ports import Embedder, Looker, PictureReader, SearchBackend, Transcriber
from factcheck.services.indexing import count_shown
from factcheck.settings import Settings
from indexer.backends.elasticsearch import mapping
from indexer.backends.elasticsearch.alias import Layout
from indexer.backends.elasticsearch.backend import ElasticsearchSearch
from indexer.backends.embedded import file
from indexer.backends.embedded.backend import EmbeddedSearch
from indexer.backends.identity import Expected, ModelIdentity
from indexer.embedding.client import RemoteEmbedder
from indexer.embedding.local import LocalEmbedder
from indexer.embedding.model import model_directory, read_description
from indexer.embedding.remembered import RememberedQueries
from indexer.golden import digest
from indexer.healing import healing_job_kinds
from indexer.media.looking import Looking
from indexer.media.reading import RemoteReader
from indexer.media.transcripts import TranscriptionService
from indexer.sync import index_job_kinds

__all__ = [
    "build_embedder",
    "build_local_embedder",
    "build_looker",
    "build_picture_reader",
    "build_search",
    "build_transcriber",
    "healing_job_kinds",
    "index_job_kinds",
]

ANSWER_SECONDS = 30.0
"""Seconds that a job waits for the model: a very long message behind others takes some."""


def build_search(settings: Settings, factory: SessionFactory | None = None) -> SearchBackend:
    """Makes the index of the settings. Without `factory`, the database whose articles it must have, none is missed."""
    model = partial(_expected_model, settings)
    articles = partial(count_shown, factory) if factory else lambda: 0
    if settings.search_backend == "elasticsearch":
        urls = [url.strip() for url in settings.elasticsearch_url.split(",") if url.strip()]
        layout = Layout(settings.elasticsearch_shards, settings.elasticsearch_replicas)
        expected = Expected(model, _texts_elasticsearch, articles)
        return ElasticsearchSearch(urls, settings.elasticsearch_prefix, expected, layout)
    return EmbeddedSearch(settings.var_dir / "index", Expected(model, _texts_embedded, articles))


def build_embedder(settings: Settings, *, wait: float = 0.0, timeout: float = ANSWER_SECONDS) -> Embedder:
    """The machine's model server, asked once for a message. `wait`: seconds to wait while it starts; `timeout`: for an
    answer."""
    return RememberedQueries(RemoteEmbedder(settings.embedder_socket, timeout=timeout, wait=wait))


def build_local_embedder(settings: Settings) -> LocalEmbedder:
    """A copy of the model in this process, on all its cores. Raises EmbedderUnavailableError when the model is not
    prepared."""
    return LocalEmbedder(model_directory(settings), threads=len(os.sched_getaffinity(0)))


def build_picture_reader(settings: Settings) -> PictureReader:
    """The machine's text reader. It need not run."""
    return RemoteReader(settings.reader_socket)


def build_looker(settings: Settings) -> Looker:
    """Builds what looks at pictures; without the machine's text reader nothing is read."""
    return Looking(build_picture_reader(settings))


def build_transcriber(settings: Settings) -> Transcriber | None:
    """The service that writes speech down; None if none is named."""
    if not settings.transcribe_url:
        return None
    return TranscriptionService(settings.transcribe_url, settings.transcribe_key, settings.transcribe_model)


@cache
def _texts_embedded() -> str:
    return digest(file.written)


@cache
def _texts_elasticsearch() -> str:
    return digest(mapping.written)


def _expected_model(settings: Settings) -> ModelIdentity:
    """Asks the prepared model, else the model server: a `web` machine may have only the socket."""
    try:
        described = read_description(model_directory(settings))
        return ModelIdentity(described.identity, described.values)
    except EmbedderUnavailableError as not_prepared:
        server = RemoteEmbedder(settings.embedder_socket, timeout=5.0)
        try:
            return ModelIdentity(server.name, server.dimension)
        except EmbedderUnavailableError:
            raise not_prepared from None
