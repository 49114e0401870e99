"""Comparing a message with the articles: ask the index, then decide from database rows."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.errors import EmbedderUnavailableError
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, Scored
from factcheck.matching.decide.fusion import fuse, merge
from factcheck.matching.decide.thresholds import IDENTICAL
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise, windows
from factcheck.models import Article, Match, User
from factcheck.ports import Hit, QueryEmbedder, SearchQuery, SearchReader, Vector
from factcheck.services.articles import find_exact, load_articles
from factcheck.services.replies import replies_for

CANDIDATES = 30
"""Of each list of the index, before fusion."""

ADDITION = "ADDITION"
"""Stands in place of an outcome when a text turned out to be no message."""

COMPARED = 30
"""Of the fused candidates, compared in full."""


def find_hits(search: SearchReader, embedder: QueryEmbedder, text: str, *, need_vector: bool = True) -> list[Hit]:
    """Ask the index for candidates, fused, best first. Never call it inside a transaction.

    A long message is looked up whole and by windows, to find a known message inside it. Raises SearchUnavailableError;
    EmbedderUnavailableError if `need_vector`, otherwise searches by words alone.
    """
    normalised = normalise(text)
    parts = list(dict.fromkeys([normalised, *windows(normalised)]))
    vectors = _embed(embedder, parts, need_vector=need_vector)
    mark, urls = fingerprint(text), extract_urls(text)
    queries = [
        SearchQuery(text=part, fingerprint=mark, urls=urls, vector=vector, limit=CANDIDATES)
        for part, vector in zip(parts, vectors, strict=True)
    ]
    return fuse(merge(search.candidates(query) for query in queries), COMPARED)


def _embed(embedder: QueryEmbedder, parts: list[str], *, need_vector: bool) -> Sequence[Vector | None]:
    if not any(parts):
        return [None] * len(parts)
    try:
        return list(embedder.embed_queries(parts))
    except EmbedderUnavailableError:
        if need_vector:
            raise
        return [None] * len(parts)


def load_candidates(session: Session, text: str, hits: Sequence[Hit]) -> list[Candidate]:
    """Loads the articles that may be shown, and an identical one that is not indexed yet. Decide only after closing the
    session: comparing takes some 30 ms."""
    by_id = {hit.article_id: hit for hit in hits}
    exact = find_exact(session, text)
    if exact is not None and exact.id not in by_id:
        by_id[exact.id] = Hit(exact.id, same_fingerprint=True)
    return [candidate(article, by_id[article.id]) for article in load_articles(session, list(by_id))]


def settled(decision: Decision) -> str | None:
    """Finds the article to show without asking."""
    if not decision.candidates:
        return None
    best = decision.candidates[0]
    identical = not best.answerable and best.probability >= IDENTICAL
    return best.article_id if decision.outcome == Outcome.ANSWER or identical else None


def only_shown(decision: Decision, shown: Collection[str]) -> Decision:
    left = tuple(scored for scored in decision.candidates if scored.article_id in shown)
    if not left:
        return Decision(Outcome.UNKNOWN, ())
    lost_answer = decision.outcome == Outcome.ANSWER and left[0] != decision.candidates[0]
    return Decision(Outcome.CHOOSE if lost_answer else decision.outcome, left)


def candidate(article: Article, hit: Hit) -> Candidate:
    replies = replies_for(article)
    best = replies[0].reply if replies else None
    return Candidate(
        article_id=article.id,
        text=article.text,
        answerable=best is not None,
        hit=hit,
        reply_id=best.id if best else "",
        reply_type=best.type if best else "",
    )


def record_match(
    session: Session, user: User, text: str, decision: Decision, *, now: datetime, message_id: str | None = None
) -> Match:
    """Keep the outcome, so that matching can be judged by what people chose. `message_id` is LINE's."""
    match = Match(
        user_id=user.id,
        outcome=decision.outcome,
        candidates=[
            {"article_id": scored.article_id, "probability": round(scored.probability, 4)}
            for scored in decision.candidates
        ],
        text_length=len(text),
        message_id=message_id,
        submitted=False,
        created_at=now,
    )
    session.add(match)
    return match


def recall_decision(match: Match, articles: Sequence[Article]) -> Decision:
    """Restores an earlier decision for candidates among `articles`, with what can be answered now."""
    answerable = {article.id: bool(replies_for(article)) for article in articles}
    scored = tuple(
        Scored(one["article_id"], one["probability"], answerable.get(one["article_id"], False))
        for one in match.candidates
    )
    return only_shown(Decision(Outcome(match.outcome), scored), answerable)


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
    """Records a refusal of this article, or (None) of all that were offered. It does not undo the choice of another."""
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
