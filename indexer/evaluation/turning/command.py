"""`python -m indexer turned`: writes messages with one word turned round, for `python -m indexer evaluate`."""

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from factcheck.settings import Settings
from indexer.evaluation.data import EvaluationDataError, Query, read_articles, read_queries
from indexer.evaluation.turning.other import listed, other_pairs, wordnet
from indexer.evaluation.turning.turned import turned_queries

Json = dict[str, Any]


def turned(_settings: Settings, options: argparse.Namespace) -> int:
    articles = read_articles(options.articles)
    queries = read_queries(options.queries, articles)
    if options.rule == "other":
        words: dict[str, Mapping[str, list[str]]] = dict(listed())
        if options.wordnet:
            words["en"] = wordnet(options.wordnet)
        lines = other_pairs(queries, words)
    else:
        lines = [_line(query) for query in turned_queries(articles, queries)]
    _write(options.out, lines)
    print(f"{options.out}: {len(lines)} lines")
    return 0


def _line(query: Query) -> Json:
    names = ("id", "source_id", "kind", "lang", "text", "yours", "theirs")
    return {name: getattr(query, name) for name in names}


def _write(path: Path, lines: Iterable[Json]) -> None:
    try:
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise EvaluationDataError(f"{path} cannot be written: {error.strerror}.") from error
