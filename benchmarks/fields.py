"""Whether articles are found better if the index has more of them than the message: titles of linked pages, replies.

    python -m benchmarks.fields DATASET_DIR --articles FILE.jsonl --queries FILE.jsonl ... --unmatched FILE.jsonl
                                [--json OUT]

DATASET_DIR holds zipped CSV files in Cofacts' format, where the titles and replies are. The other files are those of
`python -m indexer evaluate`; an article's line names its id in the dataset as "article_id", too. What is added to an
article's words is searched with them, and each title and reply has vectors of its own beside those of the message.
Everything after the search is as in production: the pair model compares with the message. The database and the indexes
are temporary.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from benchmarks.setting import machine
from factcheck.dataset.importer import import_dataset
from factcheck.db.migrate import migrate
from factcheck.db.session import make_engine, make_session_factory, read_only
from factcheck.matching.text.normalise import normalise
from factcheck.matching.text.tokens import windows
from factcheck.models import ArticleHyperlink, ArticleReply, Reply, ReplyType
from factcheck.ports import SearchDocument
from factcheck.settings import Settings, load_settings
from indexer.evaluation.collection import temporary_collection
from indexer.evaluation.data import LabelledArticle, Query, read_articles, read_queries, read_unmatched
from indexer.evaluation.embedding_cache import PASSAGE, CachedEmbedder
from indexer.evaluation.judging import Seconds, judge_all
from indexer.evaluation.labels import Labelled, label
from indexer.evaluation.metrics import calibration, measure
from indexer.evaluation.report import shares
from indexer.evaluation.results import out_file, save
from indexer.factory import build_local_embedder
from tests.e2e.service import PREPARED_MODEL

Texts = Mapping[str, Sequence[str]]
"""By the id of an article in the article file."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fields", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--queries", type=Path, nargs="+", required=True)
    parser.add_argument("--unmatched", type=Path, required=True)
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}")
    settings = load_settings(embedding_model=str(PREPARED_MODEL), database_url="")
    embedder = CachedEmbedder(build_local_embedder(settings), settings.var_dir / "evaluation" / "embeddings")
    articles = read_articles(options.articles)
    queries = [*read_queries(options.queries, articles), *read_unmatched(options.unmatched)]
    titles, replies = read_fields(options.dataset, options.articles)
    print(
        f"{len(articles):,} articles; {described('titles', titles, queries)}; {described('replies', replies, queries)}"
    )
    both = {key: [*titles.get(key, ()), *replies.get(key, ())] for key in (*titles, *replies)}
    figures: dict[str, Any] = {}
    for name, extra in (("message", {}), ("+ titles", titles), ("+ replies", replies), ("+ both", both)):
        rows = measured(settings, embedder, articles, queries, extra)
        having = rows.where(np.array([query.source_id in extra for query in queries]))
        figures[name] = measure(rows)["retrieval"]
        for title, some in ((name, rows), (f"{name}: queries whose source has them", having)):
            if len(some):
                print(f"\n{title}\n{shares({**measure(some), 'calibration': calibration(some)})}", flush=True)
    if options.json:
        sources = {query.source_id for query in queries if query.source_id}
        counts = {
            name: {"articles": len(texts), "sources": len(sources & set(texts))}
            for name, texts in (("titles", titles), ("replies", replies))
        }
        save(options.json, {"sources": len(sources), **counts, "retrieval": figures})


def read_fields(dataset: Path, articles: Path) -> tuple[Texts, Texts]:
    """Titles of pages that articles link to, and replies that judge the message."""
    with articles.open(encoding="utf-8") as lines:
        known = {line["article_id"]: line["id"] for line in map(json.loads, lines)}
    with tempfile.TemporaryDirectory(prefix="factline-fields-") as folder:
        engine = make_engine(load_settings(var_dir=Path(folder), database_url="").resolved_database_url)
        migrate(engine)
        factory = make_session_factory(engine)
        import_dataset(factory, dataset, progress=False)
        with read_only(factory) as session:
            titles = session.execute(select(ArticleHyperlink.article_id, ArticleHyperlink.title))
            judging = select(ArticleReply.article_id, Reply.text).join(Reply, Reply.id == ArticleReply.reply_id)
            replies = session.execute(judging.where(Reply.type != ReplyType.NOT_ARTICLE))
            found = _by_article(titles, known), _by_article(replies, known)
        engine.dispose()
    return found


def _by_article(rows: Iterable[tuple[str, str]], known: Mapping[str, str]) -> Texts:
    texts: dict[str, list[str]] = defaultdict(list)
    for article_id, text in rows:
        if article_id in known and (normalised := normalise(text)) and normalised not in texts[known[article_id]]:
            texts[known[article_id]].append(normalised)
    return {key: some for key, some in texts.items() if some}


def described(name: str, texts: Texts, queries: Sequence[Query]) -> str:
    sources = {query.source_id for query in queries if query.source_id}
    return f"{name} of {len(texts):,}, {len(sources & set(texts))} of the {len(sources)} sources"


def measured(
    settings: Settings,
    embedder: CachedEmbedder,
    articles: Mapping[str, LabelledArticle],
    queries: Sequence[Query],
    extra: Texts,
) -> Labelled:
    texts = [query.text for query in queries]
    embedder.prepare(PASSAGE, [part for some in extra.values() for text in some for part in windows(text)])

    def change(document: SearchDocument) -> SearchDocument:
        return _extended(document, extra.get(document.article_id, ()), embedder)

    with temporary_collection(settings, "embedded", articles, embedder, queries=texts, change=change) as collection:
        return label(queries, judge_all(collection, texts, Seconds()), collection.same)


def _extended(document: SearchDocument, texts: Sequence[str], embedder: CachedEmbedder) -> SearchDocument:
    if not texts:
        return document
    rows = embedder.embed_passages([part for text in texts for part in windows(text)])
    vectors = rows if document.vectors is None else np.concatenate([document.vectors, rows])
    return replace(document, text="\n".join([document.text, *texts]), vectors=vectors)


if __name__ == "__main__":
    main()
