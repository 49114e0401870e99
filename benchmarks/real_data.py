"""Loads a real dataset and looks up its own messages: time, memory, and how many are found.

    python -m benchmarks.real_data DATASET_DIR [--queries FILE.jsonl ...] [--unmatched FILE.jsonl] [--answerable]
                                   [--sample 500] [--keep DIR]

DATASET_DIR holds zipped CSV files in Cofacts' format. A queries file has a line {"article_id"|"source_id", "kind",
"text"} each; with `source_id`, `--messages FILE.jsonl` maps it ({"id", "article_id"}). The texts of an unmatched file
have no counterpart. `--answerable` takes every article as if it had a reply: most have none, and such are never given
as the answer. With `--keep`, the database and the index stay there and are used again.
"""

import argparse
import json
import random
import resource
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from benchmarks.setting import HEADER, machine, row
from factcheck.dataset.importer import import_dataset
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, reading
from factcheck.matching.decision import Decision, Outcome, decide
from factcheck.models import Article
from factcheck.ports import Embedder, Hit, SearchBackend
from factcheck.services.matching import find_hits, load_candidates
from factcheck.settings import load_settings
from indexer.factory import build_local_embedder, build_search
from indexer.reindex import reindex
from tests.e2e.service import PREPARED_MODEL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_data", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--queries", type=Path, nargs="*", default=[])
    parser.add_argument("--messages", type=Path)
    parser.add_argument("--unmatched", type=Path)
    parser.add_argument("--answerable", action="store_true")
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

    matcher = Matcher(factory, search, embedder, answerable=options.answerable)
    matcher.look_up("the messages themselves", own_messages(factory, options.sample))
    by_kind: dict[str, list[tuple[str, str]]] = {}
    for article_id, kind, text in queries(options):
        by_kind.setdefault(kind, []).append((article_id, text))
    if options.unmatched:
        by_kind["unmatched"] = [("", line["text"]) for line in read(options.unmatched)]
    for kind, pairs in by_kind.items():
        matcher.look_up(kind, pairs)


def own_messages(factory: SessionFactory, sample: int) -> list[tuple[str, str]]:
    with reading(factory) as session:
        rows = [(article.id, article.text) for article in session.scalars(select(Article).order_by(Article.id))]
    random.Random(1).shuffle(rows)
    return rows[:sample]


def queries(options: argparse.Namespace) -> list[tuple[str, str, str]]:
    article_ids = {}
    if options.messages:
        article_ids = {message["id"]: message["article_id"] for message in read(options.messages)}
    return [
        (line.get("article_id") or article_ids[line["source_id"]], line["kind"], line["text"])
        for path in options.queries
        for line in read(path)
    ]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:  # str.splitlines would also break at line separators inside a text
        return [json.loads(line) for line in lines if line.strip()]


@dataclass(frozen=True)
class Matcher:
    factory: SessionFactory
    search: SearchBackend
    embedder: Embedder
    answerable: bool

    def decide(self, text: str) -> tuple[list[Hit], Decision]:
        hits = find_hits(self.search, self.embedder, text)
        with reading(self.factory) as session:
            found = load_candidates(session, text, hits)
        if self.answerable:
            found = [replace(candidate, answerable=True) for candidate in found]
        return hits, decide(text, found)

    def look_up(self, name: str, pairs: list[tuple[str, str]]) -> None:
        """Shares of texts: their article was among the hits, offered, first, given as the answer; and another one
        was given as the answer. (For a `hardneg`, its article is the wrong answer.)"""
        counts: Counter[str] = Counter()
        waits = []
        for article_id, text in pairs:
            begun = time.perf_counter()
            hits, decision = self.decide(text)
            waits.append(time.perf_counter() - begun)
            ids = [scored.article_id for scored in decision.candidates]
            answer = ids[0] if decision.outcome == Outcome.ANSWER else None
            counts["among the hits"] += article_id in [hit.article_id for hit in hits]
            counts["offered"] += article_id in ids
            counts["first"] += ids[:1] == [article_id]
            counts["answered with it"] += answer == article_id
            counts["answered with another"] += answer not in (None, article_id)
        shares = ", ".join(f"{what} {count / len(pairs):.3f}" for what, count in counts.items())
        print(f"\n{name}: {len(pairs)} looked up; {shares}\n{HEADER}\n{row('look-up (embed, search, decide)', waits)}")


if __name__ == "__main__":
    main()
