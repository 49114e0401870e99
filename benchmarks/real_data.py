"""Loads a real dataset and looks up its own messages: time, memory, and how many are found.

    python -m benchmarks.real_data DATASET_DIR [--sample 300] [--keep DIR] [--json OUT]

DATASET_DIR holds zipped CSV files in Cofacts' format. With `--keep`, the database and the index stay there and are
used again. How good matching is, `python -m indexer evaluate` tells.
"""

import argparse
import random
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.setting import HEADER, machine, row
from factcheck.dataset.importer import import_dataset
from factcheck.dataset.report import ImportReport
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only
from factcheck.matching.decide.decision import decide
from factcheck.models import Article
from factcheck.ports import Embedder, SearchBackend
from factcheck.services.articles import identical_ids
from factcheck.services.matching import find_hits, load_candidates
from factcheck.settings import load_settings
from indexer.evaluation.results import milliseconds, out_file, save
from indexer.factory import build_local_embedder, build_search
from indexer.reindex import reindex
from tests.e2e.service import PREPARED_MODEL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_data", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--sample", type=int, default=300, help="messages looked up; 0: only the import is measured")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="factline-real-") as temporary:
        figures = run(options, options.keep or Path(temporary))
    if options.json:
        save(options.json, figures)


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    settings = load_settings(var_dir=folder, embedding_model=str(PREPARED_MODEL), database_url="")
    engine = make_engine(settings.resolved_database_url)
    migrate(engine)
    factory = make_session_factory(engine)
    imported = measured_import(factory, options.dataset)
    if not options.sample:
        return imported
    search, embedder = build_search(settings), build_local_embedder(settings)
    if not search.status().exists:
        begun = time.perf_counter()
        count = reindex(factory, search, embedder)
        print(f"{count} articles indexed in {time.perf_counter() - begun:.0f} s")

    found = look_up(factory, search, embedder, own_messages(factory, options.sample))
    return {**imported, "look_up": found}


def measured_import(factory: SessionFactory, dataset: Path) -> dict[str, Any]:
    """Imports twice; seconds are of the processor, which other work on the machine changes less."""
    runs = []
    for name in ("first", "again"):
        begun, spent = time.perf_counter(), time.process_time()
        report = import_dataset(factory, dataset, progress=False)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        seconds = round(time.process_time() - spent, 1)
        wall = time.perf_counter() - begun
        print(f"{report.table()}\n{name} import: {wall:.1f} s, of the processor {seconds}; at most {peak} MB")
        runs.append({"processor_seconds": seconds, "new": report.new, "peak_mb": peak, "account": account(report)})
    return {"import": runs[0], "again": {name: runs[1][name] for name in ("processor_seconds", "new")}}


def account(report: ImportReport) -> dict[str, dict[str, Any]]:
    """What became of the rows of each file."""
    return {
        file.name: {
            "read": file.read,
            "new": file.new,
            "already there": file.already_there,
            "left out": dict(file.left_out),
            "malformed": dict(file.malformed),
        }
        for file in report.files
    }


def own_messages(factory: SessionFactory, sample: int) -> list[tuple[str, str]]:
    with read_only(factory) as session:
        rows = [(article.id, article.text) for article in session.scalars(select(Article).order_by(Article.id))]
    random.Random(1).shuffle(rows)
    return rows[:sample]


def look_up(
    factory: SessionFactory, search: SearchBackend, embedder: Embedder, pairs: list[tuple[str, str]]
) -> dict[str, Any]:
    """How many messages find themselves, and how many in the first place."""
    counts: Counter[str] = Counter()
    waits = []
    for article_id, text in pairs:
        begun = time.perf_counter()
        hits = find_hits(search, embedder, text)
        with read_only(factory) as session:
            found = load_candidates(session, hits, identical_ids(session, text))
        decision = decide(text, found)
        waits.append(time.perf_counter() - begun)
        ids = [scored.article_id for scored in decision.candidates]
        counts["among the hits"] += article_id in [hit.article_id for hit in hits]
        counts["first"] += ids[:1] == [article_id]
    shares = ", ".join(f"{what} {count / len(pairs):.3f}" for what, count in counts.items())
    print(f"\n{len(pairs)} messages looked up; {shares}\n{HEADER}\n{row('look-up (embed, search, decide)', waits)}")
    return {"messages": len(pairs), **counts, "milliseconds": milliseconds(waits)}


if __name__ == "__main__":
    main()
