"""Whether articles are found better if the index has more of them than the message: titles of linked pages, replies.

    python -m benchmarks.fields DATASET_DIR --articles FILE.jsonl --queries FILE.jsonl ... --unmatched FILE.jsonl

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

import numpy as np
from sqlalchemy import select

from benchmarks.setting import machine
from factcheck.dataset.importer import import_dataset
from factcheck.db.migrate import migrate
from factcheck.db.session import make_engine, make_session_factory, reading
from factcheck.matching.decision import Candidate, Outcome, judge
from factcheck.matching.normalise import fingerprint, normalise
from factcheck.matching.tokens import windows
from factcheck.models import ArticleHyperlink, ArticleReply, Reply, ReplyType
from factcheck.ports import SearchDocument
from factcheck.settings import Settings, load_settings
from indexer.evaluation.collection import Collection, queries_of
from indexer.evaluation.data import HARDNEG, LabelledArticle, Query, read_articles, read_queries, read_unmatched
from indexer.evaluation.embedding_cache import PASSAGE, QUERY, CachedEmbedder
from indexer.evaluation.temporary import temporary_search
from indexer.factory import build_local_embedder
from indexer.sync import ArticleText, search_documents
from tests.e2e.service import PREPARED_MODEL

Texts = Mapping[str, Sequence[str]]
"""By the id of an article in the article file."""
BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fields", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--queries", type=Path, nargs="+", required=True)
    parser.add_argument("--unmatched", type=Path, required=True)
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}")
    settings = load_settings(embedding_model=str(PREPARED_MODEL), database_url="")
    embedder = CachedEmbedder(build_local_embedder(settings), settings.var_dir / "evaluation" / "embeddings")
    articles = read_articles(options.articles)
    queries = [*read_queries(options.queries, articles), *read_unmatched(options.unmatched)]
    embedder.prepare(QUERY, queries_of([query.text for query in queries], embedder))
    titles, replies = read_fields(options.dataset, options.articles)
    print(
        f"{len(articles):,} articles; {described('titles', titles, queries)}; {described('replies', replies, queries)}"
    )
    both = {key: [*titles.get(key, ()), *replies.get(key, ())] for key in (*titles, *replies)}
    for name, extra in (("message", {}), ("+ titles", titles), ("+ replies", replies), ("+ both", both)):
        print(f"\n{table(name, measured(settings, embedder, articles, queries, extra), queries, extra)}", flush=True)


def read_fields(dataset: Path, articles: Path) -> tuple[Texts, Texts]:
    """Titles of pages that articles link to, and replies that judge the message."""
    with articles.open(encoding="utf-8") as lines:
        known = {line["article_id"]: line["id"] for line in map(json.loads, lines)}
    with tempfile.TemporaryDirectory(prefix="factline-fields-") as folder:
        engine = make_engine(load_settings(var_dir=Path(folder), database_url="").resolved_database_url)
        migrate(engine)
        factory = make_session_factory(engine)
        import_dataset(factory, dataset, progress=False)
        with reading(factory) as session:
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
) -> list[dict[str, float]]:
    """For each query: is its source among the first five by words, by vectors, in the end; is it answered with."""
    with temporary_search(settings, "embedded") as search:
        documents = {one.article_id: one for one in with_fields(articles, embedder, extra)}
        build = search.rebuild()
        for at in range(0, len(documents), BATCH):
            build.index(list(documents.values())[at : at + BATCH])
        build.finish()
        build.switch()
        collection = Collection(articles, documents, search, embedder)
        return [judged(query, collection.candidates(query.text), documents) for query in queries]


def with_fields(
    articles: Mapping[str, LabelledArticle], embedder: CachedEmbedder, extra: Texts
) -> list[SearchDocument]:
    plain = search_documents([ArticleText(a.id, 1, a.text, fingerprint(a.text)) for a in articles.values()], embedder)
    embedder.prepare(PASSAGE, [part for texts in extra.values() for text in texts for part in windows(text)])
    return [_extended(document, extra.get(document.article_id, ()), embedder) for document in plain]


def _extended(document: SearchDocument, texts: Sequence[str], embedder: CachedEmbedder) -> SearchDocument:
    if not texts:
        return document
    rows = embedder.embed_passages([part for text in texts for part in windows(text)])
    vectors = rows if document.vectors is None else np.concatenate([document.vectors, rows])
    return replace(document, text="\n".join([document.text, *texts]), vectors=vectors)


def judged(query: Query, candidates: Sequence[Candidate], documents: Mapping[str, SearchDocument]) -> dict[str, float]:
    judgement = judge(query.text, candidates)
    source = documents.get(query.source_id)
    same = {query.source_id} | {
        key for key, one in documents.items() if source and one.fingerprint and one.fingerprint == source.fingerprint
    }
    by_words = {one.article_id for one in candidates if one.hit.bm25_rank and one.hit.bm25_rank <= 5}
    by_vectors = {one.article_id for one in candidates if one.hit.cosine_rank and one.hit.cosine_rank <= 5}
    offered = [one.article_id for one in judgement.decision.candidates]
    is_answered = judgement.decision.outcome == Outcome.ANSWER
    return {
        "R@5 words": bool(same & by_words),
        "R@5 vectors": bool(same & by_vectors),
        "R@5": bool(same & {one.article_id for one in judgement.ranked[:5]}),
        "offered": bool(same & set(offered)),
        "answered": is_answered,
        "with it": is_answered and offered[0] in same,
    }


def table(name: str, rows: Sequence[dict[str, float]], queries: Sequence[Query], extra: Texts) -> str:
    columns = list(rows[0])
    lines = [f"{name:24}{'n':>6}" + "".join(f"{column:>13}" for column in columns)]
    kinds = sorted({(query.kind, query.lang if query.kind == "crosslingual" else "") for query in queries})
    for kind, lang in kinds:
        picked = [i for i, query in enumerate(queries) if query.kind == kind and lang in ("", query.lang)]
        lines.append(_line(f"{kind} {lang}".strip(), [rows[i] for i in picked], columns))
        having = [rows[i] for i in picked if queries[i].source_id in extra]
        if having and kind != HARDNEG:
            lines.append(_line("  whose source has them", having, columns))
    return "\n".join(lines)


def _line(name: str, rows: Sequence[dict[str, float]], columns: Sequence[str]) -> str:
    shares = (np.mean([row[column] for row in rows]) for column in columns)
    return f"{name:24}{len(rows):>6}" + "".join(f"{share:>13.3f}" for share in shares)


if __name__ == "__main__":
    main()
