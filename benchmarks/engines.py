"""The engines of the embedded index beside others that could do their work, on the same articles in one run.

    python -m benchmarks.engines --articles 20000 [--messages FILE.jsonl] [--queries FILE.jsonl ...] [--only words]
                                 [--json OUT]

Articles and queries are those of `benchmarks.scale`; of many queries, 500 are asked. Every engine is asked with one
thread. What is built is removed.

Words: each is asked for the 60 rarest tokens of a query, and finds out itself which those are. R@5 is the share of the
queries with a source that have it, or a copy of it, among the first five; `shared` the share of the first 20 that both
engines name. Writers of each are killed (SIGKILL, which is no power cut) while they write one article after another;
after each the index is opened anew and written to, and in the end searched for every article that was committed.

Vectors: each names 100 windows, as the backend asks; `20` is the share of the true 20 nearest among the first 20 of
them, `100` among all, which is what counts, since the backend weighs them again by their stored vectors.

sqlite-vec is not among them: it is an extension of SQLite, and Python is often built without the means to load one.
"""

import argparse
import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engines_words import WORD_ENGINES, Fts5, WordEngine
from benchmarks.scale_data import Articles, Asked, read_queries
from benchmarks.setting import HEADER, Measured, machine, row
from factcheck.matching.text.tokens import bigrams
from factcheck.ports import Matrix
from factcheck.settings import load_settings
from indexer.backends.embedded.lists import BATCH
from indexer.evaluation.embedding_cache import CachedEmbedder
from indexer.evaluation.results import milliseconds, out_file, save
from indexer.factory import build_local_embedder
from tests.e2e.service import PREPARED_MODEL

MOST_QUERIES = 500
FIRST = 20
NAMED = 100
WRITES = 20
KILLS, COMMITTED = 5, 10
"""So many writers are killed, each after so many articles that it committed."""
ROUNDING = 1e-6


@dataclass(frozen=True)
class Corpus:
    texts: list[str]
    origins: list[int]
    """Of each article the message that it is a copy of."""
    vectors: Matrix
    """Of all windows of all articles."""
    queries: list[Asked]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--messages", type=Path)
    parser.add_argument("--queries", type=Path, nargs="*", default=[])
    parser.add_argument("--only", choices=["words", "vectors"])
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, {options.articles:,} articles")
    libraries = ", ".join(f"{name} {version(name)}" for name in ("tantivy", "numkong", "usearch", "numpy"))
    print(f"SQLite {sqlite3.sqlite_version}, {libraries}")
    corpus = read(options)
    print(f"{len(corpus.vectors):,} windows, {len(corpus.queries):,} queries")
    figures: dict[str, Any] = {"articles": options.articles, "windows": len(corpus.vectors)}
    for name, compare in (("words", compare_words), ("vectors", compare_vectors)):
        if options.only in (None, name):
            shown, figures[name] = compare(corpus)
            print(f"\n{shown}\n{machine()}")
    if options.json:
        save(options.json, figures)


def read(options: argparse.Namespace) -> Corpus:
    kept = load_settings(embedding_model=str(PREPARED_MODEL), database_url="")
    embedder = CachedEmbedder(build_local_embedder(kept), kept.var_dir / "evaluation" / "embeddings")
    articles = Articles(options.messages, embedder)
    queries = read_queries(options.queries, articles, embedder)
    queries = queries[:: -(-len(queries) // MOST_QUERIES)]
    every = list(articles.first(options.articles))
    vectors = np.concatenate([one.document.vectors for one in every if one.document.vectors is not None])
    return Corpus([one.document.text for one in every], [one.origin for one in every], vectors, queries)


# Words


def compare_words(corpus: Corpus) -> Measured:
    summary = [f"{'words':42}{_BUILT}{'R@5':>8}{'shared':>8}  after SIGKILL"]
    times, found, figures = [HEADER], {}, {}
    tokens = [bigrams(asked.query.text) for asked in corpus.queries]
    for engine in WORD_ENGINES:
        with tempfile.TemporaryDirectory(prefix="factline-engines-") as name:
            folder = Path(name)
            index = engine(folder)
            built, cost = build(lambda index=index: build_words(index, corpus.texts), folder)
            answers, walls, spent = timed(lambda some, index=index: index.search(some, FIRST), tokens)
            times += [row(engine.name, walls), row("  processor time of that", spent)]
            if isinstance(index, Fts5):
                times.append(row("  of that: which tokens are rarest", timed(index.rarest, tokens)[2]))
            writes = one_write(index, engine(folder))
            times.append(row("  one written to found by another connection", writes))
            found[engine.name] = answers
            figures[engine.name] = {
                **cost,
                "recall": round(recall(corpus, answers), 3),
                "processor": milliseconds(spent),
                "found elsewhere": milliseconds(writes),
            }
            lost, committed = kill_writers(engine, folder)
            killed = f"{lost} of {committed} lost"
            figures[engine.name] |= {"lost": lost, "committed": committed}
        shares = f"{recall(corpus, answers):>8.3f}{shared(answers, next(iter(found.values()))):>8.3f}"
        summary.append(f"{engine.name:42}{built}{shares}  {killed}")
    return "\n".join([*summary, "", *times]), figures


def build_words(index: WordEngine, texts: Sequence[str]) -> None:
    """Cutting the texts into tokens is part of it, as it is of a rebuild."""
    for start in range(0, len(texts), BATCH):
        index.add((start + at, bigrams(text)) for at, text in enumerate(texts[start : start + BATCH]))
    index.finish()


def one_write(writer: WordEngine, reader: WordEngine) -> list[float]:
    waits = []
    for number in range(WRITES):
        word = f"late{number}"
        begun = time.perf_counter()
        writer.add([(10**7 + number, [word])])
        while not reader.search([word], FIRST):
            pass
        waits.append(time.perf_counter() - begun)
    return waits


def kill_writers(engine: type[WordEngine], folder: Path) -> tuple[int, int]:
    """After each the index is opened anew and written to; returns how many were lost of how many committed."""
    committed: list[str] = []
    for kill in range(KILLS):
        committed += words_of_killed(engine, folder, (1 + kill) * 10**8)
        index = engine(folder)
        word = f"after{kill}"
        index.add([(10**7 + WRITES + kill, [word])])
        committed.append(word)
    lost = sum(not index.search([word], FIRST) for word in committed)
    return lost, len(committed)


def words_of_killed(engine: type[WordEngine], folder: Path, first: int) -> list[str]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=write_on, args=(engine, folder, first, there))
    process.start()
    there.close()
    committed = [here.recv() for _ in range(COMMITTED)]
    process.kill()
    process.join()
    with suppress(EOFError):
        while True:
            committed.append(here.recv())
    return committed


def write_on(engine: type[WordEngine], folder: Path, first: int, pipe: Connection) -> None:
    index = engine(folder)
    for number in count(first):
        word = f"killed{number}"
        index.add([(number, [word])])
        pipe.send(word)


def recall(corpus: Corpus, answers: Sequence[Sequence[int]]) -> float:
    pairs = [(asked.source, one) for asked, one in zip(corpus.queries, answers, strict=True) if asked.source >= 0]
    return float(np.mean([source in {corpus.origins[number] for number in one[:5]} for source, one in pairs]))


def shared(answers: Sequence[Sequence[int]], others: Sequence[Sequence[int]]) -> float:
    pairs = [(set(one), set(other)) for one, other in zip(answers, others, strict=True) if one or other]
    return float(np.mean([len(one & other) / max(len(one), len(other)) for one, other in pairs]))


# Vectors


def compare_vectors(corpus: Corpus) -> Measured:
    # Only now: where usearch was loaded before OpenVINO, OpenVINO can read no model.
    from benchmarks.engines_vectors import VECTOR_ENGINES, Graph

    asked = np.stack([one.query.vector for one in corpus.queries if one.query.vector is not None])
    bounds = true_bounds(corpus.vectors, asked)
    summary = [f"{'vectors':42}{_BUILT}{f'{FIRST}':>8}{f'{NAMED}':>8}"]
    times, figures = [HEADER], {}
    for name, make, expansions in VECTOR_ENGINES:
        with tempfile.TemporaryDirectory(prefix="factline-engines-") as folder:
            index = make(Path(folder))
            built, cost = build(lambda index=index: index.build(corpus.vectors), Path(folder))
            for expansion in expansions:
                if isinstance(index, Graph):
                    index.look_at(expansion)
                label = f"{name}, {expansion} looked at" if expansion else name
                named, walls, spent = timed(lambda vector, index=index: index.search(vector, NAMED), asked)
                shares = [share_found(corpus.vectors, named, asked, bounds, first) for first in (FIRST, NAMED)]
                found = {str(first): round(share, 4) for first, share in zip((FIRST, NAMED), shares, strict=True)}
                figures[label] = {**cost, "found": found, "processor": milliseconds(spent)}
                summary.append(f"{label:42}{built}" + "".join(f"{share:>8.4f}" for share in shares))
                times += [row(label, walls), row("  processor time of that", spent)]
            rows = range(len(corpus.vectors), len(corpus.vectors) + WRITES)
            _, writes, _ = timed(lambda at, index=index: index.write(at, asked[at % len(asked)]), rows)
            times.append(row("  one written to the disk", writes))
    return "\n".join([*summary, "", *times]), figures


def true_bounds(vectors: Matrix, asked: Matrix) -> list[float]:
    """Of each query the cosine of the last of the true nearest."""
    return [float(np.partition(vectors @ vector, -FIRST)[-FIRST]) for vector in asked]


def share_found(
    vectors: Matrix, named: Sequence[Sequence[int]], asked: Matrix, bounds: Sequence[float], first: int
) -> float:
    counts = [
        int((vectors[rows[:first]] @ vector >= bound - ROUNDING).sum())
        for rows, vector, bound in zip(named, asked, bounds, strict=True)
    ]
    return float(np.mean([min(count, FIRST) / FIRST for count in counts]))


# Both


_BUILT = f"{'built in s':>12}{'processor s':>13}{'MB':>8}"


def build(work: Callable[[], object], folder: Path) -> tuple[str, dict[str, float]]:
    """The cells under `_BUILT`, and their figures."""
    _, (wall,), (spent,) = timed(lambda _: work(), [None])
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    figures = {"built_processor_seconds": round(spent, 1), "mb": round(size)}
    return f"{wall:>12.1f}{spent:>13.1f}{size:>8.0f}", figures


def timed(work: Callable[[Any], Any], asked: Iterable[Any]) -> tuple[list[Any], list[float], list[float]]:
    """Of each what it gives, its seconds, and its processor time: what a busy machine does not change much."""
    answers, walls, spent = [], [], []
    for one in asked:
        begun, processor = time.perf_counter(), time.process_time()
        answers.append(work(one))
        walls.append(time.perf_counter() - begun)
        spent.append(time.process_time() - processor)
    return answers, walls, spent


if __name__ == "__main__":
    main()
