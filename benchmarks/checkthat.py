"""Makes files for `python -m indexer evaluate` of a public English collection: tweets and the claims that they make.

    python -m benchmarks.checkthat CLAIMS.tsv TWEETS.tsv PAIRS.qrels OUT_DIR

The first three are files of CheckThat! 2020, task 2 (github.com/sshaar/clef2020-factchecking-task2, `data/`): a line
{number, claim, title}, {number, tweet} and {tweet, 0, claim, 1} each, with tabs between them. OUT_DIR gets

- `articles.jsonl` and `queries.jsonl`: all claims, and all tweets as queries of the kind "tweet";
- `articles_known.jsonl`, `queries_known.jsonl` and `unmatched.jsonl`: the same without every second of the claims that
  tweets make, so that the tweets which make those have no counterpart.
"""

import argparse
import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

Rows = list[list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checkthat", description=__doc__)
    for name in ("claims", "tweets", "pairs", "out"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, lines in files(rows(options.claims), rows(options.tweets), rows(options.pairs)).items():
        (options.out / name).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
        print(f"{options.out / name}: {len(lines)} lines")


def rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines, delimiter="\t") if row]


def files(claims: Rows, tweets: Rows, pairs: Rows) -> dict[str, list[dict[str, str]]]:
    """`claims` and `tweets` begin with a line of names. The first claim named for a tweet is its source."""
    text_of = {row[0]: " ".join(row[1].split()) for row in claims[1:]}
    source_of = {row[0]: row[2] for row in reversed(pairs)}
    asked = [(number, text) for number, text, *_ in tweets[1:] if number in source_of]
    # The same claim may be there under two numbers: it goes as a whole.
    made = sorted({text_of[source_of[number]] for number, _ in asked})
    gone = set(made[1::2])
    known = {number: text for number, text in text_of.items() if text not in gone}
    return {
        "articles.jsonl": _articles(text_of),
        "queries.jsonl": _queries(asked, source_of),
        "articles_known.jsonl": _articles(known),
        "queries_known.jsonl": _queries([one for one in asked if source_of[one[0]] in known], source_of),
        "unmatched.jsonl": [{"text": text, "lang": "en"} for number, text in asked if source_of[number] not in known],
    }


def _articles(text_of: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": f"claim{number}", "text": text} for number, text in text_of.items()]


def _queries(asked: Iterable[tuple[str, str]], source_of: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"source_id": f"claim{source_of[number]}", "kind": "tweet", "lang": "en", "text": text}
        for number, text in asked
    ]


if __name__ == "__main__":
    main()
