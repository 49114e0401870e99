"""`python -m indexer evaluate`: how well matching works on labelled queries, and how well it worked in use."""

import argparse
import os
import random
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from factcheck.db.migrate import require_migrated
from factcheck.db.session import make_engine, make_session_factory, read_only
from factcheck.ports import Embedder
from factcheck.settings import Settings
from indexer.evaluation import report
from indexer.evaluation.collection import Collection, shown_bar, temporary_collection
from indexer.evaluation.data import (
    EvaluationDataError,
    Query,
    read_articles,
    read_queries,
    read_unmatched,
)
from indexer.evaluation.embedding_cache import CachedEmbedder
from indexer.evaluation.judging import Seconds, judge_all, look_up
from indexer.evaluation.labels import label
from indexer.evaluation.live import measure_live, read_matches
from indexer.evaluation.metrics import calibration, measure
from indexer.evaluation.plot import draw
from indexer.evaluation.results import save, without_curves
from indexer.factory import build_local_embedder

UNCACHED_SAMPLE = 100
"""Queries whose embedding is timed; the others come from the cache."""
SEED = 1

Json = dict[str, Any]


def evaluate(settings: Settings, options: argparse.Namespace) -> int:
    with _ended_properly():
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
    for path in (options.json, options.plot):
        if path and not path.absolute().parent.is_dir():  # known before minutes of work
            raise EvaluationDataError(f"{path} cannot be written: its folder does not exist.")
    found: Json = {}
    if options.articles or not options.live:
        found = _on_labelled_queries(settings, options)
        print(report.text(found))
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


def _on_labelled_queries(settings: Settings, options: argparse.Namespace) -> Json:
    if not options.articles or not options.queries:
        raise EvaluationDataError("evaluate needs --articles and --queries, or --live.")
    articles = read_articles(options.articles)
    queries = read_queries(options.queries, articles)
    if options.unmatched:
        queries += read_unmatched(options.unmatched)
    if not queries:
        raise EvaluationDataError("There is no query in the files.")
    model = build_local_embedder(settings)
    embedder = CachedEmbedder(model, settings.var_dir / "evaluation" / "embeddings")
    texts = [query.text for query in queries]
    with temporary_collection(
        settings, options.backend, articles, embedder, queries=texts, bar=shown_bar
    ) as collection:
        return _measured(collection, model, queries, options)


def _measured(collection: Collection, model: Embedder, queries: Sequence[Query], options: argparse.Namespace) -> Json:
    texts = [query.text for query in queries]
    seconds, uncached = Seconds(), Seconds()
    results = judge_all(collection, texts, seconds, shown_bar(len(texts), "queries"))
    same = {key: document.fingerprint or key for key, document in collection.documents.items()}
    rows = label(queries, results, same)
    calibrated = calibration(rows)
    found: Json = {
        "backend": options.backend,
        "model": model.name,
        "articles": len(collection.articles),
        **measure(rows),
        "calibration_error": calibrated["error"],
        "calibration": calibrated,
    }
    sample = random.Random(SEED).sample(range(len(texts)), min(UNCACHED_SAMPLE, len(texts)))  # noqa: S311 - no secret
    for number in sample:
        look_up(replace(collection, embedder=model), texts[number], uncached)
    found["latency_ms"] = latency(seconds, uncached)
    found["machine"] = {"cores": len(os.sched_getaffinity(0)), "load": round(os.getloadavg()[0], 1)}
    if options.baselines:
        embed = dict(zip(sample, uncached.embed, strict=True))
        found["baselines"] = _baselines(collection, queries, same, embed)
    return found


def _baselines(
    collection: Collection, queries: Sequence[Query], same: Mapping[str, str], embed: Mapping[int, float]
) -> Json:
    # Only here: nothing else that this command does needs SciPy.
    from indexer.evaluation.baselines import USES, VECTOR, run_baselines

    found: Json = {}
    for name, answers in run_baselines(collection, queries, shown_bar(len(queries), "queries, baselines")).items():
        rows = label(queries, answers.judged, same)
        waits = embed if VECTOR in USES[name] else dict.fromkeys(embed, 0.0)
        total = [wait + answers.search[number] + answers.decide[number] for number, wait in waits.items()]
        stages = {"embed": list(waits.values()), "search": answers.search, "decide": answers.decide, "total": total}
        found[name] = {
            **measure(rows),
            "calibration_error": calibration(rows)["error"],
            "latency_ms": _summaries(stages),
        }
    return found


def latency(seconds: Seconds, uncached: Seconds) -> Json:
    """Milliseconds: searching and deciding of all queries, embedding and total of those embedded anew."""
    stages = {
        "embed": uncached.embed,
        "search": seconds.search,
        "decide": seconds.decide,
        "total": uncached.total,
    }
    return _summaries(stages)


def _summaries(stages: Mapping[str, Sequence[float]]) -> Json:
    return {name: _summary(times) for name, times in stages.items()}


def _summary(times: Sequence[float]) -> Json:
    median, p95 = np.quantile(np.array(times) * 1000, [0.5, 0.95])
    return {"n": len(times), "median": round(float(median), 3), "p95": round(float(p95), 3)}
