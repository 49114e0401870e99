"""Comparing a message with the articles: ask the index, then decide from database rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from factcheck.errors import EmbedderUnavailableError
from factcheck.matching.compare.changes import Difference
from factcheck.matching.compare.features import MANY, TextFacts, may_be_copy
from factcheck.matching.compare.kept import facts_of
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, Scored, what_differs
from factcheck.matching.decide.fusion import fuse, merge
from factcheck.matching.decide.thresholds import IDENTICAL
from factcheck.matching.text.hosts import bare_hosts, host_terms
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise, windows
from factcheck.models import Article, Match, Status, User
from factcheck.ports import Hit, QueryEmbedder, SearchQuery, SearchReader, Vector
from factcheck.services.articles import identical_ids
from factcheck.services.derived import recall
from factcheck.services.replies import BestReply, best_replies, replies_for

CANDIDATES = 30
"""Of each list of the index, before fusion."""

ADDITION = "ADDITION"
"""Stands in place of an outcome when a text turned out to be no message."""

MOST_OF_A_HOST = 10
"""Articles that name a host which a message may mean by its name alone."""

COMPARED = 30
"""Of the fused candidates, compared in full."""

LIKEST = 5
"""Of those found by words, looked at for a copy before all are loaded."""


def find_hits(search: SearchReader, embedder: QueryEmbedder, text: str, *, need_vector: bool = True) -> list[Hit]:
    """Ask the index for candidates, fused, best first. Never call it inside a transaction.

    A long message is looked up whole and by windows, to find a known message inside it. Raises SearchUnavailableError;
    EmbedderUnavailableError if `need_vector`, otherwise searches by words alone.
    """
    normalised = normalise(text)
    parts = list(dict.fromkeys([normalised, *windows(normalised)]))
    vectors = _embed(embedder, parts, need_vector=need_vector)
    alone = bare_hosts(text)
    mark, urls = fingerprint(text), extract_urls(text) + host_terms(alone)
    queries = [
        SearchQuery(text=part, fingerprint=mark, urls=urls, vector=vector, limit=CANDIDATES)
        for part, vector in zip(parts, vectors, strict=True)
    ]
    hits = merge(
        [replace(hit, window=window) for hit in search.candidates(query)] for window, query in enumerate(queries)
    )
    return fuse(_without_known_hosts(hits) if alone else hits, COMPARED)


def find_copies(
    search: SearchReader, text: str, load: Callable[[Sequence[Hit]], Sequence[Candidate]]
) -> Sequence[Candidate]:
    """Finds by words alone what the text may be a copy of; nothing if the likest share little. Never call it inside a
    transaction. Raises SearchUnavailableError."""
    query = SearchQuery(normalise(text), fingerprint(text), extract_urls(text), limit=CANDIDATES)
    hits = fuse(search.candidates(query), COMPARED)
    asked = TextFacts(text)
    is_copy = any(may_be_copy(asked, facts_of(one.text)) for one in load(hits[:LIKEST]))
    return load(hits) if is_copy else ()


def _without_known_hosts(hits: list[Hit]) -> list[Hit]:
    """Many articles name a host that everybody uses; none of them is meant."""
    is_known = sum(1 for hit in hits if hit.shared_urls) > MOST_OF_A_HOST
    return [replace(hit, shared_urls=0) for hit in hits] if is_known else hits


def _embed(embedder: QueryEmbedder, parts: list[str], *, need_vector: bool) -> Sequence[Vector | None]:
    if not any(parts):
        return [None] * len(parts)
    try:
        return list(embedder.embed_queries(parts))
    except EmbedderUnavailableError:
        if need_vector:
            raise
        return [None] * len(parts)


def load_candidates(session: Session, hits: Sequence[Hit], identical: Sequence[str]) -> list[Candidate]:
    """Loads the articles that may be shown; `identical`: ids of those known word for word, perhaps not indexed yet.
    Decide only after closing the session, for comparing takes some milliseconds."""
    by_id = {hit.article_id: hit for hit in hits}
    for article_id in identical:
        by_id.setdefault(article_id, Hit(article_id, same_fingerprint=True))
    return _loaded(session, by_id, session.scalar(_COUNT) or 0)


def load_identical(session: Session, text: str) -> list[Candidate]:
    """Loads the shown articles with the fingerprint of the text: what the database knows without index and model."""
    ids = identical_ids(session, text)
    return _loaded(session, {one: Hit(one, same_fingerprint=True) for one in ids}, MANY) if ids else []


def _loaded(session: Session, by_id: Mapping[str, Hit], among: int) -> list[Candidate]:
    rows = session.execute(_TEXTS, {"article_ids": list(by_id)})
    texts = {article_id: (text, cluster_id) for article_id, text, cluster_id in rows}
    recall(session, {article_id: text for article_id, (text, _) in texts.items()})
    best = best_replies(session, {article_id: cluster_id for article_id, (_, cluster_id) in texts.items()})
    return [
        _candidate(article_id, texts[article_id][0], hit, best.get(article_id), among)
        for article_id, hit in by_id.items()
        if article_id in texts
    ]


_COUNT = select(func.count()).select_from(select(Article.id).limit(MANY).subquery())
"""Counts articles, up to where their number matters."""

_TEXTS = select(Article.id, Article.text, Article.cluster_id).where(
    Article.status == Status.NORMAL, Article.id.in_(bindparam("article_ids", expanding=True))
)


def settled(decision: Decision) -> str | None:
    """Finds the article to show without asking."""
    if not decision.candidates:
        return None
    best = decision.candidates[0]
    identical = not best.answerable and best.probability >= IDENTICAL and decision.outcome != Outcome.DIFFERS
    return best.article_id if decision.outcome == Outcome.ANSWER or identical else None


def only_shown(decision: Decision, shown: Collection[str]) -> Decision:
    left, perhaps = (
        tuple(scored for scored in part if scored.article_id in shown)
        for part in (decision.candidates, decision.perhaps)
    )
    if not left:
        return Decision(Outcome.UNKNOWN, (), perhaps=perhaps)
    names_one = decision.outcome in (Outcome.ANSWER, Outcome.DIFFERS)
    if names_one and left[0] != decision.candidates[0]:
        return Decision(Outcome.CHOOSE, left, perhaps=perhaps)
    return Decision(decision.outcome, left, perhaps=perhaps, difference=decision.difference)


def asked_about(decision: Decision) -> Decision:
    """Takes the plain answer from a decision, for an operator who wants everything to be asked."""
    return replace(decision, outcome=Outcome.CHOOSE) if decision.outcome == Outcome.ANSWER else decision


def candidate(article: Article, hit: Hit, among: int = MANY) -> Candidate:
    best = next((BestReply(link.reply_id, link.reply.type) for link in replies_for(article)), None)
    return _candidate(article.id, article.text, hit, best, among)


def _candidate(article_id: str, text: str, hit: Hit, best: BestReply | None, among: int) -> Candidate:
    return Candidate(
        article_id=article_id,
        text=text,
        answerable=best is not None,
        hit=hit,
        reply_id=best.id if best else "",
        reply_type=best.type if best else "",
        among=among,
    )


def record_match(
    session: Session, user: User, text: str, decision: Decision, *, now: datetime, message_id: str | None = None
) -> Match:
    """Keep the outcome, so that matching can be judged by what people chose. `message_id` is LINE's."""
    match = Match(
        user_id=user.id,
        outcome=decision.outcome,
        candidates=[
            *(_kept(scored) for scored in decision.candidates),
            *({**_kept(scored), "perhaps": True} for scored in decision.perhaps),
        ],
        text_length=len(text),
        message_id=message_id,
        submitted=False,
        created_at=now,
    )
    session.add(match)
    return match


def _kept(scored: Scored) -> dict[str, Any]:
    return {"article_id": scored.article_id, "probability": round(scored.probability, 4)}


def recall_decision(match: Match, articles: Sequence[Article], text: str) -> Decision:
    """Restores an earlier decision for candidates among `articles`, with what can be answered now. `text`: the message,
    from which a difference is found again; '' if it is gone, and then one chooses."""
    shown = {article.id: article for article in articles}
    candidates: list[Scored] = []
    perhaps: list[Scored] = []
    for one in match.candidates:
        article = shown.get(one["article_id"])
        scored = Scored(one["article_id"], one["probability"], article is not None and bool(replies_for(article)))
        (perhaps if one.get("perhaps") else candidates).append(scored)
    kept = Decision(Outcome(match.outcome), tuple(candidates), perhaps=tuple(perhaps))
    decision = only_shown(kept, shown)
    if decision.outcome != Outcome.DIFFERS:
        return decision
    found = _difference_again(text, shown[decision.candidates[0].article_id])
    return replace(decision, outcome=Outcome.DIFFERS if found else Outcome.CHOOSE, difference=found)


def _difference_again(text: str, article: Article) -> Difference | None:
    return what_differs(text, candidate(article, Hit(article.id))) if text else None


def find_matches(session: Session, user: User, message_ids: Collection[str]) -> dict[str, Match]:
    """Finds the newest record of each message, by LINE's message id."""
    query = select(Match).where(Match.user_id == user.id, Match.message_id.in_(message_ids)).order_by(Match.id)
    return {match.message_id or "": match for match in session.scalars(query)}


def note_shown(match: Match, article_id: str) -> None:
    match.shown_article_id = article_id


def note_choice(match: Match | None, article_id: str) -> None:
    """Records that the person picked it or found its reply helpful, whatever they refused before."""
    if match is not None:
        match.chosen_article_id, match.refused = article_id, False


def note_refusal(match: Match | None, article_id: str | None) -> None:
    """Records a refusal of this article, or (None) of all offered. It does not undo the choice of another."""
    if match is not None and (article_id is None or match.chosen_article_id in (None, article_id)):
        match.chosen_article_id, match.refused = None, True


def note_submission(match: Match | None, article_id: str) -> None:
    if match is not None:
        match.chosen_article_id, match.submitted, match.submitted_article_id = None, True, article_id


def note_addition(match: Match | None, article_id: str) -> None:
    """Records that the text was a reason or comment about this article. The row stays, so that taking the text back
    takes it from there."""
    if match is not None:
        match.outcome, match.candidates = ADDITION, []
        match.submitted_article_id = article_id
