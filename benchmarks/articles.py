"""The articles of a service that is measured: thousands of distinct texts, each with a reply of its own, and messages
that mean them. In an index of a few trial texts nothing takes time."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck import ids
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, transaction
from factcheck.matching.text.normalise import fingerprint, normalise
from factcheck.matching.text.tokens import windows
from factcheck.models import Article, ArticleReply, Reply, ReplyType
from factcheck.services.users import get_or_create_volunteer
from factcheck.settings import Settings
from indexer.evaluation.embedding_cache import PASSAGE, CachedEmbedder
from indexer.factory import build_local_embedder, build_search
from indexer.reindex import reindex

FIXTURES = Path(__file__).parents[1] / "fixtures"
SEED = 5
CACHE = FIXTURES.parent / "var" / "evaluation" / "embeddings"
LONGEST = 10_000
"""Characters of a message that LINE takes."""


def read_texts(paths: Sequence[Path]) -> list[str]:
    """Gives each `text` of files with one JSON object a line, once."""
    return list(dict.fromkeys(line["text"][:LONGEST] for path in paths for line in read_lines(path)))


def read_lines(path: Path) -> list[dict[str, str]]:
    """Gives the JSON object of each line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def made_texts(count: int) -> list[str]:
    """Makes distinct texts out of sentences of the trial texts, each with numbers of its own."""
    rng = random.Random(SEED)
    told = read_texts([FIXTURES / "articles.jsonl", FIXTURES / "rewordings.jsonl"])
    sentences = [line for text in told for line in text.splitlines() if len(line) > 10]
    chosen = (rng.sample(sentences, rng.randint(2, 9)) for _ in range(count))
    return [f"{rng.randint(1_000, 99_999)} {' '.join(some)} {number}" for number, some in enumerate(chosen)]


def asked_texts(known: Sequence[str], asked: Sequence[str]) -> Iterator[str]:
    """Gives distinct messages without end: those of `asked`, or parts of what is known; later rounds have a number."""
    rng = random.Random(SEED + 1)
    turn = 0
    while True:
        for text in asked or rng.sample(known, len(known)):
            part = text if asked else text[: max(40, len(text) * 2 // 3)]
            yield f"{part}\n({turn})" if turn or not asked else part
        turn += 1


def fill(settings: Settings, factory: SessionFactory, texts: Sequence[str], cache: Path = CACHE) -> None:
    """Puts texts and replies into the database and builds the index. Vectors are kept in the folder `cache`."""
    with transaction(factory) as session:
        _add(session, texts)
    embedder = CachedEmbedder(build_local_embedder(settings), cache)
    embedder.prepare(PASSAGE, [part for text in texts for part in windows(normalise(text))])
    reindex(factory, build_search(settings, factory), embedder)


def _add(session: Session, texts: Sequence[str]) -> None:
    now = utc_now() - timedelta(days=1)
    user = get_or_create_volunteer(session, "articles@example.org", secret_key="x", locale="en", now=now)
    session.flush()
    by = {"user_id": user.id, "app_id": user.app_id, "created_at": now}
    there = set(session.scalars(select(Article.id)))
    new = {key: text for text in texts if (key := ids.article_id(text)) not in there}
    for key, text in new.items():
        counts = {"reply_request_count": 1, "normal_article_reply_count": 1}
        checked = {"cluster_checked": True, "similar_checked": True, "last_requested_at": now}
        session.add(Article(id=key, text=text, fingerprint=fingerprint(text), **by, **counts, **checked))
        session.add(Reply(id=f"r{key}", type=ReplyType.RUMOR, text=f"這則訊息不實。({key})", reference="無", **by))
        session.flush()
        session.add(ArticleReply(article_id=key, reply_id=f"r{key}", **by))
