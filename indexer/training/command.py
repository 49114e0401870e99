"""`python -m indexer train`: fits the pair model to labelled queries and says what it is worth.

It is judged on queries that it was not fitted to. The cuts stay as in the file: they weigh wrong answers against missed
ones. The tables show what other cuts would do.
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from factcheck.matching.decide.decision import judge, judge_copy
from factcheck.matching.decide.pair_model import MODEL_FILE, Logistic, PairModel, load_pair_model
from factcheck.settings import Settings
from indexer.evaluation import report
from indexer.evaluation.claims import Same
from indexer.evaluation.collection import shown_bar, temporary_collection
from indexer.evaluation.data import LabelledArticle, Query, read_articles, read_queries, read_unmatched
from indexer.evaluation.embedding_cache import CachedEmbedder
from indexer.evaluation.judging import Judged, judged
from indexer.evaluation.labels import Labelled, label
from indexer.evaluation.metrics import calibration, decision, measure, unmatched
from indexer.evaluation.results import save, without_curves
from indexer.evaluation.sizes import measure_sizes
from indexer.evaluation.turning.turned import turned_queries
from indexer.factory import build_local_embedder
from indexer.training.fit import cross_fitted, fit
from indexer.training.pairs import Looked, look_up_all, smaller

ANSWER_CUTS = (0.8,)
CARD_CUTS = (0.013, 0.02)
CHOOSE_CUTS = (0.0025, 0.005)
SIZES = (60, 61, 62, 300, 301, 1000, 4000)
"""Articles of the smaller collections that the model is fitted to, too: one that has only seen the whole takes the
nearest of a few for the right one. Each size draws other articles."""
_KNOT = re.compile(r"\[\s+(-?[\d.]+),\s+(-?[\d.]+)\s+\]")


def train(settings: Settings, options: argparse.Namespace) -> int:
    articles = read_articles(options.articles)
    queries = _queries(options, articles)
    texts = [query.text for query in queries]
    embedder = CachedEmbedder(build_local_embedder(settings), settings.var_dir / "evaluation" / "embeddings")
    with temporary_collection(
        settings, options.backend, articles, embedder, queries=texts, bar=shown_bar
    ) as collection:
        looked = look_up_all(collection, queries, shown_bar(len(queries), "queries"))
        same = collection.same
    more = [_in_smaller(settings, options.backend, articles, embedder, queries, size) for size in SIZES]
    models = list(cross_fitted(looked, load_pair_model(), more))
    found = {**measure(rows := _rows(looked, models, same)), "calibration": calibration(rows)}
    print(report.shares(found))
    if options.sizes:
        without = {looked[number].query: model for model, held in models for number in held}
        found["sizes"] = measure_sizes(
            settings, articles, queries, embedder, options.backend, model_of=without.__getitem__
        )
        print(report.sizes(found["sizes"]))
    print(report.wanted(found))
    if options.json:
        save(options.json, without_curves({"articles": len(articles), **found}))
    if options.out:
        write(fit(looked, load_pair_model(), [one for some in more for one in some]), options.out)
        print(f"\nWritten to {options.out}")
    _print_cuts(looked, models, same)
    return 0


def _in_smaller(
    settings: Settings,
    backend: str,
    articles: Mapping[str, LabelledArticle],
    embedder: CachedEmbedder,
    queries: Sequence[Query],
    size: int,
) -> list[Looked]:
    with temporary_collection(settings, backend, smaller(articles, queries, size), embedder) as collection:
        return look_up_all(collection, queries, shown_bar(len(queries), f"queries of {size} articles"))


def _queries(options: argparse.Namespace, articles: Mapping[str, LabelledArticle]) -> list[Query]:
    queries = read_queries(options.queries, articles)
    queries += turned_queries(articles, queries) if options.turned else []
    return queries + read_unmatched(options.unmatched)


def _print_cuts(looked: Sequence[Looked], models: Sequence[tuple[PairModel, list[int]]], same: Same) -> None:
    for name, cuts in (("answer_from", ANSWER_CUTS), ("card_from", CARD_CUTS), ("choose_from", CHOOSE_CUTS)):
        for cut in cuts:
            rows = _rows(looked, [(_with_cut(model, name, cut), held) for model, held in models], same)
            shown = {"decision": decision(rows), "unmatched": unmatched(rows)}
            print(f"\n{name} {cut}", report.decisions(shown), sep="\n")


def write(model: PairModel, path: Path) -> None:
    """Keeps the notes of the shipped file."""
    data = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    for name in ("copies", "rewordings", "copies_by_words", "rewordings_by_words"):
        data[name] = _as_json(getattr(model, name))
    text = json.dumps(data, ensure_ascii=False, indent=2)
    path.write_text(_KNOT.sub(r"[\1, \2]", text) + "\n", encoding="utf-8")


def _as_json(logistic: Logistic) -> dict[str, Any]:
    data: dict[str, Any] = {"intercept": logistic.intercept, "coefficients": dict(logistic.coefficients)}
    return {**data, "knots": logistic.knots} if logistic.knots else data


def _rows(looked: Sequence[Looked], models: Sequence[tuple[PairModel, list[int]]], same: Same) -> Labelled:
    found: dict[int, Judged] = {}
    for model, held in models:
        for number in held:
            one = looked[number]
            text = one.query.text
            found[number] = judged(judge_copy(text, one.copies, model) or judge(text, one.candidates, model))
    return label([one.query for one in looked], [found[number] for number in range(len(looked))], same)


def _with_cut(model: PairModel, name: str, cut: float) -> PairModel:
    changes: dict[str, Any] = {name: cut}
    return replace(model, **changes)
