"""All figures of one run over labelled queries: shares, calibration, times, and those of others' rules beside them."""

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from factcheck.ports import Embedder
from indexer.evaluation.claims import Same
from indexer.evaluation.collection import Collection, shown_bar
from indexer.evaluation.data import Query
from indexer.evaluation.judging import Judged, Seconds, judge_all, look_up
from indexer.evaluation.labels import label
from indexer.evaluation.metrics import calibration, measure

UNCACHED_SAMPLE = 100
"""Queries whose embedding is timed; the others come from the cache."""
SEED = 1

Json = dict[str, Any]


def measured(
    collection: Collection, model: Embedder, queries: Sequence[Query], *, with_baselines: bool
) -> tuple[Json, list[Judged]]:
    texts = [query.text for query in queries]
    seconds, uncached = Seconds(), Seconds()
    results = judge_all(collection, texts, seconds, shown_bar(len(texts), "queries"))
    rows = label(queries, results, collection.same)
    calibrated = calibration(rows)
    found: Json = {**measure(rows), "calibration_error": calibrated["error"], "calibration": calibrated}
    sample = random.Random(SEED).sample(range(len(texts)), min(UNCACHED_SAMPLE, len(texts)))  # noqa: S311 - no secret
    for number in sample:
        look_up(replace(collection, embedder=model), texts[number], uncached)
    found["latency_ms"] = latency(seconds, uncached)
    found["machine"] = {"cores": len(os.sched_getaffinity(0)), "load": round(os.getloadavg()[0], 1)}
    if with_baselines:
        embed = dict(zip(sample, uncached.embed, strict=True))
        found["baselines"] = _baselines(collection, queries, collection.same, embed)
    return found, results


def _baselines(collection: Collection, queries: Sequence[Query], same: Same, embed: Mapping[int, float]) -> Json:
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
