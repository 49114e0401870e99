"""Pairs of an article and a message that say what is wanted: `answer`, `differs` or `offered`."""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from indexer.evaluation.data import LabelledArticle, Query, article_of, read_lines, text_of
from indexer.evaluation.intervals import with_intervals
from indexer.evaluation.labels import ANSWERED_RIGHT, DIFFERS_RIGHT, Booleans, Labelled
from indexer.evaluation.metrics import is_answered

ANSWER, DIFFERS, OFFERED = "answer", "differs", "offered"
OTHERS = 400
"""Articles that stand beside those of the pairs."""

Json = dict[str, Any]


def read_pairs(path: Path) -> tuple[dict[str, LabelledArticle], list[Query]]:
    """Reads articles, each text once, and the messages as queries. Raises EvaluationDataError."""
    articles: dict[tuple[str, str], LabelledArticle] = {}

    def query(line: dict[str, Any]) -> Query:
        want = text_of(line, "want")
        if want not in (ANSWER, DIFFERS, OFFERED):
            raise ValueError(f"want {want!r} is none of {ANSWER}, {DIFFERS}, {OFFERED}")
        key = text_of(line, "id")
        given = article_of(
            {"id": f"case-{key}", "text": text_of(line, "article"), "reply_type": line.get("reply_type")}
        )
        article = articles.setdefault((given.text, given.reply_type), given)
        kind, lang = text_of(line, "kind"), line.get("lang") or ""
        return Query(text_of(line, "message"), kind, lang, article.id, id=key, want=want)

    queries = list(read_lines(path, query))
    return {article.id: article for article in articles.values()}, queries


def beside_others(
    articles: Mapping[str, LabelledArticle], others: Mapping[str, LabelledArticle]
) -> dict[str, LabelledArticle]:
    return {**articles, **dict(islice(others.items(), OTHERS))}


def measure_cases(rows: Labelled, queries: Sequence[Query]) -> Json:
    """Shares by what is wanted and by kind, and the ids of those that get something else."""
    found: Json = {"by_want": {}, "by_kind": {}}
    for want in dict.fromkeys(rows.want.tolist()):
        found["by_want"][want] = _shares(rows.where(rows.want == want))
    for kind in dict.fromkeys(rows.kind.tolist()):
        found["by_kind"][kind] = _shares(rows.where(rows.kind == kind))
    found["failing"] = [query.id for query, right in zip(queries, as_wanted(rows), strict=True) if not right]
    return found


def _shares(rows: Labelled) -> Json:
    named = rows.result == DIFFERS_RIGHT
    plainly, small = rows.result == ANSWERED_RIGHT, named & ~rows.is_large
    return with_intervals(
        {
            "as_wanted": as_wanted(rows),
            "answered": is_answered(rows),
            "answered_right": plainly,
            "large": named & rows.is_large,
            "small": small,
            "answered_or_small": plainly | small,
            "offered": rows.by_card | rows.by_quiet_way,
        }
    )


def as_wanted(rows: Labelled) -> Booleans:
    """A difference is wanted by name; a message whose source is offered or better has what `offered` wants."""
    right: Booleans = np.select(
        [rows.want == ANSWER, rows.want == DIFFERS],
        [rows.result == ANSWERED_RIGHT, rows.result == DIFFERS_RIGHT],
        rows.by_card | rows.by_quiet_way,
    ).astype(np.bool_)
    return right
