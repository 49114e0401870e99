"""`python -m indexer evaluate`: how well matching works on labelled queries, and how well it worked in use."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from factcheck.db.migrate import require_migrated
from factcheck.db.session import make_engine, make_session_factory, read_only
from factcheck.settings import Settings
from indexer.evaluation import report
from indexer.evaluation.cases import beside_others, measure_cases, read_pairs
from indexer.evaluation.collection import shown_bar, temporary_collection
from indexer.evaluation.data import (
    EvaluationDataError,
    LabelledArticle,
    Query,
    read_articles,
    read_queries,
    read_unmatched,
)
from indexer.evaluation.embedding_cache import CachedEmbedder
from indexer.evaluation.explain import Explained, explained, page
from indexer.evaluation.judging import Seconds, judge_all
from indexer.evaluation.labels import label
from indexer.evaluation.live import measure_live, read_matches
from indexer.evaluation.measuring import measured
from indexer.evaluation.media.command import evaluate_media
from indexer.evaluation.plot import draw
from indexer.evaluation.report_cases import failing
from indexer.evaluation.results import save, without_curves
from indexer.evaluation.sizes import measure_sizes
from indexer.evaluation.turning.turned import turned_queries
from indexer.factory import build_local_embedder

Json = dict[str, Any]


def evaluate(settings: Settings, options: argparse.Namespace) -> int:
    with _ended_properly():
        if options.media:
            return evaluate_media(settings, options)
        return _evaluate(settings, options)


@contextmanager
def _ended_properly() -> Iterator[None]:
    """Turns SIGTERM into an exception, so that no temporary index is left behind."""
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _evaluate(settings: Settings, options: argparse.Namespace) -> int:
    for path in (options.json, options.plot, *(Path(file) for _, file in options.explain)):
        if path and not path.absolute().parent.is_dir():  # known before minutes of work
            raise EvaluationDataError(f"{path} cannot be written: its folder does not exist.")
    found: Json = {}
    if options.articles or not options.live:
        found, read = _on_labelled_queries(settings, options)
        print(report.text(found))
        print(failing(read, found.get("pairs", {})))
        for kind, file in options.explain:
            Path(file).write_text(page(read, kind), encoding="utf-8")
    if options.live:
        found["live"] = _live(settings)
        print(report.live_text(found["live"]))
    if options.json:
        save(options.json, without_curves(found))
    if options.plot and "curve" in found:
        draw(found, options.plot)
    return 0


def _live(settings: Settings) -> Json:
    engine = make_engine(settings.resolved_database_url)
    try:
        require_migrated(engine)
        with read_only(make_session_factory(engine)) as session:
            return measure_live(read_matches(session))
    finally:
        engine.dispose()


def _on_labelled_queries(settings: Settings, options: argparse.Namespace) -> tuple[Json, list[Explained]]:
    if not options.articles or not (options.queries or options.pairs):
        raise EvaluationDataError("evaluate needs --articles and --queries or --pairs, or --live.")
    articles = read_articles(options.articles)
    queries = _queries(options, articles)
    pairs = read_pairs(options.pairs) if options.pairs else ({}, [])
    if not queries and not pairs[1]:
        raise EvaluationDataError("There is no query in the files.")
    model = build_local_embedder(settings)
    embedder = CachedEmbedder(model, settings.var_dir / "evaluation" / "embeddings")
    found: Json = {"backend": options.backend, "model": model.name, "articles": len(articles)}
    read: list[Explained] = []
    begun = time.process_time()
    if queries:
        texts = [query.text for query in queries]
        with temporary_collection(
            settings, options.backend, articles, embedder, queries=texts, bar=shown_bar
        ) as collection:
            figures, results = measured(collection, model, queries, with_baselines=options.baselines)
        found |= figures
        read += explained(queries, results, articles)
    if pairs[1]:
        found["pairs"], some = _pairs(settings, options.backend, pairs, articles, embedder)
        read += some
    if options.sizes:
        found["sizes"] = measure_sizes(settings, articles, queries, embedder, options.backend)
    found["processor_seconds"] = round(time.process_time() - begun, 1)
    return found, read


def _queries(options: argparse.Namespace, articles: Mapping[str, LabelledArticle]) -> list[Query]:
    queries = read_queries(options.queries, articles)
    if options.turned:
        queries += turned_queries(articles, queries)
    return queries + (read_unmatched(options.unmatched) if options.unmatched else [])


def _pairs(
    settings: Settings,
    backend: str,
    pairs: tuple[dict[str, LabelledArticle], list[Query]],
    others: Mapping[str, LabelledArticle],
    embedder: CachedEmbedder,
) -> tuple[Json, list[Explained]]:
    """Asks the messages of the pairs in an index of their articles beside some others."""
    articles, queries = beside_others(pairs[0], others), pairs[1]
    texts = [query.text for query in queries]
    with temporary_collection(settings, backend, articles, embedder, queries=texts, bar=shown_bar) as collection:
        results = judge_all(collection, texts, Seconds())
        rows = label(queries, results, collection.same)
    return measure_cases(rows, queries), explained(queries, results, articles)
