"""What is shown of each message that was found: the passage with the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.matching.text.normalise import normalise
from factcheck.matching.text.passages import Piece, passage
from factcheck.matching.text.tokens import bigrams, wanted_words
from factcheck.models import Article, ArticleReply, Reply, Status
from factcheck.ports import Part
from factcheck.services.searching import Results

LONGEST_MARKED = 200
"""Of a pasted message so much is looked for in each text."""


@dataclass(frozen=True)
class Passage:
    pieces: Sequence[Piece]
    reply_id: str = ""
    """The reply that it is of; '' for the message."""
    written_at: datetime | None = None
    """Of a reply, when it was last changed."""


def passages(
    session: Session, found: Results, near: Sequence[Article], query: str, part: Part
) -> Mapping[str, Passage]:
    """Maps articles to passages, of the copy or the reply that has the words."""
    words = query[:LONGEST_MARKED]
    if part == Part.REPLIES:
        return _of_replies(session, found, words)
    texts = dict(session.execute(select(Article.id, Article.text).where(Article.id.in_(found.matched.values()))).all())
    own = {listed: texts[copy] for listed, copy in found.matched.items()}
    own.update({article.id: article.text for article in near})
    return {article_id: Passage(passage(text, words)) for article_id, text in own.items() if text.strip()}


def _of_replies(session: Session, found: Results, words: str) -> Mapping[str, Passage]:
    copies = {copy: listed for listed, copy in found.matched.items()}
    written_at = func.coalesce(Reply.edited_at, Reply.created_at, ArticleReply.created_at, type_=Reply.created_at.type)
    query = (
        select(ArticleReply.article_id, Reply.id, Reply.text, Reply.reference, written_at)
        .join(Reply, Reply.id == ArticleReply.reply_id)
        .where(ArticleReply.article_id.in_(copies), ArticleReply.status == Status.NORMAL)
        .order_by(Reply.id)
    )
    wanted = set(wanted_words(normalise(words)))
    best: dict[str, tuple[int, str, str, datetime | None]] = {}
    for article_id, reply_id, text, reference, written in session.execute(query):
        said = f"{text}\n{reference}"
        shared = len(wanted & set(bigrams(normalise(said))))
        listed = copies[article_id]
        if listed not in best or shared > best[listed][0]:
            best[listed] = (shared, reply_id, said, written)
    return {listed: Passage(passage(said, words), reply_id, at) for listed, (_, reply_id, said, at) in best.items()}
