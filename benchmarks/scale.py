"""The search index with many articles: time, memory, disk, and what is lost by comparing vectors approximately.

    python -m benchmarks.scale --articles 100000 [--backend embedded|elasticsearch] [--messages FILE.jsonl]
                               [--queries FILE.jsonl ...] [--elasticsearch-url URL] [--json OUT]

The messages (a line {"id", "text"} each; without a file, those of the fixtures) are embedded for real, once: vectors
are kept in VAR_DIR/evaluation/embeddings. The rest are edited copies of them (`benchmarks.variants`), whose vectors
are made, not computed, since embedding 100,000 texts takes most of an hour; a sample is embedded to see how far copies
lie from their message, and the run prints how well made vectors resemble real ones. The queries (a line {"source_id",
"kind", "text"} each; one without a source has no counterpart) are embedded for real and asked as they are in
production, but the time of embedding is left out. The index lies in a folder of its own, or under a prefix of its own,
and is removed.
"""

import argparse
import multiprocessing
import os
import resource
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale_data import Article, Articles, Asked, Exact, read_queries
from benchmarks.setting import HEADER, machine, row
from factcheck.ports import Hit, SearchBackend, SearchDocument, SearchQuery
from factcheck.settings import Settings, load_settings
from indexer.backends.elasticsearch.cleanup import remove_indices
from indexer.evaluation.embedding_cache import CachedEmbedder
from indexer.evaluation.results import milliseconds, out_file, save
from indexer.factory import build_local_embedder, build_search
from tests.e2e.service import PREPARED_MODEL

BATCH = 500
TRUE_NEAREST = 20
SAME = 0.0005
"""Two cosines that differ by less are equally near: stored vectors are rounded."""
WRITES = 20
LONG = 200


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--backend", choices=["embedded", "elasticsearch"], default="embedded")
    parser.add_argument("--messages", type=Path)
    parser.add_argument("--queries", type=Path, nargs="*", default=[])
    parser.add_argument("--elasticsearch-url", default="http://127.0.0.1:9200")
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, {options.backend}, {options.articles:,} articles")
    kept = load_settings(embedding_model=str(PREPARED_MODEL), database_url="")
    embedder = CachedEmbedder(build_local_embedder(kept), kept.var_dir / "evaluation" / "embeddings")
    articles = Articles(options.messages, embedder)
    queries = read_queries(options.queries, articles, embedder)
    print(f"{len(articles.sources):,} messages, {len(queries):,} queries\n\n{articles.resemblance(queries)}\n")
    with own_settings(options.backend, options.elasticsearch_url) as settings:
        figures = run(settings, articles, queries, options.articles)
    if options.json:
        save(options.json, {"backend": options.backend, "articles": options.articles, **figures})


@contextmanager
def own_settings(backend: str, url: str) -> Iterator[Settings]:
    prefix = f"scale-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="factline-scale-") as folder:
        try:
            yield load_settings(
                var_dir=Path(folder),
                embedding_model=str(PREPARED_MODEL),
                database_url="",
                search_backend=backend,
                elasticsearch_url=url,
                elasticsearch_prefix=prefix,
            )
        finally:
            if backend == "elasticsearch":
                remove_indices([url], prefix)


def run(settings: Settings, articles: Articles, queries: Sequence[Asked], count: int) -> dict[str, Any]:
    search = build_search(settings)
    exact = Exact(queries, TRUE_NEAREST)
    figures: dict[str, Any] = {}
    origins = fill(search, articles, count, exact, figures)
    size = search.status().size_bytes or 0
    print(f"{size / 1e6:,.0f} MB on disk, {size / count:,.0f} bytes an article; {machine()}\n")

    found = [search.candidates(asked.query) for asked in queries]  # and everything is warm
    print(quality(queries, found, exact, origins, figures))
    print(f"\n{HEADER}")
    times = [timed(search, asked.query) for asked in queries]
    print(row("candidates, one thread", [wall for wall, _ in times]))
    print(row("processor time of that in this thread", [spent for _, spent in times]))
    long = [wall for (wall, _), asked in zip(times, queries, strict=True) if len(asked.query.text) > LONG]
    if long:
        print(row(f"of those: over {LONG} characters", long))
    print(row("by words alone", [timed(search, without_vector(asked.query))[0] for asked in queries]))
    with ThreadPoolExecutor(4) as pool:
        four = list(pool.map(lambda one: timed(search, one.query)[0], queries))
    print(row("four threads at once", four))
    print(machine())
    print(other_process(settings, search, queries, figures))
    figures["disk_mb"] = round(size / 1e6)
    figures["milliseconds"] = {
        "one thread": milliseconds([wall for wall, _ in times]),
        "processor": milliseconds([spent for _, spent in times]),
        "four threads": milliseconds(four),
    } | figures["milliseconds"]
    return figures


def fill(search: SearchBackend, articles: Articles, count: int, exact: Exact, figures: dict[str, Any]) -> list[int]:
    """Builds the index, adds to `figures`; returns the message that each article is a copy of."""
    origins: list[int] = []
    writing, begun, windows = 0.0, time.perf_counter(), 0
    before = sum(memory())
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak is counted from here
    build = search.rebuild()
    for batch in batches(articles.first(count), BATCH):
        started = time.perf_counter()
        build.index([article.document for article in batch])
        writing += time.perf_counter() - started
        exact.add(batch)
        origins.extend(article.origin for article in batch)
        windows += sum(len(article.document.vectors) for article in batch if article.document.vectors is not None)
        if len(origins) % 100_000 == 0:
            so_far = f"  {len(origins):,} after {time.perf_counter() - begun:.0f} s, load {os.getloadavg()[0]:.1f}"
            print(so_far, flush=True)
    started = time.perf_counter()
    build.finish()
    build.switch()
    finishing = time.perf_counter() - started
    figures |= {"windows": windows, "written_seconds": round(writing), "finished_seconds": round(finishing)}
    print(f"{len(origins):,} articles, {windows:,} windows: written in {writing:.0f} s, finished in {finishing:.0f} s")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of this process: {before:.0f} MB before the build, model and messages in it; at most {most:.0f} MB")
    return origins


def batches(articles: Iterator[Article], size: int) -> Iterator[list[Article]]:
    while batch := list(islice(articles, size)):
        yield batch


def quality(
    queries: Sequence[Asked],
    found: Sequence[list[Hit]],
    exact: Exact,
    origins: Sequence[int],
    figures: dict[str, Any],
) -> str:
    """Shares of queries. A copy of the wanted article counts as it: its copies crowd the first places."""
    lines = [f"{'kind':14}{'n':>6}" + "".join(f"{name:>16}" for name in _COLUMNS)]
    kinds = sorted({asked.kind for asked in queries})
    for kind in [*kinds, "all with source"]:
        picked = [i for i, asked in enumerate(queries) if kind in (asked.kind, "all with source") and asked.source >= 0]
        if picked:
            shares = np.mean([judge(queries[i], found[i], exact.numbers[i], origins) for i in picked], axis=0)
            figures["recall"] = {name: round(float(share), 3) for name, share in zip(_COLUMNS, shares, strict=True)}
            lines.append(f"{kind:14}{len(picked):>6}" + "".join(f"{share:>16.3f}" for share in shares))
    near = [share_of_nearest(hits, exact.cosines[i]) for i, hits in enumerate(found)]
    figures["nearest_found"] = round(float(np.mean(near)), 4)
    lines.append(f"share of the true {TRUE_NEAREST} nearest that the index found: {np.mean(near):.4f}")
    return "\n".join(lines)


_COLUMNS = ("R@5 exact", "R@5 by vector", "R@5 by words", "among all", "itself among all")


def judge(asked: Asked, hits: Sequence[Hit], nearest: Iterable[int], origins: Sequence[int]) -> list[float]:
    by_vector = [number_of(hit) for hit in hits if hit.cosine_rank and hit.cosine_rank <= 5]
    by_words = [number_of(hit) for hit in hits if hit.bm25_rank and hit.bm25_rank <= 5]
    every = [number_of(hit) for hit in hits]
    lists = (list(nearest)[:5], by_vector, by_words, every)
    return [
        *(float(asked.source in {origins[number] for number in one}) for one in lists),
        float(asked.source in every),
    ]


def number_of(hit: Hit) -> int:
    return int(hit.article_id.lstrip("copym"))


def share_of_nearest(hits: Sequence[Hit], true: Sequence[float]) -> float:
    bound = true[-1] - SAME
    found = sum(1 for hit in hits if hit.cosine_rank and hit.cosine_rank <= len(true) and (hit.cosine or 0) >= bound)
    return min(1.0, found / len(true))


def timed(search: SearchBackend, query: SearchQuery) -> tuple[float, float]:
    """Seconds, and those of them that this thread was running: what a busy machine does not change much."""
    begun, spent = time.perf_counter(), time.thread_time()
    search.candidates(query)
    return time.perf_counter() - begun, time.thread_time() - spent


def without_vector(query: SearchQuery) -> SearchQuery:
    return SearchQuery(query.text, query.fingerprint, query.urls, None, query.limit)


def other_process(settings: Settings, search: SearchBackend, queries: Sequence[Asked], figures: dict[str, Any]) -> str:
    """A fresh process that reads: its memory, and how soon it finds what this one writes."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    some = [asked.query for asked in queries[:200]]
    process = context.Process(target=read_along, args=(settings, some, there))
    process.start()
    opened, before, after = here.recv()
    waits, writes = [], []
    for number in range(WRITES):
        vector = some[0].vector
        document = SearchDocument(f"late{number}", 1, f"late{number}", "", (), None if vector is None else vector[None])
        begun = time.monotonic()
        here.send(document.text)
        search.index([document])
        writes.append(time.monotonic() - begun)
        waits.append(here.recv() - begun)
    here.send(None)
    process.join()
    figures["milliseconds"] = {"write": milliseconds(writes), "found elsewhere": milliseconds(waits)}
    figures["reader_mb"] = {"own": round(after[0]), "mapped": round(after[1])}
    return (
        f"{row('a write of one article', writes)}\n{row('written to found by another process', waits)}\n\n"
        f"a fresh process: first search after {1000 * opened:.0f} ms; memory of its own {before[0]:.0f} MB before and "
        f"{after[0]:.0f} MB after {len(some)} searches, of shared files {before[1]:.0f} and {after[1]:.0f} MB"
    )


def read_along(settings: Settings, queries: Sequence[SearchQuery], pipe: Connection) -> None:
    before = memory()
    begun = time.perf_counter()
    search = build_search(settings)
    search.candidates(queries[0])
    opened = time.perf_counter() - begun
    for query in queries:
        search.candidates(query)
    pipe.send((opened, before, memory()))
    while (word := pipe.recv()) is not None:
        wanted = SearchQuery(word, vector=queries[0].vector)
        while not any(hit.article_id == word and hit.bm25 and hit.cosine for hit in search.candidates(wanted)):
            time.sleep(0.002)
        pipe.send(time.monotonic())


def memory() -> tuple[float, float]:
    """MB of this process: its own, and of files."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    values = dict(line.split(":", 1) for line in lines if line.startswith("Rss"))
    own, files = (int(values[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return own, files


if __name__ == "__main__":
    main()
