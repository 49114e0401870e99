"""Loads a real dataset and looks up its own messages: time, memory, and how many are found.

    python -m benchmarks.real_data DATASET_DIR [--sample 500] [--keep DIR]

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

from sqlalchemy import select

from benchmarks.setting import HEADER, machine, row
from factcheck.dataset.importer import import_dataset
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, reading
from factcheck.matching.decide.decision import decide
from factcheck.models import Article
from factcheck.ports import Embedder, SearchBackend
from factcheck.services.matching import find_hits, load_candidates
from factcheck.settings import load_settings
from indexer.factory import build_local_embedder, build_search
from indexer.reindex import reindex
from tests.e2e.service import PREPARED_MODEL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_data", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="factline-real-") as temporary:
        run(options, options.keep or Path(temporary))


def run(options: argparse.Namespace, folder: Path) -> None:
    settings = load_settings(var_dir=folder, embedding_model=str(PREPARED_MODEL), database_url="")
    engine = make_engine(settings.resolved_database_url)
    migrate(engine)
    factory = make_session_factory(engine)
    search, embedder = build_search(settings), build_local_embedder(settings)

    begun = time.perf_counter()
    print(import_dataset(factory, options.dataset, progress=False).table())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"imported in {time.perf_counter() - begun:.1f} s, peak memory so far {peak:.0f} MB")
    if not search.status().exists:
        begun = time.perf_counter()
        count = reindex(factory, search, embedder)
        print(f"{count} articles indexed in {time.perf_counter() - begun:.0f} s")

    look_up(factory, search, embedder, own_messages(factory, options.sample))


def own_messages(factory: SessionFactory, sample: int) -> list[tuple[str, str]]:
    with reading(factory) as session:
        rows = [(article.id, article.text) for article in session.scalars(select(Article).order_by(Article.id))]
    random.Random(1).shuffle(rows)
    return rows[:sample]


def look_up(factory: SessionFactory, search: SearchBackend, embedder: Embedder, pairs: list[tuple[str, str]]) -> None:
    """How many messages find themselves, and how many in the first place."""
    counts: Counter[str] = Counter()
    waits = []
    for article_id, text in pairs:
        begun = time.perf_counter()
        hits = find_hits(search, embedder, text)
        with reading(factory) as session:
            found = load_candidates(session, text, hits)
        decision = decide(text, found)
        waits.append(time.perf_counter() - begun)
        ids = [scored.article_id for scored in decision.candidates]
        counts["among the hits"] += article_id in [hit.article_id for hit in hits]
        counts["first"] += ids[:1] == [article_id]
    shares = ", ".join(f"{what} {count / len(pairs):.3f}" for what, count in counts.items())
    print(f"\n{len(pairs)} messages looked up; {shares}\n{HEADER}\n{row('look-up (embed, search, decide)', waits)}")


if __name__ == "__main__":
    main()
