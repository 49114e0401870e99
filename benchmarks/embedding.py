"""Compares the ways to run the sentence model, in one run: speed, memory, and what the vectors lose.

    python -m benchmarks.embedding [--articles FILE.jsonl --queries FILE.jsonl ...] [--most-articles 1000]
                                   [--paths torch,int8] [--model DIR] [--json OUT]

The paths are `torch` (all bits, the measure of the others), `torch-bf16` and `torch-int8` (PyTorch's own dynamic
8-bit products), and `int8` (what `python -m indexer model` prepares). Each runs in a process of its own, one after
the other. An article is a line {"id", "text"}; a query {"source_id", "kind", "text"}. With more articles than
--most-articles, the sources of the queries are kept and others drawn at random.

Times of one text are of one thread, texts a second of all cores. Beside each wall time stands the processor time,
which other work on the machine changes less. `neighbours` is the least cosine between a text's vectors when it is
embedded alone and in a batch. R@k: the source is among the k nearest articles, by the nearest of its windows. The last
lines are of `python -m indexer serve-model`, asked over its socket, a text a request.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.articles import read_lines
from benchmarks.setting import HEADER, machine, quantile, row
from factcheck.matching.text.normalise import normalise, windows
from factcheck.ports import Matrix
from factcheck.settings import load_settings
from indexer.embedding.client import RemoteEmbedder
from indexer.embedding.engines import INT8_DIRECTORY, Engine, FullEngine, Int8Engine
from indexer.embedding.model import read_description
from indexer.evaluation.results import milliseconds, out_file, save
from tests.e2e.service import PREPARED_MODEL, ROOT

SIZES = (20, 100, 400)
REPEATS = 30
TEXT = (
    "緊急通知！衛生局昨天公布，市面上三種品牌的瓶裝水驗出超標的塑化劑，長期飲用會造成肝臟損害。"
    "請大家先不要購買，並轉發給親朋好友。這是我在醫院工作的表姐親口說的，千真萬確！"
    "Doctors warn: never drink water from a bottle that was left in a hot car. Please share! "
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.embedding", description=__doc__)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--queries", type=Path, nargs="*", default=[])
    parser.add_argument("--most-articles", type=int, default=1000)
    parser.add_argument("--paths", default=",".join(PATHS))
    parser.add_argument("--model", type=Path, default=PREPARED_MODEL)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    if options.child:
        measure(options.model, options.child[0], Path(options.child[1]))
    else:
        compare(options)


def compare(options: argparse.Namespace) -> None:
    print(machine())
    print(f"{instructions()}; {read_description(options.model).name}")
    with tempfile.TemporaryDirectory(prefix="factline-embedding-") as name:
        folder = Path(name)
        corpus = read_corpus(options)
        (folder / "corpus.json").write_text(json.dumps(corpus), encoding="utf-8")
        reference, found = None, {}
        for path in options.paths.split(","):
            command = [sys.executable, "-W", "ignore", "-m", "benchmarks.embedding"]
            arguments = ["--model", str(options.model), "--child", path, str(folder)]
            subprocess.run([*command, *arguments], check=True, cwd=ROOT)
            vectors = np.load(folder / f"{path}.npz")
            reference = vectors if reference is None else reference
            measured = json.loads((folder / f"{path}.json").read_text())
            report(path, measured, vectors, reference, corpus)
            found[path] = summary(measured, vectors, reference)
        print(through_the_server(options.model, folder))
    if options.json:
        save(options.json, {"instructions": instructions(), "paths": found})


def summary(measured: dict[str, Any], vectors: Any, reference: Any) -> dict[str, Any]:
    """`cosines`: the mean of those to the first path's vectors, of each set of texts."""
    cosines = {name: np.sum(vectors[name] * reference[name], axis=1) for name in ("single", "queries", "windows")}
    return {
        "memory_mb": measured["memory"][0],
        "batch": {"texts": measured["batch"][0], "seconds": round(measured["batch"][1])},
        "characters": {
            size: milliseconds([wall for wall, _ in of_size]) for size, of_size in measured["single"].items()
        },
        "cosines": {name: round(float(some.mean()), 5) for name, some in cosines.items() if len(some)},
    }


def instructions() -> str:
    """What of 8-bit and 16-bit products the processor has: the figures depend on it."""
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split() if Path("/proc/cpuinfo").exists() else []
    known = [
        name for name in ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8") if name in flags
    ]
    return ", ".join(known) or "processor unknown"


def read_corpus(options: argparse.Namespace) -> dict[str, Any]:
    """Prefixed texts: `windows` with the number of the article of each, `queries` with the article's and their kind."""
    queries = [line for path in options.queries for line in read_lines(path) if line["kind"] != "hardneg"]
    articles = read_lines(options.articles) if options.articles else [{"id": "1", "text": TEXT}]
    wanted = {line["source_id"] for line in queries}
    random.Random(1).shuffle(articles)
    articles.sort(key=lambda article: article["id"] not in wanted)
    number = {article["id"]: at for at, article in enumerate(articles[: max(options.most_articles, len(wanted))])}
    parts = [
        (at, part) for at, article in enumerate(articles[: len(number)]) for part in windows(normalise(article["text"]))
    ]
    prefixes = read_description(options.model)
    return {
        "windows": [prefixes.passage_prefix + part for _, part in parts],
        "owners": [at for at, _ in parts],
        "queries": [prefixes.query_prefix + normalise(line["text"]) for line in queries],
        "sources": [number[line["source_id"]] for line in queries],
        "kinds": [line["kind"] for line in queries],
        "single": {size: singles(prefixes.query_prefix, size) for size in SIZES},
    }


def singles(prefix: str, size: int) -> list[str]:
    """Different texts of one length, as if each were typed for itself."""
    endless = TEXT * (2 + size // len(TEXT))
    return [prefix + endless[at % len(TEXT) :][:size] for at in range(0, 7 * REPEATS, 7)]


def through_the_server(model: Path, folder: Path) -> str:
    """As in production: the model's own path, one thread, a request a text."""
    settings = load_settings(var_dir=folder, embedding_model=str(model))
    environment = {**os.environ, "VAR_DIR": str(folder), "EMBEDDING_MODEL": str(model), "TRIAL": "1"}
    command = [sys.executable, "-m", "indexer", "serve-model"]
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            ready = time.perf_counter() - begun
            embedder = RemoteEmbedder(settings.embedder_socket, wait=60)
            prefix = read_description(model).query_prefix
            rows = []
            for size in SIZES:
                waits = [seconds(embedder, text.removeprefix(prefix)) for text in singles(prefix, size)]
                rows.append(row(f"{size} characters through the socket", waits))
            used = memory("VmHWM", server.pid)
        finally:
            server.terminate()
    return "\n".join([f"\nserver: ready in {ready:.1f} s, at most {used} MB", HEADER, *rows])


def seconds(embedder: RemoteEmbedder, text: str) -> float:
    begun = time.perf_counter()
    embedder.embed_queries([text])
    return time.perf_counter() - begun


# In a process for each path


def measure(model: Path, path: str, folder: Path) -> None:
    """Writes PATH.json (figures) and PATH.npz (vectors) to the folder."""
    corpus = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
    before = memory()
    begun = time.perf_counter()
    engine = PATHS[path](model, 1)
    figures: dict[str, Any] = {"load": time.perf_counter() - begun}
    figures["single"] = {size: timed(engine, texts) for size, texts in corpus["single"].items()}
    figures["memory"] = (memory() - before, memory("VmHWM"))
    del engine
    engine = PATHS[path](model, len(os.sched_getaffinity(0)))
    vectors = {"queries": engine.encode(corpus["queries"]) if corpus["queries"] else np.zeros((0, 1))}
    begun, processor = time.perf_counter(), time.process_time()
    vectors["windows"] = in_batches(engine, corpus["windows"])
    figures["batch"] = (len(corpus["windows"]), time.perf_counter() - begun, time.process_time() - processor)
    figures["peak"] = memory("VmHWM")
    mixed = [text for texts in corpus["single"].values() for text in texts[:5]]
    alone = np.concatenate([engine.encode([text]) for text in mixed])
    figures["neighbours"] = float(np.sum(alone * engine.encode(mixed), axis=1).min())
    vectors["single"] = alone
    (folder / f"{path}.json").write_text(json.dumps(figures))
    np.savez(folder / f"{path}.npz", **vectors)


def timed(engine: Engine, texts: Sequence[str]) -> list[tuple[float, float]]:
    """Seconds of wall and of processor, a text."""
    engine.encode(texts[:1])
    result = []
    for text in texts:
        begun, processor = time.perf_counter(), time.process_time()
        engine.encode([text])
        result.append((time.perf_counter() - begun, time.process_time() - processor))
    return result


def in_batches(engine: Engine, texts: Sequence[str], size: int = 64) -> Matrix:
    """As the indexer asks."""
    return np.concatenate([engine.encode(texts[at : at + size]) for at in range(0, len(texts), size)])


def memory(name: str = "VmRSS", process: int | str = "self") -> int:
    """Megabytes of a process, now or (VmHWM) at most."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name))


class ChangedEngine(FullEngine):
    """PyTorch with another arithmetic."""

    def __init__(self, model: Path, threads: int, change: Callable[[Any], Any]) -> None:
        super().__init__(model, read_description(model).most_tokens, threads)
        self._model[0].model = change(self._model[0].model)


def torch_bf16(network: Any) -> Any:
    import torch

    return network.to(torch.bfloat16)


def torch_int8(network: Any) -> Any:
    import torch

    return torch.ao.quantization.quantize_dynamic(network, {torch.nn.Linear}, dtype=torch.qint8)


PATHS: dict[str, Callable[[Path, int], Engine]] = {
    "torch": lambda model, threads: FullEngine(model, read_description(model).most_tokens, threads),
    "torch-bf16": lambda model, threads: ChangedEngine(model, threads, torch_bf16),
    "torch-int8": lambda model, threads: ChangedEngine(model, threads, torch_int8),
    "int8": lambda model, threads: Int8Engine(
        model, model / INT8_DIRECTORY, read_description(model).most_tokens, threads
    ),
}


# The report


def report(path: str, figures: dict[str, Any], vectors: Any, reference: Any, corpus: dict[str, Any]) -> None:
    print(f"\n{path}: loaded in {figures['load']:.1f} s, {figures['memory'][0]} MB for one thread and one text")
    for size, seconds in figures["single"].items():
        wall, processor = (sorted(1000 * value for value in column) for column in zip(*seconds, strict=True))
        print(
            f"  {size:>4} characters: median {statistics.median(wall):6.1f} ms, 95th {quantile(wall, 0.95):6.1f}; "
            f"processor {statistics.median(processor):6.1f}, least {processor[0]:6.1f}"
        )
    count, wall, processor = figures["batch"]
    print(f"  batches: {count / wall:.1f} texts/s ({count} in {wall:.1f} s, processor {processor:.1f} s)")
    print(f"  memory at most {figures['peak']} MB; neighbours {figures['neighbours']:.5f}")
    for name in ("single", "queries", "windows"):
        cosines = np.sum(vectors[name] * reference[name], axis=1)
        if len(cosines):
            print(f"  cosine to the first path, {name}: mean {cosines.mean():.5f}, least {cosines.min():.5f}")
    if corpus["kinds"]:
        print(retrieval(vectors, corpus))


def retrieval(vectors: Any, corpus: dict[str, Any]) -> str:
    owners, sources = np.array(corpus["owners"]), np.array(corpus["sources"])
    ranks = []
    for cosines, source in zip(vectors["queries"] @ vectors["windows"].T, sources, strict=True):
        best = np.full(owners.max() + 1, -1.0)
        np.maximum.at(best, owners, cosines)
        ranks.append(int((best > best[source]).sum()))
    lines = [f"  {'R@k over ' + str(owners.max() + 1) + ' articles':28}{'n':>5}{'R@1':>8}{'R@5':>8}"]
    kinds = np.array(corpus["kinds"])
    for kind in ["all", *dict.fromkeys(corpus["kinds"])]:
        of_kind = np.array(ranks)[(kinds == kind) | (kind == "all")]
        lines.append(f"  {kind:28}{len(of_kind):>5}{(of_kind < 1).mean():>8.3f}{(of_kind < 5).mean():>8.3f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
