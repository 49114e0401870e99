"""Articles in a temporary index, asked in the same way as in production."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from tqdm import tqdm

from factcheck.matching.decide.decision import Candidate
from factcheck.matching.text.normalise import fingerprint
from factcheck.ports import Embedder, Hit, Matrix, SearchBackend, SearchDocument, SearchQuery
from factcheck.services.matching import find_copies, find_hits
from factcheck.settings import Settings
from indexer.evaluation.claims import Same, claims_of
from indexer.evaluation.data import LabelledArticle
from indexer.evaluation.embedding_cache import QUERY, CachedEmbedder
from indexer.evaluation.temporary import temporary_search
from indexer.sync import ArticleText, search_documents

Progress = Callable[[int], object]
Bar = Callable[[int, str], Progress]
"""Starts a progress bar for a total of something."""


Change = Callable[[SearchDocument], SearchDocument]

CHUNK = 500


def no_bar(_total: int, _what: str) -> Progress:
    return lambda _count: None


def unchanged(document: SearchDocument) -> SearchDocument:
    return document


def shown_bar(total: int, what: str) -> Progress:
    return tqdm(total=total, unit=f" {what}", disable=None if total else True).update


@dataclass(frozen=True)
class Collection:
    """Every article is taken as answered, with a reply of its own."""

    articles: Mapping[str, LabelledArticle]
    documents: Mapping[str, SearchDocument]
    """What was indexed, by id in the order of `articles`."""
    search: SearchBackend
    embedder: Embedder

    @cached_property
    def same(self) -> Same:
        return claims_of(self.articles)

    def hits(self, text: str) -> list[Hit]:
        return find_hits(self.search, self.embedder, text)

    def copies(self, text: str) -> Sequence[Candidate]:
        return find_copies(self.search, text, self.with_articles)

    def candidates(self, text: str) -> list[Candidate]:
        return self.with_articles(self.hits(text))

    def with_articles(self, hits: Iterable[Hit]) -> list[Candidate]:
        return [_candidate(self.articles[hit.article_id], hit, len(self.articles)) for hit in hits]


@contextmanager
def temporary_collection(
    settings: Settings,
    backend: str,
    articles: Mapping[str, LabelledArticle],
    embedder: CachedEmbedder,
    *,
    queries: Sequence[str] = (),
    bar: Bar = no_bar,
    change: Change = unchanged,
) -> Iterator[Collection]:
    """Indexes the articles and embeds the queries in large batches; removes the index at the end. Raises
    SearchUnavailableError, EmbedderUnavailableError."""
    with temporary_search(settings, backend) as search:
        documents = _index(search, list(articles.values()), embedder, bar, change)
        missing = embedder.missing(QUERY, queries_of(queries, embedder))
        embedder.prepare(QUERY, missing, bar(len(missing), "query vectors"))
        yield Collection(articles, documents, search, embedder)


def _index(
    search: SearchBackend, articles: Sequence[LabelledArticle], embedder: Embedder, bar: Bar, change: Change
) -> dict[str, SearchDocument]:
    build, step = search.rebuild(), bar(len(articles), "articles indexed")
    documents: dict[str, SearchDocument] = {}
    for at in range(0, len(articles), CHUNK):
        texts = [ArticleText(one.id, 1, one.text, fingerprint(one.text)) for one in articles[at : at + CHUNK]]
        made = [change(document) for document in search_documents(texts, embedder)]
        build.index(made)
        documents.update((document.article_id, document) for document in made)
        step(len(made))
    build.finish()
    build.switch()
    return documents


def queries_of(texts: Sequence[str], embedder: Embedder) -> list[str]:
    """Lists the texts that looking up these messages will embed."""
    recorder = _Recorder(embedder)
    for text in texts:
        find_hits(cast(SearchBackend, _NoIndex()), recorder, text)
    return recorder.texts


def _candidate(article: LabelledArticle, hit: Hit, among: int) -> Candidate:
    return Candidate(
        article_id=article.id,
        text=article.text,
        answerable=True,
        hit=hit,
        reply_id=article.id,
        reply_type=article.reply_type,
        among=among,
    )


class _Recorder:
    """Notes what it is asked: production code alone knows how it cuts texts."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self.texts: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        self.texts.extend(texts)
        return np.zeros((len(texts), self.dimension), dtype=np.float32)


class _NoIndex:
    """Answers a look-up as an empty search backend."""

    def candidates(self, _query: SearchQuery) -> list[Hit]:
        return []
